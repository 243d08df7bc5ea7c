//! What `Format-List *` wrote: a text for people, which lines of a console may have torn.
//!
//! A label, a colon, a value; lines of a value stand below each other. PowerShell breaks lines at the width of the console
//! and does not say where. So a rule text is taken only if no line of it can have been broken.

use super::rule_set::RuleSetKind;
use super::trust::TrustKind;
use super::value::{Object, Value};
use crate::input::InputError;
use crate::lang::{Diagnostic, Source, Span};

/// A text that a console has wrapped.
const WRAPPED: &str = "I003";

/// What stands for items that were not written.
const CUT_OFF: &str = "System.Object";

/// Whether a text looks like such a list: a line begins with the label of a rule set.
pub(super) fn is_one(text: &str) -> bool {
    text.lines().any(|line| {
        let label = line.split(':').next().unwrap_or_default();
        label.len() < line.len() && RuleSetKind::ALL.iter().any(|kind| kind.property() == label.trim_end())
    })
}

/// Reads all objects of a list.
///
/// # Errors
///
/// A line of a rule set may have been broken by the console; the error tells which.
pub(super) fn read(source: &Source) -> Result<Value, InputError> {
    let mut reader = Reader { objects: Vec::new(), current: Vec::new(), blanks: Vec::new(), offset: 0 };
    for line in source.text.split_inclusive('\n') {
        reader.line(source, line.trim_end_matches(['\n', '\r']))?;
        reader.offset += line.len();
    }
    reader.end_object();
    let widest = source.text.lines().map(width).max().unwrap_or_default();
    for property in reader.objects.iter().flatten() {
        property.refuse_if_wrapped(source, widest)?;
    }
    let objects = reader.objects.into_iter().map(|properties| {
        let properties = properties.into_iter().map(|property| (property.label.clone(), property.value())).collect();
        Value::Object(Object { properties })
    });
    Ok(Value::List(objects.collect()))
}

struct Reader<'s> {
    objects: Vec<Vec<Property<'s>>>,
    current: Vec<Property<'s>>,
    /// Empty lines that may be the end of an object, or lines of a value.
    blanks: Vec<Line<'s>>,
    offset: usize,
}

struct Property<'s> {
    label: String,
    /// Where values begin, in characters.
    column: usize,
    lines: Vec<Line<'s>>,
}

#[derive(Clone, Copy)]
struct Line<'s> {
    text: &'s str,
    /// Of the whole line.
    start: usize,
    width: usize,
}

impl<'s> Reader<'s> {
    fn line(&mut self, source: &Source, whole: &'s str) -> Result<(), InputError> {
        let line = |text| Line { text, start: self.offset, width: width(whole) };
        if let Some((label, column, text)) = labelled(whole) {
            self.blanks.clear();
            if self.current.iter().any(|known| known.label == label) {
                self.end_object();
            }
            let lines = vec![Line { text, start: self.offset, width: width(whole) }];
            self.current.push(Property { label: label.to_owned(), column, lines });
            return Ok(());
        }
        let Some(property) = self.current.last_mut() else {
            return if whole.trim().is_empty() { Ok(()) } else { Err(torn(source, line(whole))) };
        };
        let indent = whole.len() - whole.trim_start_matches(' ').len();
        if whole.trim().is_empty() && indent < property.column {
            self.blanks.push(Line { text: "", start: self.offset, width: 0 });
        } else if indent >= property.column {
            property.lines.append(&mut self.blanks);
            property.lines.push(Line {
                text: whole.get(property.column..).unwrap_or_default(),
                start: self.offset,
                width: width(whole),
            });
        } else {
            return Err(torn(source, line(whole)));
        }
        Ok(())
    }

    fn end_object(&mut self) {
        self.blanks.clear();
        let ended = std::mem::take(&mut self.current);
        if !ended.is_empty() {
            self.objects.push(ended);
        }
    }
}

/// Label, column of the value, and the first line of the value.
fn labelled(line: &str) -> Option<(&str, usize, &str)> {
    let (padded, rest) = line.split_once(':')?;
    let label = padded.strip_suffix(' ')?.trim_end_matches(' ');
    let is_label = label.starts_with(|first: char| first.is_ascii_alphabetic())
        && label.chars().all(|c| c.is_ascii_alphanumeric());
    let text = if rest.is_empty() { Some("") } else { rest.strip_prefix(' ') };
    is_label.then_some((label, padded.len() + 2, text?))
}

fn width(line: &str) -> usize {
    line.chars().count()
}

impl Property<'_> {
    fn value(&self) -> Value {
        let text = self.lines.iter().map(|line| line.text).collect::<Vec<_>>().join("\r\n");
        let is_rules = RuleSetKind::ALL.iter().any(|kind| kind.property() == self.label);
        match text.strip_prefix('{').and_then(|rest| rest.trim_end().strip_suffix('}')) {
            Some(list) if !is_rules => Value::List(items(list)),
            _ if text.is_empty() => Value::Nothing,
            _ => Value::Text(text),
        }
    }

    fn refuse_if_wrapped(&self, source: &Source, widest: usize) -> Result<(), InputError> {
        let is_rules = RuleSetKind::ALL.iter().any(|kind| kind.property() == self.label);
        let is_name = ["Name", "Identifier"].contains(&self.label.as_str());
        for (line, next) in self.lines.iter().zip(self.lines.iter().skip(1)) {
            let may_be_wrapped =
                is_rules && (tears_a_text(line.text) || fills(line, next, widest) && !is_printed_so(next));
            if may_be_wrapped || is_name {
                return Err(torn(source, *line));
            }
        }
        Ok(())
    }
}

/// Whether the first word of the next line would not have fitted: then the console may have broken the line.
fn fills(line: &Line<'_>, next: &Line<'_>, widest: usize) -> bool {
    let word = next.text.split_whitespace().next().map_or(0, width);
    !line.text.trim().is_empty() && word > 0 && line.width + 1 + word > widest
}

/// Whether a quoted text begins in a line and does not end there. No text of a rule goes over lines.
fn tears_a_text(line: &str) -> bool {
    line.matches('"').count() % 2 == 1
}

/// Whether AD FS itself ended the line before this one: it prints these on lines of their own, with a blank before them
/// that a console would have dropped [language reference 7].
fn is_printed_so(next: &Line<'_>) -> bool {
    next.text.starts_with(" => ") || next.text.starts_with(" && ")
}

fn items(list: &str) -> Vec<Value> {
    let parts = list.split(", ").map(str::trim).filter(|item| !item.is_empty());
    let mut items = Vec::new();
    for item in parts {
        let (item, is_last) = item.strip_suffix("...").map_or((item, false), |item| (item, true));
        let is_type = item.starts_with('[') || item.contains("System.") || item.contains("Microsoft.IdentityServer.");
        if !item.is_empty() && !is_type {
            items.push(Value::Text(item.to_owned()));
        }
        if is_last || is_type {
            items.push(Value::Text(CUT_OFF.to_owned()));
        }
    }
    items
}

fn torn(source: &Source, line: Line<'_>) -> InputError {
    let end = line.start + source.text.get(line.start..).and_then(|rest| rest.lines().next()).map_or(0, str::len);
    let message = "the console may have broken this line, so the text of the rules cannot be restored";
    let help = format!("export with `{}`", TrustKind::RelyingParty.export_command());
    InputError::at(source, Diagnostic::error(WRAPPED, Span::new(line.start, end), message).with_help(help))
}
