//! Running rule tests: all of them, side by side, each for itself.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::config::trust::LoadError;
use crate::engine::{Claim, Stores};
use crate::harness::bless::{self, Revision};
use crate::harness::case::{Case, Completeness, TestFile};
use crate::harness::coverage::{Coverage, Seen, observe};
use crate::harness::dry_run::{Rules, claims_of, dry_run, stores};
use crate::harness::expectation::{Mismatch, Outcome};
use crate::harness::recording::Recording;
use crate::input::{self, InputError};
use crate::lang::Source;
use crate::store::directory::Directory;
use crate::store::{ActiveDirectorySettings, OpenError, open};

/// What came of one test file.
#[derive(Debug)]
pub struct FileReport {
    /// The test file.
    pub file: String,
    /// A report for each of its tests, or why they could not be run.
    pub cases: Result<Vec<CaseReport>, LoadError>,
    /// Its new text, if tests are to expect what came out; or why it cannot be changed.
    pub blessed: Option<Result<String, String>>,
}

/// What to run, and what to make of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'o> {
    /// Only the tests whose names contain this.
    pub name_part: Option<&'o str>,
    /// Let the tests that fail expect what came out.
    pub bless: bool,
    /// Note what the tests exercise.
    pub coverage: bool,
}

/// What came of all test files.
#[derive(Debug)]
pub struct RunReport {
    /// One for each test file.
    pub files: Vec<FileReport>,
    /// What the tests exercised, if that was asked for. Those with a `todo` do not count.
    pub coverage: Coverage,
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
    /// How long its rules ran.
    pub time: Duration,
}

/// How a test ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Everything is as expected.
    Passed,
    /// Something is not.
    Failed(Vec<Mismatch>),
    /// Something was not, and now what came out is expected.
    Blessed(Vec<Revision>),
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
    source: Source,
    folder: PathBuf,
    test_file: TestFile,
    rules: Rules,
    stores: Stores,
    directory: Option<Arc<dyn Directory>>,
}

/// Runs the tests of `files`, on all processors. Reports stand in the order of the files, and of the tests in them.
#[must_use]
pub fn run(files: &[PathBuf], options: Options<'_>) -> RunReport {
    let mut directories = Directories::default();
    let loaded: Vec<(String, Result<Loaded, LoadError>)> =
        files.iter().map(|file| (file.display().to_string(), load(file, options, &mut directories))).collect();
    let is_wanted = |case: &&Case| options.name_part.is_none_or(|part| case.name.contains(part));
    let jobs: Vec<(&Loaded, &Case)> = loaded
        .iter()
        .filter_map(|(_, loaded)| loaded.as_ref().ok())
        .flat_map(|loaded| loaded.test_file.cases.iter().filter(is_wanted).map(move |case| (loaded, case)))
        .collect();
    let mut judged = side_by_side(&jobs, options).into_iter();
    let mut coverage = Coverage::default();
    let mut reports = Vec::with_capacity(loaded.len());
    for (file, loaded) in &loaded {
        let Ok(loaded) = loaded else { continue };
        let cases = loaded.test_file.cases.iter().enumerate().filter(|(_, case)| is_wanted(case));
        let mut judged: Vec<(usize, &Case, Judged)> =
            cases.map_while(|(index, case)| Some((index, case, judged.next()?))).collect();
        if options.coverage {
            coverage.expect_all(&loaded.rules);
        }
        judged.iter().flat_map(|(_, _, judged)| &judged.seen).for_each(|seen| coverage.note(seen));
        let blessed = bless(loaded, &mut judged);
        let cases = judged.into_iter().map(|(_, case, judged)| judged.report(case)).collect();
        reports.push(FileReport { file: file.clone(), cases: Ok(cases), blessed });
    }
    let mut reports = reports.into_iter();
    let broken = |file, error| FileReport { file, cases: Err(error), blessed: None };
    let files = loaded.into_iter().filter_map(|(file, loaded)| match loaded {
        Ok(_) => reports.next(),
        Err(error) => Some(broken(file, error)),
    });
    RunReport { files: files.collect(), coverage }
}

/// The new text of a test file in which tests are to expect something else. If it cannot be changed, none of them is.
fn bless(loaded: &Loaded, judged: &mut [(usize, &Case, Judged)]) -> Option<Result<String, String>> {
    let revisions: Vec<(usize, &[Revision])> = judged
        .iter()
        .filter(|(_, _, judged)| !judged.revisions.is_empty())
        .map(|(index, _, judged)| (*index, judged.revisions.as_slice()))
        .collect();
    if revisions.is_empty() {
        return None;
    }
    let text = bless::rewritten(&loaded.source, &loaded.folder, &loaded.test_file, &revisions);
    if text.is_err() {
        for (_, _, judged) in judged.iter_mut() {
            judged.revisions.clear();
        }
    }
    Some(text)
}

fn side_by_side(jobs: &[(&Loaded, &Case)], options: Options<'_>) -> Vec<Judged> {
    let workers = thread::available_parallelism().map_or(1, NonZero::get).min(jobs.len());
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some((loaded, case)) = jobs.get(index) else {
                return done;
            };
            done.push((index, judge(loaded, case, options)));
        }
    };
    let mut judged: Vec<(usize, Judged)> = thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    judged.sort_by_key(|(index, _)| *index);
    judged.into_iter().map(|(_, judged)| judged).collect()
}

/// A test that was run.
struct Judged {
    mismatches: Vec<Mismatch>,
    revisions: Vec<Revision>,
    seen: Vec<Seen>,
    time: Duration,
}

impl Judged {
    fn report(self, case: &Case) -> CaseReport {
        let Self { mismatches, revisions, time, .. } = self;
        let verdict = match (&case.todo, mismatches.is_empty()) {
            (None, true) => Verdict::Passed,
            (None, false) if revisions.is_empty() => Verdict::Failed(mismatches),
            (None, false) => Verdict::Blessed(revisions),
            (Some(reason), false) => Verdict::Todo { reason: reason.clone() },
            (Some(reason), true) => Verdict::Done { reason: reason.clone() },
        };
        CaseReport { name: case.name.clone(), line: case.line, verdict, time }
    }
}

fn judge(loaded: &Loaded, case: &Case, options: Options<'_>) -> Judged {
    let begun = Instant::now();
    let mut judged = Judged { mismatches: Vec::new(), revisions: Vec::new(), seen: Vec::new(), time: Duration::ZERO };
    match claims(loaded, case) {
        Ok(claims) => {
            let outcome = if options.coverage && case.todo.is_none() {
                Recording::of(&loaded.rules, claims, &loaded.stores).map(|recording| {
                    judged.seen = observe(&recording);
                    recording.run
                })
            } else {
                dry_run(&loaded.rules, claims, &loaded.stores)
            };
            if options.bless {
                judged.revisions = bless::revisions(case, &outcome);
            }
            judged.mismatches = mismatches(case, &outcome);
        }
        Err(mismatch) => judged.mismatches.push(mismatch),
    }
    judged.time = begun.elapsed();
    judged
}

fn mismatches(case: &Case, outcome: &Outcome) -> Vec<Mismatch> {
    let mut mismatches: Vec<Mismatch> =
        case.expectations.iter().filter_map(|expectation| expectation.mismatch(outcome)).collect();
    if !case.blank.is_empty() || case.expectations.is_empty() {
        let got = match outcome {
            Ok(_) => "nothing is expected yet".to_owned(),
            Err(error) => error.to_string(),
        };
        let key = case.blank.first().unwrap_or(&"roles");
        mismatches.push(Mismatch { key, expected: vec!["what comes out".to_owned()], got: vec![got], nearest: None });
    }
    mismatches
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

fn load(file: &Path, options: Options<'_>, directories: &mut Directories) -> Result<Loaded, LoadError> {
    let source = input::read_source(file)?;
    let folder = file.parent().unwrap_or(Path::new("")).to_owned();
    let completeness = if options.bless { Completeness::Optional } else { Completeness::Required };
    let test_file = TestFile::parse(&source, &folder, completeness)?;
    let directory = match &test_file.directory {
        Some(path) => Some(directories.open(path)?),
        None => None,
    };
    let rules = Rules::load(&test_file.rules)?;
    let stores = rules.narrow(stores(directory.as_ref()));
    rules.check_stores(&stores)?;
    Ok(Loaded { source, folder, test_file, rules, stores, directory })
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
                OpenError::ActiveDirectory(_) | OpenError::Scheme(_) => {
                    InputError::whole(path.display().to_string(), error.to_string())
                }
            })?;
        self.0.insert(key, Arc::clone(&directory));
        Ok(directory)
    }
}
