//! A revised list, as edits of the text around it.

use super::scalar::scalar;
use super::{Item, Revision};
use crate::input::layout::{Node, NodeKind};
use crate::lang::fix::Edit;
use crate::lang::{Source, Span};

/// A list on one line is no longer than this, in characters with its key.
const LINE_CHARACTERS: usize = 100;

/// The edits that revise a list of a test; comments and the layout of everything else stay.
///
/// # Errors
///
/// Why the list cannot be changed in place.
pub(super) fn edits(source: &Source, case: &Node, revision: &Revision) -> Result<Vec<Edit>, String> {
    let text = Text(source);
    let Some((key, value)) = case.entry(revision.key) else { return Ok(vec![text.new_key(case, revision)?]) };
    match &value.kind {
        NodeKind::List { items, is_flow } => {
            let mut edits = Vec::new();
            for (at, field, new) in &revision.changed {
                edits.push(items.get(*at).and_then(|item| changed(item, field, new)).ok_or_else(|| {
                    format!("`{field}` under `{}` is written in a way that is not changed here", revision.key)
                })?);
            }
            edits.extend(if *is_flow {
                text.flow_items(value, items, revision)
            } else {
                text.block_items(key, items, revision)
            });
            Ok(edits)
        }
        NodeKind::Scalar { .. } => Ok(text.blank(case, key, value, revision)),
        NodeKind::Mapping { .. } | NodeKind::Alias => Err(format!("`{}` is no list of its own", revision.key)),
    }
}

fn changed(item: &Node, field: &str, new: &str) -> Option<Edit> {
    let value = item.get(field)?;
    let fits = matches!(value.kind, NodeKind::Scalar { is_plain_or_quoted: true, .. });
    (fits && value.span.start < value.span.end).then(|| Edit { span: value.span, text: scalar(new) })
}

fn insertion(at: usize, text: String) -> Edit {
    Edit { span: Span::new(at, at), text }
}

fn deletion(start: usize, end: usize) -> Edit {
    Edit { span: Span::new(start, end), text: String::new() }
}

impl Item {
    fn flow(&self) -> String {
        match self {
            Self::Text(text) => scalar(text),
            Self::Claim { claim_type, value } => {
                format!("{{ type: {}, value: {} }}", scalar(claim_type), scalar(value))
            }
        }
    }

    fn block(&self, indent: &str, line_end: &str) -> String {
        match self {
            Self::Text(text) => scalar(text),
            Self::Claim { claim_type, value } => {
                format!("type: {}{line_end}{indent}  value: {}", scalar(claim_type), scalar(value))
            }
        }
    }
}

fn flow(items: &[Item]) -> String {
    format!("[{}]", items.iter().map(Item::flow).collect::<Vec<_>>().join(", "))
}

/// Whether the list, with its key, stays on one line.
fn is_short(indent: &str, revision: &Revision) -> bool {
    matches!(revision.added.first(), None | Some(Item::Text(_)))
        && indent.len() + revision.key.len() + 2 + flow(&revision.added).chars().count() <= LINE_CHARACTERS
}

struct Text<'s>(&'s Source);

impl Text<'_> {
    fn slice(&self, start: usize, end: usize) -> &str {
        self.0.text.get(start..end).unwrap_or_default()
    }

    fn line_end(&self) -> &'static str {
        if self.0.text.contains("\r\n") { "\r\n" } else { "\n" }
    }

    /// Where the line of an offset ends, its comment included.
    fn end_of_line(&self, at: usize) -> usize {
        self.0.whole_lines(Span::new(at, at)).end
    }

    /// Where the line before that of an offset ends.
    fn end_of_line_before(&self, at: usize) -> usize {
        let start = self.0.whole_lines(Span::new(at, at)).start;
        let before = self.slice(0, start);
        before.strip_suffix("\r\n").or_else(|| before.strip_suffix(['\n', '\r'])).unwrap_or(before).len()
    }

    /// As many blanks as stand before an offset, or would if it were the first of its line.
    fn indent(&self, at: usize) -> String {
        " ".repeat(self.0.position(at).column.saturating_sub(1))
    }

    /// Lines for items below a key.
    fn lines(&self, indent: &str, items: &[Item]) -> String {
        items.iter().fold(String::new(), |lines, item| lines + self.line_end() + indent + "- " + &item.flow())
    }

    /// A key that the test does not have, after its last one.
    fn new_key(&self, case: &Node, revision: &Revision) -> Result<Edit, String> {
        let NodeKind::Mapping { entries, is_flow } = &case.kind else { return Err("a test is no mapping".to_owned()) };
        let (first, last) = entries.first().zip(entries.last()).ok_or("a test is empty")?;
        let key = revision.key;
        let end = last.1.span.end.max(last.0.span.end);
        if *is_flow {
            return Ok(insertion(end, format!(", {key}: {}", flow(&revision.added))));
        }
        let indent = self.indent(first.0.span.start);
        let value = if is_short(&indent, revision) {
            format!(" {}", flow(&revision.added))
        } else {
            self.lines(&format!("{indent}  "), &revision.added)
        };
        let written = self.slice(0, end).trim_end().len();
        Ok(insertion(self.end_of_line(written), format!("{}{indent}{key}:{value}", self.line_end())))
    }

    /// A key without a value.
    fn blank(&self, case: &Node, key: &Node, value: &Node, revision: &Revision) -> Vec<Edit> {
        let colon = self.after_colon(key);
        let mut edits = Vec::new();
        if value.span.start < value.span.end {
            // `~` or `null`
            edits.push(deletion(colon, value.span.end));
        }
        let is_flow = matches!(case.kind, NodeKind::Mapping { is_flow: true, .. });
        let indent = self.indent(key.span.start);
        if is_flow || is_short(&indent, revision) {
            edits.push(insertion(colon, format!(" {}", flow(&revision.added))));
        } else {
            edits.push(insertion(self.end_of_line(colon), self.lines(&format!("{indent}  "), &revision.added)));
        }
        edits
    }

    /// Items that stand on lines of their own.
    fn block_items(&self, key: &Node, items: &[Node], revision: &Revision) -> Vec<Edit> {
        let dash = |item: &Node| self.slice(0, item.span.start).rfind('-').unwrap_or(item.span.start);
        // The end of a text of several lines is where the next line starts.
        let end = |item: &Node| self.end_of_line(self.slice(0, item.span.end).trim_end().len());
        let gone: Vec<&Node> = revision.removed.iter().filter_map(|&at| items.get(at)).collect();
        let mut edits: Vec<Edit> =
            gone.iter().map(|item| deletion(self.end_of_line_before(dash(item)), end(item))).collect();
        if gone.len() == items.len() && revision.added.is_empty() {
            edits.push(insertion(self.after_colon(key), " []".to_owned()));
        }
        let Some(last) = items.last() else { return edits };
        let indent = self.indent(dash(last));
        let in_blocks = matches!(last.kind, NodeKind::Mapping { is_flow: false, .. });
        let added = revision.added.iter().map(|item| {
            let item = if in_blocks { item.block(&indent, self.line_end()) } else { item.flow() };
            format!("{}{indent}- {item}", self.line_end())
        });
        let added: String = added.collect();
        if !added.is_empty() {
            edits.push(insertion(end(last), added));
        }
        edits
    }

    /// The place right after the colon of a key.
    fn after_colon(&self, key: &Node) -> usize {
        key.span.end + self.slice(key.span.end, self.0.text.len()).find(':').map_or(0, |at| at + 1)
    }

    /// Items between brackets.
    fn flow_items(&self, list: &Node, items: &[Node], revision: &Revision) -> Vec<Edit> {
        let is_gone = |at: &usize| revision.removed.contains(at);
        let mut edits = Vec::new();
        let mut comma_is_left = false;
        let last_kept = (0..items.len()).rev().find(|at| !is_gone(at));
        for at in (0..items.len()).filter(is_gone) {
            let Some(item) = items.get(at) else { continue };
            let next = items.get(at + 1).filter(|_| last_kept.is_some_and(|last| at < last));
            if let Some(next) = next {
                edits.push(deletion(item.span.start, next.span.start));
                continue;
            }
            // After the last item that stays: the comma before it goes too, unless a comment stands there.
            let before = at
                .checked_sub(1)
                .and_then(|before| items.get(before))
                .map_or(item.span.start, |before| before.span.end);
            let between = self.slice(before, item.span.start);
            if between.contains(['#', '\n']) {
                comma_is_left = true;
                edits.push(deletion(item.span.start, item.span.end));
            } else {
                edits.push(deletion(before, item.span.end));
            }
        }
        let added = revision.added.iter().map(Item::flow).collect::<Vec<_>>().join(", ");
        if !added.is_empty() {
            let comma = if last_kept.is_none() || comma_is_left { "" } else { ", " };
            let at = items.last().map_or(list.span.start + 1, |last| last.span.end);
            edits.push(insertion(at, format!("{comma}{added}")));
        }
        edits
    }
}
