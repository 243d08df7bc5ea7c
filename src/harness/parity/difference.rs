//! One thing that differs, and which rules have to do with it.

use crate::engine::Claim;
use crate::harness::recording::{RuleRef, RuleSetRun};
use crate::harness::whynot::found::Missing;
use crate::lang::ast::Verb;

/// Something that AD FS and the rules here do not say alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What it is about.
    pub about: About,
    /// What AD FS said; `None` if only the rules here say something.
    pub theirs: Option<String>,
    /// What is said here; `None` if only AD FS says something.
    pub ours: Option<String>,
    /// The rules that made ours.
    pub made_by: Vec<RuleRef>,
    /// Why the rules here make nothing of what AD FS said.
    pub missing: Option<Missing>,
    /// A name of ours that resembles the one that is missing.
    pub resembles: Option<String>,
}

/// A part of a response.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// Whether there is a response at all.
    Decision,
    /// The name identifier.
    NameId,
    /// Its format.
    NameIdFormat,
    /// For whom.
    Audience,
    /// Where it is posted to.
    Recipient,
    /// A value of the attribute of this name.
    Attribute(String),
    /// The format of the name of the attribute of this name.
    NameFormat(String),
}

impl About {
    /// The word for it.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Decision => "decision",
            Self::NameId => "name identifier",
            Self::NameIdFormat => "name identifier format",
            Self::Audience => "audience",
            Self::Recipient => "recipient",
            Self::Attribute(_) => "attribute",
            Self::NameFormat(_) => "name format",
        }
    }

    /// The attribute, if it is about one.
    #[must_use]
    pub fn attribute(&self) -> Option<&str> {
        match self {
            Self::Attribute(name) | Self::NameFormat(name) => Some(name),
            _ => None,
        }
    }
}

impl Difference {
    pub(super) fn new(about: About, theirs: Option<&str>, ours: Option<&str>) -> Self {
        Self {
            about,
            theirs: theirs.map(str::to_owned),
            ours: ours.map(str::to_owned),
            made_by: Vec::new(),
            missing: None,
            resembles: None,
        }
    }

    /// The first byte at which two values differ, and the characters there.
    #[must_use]
    pub fn first_difference(&self) -> Option<(usize, Option<char>, Option<char>)> {
        let (theirs, ours) = (self.theirs.as_ref()?, self.ours.as_ref()?);
        let same = theirs.chars().zip(ours.chars()).take_while(|(one, other)| one == other);
        let byte = same.map(|(character, _)| character.len_utf8()).sum();
        let at = |text: &str| text.get(byte..).and_then(|rest| rest.chars().next());
        Some((byte, at(theirs), at(ours)))
    }
}

/// The rules that made a claim of this type and value.
pub(super) fn made_by(run: &RuleSetRun<'_>, claim_type: &str, value: &str) -> Vec<RuleRef> {
    let is_it = |claim: &Claim| *claim.claim_type == *claim_type && *claim.value == *value;
    let issued = run.trace.issued().iter().filter(|id| run.claim(**id).is_some_and(is_it));
    let mut rules: Vec<usize> = issued.flat_map(|id| run.trace.origins(*id).map(|origin| origin.rule)).collect();
    rules.sort_unstable();
    rules.dedup();
    rules.retain(|&index| run.rule(index).is_some_and(|rule| rule.action.verb == Verb::Issue));
    rules.into_iter().map(|index| run.rule_ref(index)).collect()
}
