//! Results of features, as the protocol has them.

use std::path::Path;

use serde_json::{Value, json};

use super::capabilities::Abilities;
use super::documents::Document;
use super::protocol::{Diagnostic, Location, Related, TextEdit};
use super::uri;
use crate::lang::{self, Edit, Severity};
use crate::lsp::references::Place;
use crate::lsp::{Text, files::Files as _};

/// Who found it.
const SOURCE: &str = "rulecheck";

/// A finding. What to do about it is part of its message: editors show nothing else.
pub(super) fn diagnostic(finding: &lang::Diagnostic, text: &Text, uri: &str, abilities: Abilities) -> Diagnostic {
    let mut message = finding.message.clone();
    if let Some(help) = &finding.help {
        message.push_str("\nhelp: ");
        message.push_str(help);
    }
    let related = finding.related.iter().filter(|_| abilities.related_information);
    let related = related.map(|label| Related {
        location: Location { uri: uri.to_owned(), range: text.range(label.span, abilities.encoding).into() },
        message: label.text.clone(),
    });
    Diagnostic {
        range: text.range(finding.span, abilities.encoding).into(),
        severity: match finding.severity {
            Severity::Error => 1,
            Severity::Warning => 2,
            Severity::Info => 3,
        },
        code: finding.code,
        source: SOURCE,
        message,
        related_information: related.collect(),
    }
}

/// Replaced pieces of a document.
pub(super) fn edits(edits: &[Edit], text: &Text, abilities: Abilities) -> Vec<TextEdit> {
    let edit =
        |edit: &Edit| TextEdit { range: text.range(edit.span, abilities.encoding).into(), new_text: edit.text.clone() };
    edits.iter().map(edit).collect()
}

/// A change of one document; for this version of it, where the client can tell.
pub(super) fn workspace_edit(document: &Document, edits: &[TextEdit], abilities: Abilities) -> Value {
    if abilities.versioned_edits {
        let id = json!({ "uri": document.uri, "version": document.version });
        json!({ "documentChanges": [{ "textDocument": id, "edits": edits }] })
    } else {
        json!({ "changes": { document.uri.as_str(): edits } })
    }
}

/// A place in this document or in another file.
pub(super) fn location(
    place: &Place,
    document: &Document,
    documents: &super::documents::Documents,
    abilities: Abilities,
) -> Option<Location> {
    let path = place.path.as_deref().filter(|path| document.path.as_deref() != Some(*path));
    match path {
        None => {
            let range = document.text.as_ref()?.range(place.span, abilities.encoding).into();
            Some(Location { uri: document.uri.clone(), range })
        }
        Some(path) => {
            let source = documents.read(path)?.ok()?;
            let range = Text::new(source.text).range(place.span, abilities.encoding).into();
            Some(Location { uri: uri_of(path, documents)?, range })
        }
    }
}

/// What the editor calls a file, if it is open, or what it is called anyway.
fn uri_of(path: &Path, documents: &super::documents::Documents) -> Option<String> {
    documents.by_key(path).map(|open| open.uri.clone()).or_else(|| uri::of(path))
}
