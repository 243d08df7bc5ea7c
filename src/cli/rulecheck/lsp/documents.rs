//! The documents that are open in the editor, in front of the files on the disk.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::protocol::ContentChange;
use super::uri;
use crate::input::{self, InputError, RULE_FILE_LIMIT_BYTES};
use crate::lang::Source;
use crate::lsp::{Encoding, Files, Text};

/// An open document.
#[derive(Clone, Debug)]
pub(super) struct Document {
    /// What the editor calls it.
    pub(super) uri: String,
    /// Where it lies, if it is a file.
    pub(super) path: Option<PathBuf>,
    /// What the editor takes it for.
    pub(super) language: String,
    /// Counts its changes.
    pub(super) version: i64,
    /// Its text; `None` once it was larger than rules may be.
    pub(super) text: Option<Arc<Text>>,
}

impl Document {
    /// Its text under the name that messages use.
    pub(super) fn source(&self) -> Option<Source> {
        let name = self.path.as_ref().map_or_else(|| self.uri.clone(), |path| path.display().to_string());
        Some(Source::new(name, self.text.as_ref()?.as_str()))
    }
}

/// A document that is larger than rules may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooLarge;

/// All open documents.
#[derive(Clone, Debug, Default)]
pub(super) struct Documents {
    open: BTreeMap<PathBuf, Document>,
}

impl Documents {
    /// Takes a document that was opened.
    pub(super) fn open(&mut self, uri: String, language: String, version: i64, text: String) -> Result<(), TooLarge> {
        let text = bounded(text).map(|text| Arc::new(Text::new(text)));
        let outcome = if text.is_some() { Ok(()) } else { Err(TooLarge) };
        let path = uri::path(&uri);
        self.open.insert(uri::key(&uri), Document { uri, path, language, version, text });
        outcome
    }

    /// Makes changes, one after the other. A change of a document that is not open is no change.
    pub(super) fn change(
        &mut self,
        uri: &str,
        version: Option<i64>,
        changes: Vec<ContentChange>,
        encoding: Encoding,
    ) -> Result<(), TooLarge> {
        let Some(document) = self.open.get_mut(&uri::key(uri)) else { return Ok(()) };
        document.version = version.unwrap_or(document.version + 1);
        let was_kept = document.text.is_some();
        for ContentChange { range, text } in changes {
            document.text = match (range, document.text.take()) {
                (None, _) => bounded(text).map(|text| Arc::new(Text::new(text))),
                (Some(range), Some(before)) => {
                    let after = Arc::unwrap_or_clone(before).edited(range.into(), &text, encoding);
                    is_small(after.as_str()).then(|| Arc::new(after))
                }
                // Relative to a text that was not kept, a change says nothing.
                (Some(_), None) => None,
            };
        }
        if was_kept && document.text.is_none() { Err(TooLarge) } else { Ok(()) }
    }

    /// Forgets a document that was closed.
    pub(super) fn close(&mut self, uri: &str) -> Option<Document> {
        self.open.remove(&uri::key(uri))
    }

    /// An open document.
    pub(super) fn document(&self, uri: &str) -> Option<&Document> {
        self.open.get(&uri::key(uri))
    }

    /// An open document by what all spellings of its URI have in common.
    pub(super) fn by_key(&self, key: &Path) -> Option<&Document> {
        self.open.get(key)
    }

    /// All of them, by path.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Document> {
        self.open.values()
    }
}

fn is_small(text: &str) -> bool {
    u64::try_from(text.len()).is_ok_and(|length| length <= RULE_FILE_LIMIT_BYTES)
}

fn bounded(text: String) -> Option<String> {
    Some(text).filter(|text| is_small(text))
}

impl Files for Documents {
    fn read(&self, path: &Path) -> Option<Result<Source, InputError>> {
        match self.open.get(path).and_then(Document::source) {
            Some(source) => Some(Ok(source)),
            None => path.exists().then(|| input::read_source(path)),
        }
    }

    fn has(&self, path: &Path) -> bool {
        self.open.contains_key(path) || path.exists()
    }

    fn names(&self, folder: &Path) -> Vec<String> {
        let on_disk = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.file_name());
        let open = self.open.keys().filter(|path| path.parent() == Some(folder));
        let open = open.filter_map(|path| path.file_name()).map(ToOwned::to_owned);
        let mut names: Vec<String> = on_disk.chain(open).map(|name| name.to_string_lossy().into_owned()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}
