//! `directory.active_directory.group_names`: how many names of groups are remembered, and how long.

use std::time::Duration;

use serde::Deserialize;

use crate::store::active_directory::GroupNames;

/// What is written; the rest is as [`GroupNames::default`] says.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Section {
    #[serde(default)]
    entries: Option<u32>,
    #[serde(default)]
    minutes: Option<u32>,
    #[serde(default)]
    unknown_minutes: Option<u32>,
}

impl Section {
    pub(super) fn settings(self) -> GroupNames {
        let default = GroupNames::default();
        let minutes = |given: Option<u32>, default| given.map_or(default, |given| Duration::from_mins(given.into()));
        GroupNames {
            entries: self.entries.map_or(default.entries, |entries| usize::try_from(entries).unwrap_or(usize::MAX)),
            age: minutes(self.minutes, default.age),
            unknown_age: minutes(self.unknown_minutes, default.unknown_age),
        }
    }
}
