//! `directory`: where users are.

use std::path::PathBuf;

use serde::Deserialize;

use super::faults::Faults;
use crate::input::{self, Spanned};
use crate::store::file::FileDirectory;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Section {
    #[serde(default)]
    file: Option<Spanned<PathBuf>>,
}

/// Where users are.
pub enum DirectorySource {
    /// In a file, which has been read.
    File(FileDirectory),
}

/// Reads the section.
pub(super) fn read(section: &Spanned<Section>, faults: &mut Faults<'_>) -> Option<DirectorySource> {
    let Some(file) = &section.value.file else {
        faults.at(section, "the section names no directory", "write `file: FILE` or `active_directory: { … }`");
        return None;
    };
    from_file(file, faults).map(DirectorySource::File)
}

fn from_file(file: &Spanned<PathBuf>, faults: &mut Faults<'_>) -> Option<FileDirectory> {
    let path = faults.path(&file.value);
    let is_ldif = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("ldif"));
    if is_ldif {
        faults.at(file, "an LDIF file knows no passwords, so nobody could sign in", "name a YAML directory file");
        return None;
    }
    match input::read_source(&path).and_then(|source| FileDirectory::from_yaml(&source)) {
        Ok(directory) => Some(directory),
        Err(error) => {
            faults.elsewhere(error.into());
            None
        }
    }
}
