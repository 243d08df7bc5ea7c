//! Where the files of a trust are: a folder, or texts in the program itself.

use std::fs;
use std::path::Path;

use crate::input::{self, InputError};
use crate::lang::Source;

/// The files of one trust.
pub trait Files {
    /// What messages call the folder.
    fn name(&self) -> String;
    /// What messages call the file `name`.
    fn display(&self, name: &str) -> String;
    /// Whether there is a file `name`.
    fn has(&self, name: &str) -> bool;
    /// The names of all files that look like rule sets, sorted.
    fn rule_files(&self) -> Vec<String>;
    /// Its text. `None` if there is no such file.
    fn read(&self, name: &str) -> Option<Result<Source, InputError>>;
}

/// Files of a folder.
pub(super) struct Folder<'a>(pub(super) &'a Path);

impl Files for Folder<'_> {
    fn name(&self) -> String {
        self.0.display().to_string()
    }

    fn display(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    fn has(&self, name: &str) -> bool {
        self.0.join(name).exists()
    }

    fn rule_files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0).into_iter().flatten().flatten();
        let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
        sorted(names.filter(|name| is_rule_file(name)))
    }

    fn read(&self, name: &str) -> Option<Result<Source, InputError>> {
        self.has(name).then(|| input::read_source(&self.0.join(name)))
    }
}

/// Files that the program carries: the folder's name, and each file's name and text.
pub(super) struct Embedded<'a>(pub(super) &'a str, pub(super) &'a [(&'a str, &'a str)]);

impl Files for Embedded<'_> {
    fn name(&self) -> String {
        self.0.to_owned()
    }

    fn display(&self, name: &str) -> String {
        format!("{}/{name}", self.0)
    }

    fn has(&self, name: &str) -> bool {
        self.1.iter().any(|&(known, _)| known == name)
    }

    fn rule_files(&self) -> Vec<String> {
        sorted(self.1.iter().filter(|(name, _)| is_rule_file(name)).map(|&(name, _)| name.to_owned()))
    }

    fn read(&self, name: &str) -> Option<Result<Source, InputError>> {
        let &(_, text) = self.1.iter().find(|&&(known, _)| known == name)?;
        Some(Ok(Source::new(self.display(name), text)))
    }
}

fn is_rule_file(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("claims"))
}

fn sorted(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    names
}
