//! Whether claims of a type can exist where a rule set runs, as far as that is worth a warning.

use crate::lang::ast::Pattern;
use crate::lint::produced::{TypeSet, at_start, within};
use crate::lint::{Subject, known};

/// The types that can exist anywhere in a rule set. Which rule comes first is another matter.
pub(in crate::lint) struct Existing<'a> {
    types: TypeSet,
    /// Nothing is known of what comes in; then it is taken to be the well-known types.
    is_alone: bool,
    subject: Subject<'a>,
}

impl<'a> Existing<'a> {
    pub(in crate::lint) fn of(subject: &Subject<'a>) -> Self {
        let start = at_start(subject);
        let is_alone = subject.stage.is_none() && start.is_anything();
        let types = within(subject.rule_set, if is_alone { TypeSet::default() } else { start });
        Self { types, is_alone, subject: *subject }
    }

    /// Whether claims of a type can exist.
    pub(in crate::lint) fn may_hold(&self, claim_type: &str) -> bool {
        self.types.may_hold(claim_type) || self.is_alone && known::is_known(claim_type)
    }

    /// Whether there can be a claim of which a pattern's conditions on the type hold.
    pub(in crate::lint) fn may_match(&self, pattern: &Pattern) -> bool {
        self.is_alone || self.types.may_match(pattern)
    }

    /// What to do about a type that cannot exist.
    pub(in crate::lint) const fn help(&self) -> &'static str {
        if self.subject.trust.is_some() {
            "the acceptance rules do not hand it on, and no rule here makes it: add a rule that does, or correct the type"
        } else {
            "add a rule that makes it, or, if a claims provider states it, name it under `facts: claim_types:` in \
             `rulecheck.yaml`"
        }
    }

    /// The type that was probably meant.
    pub(in crate::lint) fn nearest(&self, claim_type: &str) -> Option<&str> {
        let known = known::types().iter().map(|known| known.uri).filter(|known| self.may_hold(known));
        let candidates = known.chain(self.types.listed());
        let near = candidates.map(|candidate| (strsim::damerau_levenshtein(claim_type, candidate), candidate)).min()?;
        (near.0 > 0 && near.0 <= 3).then_some(near.1)
    }
}
