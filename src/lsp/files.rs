//! The files that a feature may look at: what is open in the editor, before what lies on the disk.

use std::path::Path;

use crate::config::{rulecheck, trust};
use crate::harness::case;
use crate::input::InputError;
use crate::lang::Source;

/// Reads files, and tells which there are.
pub trait Files {
    /// The text of a file. `None` if there is no such file.
    fn read(&self, path: &Path) -> Option<Result<Source, InputError>>;
    /// Whether there is a file.
    fn has(&self, path: &Path) -> bool;
    /// The names of all files in a folder, sorted; none if it cannot be read.
    fn names(&self, folder: &Path) -> Vec<String>;
}

/// What a document is, by its name and by what the editor calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentKind {
    /// A rule set.
    Rules,
    /// `trust.yaml`.
    Trust,
    /// `*.test.yaml`.
    Tests,
    /// `rulecheck.yaml`.
    Settings,
    /// Nothing that is known here.
    Other,
}

/// What editors call the language.
const LANGUAGE: &str = "claims";

impl DocumentKind {
    /// The kind of the file `name`, or of a text without a file in this language.
    #[must_use]
    pub fn of(name: &str, language: &str) -> Self {
        let ending = Path::new(name).extension();
        match name {
            trust::FILE_NAME => Self::Trust,
            rulecheck::FILE_NAME => Self::Settings,
            _ if name.ends_with(case::FILE_ENDING) => Self::Tests,
            _ if ending.is_some_and(|ending| ending.eq_ignore_ascii_case(LANGUAGE)) => Self::Rules,
            _ if language.eq_ignore_ascii_case(LANGUAGE) => Self::Rules,
            _ => Self::Other,
        }
    }
}

/// The files of a trust's folder.
pub(super) struct TrustFiles<'a> {
    pub(super) files: &'a dyn Files,
    pub(super) folder: &'a Path,
}

impl trust::Files for TrustFiles<'_> {
    fn name(&self) -> String {
        self.folder.display().to_string()
    }

    fn display(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    fn has(&self, name: &str) -> bool {
        self.files.has(&self.folder.join(name))
    }

    fn rule_files(&self) -> Vec<String> {
        let mut names = self.files.names(self.folder);
        names.retain(|name| DocumentKind::of(name, "") == DocumentKind::Rules);
        names
    }

    fn read(&self, name: &str) -> Option<Result<Source, InputError>> {
        self.files.read(&self.folder.join(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_a_document_is() {
        use DocumentKind::{Other, Rules, Settings, Tests, Trust};
        let kinds = ["a.claims", "A.CLAIMS", "trust.yaml", "a.test.yaml", "rulecheck.yaml", "other.yaml", ""];
        assert_eq!(
            kinds.map(|name| DocumentKind::of(name, "yaml")),
            [Rules, Rules, Trust, Tests, Settings, Other, Other]
        );
        assert_eq!(DocumentKind::of("Untitled-1", "claims"), Rules);
    }
}
