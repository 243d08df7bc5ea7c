//! Files that are written whole or not at all.

use std::fs::{self, Permissions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use anyhow::anyhow;
use tempfile::Builder;

/// Writes a file, in place of the one that is there, if there is one. Whoever reads it sees the old or the new content,
/// never a part.
pub(super) fn replace(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    // A link stays a link to the file that is replaced.
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let write = || -> std::io::Result<()> {
        // A new file may be read by whom the user's mask lets read.
        let mut file = Builder::new().permissions(Permissions::from_mode(0o666)).tempfile_in(folder)?;
        file.write_all(content)?;
        if let Ok(before) = fs::metadata(&target) {
            file.as_file().set_permissions(before.permissions())?;
        }
        file.as_file().sync_all()?;
        file.persist(&target)?;
        Ok(())
    };
    write().map_err(|error| anyhow!("cannot write `{}`: {}", path.display(), reason(&error, folder)))
}

/// Why something in `folder` cannot be written, without the name of the file beside it that nobody asked for.
pub(super) fn reason(error: &io::Error, folder: &Path) -> String {
    match error.kind() {
        ErrorKind::NotFound => format!("there is no folder `{}`", folder.display()),
        ErrorKind::PermissionDenied => format!("the folder `{}` may not be written to", folder.display()),
        ErrorKind::NotADirectory => format!("`{}` is no folder", folder.display()),
        _ => error.get_ref().and_then(|inner| inner.source()).map_or_else(|| error.to_string(), ToString::to_string),
    }
}
