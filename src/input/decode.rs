//! Bytes to text: UTF-8 with or without byte order mark, UTF-16 with one.

use super::InputError;
use crate::lang::{Diagnostic, Source, Span};

/// Bytes that are no text in any encoding that is read here.
pub const NOT_TEXT: &str = "I001";

/// The text of `bytes`, under the `name` that messages use. Windows writes UTF-16; everything else is UTF-8.
///
/// # Errors
///
/// Bytes that are no text: invalid UTF-8 or UTF-16, or NUL characters.
pub fn decode(bytes: impl AsRef<[u8]>, name: &str) -> Result<Source, InputError> {
    let bytes = bytes.as_ref();
    let text = match bytes {
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes, name)?,
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes, name)?,
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest, 3, name)?,
        _ => utf8(bytes, 0, name)?,
    };
    let source = Source::new(name, text);
    if source.text.contains('\0') { Err(nul(&source)) } else { Ok(source) }
}

/// What is said of a text that holds a NUL character.
pub(super) fn nul(source: &Source) -> InputError {
    let at = source.text.find('\0').unwrap_or_default();
    let finding =
        Diagnostic::error(NOT_TEXT, Span::new(at, at + 1), "the file holds a NUL character, so it is no text")
            .with_help("is it the right file? text in UTF-16 needs a byte order mark");
    InputError::at(source, finding)
}

/// What is said of a byte that is no UTF-8: how many bytes are in front of it, and the text of its line, or more, that
/// is.
pub(super) fn no_utf8(offset: usize, before: &Source) -> InputError {
    let place = before.position(before.text.len());
    let message = format!("byte {offset} (line {}, column {}) is no UTF-8", place.line, place.column);
    InputError::whole(&before.name, message).with_help("save the file as UTF-8, or as UTF-16 with a byte order mark")
}

/// `skipped` bytes of a byte order mark were cut off.
fn utf8(bytes: &[u8], skipped: usize, name: &str) -> Result<String, InputError> {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(text.to_owned()),
        Err(error) => error,
    };
    let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
    Err(no_utf8(valid.len() + skipped, &Source::new(name, String::from_utf8_lossy(valid))))
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16, name: &str) -> Result<String, InputError> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let broken = |offset: usize| {
        InputError::whole(name, format!("byte {offset} is no UTF-16, which the byte order mark promises"))
            .with_help("save the file as UTF-8")
    };
    if !rest.is_empty() {
        return Err(broken(bytes.len() + 1));
    }
    let mut text = String::with_capacity(bytes.len() / 2);
    let mut offset = 2;
    for decoded in char::decode_utf16(pairs.iter().map(|&pair| unit(pair))) {
        let character = decoded.map_err(|_| broken(offset))?;
        offset += 2 * character.len_utf16();
        text.push(character);
    }
    Ok(text)
}
