//! What a search for a missing claim found: a tree of causes, from the claim that was asked for down to what nobody
//! gave.

use crate::engine::{Claim, Stage};
use crate::harness::group::Standing;
use crate::harness::recording::RuleRef;

/// Why there is no such claim in an evaluation set, or in an output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// What is looked for.
    pub sought: SoughtText,
    /// The rules that could have made it, in the order in which they run.
    pub candidates: Vec<Candidate>,
    /// Rules that make claims of its type, and always with another value.
    pub fixed: Vec<Fixed>,
    /// Rules that make claims of a type that is written almost like it.
    pub lookalikes: Vec<Lookalike>,
    /// How many rules there are in this rule set.
    pub rules: usize,
    /// What came in before the first rule, where that could have helped.
    pub given: Option<Given>,
    /// It was told before, or lies too deep: nothing was looked at.
    pub cut: Option<Cut>,
}

/// What is looked for, for showing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SoughtText {
    /// The claim type, if there is only one.
    pub claim_type: Option<String>,
    /// The value, if there is only one; a role as `ACCOUNT/NAME`.
    pub value: Option<String>,
    /// Whether it must be issued; otherwise it is enough that it is in the evaluation set.
    pub issued: bool,
    /// The rule set; `None` for one by itself.
    pub stage: Option<Stage>,
}

/// Why a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// The same was looked for before.
    Told,
    /// The chain of rules is too long.
    TooDeep,
}

/// A rule that makes claims of the right type, and always with this value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// The rule.
    pub rule: RuleRef,
    /// Its value.
    pub value: String,
}

/// A rule that makes claims of a type that differs little.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookalike {
    /// The rule.
    pub rule: RuleRef,
    /// Its type.
    pub claim_type: String,
}

/// A rule that could have made the claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The rule.
    pub rule: RuleRef,
    /// Why it did not.
    pub why: Why,
    /// Why a claim that it needs is not there.
    pub root: Option<Box<Missing>>,
}

/// Why a rule did not make the claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// It runs after the rule that needs it.
    TooLate {
        /// It made it then; otherwise it makes claims of this type.
        made_it: bool,
    },
    /// It makes it with `add`, which does not issue.
    OnlyAdds,
    /// It fired, and made other claims.
    Makes(Fired),
    /// It asked a store, whose answer has no such value.
    Answers(Vec<Answer>),
    /// A condition was not met.
    Blocked(Box<Block>),
    /// It cannot be told.
    Unknown(String),
}

/// What a rule made when it fired.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fired {
    /// How many different values.
    pub count: usize,
    /// Some of them, the nearest first.
    pub values: Vec<String>,
}

/// A condition that stopped a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its place among the conditions of the rule, from 1.
    pub number: usize,
    /// The name that it binds.
    pub binding: Option<String>,
    /// The condition as written.
    pub text: String,
    /// How many claims there were.
    pub looked_at: usize,
    /// What the condition found.
    pub obstacle: Obstacle,
    /// What the rule made where the condition was met, without making what is looked for.
    pub fired: Option<Fired>,
    /// The value that a claim must have for the rule to make what is looked for.
    pub needed: Option<String>,
    /// Whether other values could do, too.
    pub needed_is_example: bool,
    /// Why even a claim of that value would not satisfy the condition; empty if it would.
    pub refused: Vec<Tried>,
}

/// What a condition found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// No claim satisfies it; the nearest, if there is one of the right type.
    NoClaim(Option<Near>),
    /// There are claims that must not be there.
    Claims {
        /// How many there are.
        count: usize,
        /// The first of them.
        first: Vec<Made>,
    },
    /// There are too few or too many claims.
    Count {
        /// How many there are.
        count: usize,
        /// The first of them.
        first: Vec<Made>,
        /// The nearest of the others.
        near: Option<Near>,
    },
}

/// A claim and who made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The claim.
    pub claim: Claim,
    /// The first rule that made it; `None` if it was given.
    pub by: Option<RuleRef>,
}

/// A claim that comes nearest to satisfying a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Near {
    /// The claim.
    pub made: Made,
    /// Every predicate, and whether the claim satisfies it.
    pub tried: Vec<Tried>,
}

/// A predicate that was tried on a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// The predicate as written.
    pub text: String,
    /// The claim's side of it.
    pub left: String,
    /// The other side, where that is not a literal.
    pub right: Option<String>,
    /// What is wrong; `None` if it holds.
    pub difference: Option<Difference>,
}

/// How two texts differ, or a text and a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// In words, such as `'a' is not 'A' at byte 0`.
    pub text: String,
    /// The byte of the claim's text at which it shows, from 0.
    pub at: Option<usize>,
    /// What would let the text through.
    pub hint: Option<String>,
}

/// What a store answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The store, as the rule names it.
    pub store: String,
    /// The query with its parameters filled in.
    pub query: String,
    /// How many rows came.
    pub rows: usize,
    /// How many different values the columns have that become such claims.
    pub count: usize,
    /// Some of them, the nearest first.
    pub values: Vec<String>,
    /// What the directory knows of the group, where the value is one.
    pub group: Option<Standing>,
}

/// What came in before the first rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// The rule set starts with what acceptance issues, which has no such claim.
    Accepted(Box<Missing>),
    /// The directory, or the claims file, gave no such claim: how many of this type it gave, and some of their values.
    Input {
        /// How many.
        count: usize,
        /// Some of them, the nearest first.
        values: Vec<String>,
    },
    /// The claim is there, and no rule issues it.
    NotIssued(Made),
}
