//! Places as editors count them, in a text that is edited.

use crate::lang::Span;

/// What an editor counts within a line. The client offers some, the server chooses one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units: a character beyond U+FFFF counts twice. What every client speaks.
    #[default]
    Utf16,
    /// Characters.
    Utf32,
}

/// A place as editors tell it: both counted from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 0. CR LF, LF and a lone CR each end a line.
    pub line: u32,
    /// Column, from 0, in the units of an [`Encoding`].
    pub character: u32,
}

/// From the first place up to, and without, the second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Range {
    /// Where it begins.
    pub start: Position,
    /// Where it ends.
    pub end: Position,
}

/// A text with an index that makes looking up a place cheap.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "it is what the rest is about")]
pub struct Text {
    text: String,
    line_starts: Vec<usize>,
    /// Before every stride of bytes: how many characters started, and how many of them lie beyond U+FFFF.
    counts: Vec<(usize, usize)>,
}

/// Bytes between two counts.
const STRIDE: usize = 1024;

impl Text {
    /// A text that can be asked for places.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let mut line_starts = vec![0];
        let mut bytes = text.bytes().enumerate().peekable();
        while let Some((at, byte)) = bytes.next() {
            let is_crlf = byte == b'\r' && bytes.peek().is_some_and(|&(_, next)| next == b'\n');
            if (byte == b'\n' || byte == b'\r') && !is_crlf {
                line_starts.push(at + 1);
            }
        }
        let mut counts = vec![(0, 0)];
        let mut total = (0, 0);
        for stride in text.as_bytes().chunks(STRIDE) {
            let (characters, beyond) = counted(stride);
            total = (total.0 + characters, total.1 + beyond);
            counts.push(total);
        }
        Self { text, line_starts, counts }
    }

    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The place of a byte offset. One past the end is the end; one inside a character is its start.
    #[must_use]
    pub fn position(&self, offset: usize, encoding: Encoding) -> Position {
        let offset = self.text.floor_char_boundary(offset.min(self.text.len()));
        let line = self.line_starts.partition_point(|&start| start <= offset).saturating_sub(1);
        let start = self.line_starts.get(line).copied().unwrap_or_default();
        let character = match encoding {
            Encoding::Utf8 => offset - start,
            Encoding::Utf16 => {
                let (before, after) = (self.counts_before(start), self.counts_before(offset));
                (after.0 - before.0) + (after.1 - before.1)
            }
            Encoding::Utf32 => self.counts_before(offset).0 - self.counts_before(start).0,
        };
        Position { line: number(line), character: number(character) }
    }

    /// The byte offset of a place. A line past the last is the end of the text, a column past the end of its line is
    /// the end of the line, and one inside a character is its start.
    #[must_use]
    pub fn offset(&self, place: Position, encoding: Encoding) -> usize {
        let line = usize::try_from(place.line).unwrap_or(usize::MAX);
        let Some(&start) = self.line_starts.get(line) else { return self.text.len() };
        let end = line.checked_add(1).and_then(|next| self.line_starts.get(next)).copied().unwrap_or(self.text.len());
        let line = self.text.get(start..end).unwrap_or_default().trim_end_matches(['\n', '\r']);
        let wanted = usize::try_from(place.character).unwrap_or(usize::MAX);
        let mut counted = 0;
        for (at, character) in line.char_indices() {
            counted += match encoding {
                Encoding::Utf8 => character.len_utf8(),
                Encoding::Utf16 => character.len_utf16(),
                Encoding::Utf32 => 1,
            };
            if counted > wanted {
                return start + at;
            }
        }
        start + line.len()
    }

    /// A span as a range.
    #[must_use]
    pub fn range(&self, span: Span, encoding: Encoding) -> Range {
        Range { start: self.position(span.start, encoding), end: self.position(span.end, encoding) }
    }

    /// A range as a span; a range that ends before it begins is empty.
    #[must_use]
    pub fn span(&self, range: Range, encoding: Encoding) -> Span {
        let start = self.offset(range.start, encoding);
        Span::new(start, self.offset(range.end, encoding).max(start))
    }

    /// The text after `replacement` took the place of a range.
    #[must_use]
    pub fn edited(self, range: Range, replacement: &str, encoding: Encoding) -> Self {
        let Span { start, end } = self.span(range, encoding);
        let mut text = self.text;
        text.replace_range(start..end, replacement);
        Self::new(text)
    }

    fn counts_before(&self, offset: usize) -> (usize, usize) {
        let stride = offset / STRIDE;
        let (characters, beyond) = self.counts.get(stride).copied().unwrap_or_default();
        let rest = counted(self.text.as_bytes().get(stride * STRIDE..offset).unwrap_or_default());
        (characters + rest.0, beyond + rest.1)
    }
}

/// How many characters start in these bytes of UTF-8, and how many of them lie beyond U+FFFF.
fn counted(bytes: &[u8]) -> (usize, usize) {
    let starts = bytes.iter().filter(|&&byte| byte & 0b1100_0000 != 0b1000_0000).count();
    (starts, bytes.iter().filter(|&&byte| byte >= 0b1111_0000).count())
}

/// Documents are bounded far below `u32::MAX`.
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: [Encoding; 3] = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32];

    fn at(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn a_character_counts_as_its_encoding_says() {
        let text = Text::new("a\r\né𝄞x\rz");
        let x = 3 + "é𝄞".len();
        assert_eq!(ALL.map(|encoding| text.position(x, encoding)), [at(1, 6), at(1, 3), at(1, 2)]);
        assert_eq!(text.position(text.as_str().len(), Encoding::Utf16), at(2, 1));
        assert_eq!(text.offset(at(1, 3), Encoding::Utf16), x);
    }

    #[test]
    fn places_outside_the_text_are_its_nearest_ones() {
        let text = Text::new("ab\n𝄞\n");
        assert_eq!(text.offset(at(0, 99), Encoding::Utf16), 2);
        assert_eq!(text.offset(at(9, 0), Encoding::Utf16), 8);
        assert_eq!(text.offset(at(u32::MAX, u32::MAX), Encoding::Utf8), 8);
        assert_eq!(text.offset(at(1, 1), Encoding::Utf16), 3, "between the halves of a pair");
        assert_eq!(text.position(5, Encoding::Utf16), at(1, 0), "inside a character");
        assert_eq!(text.position(99, Encoding::Utf16), at(2, 0));
        let backwards = Range { start: at(1, 0), end: at(0, 1) };
        assert_eq!(text.clone().edited(backwards, "x", Encoding::Utf16).as_str(), "ab\nx𝄞\n");
    }

    proptest! {
        #[test]
        fn every_offset_is_found_again(text in "[aé𝄞\r\n]{0,40}", long in 0_usize..3000) {
            let text = Text::new(format!("{}{text}", "é".repeat(long)));
            for encoding in ALL {
                let near_the_end = text.as_str().len().saturating_sub(200);
                for (offset, _) in text.as_str().char_indices().filter(|(offset, _)| *offset >= near_the_end) {
                    let inside_crlf = text.as_str().as_bytes()[..offset].ends_with(b"\r")
                        && text.as_str().as_bytes()[offset..].starts_with(b"\n");
                    if !inside_crlf {
                        prop_assert_eq!(text.offset(text.position(offset, encoding), encoding), offset);
                    }
                }
            }
        }

        #[test]
        fn an_edit_is_made_where_the_client_sees_it(before in "[aé𝄞\n]{0,20}", after in "[aé𝄞\n]{0,20}", new in "[b𝄞\n]{0,5}") {
            let text = Text::new(format!("{before}OLD{after}"));
            for encoding in ALL {
                let range = text.range(Span::new(before.len(), before.len() + 3), encoding);
                let edited = text.clone().edited(range, &new, encoding);
                prop_assert_eq!(edited.as_str(), format!("{before}{new}{after}"));
            }
        }
    }
}
