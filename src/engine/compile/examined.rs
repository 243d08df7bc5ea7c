//! A rule with every predicate kept, in the order written: for looking at it, not for running it.

use super::lower;
use super::names::{Known, Names};
use super::pattern::{self, Predicate};
use super::rule::ActionCode;
use crate::engine::vocabulary::Vocabulary;
use crate::lang::ast::{self, Condition};

/// A rule that can be examined.
#[derive(Debug)]
pub(in crate::engine) struct Examined {
    /// For each condition its predicates.
    pub(in crate::engine) conditions: Vec<Vec<Predicate>>,
    pub(in crate::engine) action: ActionCode,
    /// The numbers of the types that the rule names.
    pub(in crate::engine) vocabulary: Vocabulary,
}

impl Examined {
    /// `None` for a rule that does not compile.
    pub(in crate::engine) fn of(written: &ast::Rule) -> Option<Self> {
        let (mut known, mut diagnostics) = (Known::default(), Vec::new());
        let mut names = Names::new(&mut known, &mut diagnostics);
        let mut conditions = Vec::with_capacity(written.conditions.len());
        let mut slot = 0;
        for condition in &written.conditions {
            let predicates = condition.pattern().predicates.iter();
            conditions.push(predicates.map(|written| pattern::predicate(written, &mut names)).collect::<Option<_>>()?);
            if let Condition::Selector(selector) = condition {
                if let Some(name) = &selector.binding {
                    names.bind(name, slot);
                }
                slot += 1;
            }
        }
        let action = lower::action(&written.action.body, 0, &mut Vec::new(), &mut names)?;
        diagnostics.is_empty().then_some(Self { conditions, action, vocabulary: known.vocabulary })
    }
}
