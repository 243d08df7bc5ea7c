//! Two programs side by side: one list of types for both, and how many rules they begin with alike.

use std::sync::Arc;

use super::{ActionCode, ClaimCode, Join, Pattern, Program, Rule, StoreCode, TypeText};
use crate::engine::vocabulary::{TypeId, Vocabulary};

impl Program {
    /// Both programs, so that a run may begin with the one and go on with the other where they part: types have the
    /// same numbers in both.
    pub(in crate::engine) fn beside(&self, other: &Self) -> (Self, Self) {
        let mut vocabulary = Vocabulary::clone(&self.vocabulary);
        let mut other = other.clone();
        let numbers: Vec<TypeId> = other.vocabulary.names().map(|name| vocabulary.intern(name)).collect();
        for rule in &mut other.rules {
            each_type(rule, &mut |id| {
                if let Some(&number) = numbers.get(id.index()) {
                    *id = number;
                }
            });
        }
        let mut this = self.clone();
        this.vocabulary = Arc::new(vocabulary);
        other.vocabulary = Arc::clone(&this.vocabulary);
        (this, other)
    }

    /// How many rules both begin with that do the same under the same name. Both must have come from
    /// [`beside`](Self::beside).
    pub(in crate::engine) fn alike(&self, other: &Self) -> usize {
        if self.conventions != other.conventions {
            return 0;
        }
        let rules = self.rules.iter().zip(&other.rules).map(|(this, other)| this == other);
        let names = self.infos.iter().zip(&other.infos).map(|(this, other)| this.name == other.name);
        rules.zip(names).take_while(|&(same_rule, same_name)| same_rule && same_name).count()
    }

    /// Whether a rule from this one on asks a store.
    pub(in crate::engine) fn asks_from(&self, rule_index: usize) -> bool {
        self.last_asking.is_some_and(|last| last >= rule_index)
    }
}

/// Lends every type that a rule fixes.
fn each_type(rule: &mut Rule, lend: &mut impl FnMut(&mut TypeId)) {
    let of_pattern =
        |pattern: &mut Pattern, lend: &mut dyn FnMut(&mut TypeId)| pattern.claim_type.iter_mut().for_each(lend);
    rule.gates.iter_mut().for_each(|gate| of_pattern(&mut gate.pattern, lend));
    for join in &mut rule.joins {
        match join {
            Join::Selector(selector) => of_pattern(&mut selector.pattern, lend),
            Join::Aggregate(aggregate) => of_pattern(&mut aggregate.pattern, lend),
        }
    }
    let mut of_text = |text: &mut TypeText| {
        if let TypeText::Literal(_, id) = text {
            lend(id);
        }
    };
    match &mut rule.action {
        ActionCode::Copy { .. } => {}
        ActionCode::Claim(ClaimCode { claim_type, .. }) => of_text(claim_type),
        ActionCode::Store(StoreCode { types, .. }) => types.iter_mut().for_each(of_text),
    }
}
