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
    /// The decoded text. To change it, make a new `Source`: places are looked up in an index of this text.
    pub text: String,
    /// The number of its first line: 1, unless it is a piece of something larger.
    first_line: usize,
    index: Index,
}

impl Source {
    /// A text with its name.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self::excerpt(name, text, 1)
    }

    /// A piece of a text that is not held as a whole; its first line has the number `first_line`, from 1.
    pub fn excerpt(name: impl Into<String>, text: impl Into<String>, first_line: usize) -> Self {
        let text = text.into();
        Self { name: name.into(), first_line: first_line.max(1), index: Index::of(&text), text }
    }

    /// The number of its first line: 1, unless it is an excerpt.
    #[must_use]
    pub const fn first_line(&self) -> usize {
        self.first_line
    }

    /// Line and column of a byte offset; an offset past the end is the place after the last character.
    ///
    /// The cost does not grow with the text.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.text.len());
        let line = self.line_number(offset);
        let line_start = self.line_start(line).unwrap_or_default();
        let column = 1 + self.characters_before(offset) - self.characters_before(line_start);
        Position { line, column }
    }

    /// The text of a line, from 1, without its end; empty for a line that is not there.
    #[must_use]
    pub fn line(&self, line: usize) -> &str {
        let span = self.line_span(line);
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// From the start of the line of the first offset to the end of the line of the last, without its line end.
    ///
    /// The cost does not grow with the text.
    #[must_use]
    pub fn whole_lines(&self, span: Span) -> Span {
        let first = self.line_span(self.line_number(span.start));
        Span::new(first.start, self.line_span(self.line_number(span.end)).end)
    }

    fn line_span(&self, line: usize) -> Span {
        let Some(start) = self.line_start(line) else { return Span::default() };
        let next = self.line_start(line + 1).unwrap_or(self.text.len());
        let text = self.text.get(start..next).unwrap_or_default().trim_end_matches(['\n', '\r']);
        Span::new(start, start + text.len())
    }

    /// The line of an offset.
    fn line_number(&self, offset: usize) -> usize {
        let started = self.index.line_starts.partition_point(|&start| start <= offset).max(1);
        self.first_line + started - 1
    }

    fn line_start(&self, line: usize) -> Option<usize> {
        self.index.line_starts.get(line.checked_sub(self.first_line)?).copied()
    }

    /// Byte offset of a place; a column past the end of its line is the end of the line.
    #[must_use]
    pub fn offset(&self, place: Position) -> usize {
        let line = self.line(place.line);
        let start = self.line_start(place.line);
        let within = line.char_indices().nth(place.column.saturating_sub(1)).map_or(line.len(), |(at, _)| at);
        start.map_or(self.text.len(), |start| start + within)
    }

    fn characters_before(&self, offset: usize) -> usize {
        let stride = offset / STRIDE;
        let counted = self.index.characters.get(stride).copied().unwrap_or_default();
        let rest = self.text.as_bytes().get(stride * STRIDE..offset).unwrap_or_default();
        counted + starts_in(rest)
    }
}

/// Bytes between two counts of characters.
const STRIDE: usize = 1024;

/// What makes looking up a place cheap: where lines start, and how many characters start before every stride.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Index {
    line_starts: Vec<usize>,
    characters: Vec<usize>,
}

impl Index {
    fn of(text: &str) -> Self {
        let mut line_starts = vec![0];
        let mut bytes = text.bytes().enumerate().peekable();
        while let Some((at, byte)) = bytes.next() {
            let crlf = byte == b'\r' && bytes.peek().is_some_and(|&(_, next)| next == b'\n');
            if (byte == b'\n' || byte == b'\r') && !crlf {
                line_starts.push(at + 1);
            }
        }
        let mut total = 0;
        let mut characters = vec![0];
        for stride in text.as_bytes().chunks(STRIDE) {
            total += starts_in(stride);
            characters.push(total);
        }
        Self { line_starts, characters }
    }
}

/// How many characters start in these bytes of UTF-8.
fn starts_in(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0b1100_0000 != 0b1000_0000).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_line_end_counts_once() {
        let source = Source::new("x", "a\r\nb\rc\nd");
        let lines: Vec<usize> = [0, 3, 5, 7].map(|offset| source.position(offset).line).into();
        assert_eq!(lines, [1, 2, 3, 4]);
        assert_eq!(source.line(2), "b");
        assert_eq!(source.line(9), "");
        assert_eq!(source.whole_lines(Span::new(3, 5)), Span::new(3, 6));
        assert_eq!(source.whole_lines(Span::new(1, 1)), Span::new(0, 1));
    }

    #[test]
    fn an_excerpt_keeps_the_numbers_of_its_lines() {
        let source = Source::excerpt("x", "ab\ncd", 7);
        assert_eq!(source.position(4), Position { line: 8, column: 2 });
        assert_eq!((source.line(7), source.line(8), source.line(1), source.line(9)), ("ab", "cd", "", ""));
        assert_eq!(source.offset(Position { line: 8, column: 2 }), 4);
        assert_eq!(source.whole_lines(Span::new(3, 4)), Span::new(3, 5));
    }

    #[test]
    fn columns_count_characters_also_far_into_a_long_line() {
        let source = Source::new("x", format!("\n{}x", "é".repeat(5000)));
        assert_eq!(source.position(1 + 2 * 5000), Position { line: 2, column: 5001 });
        assert_eq!(source.position(usize::MAX), Position { line: 2, column: 5002 });
        assert_eq!(source.offset(Position { line: 2, column: 5001 }), 1 + 2 * 5000);
    }
}
