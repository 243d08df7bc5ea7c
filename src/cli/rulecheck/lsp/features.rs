//! Requests of the editor, each handed to its feature.

use std::path::PathBuf;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::capabilities::{EVALUATE, FIX_ALL};
use super::client::Refusal;
use super::documents::Document;
use super::protocol::{
    ActionsAt, AtPlace, CodeAction, CodeLens, Command, CompletionItem, DocumentSymbol, Evaluate, FoldingRange, Hover,
    Markup, OfDocument, Position, Range, RenameTo, TextEdit,
};
use super::server::{Refused, Server};
use super::{convert, uri};
use crate::lang::Span;
use crate::lsp::completion::{Item, ItemKind};
use crate::lsp::{
    DocumentKind, Surroundings, Text, actions, code_lens, completion, definition, folding, format, hover, references,
    rename, symbols, whom,
};

const QUICK_FIX: &str = "quickfix";

/// An open rule set, and what stands around it.
struct Rules {
    document: Document,
    key: PathBuf,
    text: Arc<Text>,
    around: Surroundings,
}

impl Server {
    /// Answers a request about a document.
    pub(super) fn feature(&self, method: &str, parameters: Value) -> Result<Value, Refused> {
        match method {
            "textDocument/hover" => self.hover(&read(parameters)?),
            "textDocument/completion" => self.completion(&read(parameters)?),
            "textDocument/definition" => self.definition(&read(parameters)?),
            "textDocument/references" => self.references(&read(parameters)?),
            "textDocument/documentSymbol" => self.symbols(&read(parameters)?),
            "textDocument/foldingRange" => self.folding(&read(parameters)?),
            "textDocument/formatting" => self.format(&read(parameters)?),
            "textDocument/prepareRename" => self.renamable(&read(parameters)?),
            "textDocument/rename" => self.rename(&read(parameters)?),
            "textDocument/codeAction" => self.actions(&read(parameters)?),
            "textDocument/codeLens" => self.lenses(&read(parameters)?),
            _ => Err((Refusal::UnknownMethod, format!("rulecheck does not know the method `{method}`"))),
        }
    }

    /// The document, if it is open and holds rules.
    fn rules(&self, uri: &str) -> Option<Rules> {
        let document = self.documents.document(uri)?.clone();
        let name = document.path.as_ref().and_then(|path| path.file_name()).map(|name| name.to_string_lossy());
        if DocumentKind::of(name.as_deref().unwrap_or_default(), &document.language) != DocumentKind::Rules {
            return None;
        }
        let (source, text) = (document.source()?, document.text.clone()?);
        let around = match &document.path {
            Some(path) => Surroundings::of(source, path, &self.documents),
            None => Surroundings::alone(source, None),
        };
        Some(Rules { key: uri::key(uri), document, text, around })
    }

    fn hover(&self, AtPlace { text_document, position }: &AtPlace) -> Result<Value, Refused> {
        let Some(rules) = self.rules(&text_document.uri) else { return Ok(Value::Null) };
        let found = self.examiner.findings(&rules.document, &rules.key, &self.documents);
        let offset = self.offset(&rules.text, *position);
        let Some(hover) = hover::hover(&rules.around, offset, &found) else { return Ok(Value::Null) };
        let kind = if self.abilities.markdown { "markdown" } else { "plaintext" };
        let range = self.range(&rules.text, hover.span);
        value(Hover { contents: Markup { kind, value: hover.text }, range })
    }

    fn completion(&self, AtPlace { text_document, position }: &AtPlace) -> Result<Value, Refused> {
        let Some(rules) = self.rules(&text_document.uri) else { return Ok(json!([])) };
        let items = completion::completion(&rules.around, self.offset(&rules.text, *position));
        let items = items.into_iter().enumerate();
        value(items.map(|(rank, item)| self.item(&rules.text, rank, item)).collect::<Vec<_>>())
    }

    fn item(&self, text: &Text, rank: usize, item: Item) -> CompletionItem {
        CompletionItem {
            kind: match item.kind {
                ItemKind::Keyword => 14,
                ItemKind::Property => 10,
                ItemKind::Function => 3,
                ItemKind::Variable => 6,
                ItemKind::Constant => 21,
                ItemKind::Module => 9,
            },
            detail: item.detail,
            sort_text: format!("{rank:04}"),
            filter_text: item.text.clone(),
            text_edit: TextEdit { range: self.range(text, item.span), new_text: item.text },
            label: item.label,
        }
    }

    fn definition(&self, AtPlace { text_document, position }: &AtPlace) -> Result<Value, Refused> {
        let Some(rules) = self.rules(&text_document.uri) else { return Ok(json!([])) };
        self.places(&rules, &definition::definition(&rules.around, self.offset(&rules.text, *position)))
    }

    fn references(&self, AtPlace { text_document, position }: &AtPlace) -> Result<Value, Refused> {
        let Some(rules) = self.rules(&text_document.uri) else { return Ok(json!([])) };
        self.places(&rules, &references::references(&rules.around, self.offset(&rules.text, *position)))
    }

    fn places(&self, rules: &Rules, places: &[references::Place]) -> Result<Value, Refused> {
        let location = |place| convert::location(place, &rules.document, &self.documents, self.abilities);
        value(places.iter().filter_map(location).collect::<Vec<_>>())
    }

    fn symbols(&self, OfDocument { text_document }: &OfDocument) -> Result<Value, Refused> {
        let Some(rules) = self.rules(&text_document.uri) else { return Ok(json!([])) };
        let symbols = rules.around.current().map(symbols::symbols).unwrap_or_default();
        let symbols = symbols.into_iter().map(|symbol| DocumentSymbol {
            name: symbol.name,
            detail: symbol.detail,
            // A function: it is the nearest to a rule.
            kind: 12,
            range: self.range(&rules.text, symbol.span),
            selection_range: self.range(&rules.text, symbol.selection),
        });
        value(symbols.collect::<Vec<_>>())
    }

    fn folding(&self, OfDocument { text_document }: &OfDocument) -> Result<Value, Refused> {
        let Some(rules) = self.rules(&text_document.uri) else { return Ok(json!([])) };
        let spans = rules.around.current().map(folding::folding).unwrap_or_default();
        let ranges = spans.into_iter().map(|span| self.range(&rules.text, span));
        let ranges = ranges.filter(|range| range.start.line < range.end.line);
        value(
            ranges
                .map(|range| FoldingRange { start_line: range.start.line, end_line: range.end.line })
                .collect::<Vec<_>>(),
        )
    }

    fn format(&self, OfDocument { text_document }: &OfDocument) -> Result<Value, Refused> {
        let Some(rules) = self.rules(&text_document.uri) else { return Ok(json!([])) };
        let edit = format::format(rules.text.as_str());
        value(convert::edits(edit.as_slice(), &rules.text, self.abilities))
    }

    #[expect(clippy::unnecessary_wraps, reason = "as every feature")]
    fn renamable(&self, AtPlace { text_document, position }: &AtPlace) -> Result<Value, Refused> {
        let Some(rules) = self.rules(&text_document.uri) else { return Ok(Value::Null) };
        match rename::renamable(&rules.around, self.offset(&rules.text, *position)) {
            Some((span, name)) => Ok(json!({ "range": self.range(&rules.text, span), "placeholder": name })),
            None => Ok(Value::Null),
        }
    }

    fn rename(&self, RenameTo { text_document, position, new_name }: &RenameTo) -> Result<Value, Refused> {
        let missing = || (Refusal::Failed, "this document is not open, or holds no rules".to_owned());
        let rules = self.rules(&text_document.uri).ok_or_else(missing)?;
        let spans = rename::rename(&rules.around, self.offset(&rules.text, *position), new_name)
            .map_err(|reason| (Refusal::Failed, reason))?;
        let edit = |span| TextEdit { range: self.range(&rules.text, span), new_text: new_name.clone() };
        let edits: Vec<TextEdit> = spans.into_iter().map(edit).collect();
        Ok(convert::workspace_edit(&rules.document, &edits, self.abilities))
    }

    fn actions(&self, ActionsAt { text_document, range, context }: &ActionsAt) -> Result<Value, Refused> {
        let Some(rules) = self.rules(&text_document.uri) else { return Ok(json!([])) };
        let found = self.examiner.findings(&rules.document, &rules.key, &self.documents);
        let span = rules.text.span((*range).into(), self.abilities.encoding);
        // A kind that is asked for stands for all kinds below it.
        let wants = |kind: &str| {
            let is_below = |wanted: &String| {
                kind.strip_prefix(wanted.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            };
            context.only.as_ref().is_none_or(|only| only.iter().any(is_below))
        };
        let mut offered = Vec::new();
        if wants(QUICK_FIX) {
            offered.extend(actions::quick_fixes(&found, span).into_iter().map(|fix| {
                let edits = convert::edits(fix.edits, &rules.text, self.abilities);
                CodeAction {
                    title: fix.title,
                    kind: QUICK_FIX,
                    diagnostics: vec![convert::diagnostic(
                        fix.finding,
                        &rules.text,
                        &rules.document.uri,
                        self.abilities,
                    )],
                    is_preferred: fix.is_safe,
                    edit: convert::workspace_edit(&rules.document, &edits, self.abilities),
                }
            }));
        }
        let all = if wants(FIX_ALL) { actions::fix_all(rules.text.as_str(), &found) } else { Vec::new() };
        if !all.is_empty() {
            let edits = convert::edits(&all, &rules.text, self.abilities);
            offered.push(CodeAction {
                title: "make all safe fixes".to_owned(),
                kind: FIX_ALL,
                diagnostics: Vec::new(),
                is_preferred: false,
                edit: convert::workspace_edit(&rules.document, &edits, self.abilities),
            });
        }
        value(offered)
    }

    fn lenses(&self, OfDocument { text_document }: &OfDocument) -> Result<Value, Refused> {
        let Some(rules) = self.rules(&text_document.uri) else { return Ok(json!([])) };
        let Some((directory, users)) = self.whom(&rules.document) else { return Ok(json!([])) };
        let lenses = rules.around.current().map(|current| code_lens::lenses(current, &users)).unwrap_or_default();
        let lens = |lens: code_lens::Lens| CodeLens {
            range: self.range(&rules.text, lens.span),
            command: Command {
                title: lens.title(),
                command: EVALUATE,
                arguments: vec![Evaluate {
                    uri: rules.document.uri.clone(),
                    user: lens.user,
                    directory: directory.clone(),
                    rule: lens.rule_number,
                }],
            },
        };
        value(lenses.into_iter().map(lens).collect::<Vec<_>>())
    }

    /// The directory and the users: as set in the editor, or as in the tests beside the rules.
    fn whom(&self, document: &Document) -> Option<(String, Vec<String>)> {
        let settings = self.settings();
        let beside = document.path.as_deref().and_then(|path| whom::whom(path, &self.documents));
        let (directory, users) = match beside {
            Some(whom) => (Some(whom.directory.display().to_string()), whom.users),
            None => (None, Vec::new()),
        };
        let users = if settings.users.is_empty() { users } else { settings.users };
        (!users.is_empty()).then_some((settings.directory.or(directory)?, users))
    }

    fn offset(&self, text: &Text, position: Position) -> usize {
        text.offset(position.into(), self.abilities.encoding)
    }

    fn range(&self, text: &Text, span: Span) -> Range {
        text.range(span, self.abilities.encoding).into()
    }
}

fn read<P: DeserializeOwned>(parameters: Value) -> Result<P, Refused> {
    serde_json::from_value(parameters).map_err(|error| (Refusal::InvalidParameters, error.to_string()))
}

fn value(result: impl serde::Serialize) -> Result<Value, Refused> {
    serde_json::to_value(result).map_err(|error| (Refusal::Defect, error.to_string()))
}
