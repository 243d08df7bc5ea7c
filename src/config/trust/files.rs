//! Where the files of a trust are: a folder, or texts in the program itself.

use std::path::Path;

use crate::input::{self, InputError};
use crate::lang::Source;

/// The files of one trust.
pub(super) trait Files {
    /// What messages call the folder.
    fn name(&self) -> String;
    /// What messages call the file `name`.
    fn display(&self, name: &str) -> String;
    /// Whether there is a file `name`.
    fn has(&self, name: &str) -> bool;
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

    fn read(&self, name: &str) -> Option<Result<Source, InputError>> {
        let &(_, text) = self.1.iter().find(|&&(known, _)| known == name)?;
        Some(Ok(Source::new(self.display(name), text)))
    }
}
