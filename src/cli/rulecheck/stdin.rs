//! Standard input, where an argument is `-`.

use std::io;
use std::path::Path;

use crate::input::{self, InputError, RULE_FILE_LIMIT_BYTES};
use crate::lang::Source;

/// What messages call standard input, unless told otherwise.
pub(super) const NAME: &str = "<stdin>";

/// Whether `path` stands for standard input.
pub(super) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// All bytes of standard input, as messages call it `name`.
pub(super) fn read_bytes(name: &str) -> Result<Vec<u8>, InputError> {
    input::read_limited(io::stdin().lock(), name, RULE_FILE_LIMIT_BYTES)
}

/// The text of the file at `path`, or of standard input.
pub(super) fn read_source(path: &Path) -> Result<Source, InputError> {
    if is_stdin(path) {
        return input::decode(read_bytes(NAME)?, NAME);
    }
    input::read_source(path)
}
