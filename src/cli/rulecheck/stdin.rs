//! Standard input, where an argument is `-`.

use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context, ensure};

use crate::input::{self, RULE_FILE_LIMIT_BYTES};
use crate::lang::Source;

/// What messages call standard input, unless told otherwise.
pub(super) const NAME: &str = "<stdin>";

/// Whether `path` stands for standard input.
pub(super) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// All bytes of standard input.
pub(super) fn read_bytes() -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::stdin().lock().take(RULE_FILE_LIMIT_BYTES + 1).read_to_end(&mut bytes).context("cannot read standard input")?;
    let megabytes = RULE_FILE_LIMIT_BYTES / 1024 / 1024;
    ensure!(bytes.len() as u64 <= RULE_FILE_LIMIT_BYTES, "standard input is larger than {megabytes} MB");
    Ok(bytes)
}

/// The text of the file at `path`, or of standard input.
pub(super) fn read_source(path: &Path) -> anyhow::Result<Source> {
    if is_stdin(path) {
        return Ok(input::decode(read_bytes()?, NAME)?);
    }
    Ok(input::read_source(path)?)
}
