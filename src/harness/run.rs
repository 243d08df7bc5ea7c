//! Running rule tests: all of them, side by side, each for itself.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::config::trust::LoadError;
use crate::engine::{Claim, Stores};
use crate::harness::case::{Case, TestFile};
use crate::harness::dry_run::{Rules, claims_of, dry_run, stores};
use crate::harness::expectation::Mismatch;
use crate::input::{self, InputError};
use crate::store::directory::Directory;
use crate::store::{ActiveDirectorySettings, OpenError, open};

/// What came of one test file.
#[derive(Debug)]
pub struct FileReport {
    /// The test file.
    pub file: String,
    /// A report for each of its tests, or why they could not be run.
    pub cases: Result<Vec<CaseReport>, LoadError>,
}

/// What came of one test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseReport {
    /// Its name.
    pub name: String,
    /// The line of its name in the test file, from 1.
    pub line: usize,
    /// How it ended.
    pub verdict: Verdict,
}

/// How a test ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Everything is as expected.
    Passed,
    /// Something is not.
    Failed(Vec<Mismatch>),
    /// It does not pass, as its `todo` says.
    Todo {
        /// The text of `todo`.
        reason: String,
    },
    /// It passes, although its `todo` says that it does not.
    Done {
        /// The text of `todo`.
        reason: String,
    },
}

impl Verdict {
    /// Whether somebody must look at it.
    #[must_use]
    pub const fn is_failure(&self) -> bool {
        matches!(self, Self::Failed(_) | Self::Done { .. })
    }
}

struct Loaded {
    rules: Rules,
    stores: Stores,
    directory: Option<Arc<dyn Directory>>,
    cases: Vec<Case>,
}

/// Runs the tests of `files` whose names contain `name_part`, on all processors. Reports stand in the order of the
/// files, and of the tests in them.
#[must_use]
pub fn run(files: &[PathBuf], name_part: Option<&str>) -> Vec<FileReport> {
    let mut directories = Directories::default();
    let loaded: Vec<(String, Result<Loaded, LoadError>)> =
        files.iter().map(|file| (file.display().to_string(), load(file, name_part, &mut directories))).collect();
    let jobs: Vec<(&Loaded, &Case)> = loaded
        .iter()
        .filter_map(|(_, loaded)| loaded.as_ref().ok())
        .flat_map(|loaded| loaded.cases.iter().map(move |case| (loaded, case)))
        .collect();
    let mut reports = side_by_side(&jobs).into_iter();
    let counts: Vec<Option<usize>> =
        loaded.iter().map(|(_, loaded)| loaded.as_ref().ok().map(|loaded| loaded.cases.len())).collect();
    loaded
        .into_iter()
        .zip(counts)
        .map(|((file, loaded), count)| FileReport {
            file,
            cases: loaded.map(|_| reports.by_ref().take(count.unwrap_or(0)).collect()),
        })
        .collect()
}

fn side_by_side(jobs: &[(&Loaded, &Case)]) -> Vec<CaseReport> {
    let workers = thread::available_parallelism().map_or(1, NonZero::get).min(jobs.len());
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some((loaded, case)) = jobs.get(index) else {
                return done;
            };
            let report = CaseReport { name: case.name.clone(), line: case.line, verdict: judge(loaded, case) };
            done.push((index, report));
        }
    };
    let mut reports: Vec<(usize, CaseReport)> = thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    reports.sort_by_key(|(index, _)| *index);
    reports.into_iter().map(|(_, report)| report).collect()
}

fn judge(loaded: &Loaded, case: &Case) -> Verdict {
    let mismatches = match claims(loaded, case) {
        Ok(claims) => {
            let outcome = dry_run(&loaded.rules, claims, &loaded.stores);
            case.expectations.iter().filter_map(|expectation| expectation.mismatch(&outcome)).collect()
        }
        Err(mismatch) => vec![mismatch],
    };
    match (&case.todo, mismatches.is_empty()) {
        (None, true) => Verdict::Passed,
        (None, false) => Verdict::Failed(mismatches),
        (Some(reason), false) => Verdict::Todo { reason: reason.clone() },
        (Some(reason), true) => Verdict::Done { reason: reason.clone() },
    }
}

/// What the rules get.
fn claims(loaded: &Loaded, case: &Case) -> Result<Vec<Claim>, Mismatch> {
    let mut claims = match (&case.user, &loaded.directory) {
        (Some(user), Some(directory)) => claims_of(directory.as_ref(), user).map_err(|error| Mismatch {
            key: "user",
            expected: vec![user.clone()],
            got: vec![error.to_string()],
            nearest: None,
        })?,
        _ => Vec::new(),
    };
    claims.extend(case.with.iter().map(Claim::from));
    Ok(claims)
}

fn load(file: &Path, name_part: Option<&str>, directories: &mut Directories) -> Result<Loaded, LoadError> {
    let source = input::read_source(file)?;
    let mut test_file = TestFile::parse(&source, file.parent().unwrap_or(Path::new("")))?;
    test_file.cases.retain(|case| name_part.is_none_or(|part| case.name.contains(part)));
    let directory = match &test_file.directory {
        Some(path) => Some(directories.open(path)?),
        None => None,
    };
    let rules = Rules::load(&test_file.rules)?;
    let stores = stores(directory.as_ref());
    rules.check_stores(&stores)?;
    Ok(Loaded { rules, stores, directory, cases: test_file.cases })
}

/// Directories that were read already: many test files share one.
#[derive(Default)]
struct Directories(BTreeMap<PathBuf, Arc<dyn Directory>>);

impl Directories {
    fn open(&mut self, path: &Path) -> Result<Arc<dyn Directory>, LoadError> {
        let key = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if let Some(known) = self.0.get(&key) {
            return Ok(Arc::clone(known));
        }
        let directory =
            open(&path.display().to_string(), ActiveDirectorySettings::default()).map_err(|error| match error {
                OpenError::File(error) => error,
                OpenError::ActiveDirectory(error) => InputError::whole(path.display().to_string(), error.to_string()),
            })?;
        self.0.insert(key, Arc::clone(&directory));
        Ok(directory)
    }
}
