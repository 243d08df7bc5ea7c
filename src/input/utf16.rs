//! UTF-16 as a stream, read as UTF-8.

use std::io::{self, ErrorKind, Read};

/// How much is read at once, in bytes.
const PIECE_BYTES: usize = 64 * 1024;
/// Bytes of a byte order mark.
const MARK_BYTES: u64 = 2;

/// Turns UTF-16 behind its byte order mark into UTF-8.
pub(super) struct Utf16<R> {
    input: R,
    unit: fn([u8; 2]) -> u16,
    /// Bytes that are not decoded yet: less than two units between two reads.
    undecoded: Vec<u8>,
    /// Where `undecoded` begins.
    offset: u64,
    text: String,
    /// How much of `text` was given out.
    given: usize,
}

impl<R: Read> Utf16<R> {
    /// `input` stands behind the byte order mark; `unit` reads two bytes in its order.
    pub(super) fn new(input: R, unit: fn([u8; 2]) -> u16) -> Self {
        Self { input, unit, undecoded: Vec::new(), offset: MARK_BYTES, text: String::new(), given: 0 }
    }

    /// Decodes the next piece. `false` at the end.
    fn advance(&mut self) -> io::Result<bool> {
        self.text.clear();
        self.given = 0;
        let limit = u64::try_from(PIECE_BYTES).unwrap_or(u64::MAX);
        let at_end = self.input.by_ref().take(limit).read_to_end(&mut self.undecoded)? == 0;
        let (pairs, half) = self.undecoded.as_chunks::<2>();
        let mut decoded = 0;
        for character in char::decode_utf16(pairs.iter().map(|&pair| (self.unit)(pair))) {
            match character {
                Ok(character) => {
                    decoded += character.len_utf16();
                    self.text.push(character);
                }
                // The other half of a pair may be in the next piece.
                Err(_) if !at_end && decoded + 1 == pairs.len() => break,
                Err(_) => return Err(broken(self.offset, decoded)),
            }
        }
        if at_end && !half.is_empty() {
            return Err(broken(self.offset, decoded));
        }
        self.undecoded.drain(..2 * decoded);
        self.offset += 2 * u64::try_from(decoded).unwrap_or_default();
        Ok(!at_end)
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() {
            if !self.advance()? {
                return Ok(0);
            }
        }
        let rest = self.text.as_bytes().get(self.given..).unwrap_or_default();
        let read = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..read), rest.get(..read)) {
            to.copy_from_slice(from);
        }
        self.given += read;
        Ok(read)
    }
}

fn broken(offset: u64, units: usize) -> io::Error {
    let offset = offset + 2 * u64::try_from(units).unwrap_or_default();
    let message = format!("byte {offset} is no UTF-16, which the byte order mark promises");
    io::Error::new(ErrorKind::InvalidData, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0.read(buffer.get_mut(..1).unwrap_or_default())
        }
    }

    fn read(bytes: &[u8]) -> io::Result<String> {
        let mut text = String::new();
        Utf16::new(Slow(bytes), u16::from_le_bytes).read_to_string(&mut text).map(|_| text)
    }

    #[test]
    fn a_pair_may_be_split_between_two_reads() {
        let text = "aé名😀".repeat(PIECE_BYTES / 7);
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&bytes).unwrap(), text);
    }

    #[test]
    fn halves_are_refused_with_their_place() {
        for (bytes, offset) in [(&b"a\0\0\xD8"[..], 4), (b"a\0\0\xD8b\0", 4), (b"a\0b", 4), (b"\0\xDC", 2)] {
            let error = read(bytes).unwrap_err().to_string();
            assert!(error.contains(&format!("byte {offset} ")), "{bytes:?}: {error}");
        }
    }
}
