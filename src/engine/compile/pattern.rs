//! What a claim must satisfy, split by what can be known before other selectors have matched.

use super::expression::{self, Expression, Property, RegexSource};
use super::names::Names;
use crate::engine::vocabulary::TypeId;
use crate::lang::ast::{self, Comparison};

/// The predicates of a selector or aggregate.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::engine) struct Pattern {
    /// The claim type, where `Type == "…"` fixes it.
    pub(in crate::engine) claim_type: Option<TypeId>,
    /// Predicates that speak of the claim alone.
    pub(in crate::engine) local: Vec<Predicate>,
    /// Predicates that refer to claims of earlier selectors.
    pub(in crate::engine) referring: Vec<Predicate>,
}

/// `Value =~ "…"`
#[derive(Clone, Debug, PartialEq)]
pub(in crate::engine) struct Predicate {
    pub(in crate::engine) property: Property,
    pub(in crate::engine) negated: bool,
    pub(in crate::engine) test: Test,
}

/// How a property is tested.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::engine) enum Test {
    Equals(Expression),
    Matches(RegexSource),
}

impl Pattern {
    /// Names every slot that it reads.
    pub(super) fn slots(&self, found: &mut impl FnMut(usize)) {
        for predicate in self.referring.iter().chain(&self.local) {
            predicate.slots(found);
        }
    }
}

impl Predicate {
    fn slots(&self, found: &mut dyn FnMut(usize)) {
        self.property.each_slot(found);
        if let Test::Equals(operand) | Test::Matches(RegexSource::Dynamic(operand)) = &self.test {
            operand.slots(&mut |slot| found(slot));
        }
    }

    fn refers(&self) -> bool {
        let mut refers = false;
        self.slots(&mut |_| refers = true);
        refers
    }
}

/// Compiles a pattern; `None` if a diagnostic says why not.
pub(super) fn pattern(written: &ast::Pattern, names: &mut Names<'_>) -> Option<Pattern> {
    let predicates: Vec<Option<Predicate>> =
        written.predicates.iter().map(|written| predicate(written, names)).collect();
    let mut pattern = Pattern::default();
    for predicate in predicates.into_iter().collect::<Option<Vec<_>>>()? {
        match fixed_type(&predicate) {
            Some(claim_type) if pattern.claim_type.is_none() => {
                pattern.claim_type = Some(names.known.vocabulary.intern(claim_type));
            }
            _ if predicate.refers() => pattern.referring.push(predicate),
            _ => pattern.local.push(predicate),
        }
    }
    Some(pattern)
}

fn fixed_type(predicate: &Predicate) -> Option<&std::sync::Arc<str>> {
    match (&predicate.property, predicate.negated, &predicate.test) {
        (Property::Type, false, Test::Equals(operand)) => operand.literal(),
        _ => None,
    }
}

/// Compiles a predicate; `None` if a diagnostic says why not.
pub(super) fn predicate(written: &ast::Predicate, names: &mut Names<'_>) -> Option<Predicate> {
    let property = expression::property(&written.property, names);
    let test = match written.comparison {
        Comparison::Equal | Comparison::NotEqual => expression::expression(&written.operand, names).map(Test::Equals),
        Comparison::Matches | Comparison::DoesNotMatch => expression::regex(&written.operand, names).map(Test::Matches),
    };
    let negated = matches!(written.comparison, Comparison::NotEqual | Comparison::DoesNotMatch);
    Some(Predicate { property: property?, negated, test: test? })
}
