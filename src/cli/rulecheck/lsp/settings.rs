//! What people set in their editor: for whom to evaluate rules.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use super::uri;

/// The name under which editors keep the settings.
pub(super) const SECTION: &str = "claimsmith";

/// The settings of the editor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct EditorSettings {
    /// The directory file, relative to the workspace.
    pub(super) directory: Option<String>,
    /// The users to offer.
    pub(super) users: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Written {
    directory: Option<String>,
    user: Option<OneOrMore>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl EditorSettings {
    /// Reads the settings, which may stand below their section. What is not understood is not set.
    pub(super) fn of(value: &Value) -> Self {
        let section = value.get(SECTION).unwrap_or(value);
        let Written { directory, user } = Written::deserialize(section).unwrap_or_default();
        let users = match user {
            None => Vec::new(),
            Some(OneOrMore::One(user)) => vec![user],
            Some(OneOrMore::More(users)) => users,
        };
        let is_set = |text: &String| !text.trim().is_empty();
        Self { directory: directory.filter(is_set), users: users.into_iter().filter(is_set).collect() }
    }

    /// The settings of `other` where these say nothing.
    pub(super) fn or(self, other: &Self) -> Self {
        Self {
            directory: self.directory.or_else(|| other.directory.clone()),
            users: if self.users.is_empty() { other.users.clone() } else { self.users },
        }
    }
}

/// The folder that the editor has open.
pub(super) fn root(initialize: &Value) -> Option<PathBuf> {
    let folder = initialize.pointer("/workspaceFolders/0/uri").or_else(|| initialize.get("rootUri"));
    let folder = folder.and_then(Value::as_str).and_then(uri::path);
    folder.or_else(|| initialize.get("rootPath").and_then(Value::as_str).map(|path| Path::new(path).to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn settings_stand_alone_or_in_their_section() {
        let wanted = EditorSettings { directory: Some("d.yaml".to_owned()), users: vec!["alice".to_owned()] };
        assert_eq!(EditorSettings::of(&json!({ "directory": "d.yaml", "user": "alice" })), wanted);
        assert_eq!(
            EditorSettings::of(&json!({ "claimsmith": { "directory": "d.yaml", "user": ["alice", ""] } })),
            wanted
        );
        for odd in [json!(null), json!([1]), json!({ "claimsmith": 7 }), json!({ "user": { "x": 1 } })] {
            assert_eq!(EditorSettings::of(&odd), EditorSettings::default());
        }
    }
}
