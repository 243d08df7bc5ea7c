//! Examines documents beside the conversation with the editor: a large rule set takes a while, and nobody waits for it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::{panic, thread};

use serde_json::json;

use super::capabilities::Abilities;
use super::client::Client;
use super::convert;
use super::documents::{Document, Documents};
use crate::lang::{self, Diagnostic};
use crate::lsp::diagnostics;

/// A text that may be examined while the editor waits, in bytes.
const QUICK_BYTES: usize = 64 * 1024;

/// The thread that examines, as others see it.
#[derive(Clone, Default)]
pub(super) struct Examiner {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// What is to be examined, in the newest state that is known.
    waiting: BTreeMap<PathBuf, Arc<Documents>>,
    /// The version of each open document. What was found in another one is of no use.
    versions: BTreeMap<PathBuf, i64>,
    /// What was found in it.
    found: BTreeMap<PathBuf, (i64, Vec<Diagnostic>)>,
}

impl Examiner {
    /// Starts the thread. It tells the client what it finds.
    pub(super) fn start(client: Client, abilities: Abilities) -> Self {
        let examiner = Self::default();
        let own = examiner.clone();
        thread::spawn(move || {
            loop {
                let (key, documents) = own.next();
                // A defect ends the examination of this document, and not the thread.
                let _ =
                    panic::catch_unwind(panic::AssertUnwindSafe(|| own.publish(&key, &documents, &client, abilities)));
            }
        });
        examiner
    }

    /// Has documents examined.
    pub(super) fn submit(&self, keys: impl IntoIterator<Item = PathBuf>, documents: &Arc<Documents>) {
        let mut state = self.state();
        for key in keys {
            state.waiting.insert(key, Arc::clone(documents));
        }
        self.shared.changed.notify_one();
    }

    /// Notes the version that a document has now; `None` once it is closed.
    pub(super) fn note(&self, key: &Path, version: Option<i64>) {
        let mut state = self.state();
        if let Some(version) = version {
            state.versions.insert(key.to_owned(), version);
        } else {
            state.versions.remove(key);
            state.found.remove(key);
            state.waiting.remove(key);
        }
    }

    /// What was found in this version of a document. A small one is examined at once if that was not done yet.
    pub(super) fn findings(&self, document: &Document, key: &Path, documents: &Documents) -> Vec<Diagnostic> {
        if let Some((_, found)) = self.state().found.get(key).filter(|(version, _)| *version == document.version) {
            return found.clone();
        }
        let is_quick = document.text.as_ref().is_some_and(|text| text.as_str().len() <= QUICK_BYTES);
        if is_quick { examine(document, documents) } else { Vec::new() }
    }

    fn next(&self) -> (PathBuf, Arc<Documents>) {
        let mut state = self.state();
        loop {
            if let Some(job) = state.waiting.pop_first() {
                return job;
            }
            state = self.shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn publish(&self, key: &Path, documents: &Documents, client: &Client, abilities: Abilities) {
        let Some(document) = documents.by_key(key) else { return };
        let found = examine(document, documents);
        let shown: Vec<_> = match &document.text {
            Some(text) => {
                found.iter().map(|finding| convert::diagnostic(finding, text, &document.uri, abilities)).collect()
            }
            None => Vec::new(),
        };
        let told = json!({ "uri": document.uri, "version": document.version, "diagnostics": shown });
        // Told while nobody can close or change the document, so that nothing old is told after something new.
        let mut state = self.state();
        if state.versions.get(key) == Some(&document.version) {
            client.notify("textDocument/publishDiagnostics", told);
            state.found.insert(key.to_owned(), (document.version, found));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn examine(document: &Document, documents: &Documents) -> Vec<Diagnostic> {
    let Some(source) = document.source() else { return Vec::new() };
    lang::bounded(diagnostics::diagnostics(&source, document.path.as_deref(), &document.language, documents))
}
