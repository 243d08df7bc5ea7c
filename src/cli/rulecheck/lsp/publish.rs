//! Findings, pushed to the editor.

use std::path::Path;

use serde_json::json;

use super::convert;
use super::documents::Document;
use super::server::Server;
use crate::lang;
use crate::lsp::diagnostics;

impl Server {
    /// Examines an open document, and tells what was found in this version of it.
    pub(super) fn publish(&mut self, key: &Path) {
        let Some(document) = self.documents.by_key(key).cloned() else { return };
        let found = self.examine(&document);
        let shown: Vec<_> = match &document.text {
            Some(text) => {
                found.iter().map(|finding| convert::diagnostic(finding, text, &document.uri, self.abilities)).collect()
            }
            None => Vec::new(),
        };
        let told = json!({ "uri": document.uri, "version": document.version, "diagnostics": shown });
        self.client.notify("textDocument/publishDiagnostics", told);
        self.found.insert(key.to_owned(), (document.version, found));
    }

    /// What is found in a document. What was found in the same version before is not looked for again.
    pub(super) fn findings(&mut self, document: &Document, key: &Path) -> Vec<lang::Diagnostic> {
        match self.found.get(key) {
            Some((version, found)) if *version == document.version => found.clone(),
            _ => self.examine(document),
        }
    }

    fn examine(&self, document: &Document) -> Vec<lang::Diagnostic> {
        let Some(source) = document.source() else { return Vec::new() };
        let path = document.path.as_deref();
        lang::bounded(diagnostics::diagnostics(&source, path, &document.language, &self.documents))
    }
}
