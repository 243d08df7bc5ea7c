//! For whom rules can be tried out: the people of the tests beside them.

use std::path::{Path, PathBuf};

use super::Files;
use crate::config::trust;
use crate::harness::case::{self, Completeness, TestFile};

/// So many users of a test file are offered.
const OFFERED_USERS: usize = 3;

/// People, and the directory that knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whom {
    /// The directory file.
    pub directory: PathBuf,
    /// The first users of its tests, each once; at least one.
    pub users: Vec<String>,
}

/// The first test file in the folder of a rule file that is about these rules and has users.
#[must_use]
pub fn whom(path: &Path, files: &dyn Files) -> Option<Whom> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let names = files.names(folder);
    let mut tests = names.iter().filter(|name| name.ends_with(case::FILE_ENDING));
    tests.find_map(|name| of_file(&folder.join(name), path, folder, files))
}

fn of_file(test_file: &Path, path: &Path, folder: &Path, files: &dyn Files) -> Option<Whom> {
    let source = files.read(test_file)?.ok()?;
    let TestFile { rules, directory, cases, .. } = TestFile::parse(&source, folder, Completeness::Optional).ok()?;
    if rules != path && rules != folder && rules != folder.join(trust::FILE_NAME) {
        return None;
    }
    let mut users: Vec<String> = Vec::new();
    for user in cases.into_iter().filter_map(|case| case.user) {
        if users.len() < OFFERED_USERS && !users.contains(&user) {
            users.push(user);
        }
    }
    (!users.is_empty()).then_some(Whom { directory: directory?, users })
}
