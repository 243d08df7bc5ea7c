//! A named text, and places in it.

/// A half-open range of byte offsets into a [`Source`]'s text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset after the last byte.
    pub end: usize,
}

impl Span {
    /// The span from `start` up to, and without, `end`.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }
}

/// A place for people: both counted from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1. CR LF, LF and a lone CR each end a line.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// A text and the name under which messages speak of it: a path, or `<stdin>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// What messages call it.
    pub name: String,
    /// The decoded text.
    pub text: String,
}

impl Source {
    /// A text with its name.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into() }
    }

    /// Line and column of a byte offset; an offset past the end is the place after the last character.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let mut line = 1;
        let mut column = 1;
        let mut characters = self.text.char_indices().peekable();
        while let Some((at, character)) = characters.next() {
            if at >= offset {
                break;
            }
            let crlf = character == '\r' && characters.peek().is_some_and(|&(_, next)| next == '\n');
            if (character == '\n' || character == '\r') && !crlf {
                line += 1;
                column = 1;
            } else {
                column += 1;
            }
        }
        Position { line, column }
    }
}
