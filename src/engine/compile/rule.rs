//! A compiled rule: what runs.

use std::sync::Arc;

use super::expression::{Expression, Property};
use super::pattern::Pattern;
use crate::engine::vocabulary::TypeId;
use crate::lang::ast::{CountOperator, Verb};

/// A rule that can run.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::engine) struct Rule {
    /// Aggregates that speak of the set alone: they hold or not before anything is joined.
    pub(in crate::engine) gates: Vec<Aggregate>,
    /// Selectors, and the aggregates that refer to them, in the order written.
    pub(in crate::engine) joins: Vec<Join>,
    /// How many selectors there are.
    pub(in crate::engine) slots: usize,
    pub(in crate::engine) verb: Verb,
    pub(in crate::engine) action: ActionCode,
}

impl Rule {
    /// What its conditions ask of claims.
    pub(super) fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        let joins = self.joins.iter().map(|join| match join {
            Join::Selector(selector) => &selector.pattern,
            Join::Aggregate(aggregate) => &aggregate.pattern,
        });
        self.gates.iter().map(|gate| &gate.pattern).chain(joins)
    }
}

/// One step of a join.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::engine) enum Join {
    Selector(Selector),
    Aggregate(Aggregate),
}

/// `c:[…]`
#[derive(Clone, Debug, PartialEq)]
pub(in crate::engine) struct Selector {
    pub(in crate::engine) slot: usize,
    pub(in crate::engine) pattern: Pattern,
    /// Whether anything refers to the claim that it matches. If not, one match stands for all: every further match
    /// would repeat the same claims, and a set holds no claim twice.
    pub(in crate::engine) is_referred_to: bool,
}

/// `exists([…])`, `count([…]) > 1`
#[derive(Clone, Debug, PartialEq)]
pub(in crate::engine) struct Aggregate {
    pub(in crate::engine) pattern: Pattern,
    pub(in crate::engine) test: AggregateTest,
}

/// What an aggregate asks of the number of claims.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::engine) enum AggregateTest {
    Exists { negated: bool },
    Count { operator: CountOperator, number: u64 },
}

/// What runs for every match.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::engine) enum ActionCode {
    Copy { slot: usize },
    Claim(ClaimCode),
    Store(StoreCode),
}

/// A new claim.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::engine) struct ClaimCode {
    pub(in crate::engine) claim_type: TypeText,
    pub(in crate::engine) value: Option<Expression>,
    /// Everything else that is assigned.
    pub(in crate::engine) others: Vec<(Property, Expression)>,
    /// Whether everything else is the same for every match.
    pub(in crate::engine) others_are_fixed: bool,
}

/// A claim type in an action.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::engine) enum TypeText {
    Literal(Arc<str>, TypeId),
    Dynamic(Expression),
}

/// A question to an attribute store.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::engine) struct StoreCode {
    pub(in crate::engine) store: Expression,
    pub(in crate::engine) types: Vec<TypeText>,
    pub(in crate::engine) query: Expression,
    pub(in crate::engine) parameters: Vec<Expression>,
}
