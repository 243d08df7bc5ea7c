//! One text of rules, as it was read.

use std::path::{Path, PathBuf};

use crate::cli::rulecheck::paths;
use crate::engine::Stage;
use crate::input::{self, Encoding, InputError};
use crate::lang::Source;

/// A text that was read.
pub(super) struct Text {
    /// Its file; `None` for standard input.
    pub(super) path: Option<PathBuf>,
    /// What it decides in its trust; `None` for a rule set by itself, and for `trust.yaml`.
    pub(super) stage: Option<Stage>,
    /// Whether somebody asked for it; if not, it is only there for the others.
    pub(super) is_wanted: bool,
    /// How it is written.
    pub(super) encoding: Encoding,
    /// The text.
    pub(super) source: Source,
}

impl Text {
    /// Reads a file.
    pub(super) fn read(path: &Path) -> Result<Self, InputError> {
        let bytes = input::read_file(path, input::RULE_FILE_LIMIT_BYTES)?;
        Self::of(Some(path), &bytes, &path.display().to_string())
    }

    /// Takes bytes for a text. Findings call it `name`.
    pub(super) fn of(path: Option<&Path>, bytes: &[u8], name: &str) -> Result<Self, InputError> {
        let source = input::decode(bytes, name)?;
        let path = path.map(Path::to_owned);
        Ok(Self { path, stage: None, is_wanted: true, encoding: Encoding::of(bytes), source })
    }

    /// What entries of `allow` and of baselines call it.
    pub(super) fn name(&self) -> String {
        paths::slashes(self.path.as_deref().unwrap_or(Path::new(&self.source.name)))
    }
}
