//! Texts too large to be held as a whole, line by line.

use std::io::{self, BufRead, BufReader, Cursor, ErrorKind, Read};
use std::path::Path;

use super::decode::{no_utf8, nul};
use super::file::{self, open, too_large};
use super::utf16::Utf16;
use super::{Encoding, InputError};
use crate::lang::Source;

/// How much is read at once, in bytes.
const PIECE_BYTES: usize = 256 * 1024;
/// Longer lines are taken for a sign that the file is another one than was meant.
const LONGEST_LINE_BYTES: u64 = 64 * 1024 * 1024;

/// The lines of a text in UTF-8, or in UTF-16 with a byte order mark, as [`decode`](super::decode()) reads them, with
/// no more of it in memory than a line. LF and CR LF end a line.
pub struct Lines<'a> {
    name: String,
    input: BufReader<Box<dyn Read + 'a>>,
    limit_bytes: u64,
    /// Lines read so far.
    number: usize,
    /// Bytes before the current line.
    offset: usize,
    /// The current line with its end.
    line: Vec<u8>,
}

impl Lines<'static> {
    /// Opens a file of at most `limit_bytes`.
    ///
    /// # Errors
    ///
    /// As [`read_file`](super::read_file), as far as it shows before the file is read.
    pub fn open(path: &Path, limit_bytes: u64) -> Result<Self, InputError> {
        Self::new(open(path)?, &path.display().to_string(), limit_bytes)
    }
}

impl<'a> Lines<'a> {
    /// Reads `input`, of at most `limit_bytes`, under the `name` that messages use.
    ///
    /// # Errors
    ///
    /// Its first bytes cannot be read.
    pub fn new(input: impl Read + 'a, name: &str, limit_bytes: u64) -> Result<Self, InputError> {
        let mut input = Limited { input, left: limit_bytes };
        let mut first = Vec::with_capacity(3);
        let unreadable = |error: &io::Error| unreadable(name, limit_bytes, error);
        input.by_ref().take(3).read_to_end(&mut first).map_err(|error| unreadable(&error))?;
        let (mark, unit) = match Encoding::of(&first) {
            Encoding::Utf8 => (0, None),
            Encoding::Utf8Marked => (3, None),
            Encoding::Utf16Little => (2, Some(u16::from_le_bytes as fn([u8; 2]) -> u16)),
            Encoding::Utf16Big => (2, Some(u16::from_be_bytes as fn([u8; 2]) -> u16)),
        };
        let bytes = Cursor::new(first.split_off(mark)).chain(input);
        let input: Box<dyn Read + 'a> = match unit {
            Some(unit) => Box::new(Utf16::new(bytes, unit)),
            None => Box::new(bytes),
        };
        Ok(Self {
            name: name.to_owned(),
            input: BufReader::with_capacity(PIECE_BYTES, input),
            limit_bytes,
            number: 0,
            offset: mark,
            line: Vec::new(),
        })
    }

    /// What messages call the text.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The number of the line read last, from 1.
    pub fn number(&self) -> usize {
        self.number
    }

    /// Whether there is a next line and it starts with this byte.
    ///
    /// # Errors
    ///
    /// The text cannot be read.
    pub fn next_starts_with(&mut self, byte: u8) -> Result<bool, InputError> {
        let next = self.input.fill_buf().map_err(|error| unreadable(&self.name, self.limit_bytes, &error))?;
        Ok(next.first() == Some(&byte))
    }

    /// Adds the next line, without its end, to `text`. `false` at the end of the text.
    ///
    /// # Errors
    ///
    /// It cannot be read, is no text, or the line or the whole is too long.
    pub fn read(&mut self, text: &mut String) -> Result<bool, InputError> {
        self.offset += self.line.len();
        self.line.clear();
        let mut input = self.input.by_ref().take(LONGEST_LINE_BYTES);
        let read = input.read_until(b'\n', &mut self.line);
        if read.map_err(|error| unreadable(&self.name, self.limit_bytes, &error))? == 0 {
            return Ok(false);
        }
        self.number += 1;
        let line = match self.line.as_slice() {
            [line @ .., b'\r', b'\n'] | [line @ .., b'\n'] => line,
            line if u64::try_from(line.len()).is_ok_and(|length| length >= LONGEST_LINE_BYTES) => {
                let message = format!("line {} is longer than {}", self.number, file::size(LONGEST_LINE_BYTES));
                return Err(InputError::whole(&self.name, message).with_help("is it the right file?"));
            }
            line => line,
        };
        let piece = std::str::from_utf8(line).map_err(|error| {
            let valid = line.get(..error.valid_up_to()).unwrap_or_default();
            let source = Source::excerpt(&self.name, String::from_utf8_lossy(valid), self.number);
            no_utf8(self.offset + valid.len(), &source)
        })?;
        if piece.contains('\0') {
            return Err(nul(&Source::excerpt(&self.name, piece, self.number)));
        }
        text.push_str(piece);
        Ok(true)
    }
}

/// Bytes up to a limit; more are an error.
struct Limited<R> {
    input: R,
    left: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        let taken = u64::try_from(read).unwrap_or(u64::MAX);
        self.left = self.left.checked_sub(taken).ok_or(ErrorKind::FileTooLarge)?;
        Ok(read)
    }
}

fn unreadable(name: &str, limit_bytes: u64, error: &io::Error) -> InputError {
    match error.kind() {
        ErrorKind::FileTooLarge => too_large(name, limit_bytes),
        ErrorKind::InvalidData => InputError::whole(name, error.to_string()).with_help("save the file as UTF-8"),
        _ => file::unreadable(name, error),
    }
}
