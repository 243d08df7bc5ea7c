//! The state of the server, and which message does what.

use std::collections::{BTreeSet, VecDeque};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::capabilities::{self, Abilities};
use super::client::{Client, Gravity, Refusal};
use super::documents::{Documents, TooLarge};
use super::examiner::Examiner;
use super::protocol::{DidChange, DidOpen, Initialize, OfDocument};
use super::settings::{self, EditorSettings, SECTION};
use super::transport::Incoming;
use super::uri;
use crate::cli::ExitCode;

/// What happens after a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// The next one is waited for.
    Stay,
    /// The process ends.
    Leave(ExitCode),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    New,
    Running,
    ShutDown,
}

/// A request that could not be answered.
pub(super) type Refused = (Refusal, String);

/// The language server.
pub(super) struct Server {
    pub(super) client: Client,
    pub(super) documents: Documents,
    pub(super) abilities: Abilities,
    /// The folder that the editor has open.
    pub(super) root: Option<PathBuf>,
    pub(super) examiner: Examiner,
    phase: Phase,
    given: EditorSettings,
    asked: EditorSettings,
    dirty: BTreeSet<PathBuf>,
}

/// The number under which the settings are asked for.
const SETTINGS_REQUEST: &str = "rulecheck.settings";

impl Server {
    /// A server that waits for `initialize`.
    pub(super) fn new(client: Client) -> Self {
        Self {
            client,
            documents: Documents::default(),
            abilities: Abilities::default(),
            root: None,
            examiner: Examiner::default(),
            phase: Phase::New,
            given: EditorSettings::default(),
            asked: EditorSettings::default(),
            dirty: BTreeSet::new(),
        }
    }

    /// Whether there are documents to examine.
    pub(super) fn has_work(&self) -> bool {
        !self.dirty.is_empty()
    }

    /// Has the documents examined that changed.
    pub(super) fn work(&mut self) {
        let documents = Arc::new(self.documents.clone());
        self.examiner.submit(std::mem::take(&mut self.dirty), &documents);
    }

    /// How it ends when the editor went without a word.
    pub(super) fn left(&self) -> ExitCode {
        if self.phase == Phase::ShutDown { ExitCode::Clean } else { ExitCode::Findings }
    }

    /// The settings: what the editor was asked for last, over what it started with.
    pub(super) fn settings(&self) -> EditorSettings {
        self.asked.clone().or(&self.given)
    }

    /// Answers the requests that the editor took back while they waited.
    pub(super) fn cancel(&self, waiting: &mut VecDeque<Incoming>) {
        let cancelled = |message: &Incoming| match message {
            Incoming::Message(message) if message.get("method") == Some(&json!("$/cancelRequest")) => {
                message.pointer("/params/id").cloned()
            }
            _ => None,
        };
        let ids: Vec<Value> = waiting.iter().filter_map(cancelled).collect();
        if ids.is_empty() {
            return;
        }
        waiting.retain(|message| {
            let Incoming::Message(message) = message else { return true };
            let is_request = message.get("method").is_some();
            let Some(id) = message.get("id").filter(|id| is_request && ids.contains(id)) else { return true };
            self.client.refuse(id, Refusal::Cancelled, "the request was taken back");
            false
        });
    }

    /// Does what a message asks for.
    pub(super) fn handle(&mut self, message: Incoming) -> Turn {
        let message = match message {
            Incoming::Message(message) => message,
            Incoming::Garbage(reason) => {
                let message = format!("this is no JSON: {reason}");
                self.client.refuse(&Value::Null, Refusal::NoJson, &message);
                return Turn::Stay;
            }
            Incoming::TooLarge => {
                self.client.show(Gravity::Warning, "rulecheck passes over a message of more than 128 MB");
                return Turn::Stay;
            }
        };
        let id = message.get("id").cloned();
        let parameters = message.get("params").cloned().unwrap_or_default();
        match (message.get("method").and_then(Value::as_str), id) {
            (Some("exit"), None) => return Turn::Leave(self.left()),
            (Some(method), None) => self.notified(method, parameters),
            (Some(method), Some(id)) => self.requested(&id, method, parameters),
            (None, Some(id)) if message.get("result").is_some() || message.get("error").is_some() => {
                self.answered(&id, message.get("result").unwrap_or(&Value::Null));
            }
            (None, id) => {
                let id = id.unwrap_or_default();
                self.client.refuse(&id, Refusal::InvalidRequest, "this is neither a request nor an answer");
            }
        }
        Turn::Stay
    }

    fn requested(&mut self, id: &Value, method: &str, parameters: Value) {
        let outcome = match (self.phase, method) {
            (Phase::New, "initialize") => Ok(self.initialize(&parameters)),
            (Phase::New, _) => Err((Refusal::NotInitialized, "`initialize` comes first".to_owned())),
            (Phase::ShutDown, _) => Err((Refusal::InvalidRequest, "only `exit` comes after `shutdown`".to_owned())),
            (Phase::Running, "initialize") => Err((Refusal::InvalidRequest, "`initialize` comes once".to_owned())),
            (Phase::Running, "shutdown") => {
                self.phase = Phase::ShutDown;
                Ok(Value::Null)
            }
            (Phase::Running, "workspace/executeCommand") => {
                self.execute(id, parameters);
                return;
            }
            (Phase::Running, _) => self.guarded(|server| server.feature(method, parameters)).unwrap_or_else(|| {
                Err((Refusal::Defect, "this is a defect of rulecheck; please report it".to_owned()))
            }),
        };
        match outcome {
            Ok(result) => self.client.reply(id, result),
            Err((refusal, message)) => self.client.refuse(id, refusal, &message),
        }
    }

    /// Runs a piece of work. A defect in it ends the work, and not the server.
    fn guarded<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> Option<T> {
        panic::catch_unwind(AssertUnwindSafe(|| work(self))).ok()
    }

    fn initialize(&mut self, parameters: &Value) -> Value {
        let Initialize { capabilities, initialization_options } =
            serde_json::from_value(parameters.clone()).unwrap_or_default();
        self.abilities = Abilities::of(&capabilities);
        self.given = EditorSettings::of(&initialization_options);
        self.root = settings::root(parameters);
        self.examiner = Examiner::start(self.client.clone(), self.abilities);
        self.phase = Phase::Running;
        capabilities::server(self.abilities.encoding)
    }

    fn notified(&mut self, method: &str, parameters: Value) {
        if self.phase != Phase::Running {
            return;
        }
        match method {
            "initialized" => self.initialized(),
            "textDocument/didOpen" => self.with(parameters, Self::did_open),
            "textDocument/didChange" => self.with(parameters, Self::did_change),
            "textDocument/didClose" => self.with(parameters, Self::did_close),
            "textDocument/didSave" => self.with(parameters, |server, OfDocument { text_document }| {
                server.touch(&uri::key(&text_document.uri));
            }),
            "workspace/didChangeWatchedFiles" => self.touch_all(),
            "workspace/didChangeConfiguration" => {
                let told = parameters.get("settings").filter(|told| told.get(SECTION).is_some());
                if let Some(told) = told {
                    self.asked = EditorSettings::of(told);
                }
                self.ask_settings();
            }
            // What is not known here is not for us; `$/` says so by itself.
            _ => {}
        }
    }

    fn initialized(&mut self) {
        if self.abilities.watched_files {
            self.client.request("rulecheck.watch", "client/registerCapability", &capabilities::watchers());
        }
        self.ask_settings();
    }

    fn ask_settings(&self) {
        if self.abilities.configuration {
            let items = json!({ "items": [{ "section": SECTION }] });
            self.client.request(SETTINGS_REQUEST, "workspace/configuration", &items);
        }
    }

    fn answered(&mut self, id: &Value, result: &Value) {
        if id == SETTINGS_REQUEST {
            self.asked = result.get(0).map(EditorSettings::of).unwrap_or_default();
        }
    }

    /// Hands the parameters of a notification on; those that do not fit are dropped, as nobody waits for an answer.
    fn with<P: DeserializeOwned>(&mut self, parameters: Value, work: impl FnOnce(&mut Self, P)) {
        if let Ok(parameters) = serde_json::from_value(parameters) {
            self.guarded(|server| work(server, parameters));
        }
    }

    fn did_open(&mut self, DidOpen { text_document: item }: DidOpen) {
        let outcome = self.documents.open(item.uri.clone(), item.language_id, item.version, item.text);
        self.changed(&item.uri, outcome);
    }

    fn did_change(&mut self, change: DidChange) {
        let DidChange { text_document: id, content_changes } = change;
        let outcome = self.documents.change(&id.uri, id.version, content_changes, self.abilities.encoding);
        self.changed(&id.uri, outcome);
    }

    fn changed(&mut self, uri: &str, outcome: Result<(), TooLarge>) {
        if outcome == Err(TooLarge) {
            let message = format!("rulecheck does not look at `{uri}`: it is larger than rules may be (16 MB)");
            self.client.show(Gravity::Warning, &message);
        }
        let key = uri::key(uri);
        self.examiner.note(&key, self.documents.by_key(&key).map(|document| document.version));
        self.touch(&key);
    }

    fn did_close(&mut self, OfDocument { text_document }: OfDocument) {
        let Some(document) = self.documents.close(&text_document.uri) else { return };
        let path = uri::key(&document.uri);
        self.examiner.note(&path, None);
        self.dirty.remove(&path);
        let none = json!({ "uri": document.uri, "diagnostics": [] });
        self.client.notify("textDocument/publishDiagnostics", none);
        self.touch(&path);
    }

    /// Has a document examined again, and those that it says something about: its neighbours in the folder.
    fn touch(&mut self, path: &Path) {
        let folder = path.parent();
        let is_settings = path.ends_with("rulecheck.yaml");
        let near = |other: &Path| is_settings || other == path || other.parent() == folder;
        let near = self.documents.iter().map(|document| uri::key(&document.uri)).filter(|other| near(other));
        self.dirty.extend(near.collect::<Vec<_>>());
    }

    fn touch_all(&mut self) {
        self.dirty = self.documents.iter().map(|document| uri::key(&document.uri)).collect();
    }
}
