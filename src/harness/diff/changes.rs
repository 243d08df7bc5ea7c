//! Which rules changed, were added or removed.

use std::collections::BTreeMap;

use super::pairs::{Pairs, pairs};
use super::version::{Side, Version, WrittenSet};
use super::wording::{self, Alteration};
use crate::engine::Stage;
use crate::harness::recording::RuleRef;
use crate::lang::ast::{Rule, Verb};

/// What became of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// It does something else.
    Changed,
    /// It was not there.
    Added,
    /// It is gone.
    Removed,
    /// It does the same, after other rules than before.
    Moved,
    /// It does the same under another name.
    Renamed,
}

impl ChangeKind {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Moved => "moved",
            Self::Renamed => "renamed",
        }
    }
}

/// A rule that is not in both versions as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleChange {
    /// What became of it.
    pub kind: ChangeKind,
    /// Where it was.
    pub old: Option<RuleRef>,
    /// Where it is.
    pub new: Option<RuleRef>,
    /// In what it differs, in words that follow its name.
    pub what: Vec<Alteration>,
}

/// A rule by its place: its version, its rule set, and its index from 0.
pub(super) type Place = (Side, Stage, usize);

/// A change and where its rule stands in the rule set, as indices from 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed {
    /// Its index among all changes.
    pub(super) change: usize,
    pub(super) stage: Stage,
    pub(super) old: Option<usize>,
    pub(super) new: Option<usize>,
}

/// All changes between two versions, in the order of the rule sets and of the rules in them.
pub(super) struct Changes {
    pub(super) list: Vec<RuleChange>,
    /// Those that can make a difference: all but new names.
    pub(super) placed: Vec<Placed>,
    by_place: BTreeMap<Place, usize>,
    issues: BTreeMap<Place, bool>,
    refs: BTreeMap<Place, RuleRef>,
}

impl Changes {
    pub(super) fn between(old: &Version, new: &Version) -> Self {
        let mut changes = Self {
            list: Vec::new(),
            placed: Vec::new(),
            by_place: BTreeMap::new(),
            issues: BTreeMap::new(),
            refs: BTreeMap::new(),
        };
        let with_stage = old.is_trust() || new.is_trust();
        for stage in Stage::ALL {
            let (old, new) = (old.set(stage), new.set(stage));
            for (side, set) in [(Side::Old, old), (Side::New, new)] {
                let Some(set) = set else { continue };
                for (index, rule) in set.rules.iter().enumerate() {
                    changes.issues.insert((side, stage, index), rule.action.verb == Verb::Issue);
                    changes.refs.insert((side, stage, index), reference(set, index, rule, with_stage));
                }
            }
            let rules = |set: Option<&'_ WrittenSet>| set.map(|set| set.rules.clone()).unwrap_or_default();
            changes.of_stage(stage, &rules(old), &rules(new));
        }
        changes
    }

    fn of_stage(&mut self, stage: Stage, old: &[Rule], new: &[Rule]) {
        let Pairs { both, removed, added, moved } = pairs(old, new);
        // By the place in the new text; a removed rule stands where it was.
        let mut found: Vec<(usize, u8, Option<usize>, Option<usize>)> = Vec::new();
        found.extend(both.iter().map(|&(old, new)| (new, 1, Some(old), Some(new))));
        found.extend(added.iter().map(|&new| (new, 1, None, Some(new))));
        found.extend(removed.iter().map(|&old| (old, 0, Some(old), None)));
        found.sort_unstable();
        for (_, _, old_at, new_at) in found {
            let rules = (old_at.and_then(|at| old.get(at)), new_at.and_then(|at| new.get(at)));
            let (kind, what) = match rules {
                (None, None) => continue,
                (Some(_), None) => (ChangeKind::Removed, vec![Alteration::new("was removed")]),
                (None, Some(_)) => (ChangeKind::Added, vec![Alteration::new("was added")]),
                (Some(old), Some(new)) => {
                    let mut what = wording::changes(old, new);
                    let has_moved = old_at.is_some_and(|at| moved.contains(&at));
                    let (old_name, new_name) = (old.name(), new.name());
                    let kind = match (what.is_empty(), has_moved, old_name == new_name) {
                        (false, _, _) => ChangeKind::Changed,
                        (true, true, _) => ChangeKind::Moved,
                        (true, false, false) => ChangeKind::Renamed,
                        (true, false, true) => continue,
                    };
                    if has_moved {
                        let number = |at: Option<usize>| at.map_or(0, |at| at + 1);
                        let moved = format!("moved from place {} to {}", number(old_at), number(new_at));
                        what.push(Alteration::new(moved));
                    }
                    if old_name != new_name {
                        what.push(Alteration::new(format!("was called {}", quoted(old_name))));
                    }
                    (kind, what)
                }
            };
            let id = self.list.len();
            if kind != ChangeKind::Renamed {
                self.placed.push(Placed { change: id, stage, old: old_at, new: new_at });
            }
            let places = [(Side::Old, old_at), (Side::New, new_at)];
            for (side, at) in places {
                if let (Some(at), true) = (at, kind != ChangeKind::Renamed) {
                    self.by_place.insert((side, stage, at), id);
                }
            }
            let rule = |side, at: Option<usize>| at.and_then(|at| self.reference((side, stage, at)).cloned());
            self.list.push(RuleChange { kind, old: rule(Side::Old, old_at), new: rule(Side::New, new_at), what });
        }
    }

    /// The change of a rule that does something else than before, or after other rules.
    pub(super) fn of(&self, place: Place) -> Option<usize> {
        self.by_place.get(&place).copied()
    }

    /// Whether the rule issues, and does not only add.
    pub(super) fn issues(&self, place: Place) -> bool {
        self.issues.get(&place).copied().unwrap_or(false)
    }

    /// The changes, and what people call the rules.
    pub(super) fn into_parts(self) -> (Vec<RuleChange>, BTreeMap<Place, RuleRef>) {
        (self.list, self.refs)
    }

    /// What people call the rule.
    pub(super) fn reference(&self, place: Place) -> Option<&RuleRef> {
        self.refs.get(&place)
    }
}

fn reference(set: &WrittenSet, index: usize, rule: &Rule, with_stage: bool) -> RuleRef {
    RuleRef {
        stage: with_stage.then_some(set.stage),
        number: index + 1,
        name: rule.name().map(str::to_owned),
        file: set.source.name.clone(),
        line: set.source.position(rule.span.start).line,
    }
}

fn quoted(name: Option<&str>) -> String {
    name.map_or_else(|| "nothing".to_owned(), |name| format!("`{name}`"))
}
