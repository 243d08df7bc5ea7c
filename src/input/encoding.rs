//! Text to bytes, as the file had it.

/// How a text is written, as its byte order mark says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8 without a mark.
    Utf8,
    /// UTF-8 with one.
    Utf8Marked,
    /// UTF-16, the low byte first, with a mark; what Windows calls Unicode.
    Utf16Little,
    /// UTF-16, the high byte first, with a mark.
    Utf16Big,
}

impl Encoding {
    /// How these bytes are written.
    #[must_use]
    pub const fn of(bytes: &[u8]) -> Self {
        match bytes {
            [0xFF, 0xFE, ..] => Self::Utf16Little,
            [0xFE, 0xFF, ..] => Self::Utf16Big,
            [0xEF, 0xBB, 0xBF, ..] => Self::Utf8Marked,
            _ => Self::Utf8,
        }
    }

    /// The bytes of a text, with the mark. What [`decode`](super::decode()) made of bytes becomes those bytes again.
    #[must_use]
    pub fn encode(self, text: &str) -> Vec<u8> {
        let units =
            |bytes: fn(u16) -> [u8; 2]| "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(bytes).collect();
        match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Utf8Marked => ["\u{feff}", text].concat().into_bytes(),
            Self::Utf16Little => units(u16::to_le_bytes),
            Self::Utf16Big => units(u16::to_be_bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Encoding;
    use crate::input::decode;

    #[test]
    fn what_is_decoded_becomes_the_same_bytes_again() {
        for encoding in [Encoding::Utf8, Encoding::Utf8Marked, Encoding::Utf16Little, Encoding::Utf16Big] {
            let bytes = encoding.encode("ä\r\n😀");
            assert_eq!(Encoding::of(&bytes), encoding);
            let source = decode(&bytes, "x").unwrap();
            assert_eq!(source.text, "ä\r\n😀");
            assert_eq!(encoding.encode(&source.text), bytes);
        }
    }
}
