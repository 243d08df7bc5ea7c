//! Files, up to a size.

use std::fs::{self, File, FileType};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::FileTypeExt as _;
use std::path::Path;

use super::{InputError, decode};
use crate::lang::Source;

/// Rule files may be this large; the largest published rule set has 60 kilobytes.
pub const RULE_FILE_LIMIT_BYTES: u64 = 16 * 1024 * 1024;

/// The bytes of a file of at most `limit_bytes`.
///
/// Pipes, sockets and devices are refused, since opening or reading one may wait for ever. Those that are open already
/// (`/dev/stdin`, `/dev/fd/3`) are read like standard input, and `/dev/null` is an empty file.
///
/// # Errors
///
/// A path that is missing, is no file, may not be read, or is larger.
pub fn read_file(path: &Path, limit_bytes: u64) -> Result<Vec<u8>, InputError> {
    read_limited(open(path)?, &path.display().to_string(), limit_bytes)
}

/// Opens what [`read_file`] reads.
pub(super) fn open(path: &Path) -> Result<File, InputError> {
    let name = path.display().to_string();
    let unreadable = |error: &io::Error| unreadable(&name, error);
    let kind = fs::metadata(path).map_err(|error| unreadable(&error))?.file_type();
    if !kind.is_file() && (kind.is_dir() || !never_waits(path)) {
        return Err(no_file(&name, kind));
    }
    File::open(path).map_err(|error| unreadable(&error))
}

/// All bytes of `input`, at most `limit_bytes`. `name` is what messages call it.
///
/// # Errors
///
/// It cannot be read, or there are more.
pub fn read_limited(input: impl Read, name: &str, limit_bytes: u64) -> Result<Vec<u8>, InputError> {
    let mut bytes = Vec::new();
    input.take(limit_bytes.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| unreadable(name, &error))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length <= limit_bytes) {
        return Ok(bytes);
    }
    Err(too_large(name, limit_bytes))
}

/// What is said of an input that has more bytes than it may have.
pub(super) fn too_large(name: &str, limit_bytes: u64) -> InputError {
    let message = format!("this is larger than the limit of {}", size(limit_bytes));
    InputError::whole(name, message).with_help("is it the right file?")
}

/// A rule file as text: at most [`RULE_FILE_LIMIT_BYTES`].
///
/// # Errors
///
/// As [`read_file`] and [`decode()`].
pub fn read_source(path: &Path) -> Result<Source, InputError> {
    decode(&read_file(path, RULE_FILE_LIMIT_BYTES)?, &path.display().to_string())
}

/// Whether a path stands for something that is open already, or for nothing at all.
fn never_waits(path: &Path) -> bool {
    path == Path::new("/dev/null") || path == Path::new("/dev/stdin") || path.starts_with("/dev/fd")
}

/// What is said of an input that cannot be read.
pub(super) fn unreadable(name: &str, error: &io::Error) -> InputError {
    match error.kind() {
        ErrorKind::NotFound => InputError::whole(name, "there is no such file"),
        ErrorKind::PermissionDenied => InputError::whole(name, "the file may not be read: permission denied"),
        _ => InputError::whole(name, format!("the file cannot be read: {error}")),
    }
}

fn no_file(name: &str, kind: FileType) -> InputError {
    let (what, help) = if kind.is_dir() {
        ("a directory", "name the file inside it")
    } else if kind.is_fifo() {
        ("a named pipe", "put its text into a file")
    } else if kind.is_socket() {
        ("a socket", "name another file")
    } else {
        ("a device", "name another file")
    };
    InputError::whole(name, format!("this is {what}; a file is needed here")).with_help(help)
}

/// A number of bytes as people say it.
pub(super) fn size(bytes: u64) -> String {
    const KILOBYTE: u64 = 1024;
    const MEGABYTE: u64 = 1024 * KILOBYTE;
    match bytes {
        _ if bytes >= MEGABYTE && bytes.is_multiple_of(MEGABYTE) => format!("{} MB", bytes / MEGABYTE),
        _ if bytes >= KILOBYTE && bytes.is_multiple_of(KILOBYTE) => format!("{} KB", bytes / KILOBYTE),
        _ => format!("{bytes} bytes"),
    }
}
