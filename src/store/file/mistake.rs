//! What a directory file says that cannot be, and where it says it.

use crate::input::{InputError, without_secrets};
use crate::lang::{Diagnostic, Source, Span};

/// A directory file that can be read, but describes no directory.
pub const INVALID_DIRECTORY: &str = "D001";

/// How much of a line is kept to be shown.
const LONGEST_LINE_BYTES: usize = 1024;

/// A mistake found after reading.
#[derive(Debug)]
pub(super) struct Mistake {
    message: String,
    help: Option<String>,
    /// The entry of this name, and in it this text.
    entry: Option<(String, String)>,
}

impl Mistake {
    /// A mistake; whoever reads the file knows where.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None, entry: None }
    }

    /// A mistake at `text`, which stands at or below the key `entry`.
    pub(super) fn in_entry(entry: &str, text: &str, message: impl Into<String>) -> Self {
        Self { entry: Some((entry.to_owned(), text.to_owned())), ..Self::new(message) }
    }

    /// Says what to do.
    pub(super) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The error for people, pointing at the mistake where it can be found.
    pub(super) fn in_source(self, source: &Source) -> InputError {
        let span = self.entry.as_ref().and_then(|(entry, text)| entry_span(&source.text, entry, text));
        match span {
            Some(span) => self.at(source, span),
            None => self.in_whole(&source.name),
        }
    }

    /// The error for people about a line of a file, its number from 1.
    pub(super) fn in_line(self, name: &str, number: usize, line: &str) -> InputError {
        let shown = line.get(..line.floor_char_boundary(LONGEST_LINE_BYTES)).unwrap_or_default();
        self.at(&Source::excerpt(name, shown, number), Span::new(0, shown.trim_end().len()))
    }

    /// The error for people about a file.
    pub(super) fn in_whole(self, name: &str) -> InputError {
        let error = InputError::whole(name, self.message);
        match self.help {
            Some(help) => error.with_help(help),
            None => error,
        }
    }

    fn at(self, source: &Source, span: Span) -> InputError {
        let finding = Diagnostic::error(INVALID_DIRECTORY, span, self.message);
        InputError::at(
            &without_secrets(source),
            match self.help {
                Some(help) => finding.with_help(help),
                None => finding,
            },
        )
    }
}

/// Where `text` first stands as a word of its own after the key `entry`; the key itself if it stands nowhere.
fn entry_span(source: &str, entry: &str, text: &str) -> Option<Span> {
    let keys = words(source, entry).find(|&key| {
        let after = source.get(key + entry.len()..).unwrap_or_default();
        after.trim_start_matches(['"', '\'']).trim_start().starts_with(':')
    });
    let (key, found) = match keys {
        Some(key) => (key, words(source, text).find(|&at| at > key)),
        None => (words(source, text).next()?, None),
    };
    Some(found.map_or_else(|| Span::new(key, key + entry.len()), |at| Span::new(at, at + text.len())))
}

/// Offsets at which `word` stands with nothing but separators around it.
fn words(source: &str, word: &str) -> impl Iterator<Item = usize> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    source.match_indices(word).map(|(at, _)| at).filter(move |&at| {
        let before = source.get(..at).and_then(|text| text.chars().next_back());
        let after = source.get(at + word.len()..).and_then(|text| text.chars().next());
        !word.is_empty() && !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}
