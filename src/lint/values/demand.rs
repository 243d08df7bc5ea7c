//! What a pattern demands of one property of a claim.

use super::constant;
use crate::engine::regex::{DotNetRegex, Language, Search, Steps};
use crate::lang::ast::{Comparison, Pattern, Predicate, Property};

/// How long a pattern may work on one value here.
const STEPS: usize = 100_000;

/// The comparisons of a pattern with one property, as far as they are the same at all times.
#[derive(Default)]
pub(in crate::lint) struct Demand {
    /// `==`
    pub(in crate::lint) equal: Vec<String>,
    /// `!=`
    pub(in crate::lint) unequal: Vec<String>,
    /// `=~`
    pub(in crate::lint) matches: Vec<DotNetRegex>,
    /// `!~`
    pub(in crate::lint) differs: Vec<DotNetRegex>,
}

impl Demand {
    /// What `pattern` demands of a property. Comparisons with other claims are left out: they demand more.
    pub(in crate::lint) fn of(pattern: &Pattern, property: &Property) -> Self {
        let mut demand = Self::default();
        for predicate in pattern.predicates.iter().filter(|predicate| is_same(&predicate.property, property)) {
            demand.add(predicate);
        }
        demand
    }

    /// Whether nothing is demanded.
    pub(in crate::lint) fn is_empty(&self) -> bool {
        self.equal.is_empty() && self.unequal.is_empty() && self.matches.is_empty() && self.differs.is_empty()
    }

    /// Whether it says what the value is or looks like, and not only what it is not.
    pub(in crate::lint) fn describes(&self) -> bool {
        !self.equal.is_empty() || !self.matches.is_empty()
    }

    /// Whether a value fulfils it. Says yes where a pattern takes too long to tell.
    pub(in crate::lint) fn holds(&self, value: &str) -> bool {
        let matches = |regex: &DotNetRegex| regex.is_match(value, &Steps::new(STEPS)).ok();
        self.equal.iter().all(|equal| equal == value)
            && self.unequal.iter().all(|unequal| unequal != value)
            && self.matches.iter().all(|regex| matches(regex) != Some(false))
            && self.differs.iter().all(|regex| matches(regex) != Some(true))
    }

    /// An example of a value that fulfils it and is in `all_of` and not in `none_of`; `None` only if there is none.
    pub(in crate::lint) fn example(&self, all_of: &[&Language], none_of: &[&Language]) -> Search {
        let (wanted, unwanted) = self.sets();
        let wanted: Vec<&Language> = wanted.iter().chain(all_of.iter().copied()).collect();
        let unwanted: Vec<&Language> = unwanted.iter().chain(none_of.iter().copied()).collect();
        Language::example(&wanted, &unwanted)
    }

    /// The values that fulfil it and are in `all_of`, and perhaps more; `None` if that takes too many states.
    pub(in crate::lint) fn within(&self, all_of: &[&Language]) -> Option<Language> {
        let (wanted, unwanted) = self.sets();
        let wanted: Vec<&Language> = wanted.iter().chain(all_of.iter().copied()).collect();
        Language::within(&wanted, &unwanted.iter().collect::<Vec<_>>())
    }

    /// Whether no value fulfils it. Says no when in doubt.
    pub(in crate::lint) fn is_impossible(&self) -> bool {
        match (self.equal.first(), self.matches.is_empty()) {
            (Some(only), _) => !self.holds(only),
            (None, true) => false,
            (None, false) => self.example(&[], &[]) == Search::None,
        }
    }

    /// Sets that hold every value that fulfils it, and sets that hold none.
    fn sets(&self) -> (Vec<Language>, Vec<Language>) {
        let texts = |texts: &[String]| texts.iter().map(|text| Language::text(text)).collect::<Vec<_>>();
        let mut wanted = texts(&self.equal);
        wanted.extend(self.matches.iter().filter_map(Language::matched_at_most_by));
        let mut unwanted = texts(&self.unequal);
        unwanted.extend(self.differs.iter().filter_map(Language::matched_by));
        (wanted, unwanted)
    }

    fn add(&mut self, predicate: &Predicate) {
        let Some(text) = constant(&predicate.operand) else { return };
        match predicate.comparison {
            Comparison::Equal => self.equal.push(text),
            Comparison::NotEqual => self.unequal.push(text),
            // The rules were compiled before, so the pattern can be read.
            Comparison::Matches => self.matches.extend(DotNetRegex::new(&text)),
            Comparison::DoesNotMatch => self.differs.extend(DotNetRegex::new(&text)),
        }
    }
}

/// Whether a pattern can match claims of a type.
pub(in crate::lint) fn admits(pattern: &Pattern, claim_type: &str) -> bool {
    Demand::of(pattern, &Property::Type).holds(claim_type)
}

fn is_same(one: &Property, other: &Property) -> bool {
    match (one, other) {
        (Property::Properties(one), Property::Properties(other)) => {
            constant(one).is_some_and(|one| Some(one) == constant(other))
        }
        (Property::Properties(_), _) | (_, Property::Properties(_)) => false,
        _ => one == other,
    }
}
