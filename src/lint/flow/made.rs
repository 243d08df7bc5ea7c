//! Which rules bring claims of a type into a rule set, and whether it may start with them.

use crate::lang::Span;
use crate::lang::ast::{Comparison, Expression, Pattern, Property, Rule};
use crate::lint::produced::TypeSet;
use crate::lint::values::{Demand, Maker, makers};
use crate::lint::{Subject, known};

/// The one type that a pattern asks for, and where it is written.
pub(super) fn asked_type(pattern: &Pattern) -> Option<(String, Span)> {
    let mut types = Demand::of(pattern, &Property::Type).equal;
    let place = pattern
        .predicates
        .iter()
        .find(|predicate| predicate.property == Property::Type && predicate.comparison == Comparison::Equal)?;
    if types.len() == 1 { Some((types.remove(0), place.operand.span())) } else { None }
}

/// The values that a rule gives new claims of a type; `None` for a value that is not known. Copies of claims that were
/// there are not new.
pub(super) fn new_values<'a>(rule: &'a Rule, claim_type: &str) -> Vec<Option<&'a Expression>> {
    let values = makers(rule, claim_type).into_iter().filter_map(|maker| match maker {
        Maker::Copy(_) => None,
        Maker::Value(value) => Some(value),
        Maker::Column(..) => Some(None),
    });
    values.collect()
}

/// Whether a rule can bring in claims of a type.
pub(super) fn brings(rule: &Rule, claim_type: &str) -> bool {
    !new_values(rule, claim_type).is_empty()
}

/// Whether the rules probably start without claims of a type: it is known what they start with, or nobody but these
/// rules speaks of such a type.
pub(super) fn starts_without(subject: &Subject<'_>, start: &TypeSet, claim_type: &str) -> bool {
    if start.is_anything() {
        subject.stage.is_none() && !known::is_known(claim_type)
    } else {
        !start.may_hold(claim_type)
    }
}
