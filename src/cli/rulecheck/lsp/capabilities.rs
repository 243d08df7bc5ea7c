//! What the editor can do, and what the server can.

use serde_json::{Value, json};

use crate::lsp::Encoding;

/// The command that evaluates rules for a user.
pub(super) const EVALUATE: &str = "rulecheck.evaluate";
/// The kind of the action that makes all safe fixes.
pub(super) const FIX_ALL: &str = "source.fixAll.rulecheck";

/// What the editor can do, as far as it matters here.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Abilities {
    /// What it counts within a line.
    pub(super) encoding: Encoding,
    /// Edits may say which version of a document they are for.
    pub(super) versioned_edits: bool,
    /// Findings may point at further places.
    pub(super) related_information: bool,
    /// It can be asked for its settings.
    pub(super) configuration: bool,
    /// It can be asked to watch files.
    pub(super) watched_files: bool,
    /// Hovers may be Markdown.
    pub(super) markdown: bool,
}

impl Abilities {
    /// What the `capabilities` of a client say.
    pub(super) fn of(capabilities: &Value) -> Self {
        let is = |pointer: &str| capabilities.pointer(pointer).and_then(Value::as_bool).unwrap_or(false);
        let lists = |pointer: &str, wanted: &str| {
            let list = capabilities.pointer(pointer).and_then(Value::as_array);
            list.is_some_and(|list| list.iter().any(|item| item == wanted))
        };
        // UTF-8 is cheapest here. UTF-16 is what a client speaks that offers nothing.
        let encoding = match () {
            () if lists("/general/positionEncodings", "utf-8") => Encoding::Utf8,
            () if lists("/general/positionEncodings", "utf-32") => Encoding::Utf32,
            () => Encoding::Utf16,
        };
        Self {
            encoding,
            versioned_edits: is("/workspace/workspaceEdit/documentChanges"),
            related_information: is("/textDocument/publishDiagnostics/relatedInformation"),
            configuration: is("/workspace/configuration"),
            watched_files: is("/workspace/didChangeWatchedFiles/dynamicRegistration"),
            markdown: lists("/textDocument/hover/contentFormat", "markdown"),
        }
    }
}

/// The answer to `initialize`.
pub(super) fn server(encoding: Encoding) -> Value {
    let encoding = match encoding {
        Encoding::Utf8 => "utf-8",
        Encoding::Utf16 => "utf-16",
        Encoding::Utf32 => "utf-32",
    };
    json!({
        "capabilities": {
            "positionEncoding": encoding,
            "textDocumentSync": { "openClose": true, "change": 2, "save": { "includeText": false } },
            "hoverProvider": true,
            "completionProvider": { "triggerCharacters": ["\"", ".", "[", "(", "@", "=", ",", ";"] },
            "definitionProvider": true,
            "referencesProvider": true,
            "documentSymbolProvider": true,
            "foldingRangeProvider": true,
            "documentFormattingProvider": true,
            "renameProvider": { "prepareProvider": true },
            "codeActionProvider": { "codeActionKinds": ["quickfix", FIX_ALL] },
            "codeLensProvider": { "resolveProvider": false },
            "executeCommandProvider": { "commands": [EVALUATE] },
        },
        "serverInfo": { "name": "rulecheck", "version": env!("CARGO_PKG_VERSION") },
    })
}

/// The files of which the server must hear when they change outside the editor.
pub(super) fn watchers() -> Value {
    let patterns = ["**/*.claims", "**/trust.yaml", "**/*.test.yaml", "**/rulecheck.yaml"];
    let watchers: Vec<Value> = patterns.iter().map(|pattern| json!({ "globPattern": pattern })).collect();
    json!({ "registrations": [{
        "id": "rulecheck.files",
        "method": "workspace/didChangeWatchedFiles",
        "registerOptions": { "watchers": watchers },
    }] })
}
