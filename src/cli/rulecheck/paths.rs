//! The files that are meant by the paths of a command line.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::config::trust;

/// The files that `paths` name, in the order named, each once.
///
/// A folder stands for the files in it, and in the folders in it, that `wanted` takes, sorted by name. Hidden folders
/// are not entered, links to folders are not followed, and pipes, sockets and devices are passed over. A file that is
/// named by itself is taken whatever it is called.
///
/// # Errors
///
/// A folder cannot be read, or holds nothing that is wanted. `kind` says what was looked for.
pub(super) fn files(paths: &[PathBuf], wanted: fn(&Path) -> bool, kind: &str) -> anyhow::Result<Vec<PathBuf>> {
    for path in paths.iter().filter(|path| path.is_dir()) {
        if any_files(std::slice::from_ref(path), wanted)?.is_empty() {
            bail!("there is no {kind} in `{}`", path.display());
        }
    }
    any_files(paths, wanted)
}

/// As [`files`], of folders that may hold nothing that is wanted.
///
/// # Errors
///
/// A folder cannot be read.
pub(super) fn any_files(paths: &[PathBuf], wanted: fn(&Path) -> bool) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            walk(path, wanted, &mut found)?;
        } else {
            found.push(path.clone());
        }
    }
    let mut seen = BTreeSet::new();
    found.retain(|path| seen.insert(identity(path)));
    Ok(found)
}

/// What two names of one file have in common.
pub(super) fn identity(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// Whether a file holds a rule set, by its name.
pub(super) fn is_rule_file(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("claims"))
}

/// Whether a file describes a trust, by its name.
pub(super) fn is_trust_file(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == trust::FILE_NAME)
}

fn walk(folder: &Path, wanted: fn(&Path) -> bool, found: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let unreadable = || format!("cannot read the folder `{}`", folder.display());
    let mut entries =
        fs::read_dir(folder).with_context(unreadable)?.collect::<Result<Vec<_>, _>>().with_context(unreadable)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = match folder.strip_prefix(".") {
            Ok(inner) => inner.join(entry.file_name()),
            Err(_) => folder.join(entry.file_name()),
        };
        let kind = entry.file_type().with_context(|| format!("cannot read `{}`", path.display()))?;
        let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        if kind.is_dir() && !hidden {
            walk(&path, wanted, found)?;
        } else if !kind.is_dir() && wanted(&path) && may_be_file(&path) {
            found.push(path);
        }
    }
    Ok(())
}

/// Whether a path leads to a file. A link that leads nowhere may have led to one: reading it tells.
fn may_be_file(path: &Path) -> bool {
    fs::metadata(path).map_or(true, |found| found.is_file())
}

/// A path as every system writes it.
pub(super) fn slashes(path: &Path) -> String {
    path.display().to_string().replace('\\', "/")
}
