//! Files that are written whole or not at all.

use std::fs::{self, Permissions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use anyhow::Context as _;
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
    write().with_context(|| format!("cannot write `{}`", path.display()))
}
