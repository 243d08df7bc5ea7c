//! Directory files, by what their names end with.

use std::path::Path;
use std::sync::Arc;

use crate::input::{self, InputError};
use crate::store::directory::Directory;
use crate::store::file::FileDirectory;

/// Larger directory files are not read, in bytes. A hundred thousand people with fifty groups each take a third of it.
const LIMIT_BYTES: u64 = 1024 * 1024 * 1024;

/// Reads a directory file: `.yaml`, `.yml` or `.ldif`.
///
/// # Errors
///
/// It cannot be read, is of another kind, or says something wrong.
pub fn open_file(path: &Path) -> Result<Arc<dyn Directory>, InputError> {
    let name = path.display().to_string();
    let source = input::decode(input::read_file(path, LIMIT_BYTES)?, &name)?;
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    let directory = match extension.as_str() {
        "yaml" | "yml" => FileDirectory::from_yaml(&source)?,
        "ldif" => FileDirectory::from_ldif(&source)?,
        _ => {
            let unknown =
                InputError::whole(name, "a directory file ends with `.yaml` or `.ldif`, and this one does not");
            return Err(unknown.with_help("rename it, or name another file or an `ldaps://` address"));
        }
    };
    Ok(Arc::new(directory))
}
