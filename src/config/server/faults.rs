//! What is wrong in a configuration, collected.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::config::trust::{Flaw, LoadError};
use crate::input::{self, Spanned};
use crate::lang::{Diagnostic, Source};

/// The code of findings in configuration files.
const CODE: &str = "config";
/// Largest key, certificate or secret that is read, in bytes.
const FILE_BYTES: u64 = 1 << 20;

/// Collects what is wrong, so that one run tells it all.
pub(super) struct Faults<'a> {
    source: &'a Source,
    folder: &'a Path,
    found: Vec<Diagnostic>,
    elsewhere: Vec<Flaw>,
    warnings: Vec<String>,
}

impl<'a> Faults<'a> {
    pub(super) fn new(source: &'a Source, folder: &'a Path) -> Self {
        Self { source, folder, found: Vec::new(), elsewhere: Vec::new(), warnings: Vec::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty() && self.elsewhere.is_empty()
    }

    /// Notes a fault of a value, and what to do about it.
    pub(super) fn at<T>(&mut self, value: &Spanned<T>, message: impl Into<String>, help: impl Into<String>) {
        let span = input::span(self.source, value);
        self.found.push(Diagnostic::error(CODE, span, message).with_help(help));
    }

    /// Notes faults in other files, which a value names. One that cannot be read at all is a fault of the value, and `help`
    /// says what to name.
    pub(super) fn elsewhere<T>(&mut self, named: &Spanned<T>, error: LoadError, help: &str) {
        for flaw in error.flaws {
            match flaw {
                Flaw::Input(missing) if missing.diagnostic().is_none() => {
                    let told = missing.to_string();
                    let message = told.rsplit_once("; ").map_or(told.as_str(), |(message, _)| message);
                    self.at(named, message, help);
                }
                flaw => self.elsewhere.push(flaw),
            }
        }
    }

    /// A path that the file names; relative ones start at its folder.
    pub(super) fn path(&self, named: impl AsRef<Path>) -> PathBuf {
        self.folder.join(named)
    }

    /// The content of a file that a value names. `None`, and a fault, if it cannot be read.
    pub(super) fn read(&mut self, named: &Spanned<PathBuf>) -> Option<Vec<u8>> {
        match input::read_file(&self.path(&named.value), FILE_BYTES) {
            Ok(bytes) => Some(bytes),
            Err(error) => {
                self.at(named, error.to_string(), "name a file that the server may read");
                None
            }
        }
    }

    /// As [`Self::read`], for a file that nobody else should read. Whether others can is a warning.
    pub(super) fn read_secret(&mut self, named: &Spanned<PathBuf>) -> Option<Vec<u8>> {
        let path = self.path(&named.value);
        if let Some(mode) = open_to_others(&path) {
            let path = path.display();
            self.warnings.push(format!(
                "`{path}` holds a secret, and its group or everybody can read it (mode {mode:o}); run `chmod 600 {path}`"
            ));
        }
        self.read(named)
    }

    /// Notes that the configuration itself holds a secret, if others than the server can read it.
    pub(super) fn secret_in_sight(&mut self, key: &str) {
        let path = Path::new(&self.source.name);
        if let Some(mode) = open_to_others(path) {
            let path = path.display();
            self.warnings.push(format!(
                "`{path}` holds the secret `{key}`, and its group or everybody can read it (mode {mode:o}); run `chmod 600 \
                 {path}`, or keep the secret in a file of its own, named as `{key}_file`"
            ));
        }
    }

    /// Notes what does not keep the server from running, and should not be so.
    pub(super) fn warn(&mut self, warning: impl Into<String>) {
        self.warnings.push(warning.into());
    }

    pub(super) fn into_warnings(self) -> Vec<String> {
        self.warnings
    }

    pub(super) fn into_error(self) -> LoadError {
        let Self { source, mut found, elsewhere, .. } = self;
        found.sort_by_key(|fault| fault.span);
        let own =
            (!found.is_empty()).then(|| Flaw::Findings { source: input::without_secrets(source), diagnostics: found });
        LoadError { flaws: own.into_iter().chain(elsewhere).collect() }
    }
}

/// The mode of a file that its group or everybody can read.
fn open_to_others(path: &Path) -> Option<u32> {
    let mode = fs::metadata(path).ok()?.permissions().mode() & 0o777;
    (mode & 0o044 != 0).then_some(mode)
}
