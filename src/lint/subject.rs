//! What a lint looks at.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::Stage;
use crate::engine::trust::Profile;
use crate::lang::RuleSet;
use crate::lint::Memory;

/// One rule set, and what is known around it.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The rules that are checked. They were read without an error.
    pub rule_set: &'a RuleSet,
    /// What the rules decide; `None` for a rule file by itself.
    pub stage: Option<Stage>,
    /// The trust that they belong to; `None` for a rule file by itself.
    pub trust: Option<&'a TrustView<'a>>,
    /// What people say of their directory.
    pub facts: &'a Facts,
    /// What lints found out about the rules so far: empty at first, and of this rule set only.
    pub memory: &'a Memory,
}

/// A trust, as far as lints look at it.
#[derive(Clone, Debug, Default)]
pub struct TrustView<'a> {
    /// Extra checks before signing.
    pub profile: Option<Profile>,
    /// Its rule sets. Acceptance rules are always among them: those of the trust, or else those of AD FS for Active
    /// Directory.
    pub rule_sets: BTreeMap<Stage, &'a RuleSet>,
}

/// What is true of a directory and a federation service, as `rulecheck.yaml` says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The names of the attribute stores; `None` if nobody said.
    pub stores: Option<BTreeSet<String>>,
    /// The attributes of the directory's schema; `None` if nobody said.
    pub attributes: Option<BTreeSet<String>>,
    /// The claim types with which acceptance rules start; one that ends in `*` stands for all that begin so. `None` if
    /// nobody said.
    pub claim_types: Option<BTreeSet<String>>,
}
