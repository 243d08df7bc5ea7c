//! Files, up to a size.

use std::fs::{self, File};
use std::io::{ErrorKind, Read as _};
use std::path::Path;

use super::{InputError, decode};
use crate::lang::Source;

/// Rule files may be this large; the largest published rule set has 60 kilobytes.
pub const RULE_FILE_LIMIT_BYTES: u64 = 16 * 1024 * 1024;

/// The bytes of a file of at most `limit_bytes`.
///
/// # Errors
///
/// A path that is missing, is a directory, may not be read, or is larger.
pub fn read_file(path: &Path, limit_bytes: u64) -> Result<Vec<u8>, InputError> {
    let name = path.display().to_string();
    let unreadable = |error: &std::io::Error| match error.kind() {
        ErrorKind::NotFound => InputError::whole(&name, "there is no such file"),
        ErrorKind::PermissionDenied => InputError::whole(&name, "the file may not be read: permission denied"),
        ErrorKind::IsADirectory => is_directory(&name),
        _ => InputError::whole(&name, format!("the file cannot be read: {error}")),
    };
    if fs::metadata(path).map_err(|error| unreadable(&error))?.is_dir() {
        return Err(is_directory(&name));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| unreadable(&error))?;
    file.take(limit_bytes.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length <= limit_bytes) {
        return Ok(bytes);
    }
    Err(InputError::whole(&name, format!("the file is larger than the limit of {limit_bytes} bytes"))
        .with_help("is it the right file?"))
}

/// A rule file as text: at most [`RULE_FILE_LIMIT_BYTES`].
///
/// # Errors
///
/// As [`read_file`] and [`decode()`].
pub fn read_source(path: &Path) -> Result<Source, InputError> {
    decode(&read_file(path, RULE_FILE_LIMIT_BYTES)?, &path.display().to_string())
}

fn is_directory(name: &str) -> InputError {
    InputError::whole(name, "this is a directory; a file is needed here").with_help("name the file inside it")
}
