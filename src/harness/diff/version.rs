//! One of two versions of rules.

use crate::engine::Stage;
use crate::harness::dry_run::Rules;
use crate::lang::ast::{Rule, RuleSet};
use crate::lang::{self, Source};

/// Which of two versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The rules as they were.
    Old,
    /// The rules as they will be.
    New,
}

impl Side {
    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Old => Self::New,
            Self::New => Self::Old,
        }
    }

    /// `old` or `new`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Old => "old",
            Self::New => "new",
        }
    }
}

/// Rules, ready to run, and their texts.
pub struct Version {
    /// What messages call it: the path or revision as it was given.
    pub name: String,
    rules: Rules,
    sets: Vec<WrittenSet>,
}

/// The text of one rule set.
pub(super) struct WrittenSet {
    /// A single rule set counts as issuance rules.
    pub(super) stage: Stage,
    pub(super) source: Source,
    pub(super) rules: Vec<Rule>,
}

impl Version {
    /// Rules under a name.
    #[must_use]
    pub fn new(name: String, rules: Rules) -> Self {
        let written = |stage, source: &Source| {
            let RuleSet { rules } = lang::parse(&source.text).rule_set;
            WrittenSet { stage, source: source.clone(), rules }
        };
        let sets = match &rules {
            Rules::Trust(folder) => folder.rule_sets.iter().map(|set| written(set.kind.stage(), &set.source)).collect(),
            Rules::RuleSet { source, .. } => vec![written(Stage::Issuance, source)],
        };
        Self { name, rules, sets }
    }

    /// Whether it is a trust folder, whose rule sets decide who may use it.
    #[must_use]
    pub const fn is_trust(&self) -> bool {
        matches!(self.rules, Rules::Trust(_))
    }

    /// The rules themselves.
    #[must_use]
    pub const fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Which settings of two trusts differ, beside their rules; their keys in `trust.yaml`.
    pub(super) fn other_settings(&self, other: &Self) -> Vec<&'static str> {
        let (Rules::Trust(this), Rules::Trust(other)) = (&self.rules, &other.rules) else { return Vec::new() };
        let (this, other) = (&this.relying_party, &other.relying_party);
        let settings = [
            ("name", this.name == other.name),
            ("identifier", this.identifier == other.identifier),
            ("endpoints", this.endpoints == other.endpoints),
            ("profile", this.profile == other.profile),
            ("request_certificates", this.request_certificates == other.request_certificates),
            ("requires_signed_requests", this.requires_signed_requests == other.requires_signed_requests),
        ];
        settings.into_iter().filter(|(_, same)| !same).map(|(key, _)| key).collect()
    }

    /// The rule set of a stage, if there is one.
    pub(super) fn set(&self, stage: Stage) -> Option<&WrittenSet> {
        self.sets.iter().find(|set| set.stage == stage)
    }
}
