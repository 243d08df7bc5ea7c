//! Running tests again whenever what they depend on changes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::signal::unix::{SignalKind, signal};

use super::{Arguments, once, test_files};
use crate::cli::rulecheck::paths;
use crate::cli::{ExitCode, Output, failure};
use crate::config::trust;
use crate::harness::case::{Completeness, TestFile};
use crate::input;
use crate::report::count::counted;

/// An editor that saves makes several changes at once; this long nothing must have happened.
const QUIET: Duration = Duration::from_millis(80);

/// Clears a terminal, what was scrolled away too, and goes to its first line.
const CLEAR: &str = "\u{1b}[2J\u{1b}[3J\u{1b}[H";

enum Event {
    Changed,
    Stop,
}

/// What a file looked like: when it was written, and how long it was. `None` if it is not there.
type Look = Option<(SystemTime, u64)>;

/// For each test file the files that it depends on; `None` if it does not say on which.
type Looks = BTreeMap<PathBuf, Option<BTreeMap<PathBuf, Look>>>;

/// Runs all test files, then those of which something changed, until somebody ends it. The exit code is that of the
/// last run.
pub(super) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    let (sender, events) = mpsc::channel();
    stop_on_signal(sender.clone())?;
    let mut watched = Watched::new(sender)?;
    let mut known: Option<Looks> = None;
    let mut code = ExitCode::Clean;
    let clears = io::stdout().is_terminal();
    loop {
        let files = match test_files(arguments) {
            Ok(files) => files,
            Err(error) if known.is_none() => return Err(error),
            // A folder may be empty while its files are replaced.
            Err(_) => Vec::new(),
        };
        let mut now = looks(&files);
        if watched.watch(arguments, &now) {
            // What changed before the system was asked to tell would go unseen.
            now = looks(&files);
        }
        let is_same = |file: &PathBuf| known.as_ref().is_some_and(|known| known.get(file) == now.get(file));
        // What a broken test file depends on is not known.
        let is_broken = |file: &PathBuf| now.get(file).is_none_or(Option::is_none);
        let changed: Vec<PathBuf> = files.iter().filter(|file| is_broken(file) || !is_same(file)).cloned().collect();
        let must_tell = known.is_none() || !changed.is_empty();
        known = Some(now);
        if !changed.is_empty() {
            if clears {
                write!(output.results, "{CLEAR}")?;
            }
            code = once(arguments, &changed, output).or_else(|error| {
                failure::tell(&mut output.messages, &error)?;
                anyhow::Ok(ExitCode::Failed)
            })?;
            output.results.flush()?;
        }
        if must_tell {
            writeln!(output.messages, "watching {}; Ctrl-C ends this", counted(files.len(), "test file"))?;
            output.messages.flush()?;
        }
        if output.results.is_gone() || !wait(&events) {
            return Ok(code);
        }
    }
}

/// Waits for a change and for quiet after it. False if it is time to end.
fn wait(events: &Receiver<Event>) -> bool {
    let Ok(Event::Changed) = events.recv() else { return false };
    loop {
        match events.recv_timeout(QUIET) {
            Ok(Event::Changed) => {}
            Ok(Event::Stop) | Err(RecvTimeoutError::Disconnected) => return false,
            Err(RecvTimeoutError::Timeout) => return true,
        }
    }
}

/// Says on Ctrl-C, or when the system asks for it, that it is time to end.
fn stop_on_signal(sender: Sender<Event>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (mut interrupt, mut terminate) = {
        let _guard = runtime.enter();
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?)
    };
    thread::spawn(move || {
        runtime.block_on(async {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        });
        // Whoever would listen has ended already.
        let _ = sender.send(Event::Stop);
    });
    Ok(())
}

fn looks(files: &[PathBuf]) -> Looks {
    files.iter().map(|file| (file.clone(), looks_of(file))).collect()
}

/// How the files that a test file depends on look. `None` if it does not say on which.
fn looks_of(file: &Path) -> Option<BTreeMap<PathBuf, Look>> {
    let source = input::read_source(file).ok()?;
    let folder = file.parent().unwrap_or(Path::new(""));
    let tests = TestFile::parse(&source, folder, Completeness::Optional).ok()?;
    let mut needed = vec![file.to_owned()];
    needed.extend(rule_files(&tests.rules));
    needed.extend(tests.directory);
    Some(needed.into_iter().map(|path| (path.clone(), look(&path))).collect())
}

/// A rule file, or every file of a trust folder: one that is added may become its rules.
fn rule_files(rules: &Path) -> Vec<PathBuf> {
    let is_settings = rules.file_name().is_some_and(|name| name == trust::FILE_NAME);
    let folder = if is_settings { rules.parent().unwrap_or(Path::new("")) } else { rules };
    let Ok(entries) = fs::read_dir(folder) else { return vec![rules.to_owned()] };
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(|path| is_input(path)).collect();
    if let Ok(settings) = trust::settings(folder) {
        files.extend(settings.rule_files.iter().map(|(_, name)| folder.join(name)));
    }
    files
}

fn is_input(path: &Path) -> bool {
    paths::is_rule_file(path) || path.file_name().is_some_and(|name| name == trust::FILE_NAME)
}

fn look(path: &Path) -> Look {
    let found = fs::metadata(path).ok()?;
    Some((found.modified().ok()?, found.len()))
}

/// The folders whose changes are told.
struct Watched {
    watcher: RecommendedWatcher,
    folders: BTreeSet<PathBuf>,
}

impl Watched {
    fn new(sender: Sender<Event>) -> anyhow::Result<Self> {
        let tell = move |event: notify::Result<notify::Event>| {
            // Files are looked at whenever something may have changed; that they are read is no change.
            if !matches!(event, Ok(notify::Event { kind: EventKind::Access(_), .. })) {
                let _ = sender.send(Event::Changed);
            }
        };
        let watcher = notify::recommended_watcher(tell).context("the system does not tell when files change")?;
        Ok(Self { watcher, folders: BTreeSet::new() })
    }

    /// Adds the folders named, with all in them, and those of the files that tests depend on. One that cannot be
    /// watched, because it is gone, is tried again later. Says whether there is a new one.
    fn watch(&mut self, arguments: &Arguments, looks: &Looks) -> bool {
        let before = self.folders.len();
        for folder in arguments.paths.iter().filter(|path| path.is_dir()) {
            self.add(folder, RecursiveMode::Recursive);
        }
        for file in looks.keys().chain(looks.values().flatten().flat_map(BTreeMap::keys)) {
            let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            self.add(folder, RecursiveMode::NonRecursive);
        }
        self.folders.len() > before
    }

    fn add(&mut self, folder: &Path, mode: RecursiveMode) {
        let folder = paths::identity(folder);
        if !self.folders.contains(&folder) && self.watcher.watch(&folder, mode).is_ok() {
            self.folders.insert(folder);
        }
    }
}
