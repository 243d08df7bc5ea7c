//! Material that is kept beside the project and not in it.

use std::path::{Path, PathBuf};

/// The file or folder `path` of the shared material, or `None` in a clone that lacks it.
///
/// It lies in `../shared`, or where `CLAIMSMITH_SHARED` says. In continuous integration it must be there.
pub fn shared(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("CLAIMSMITH_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let found = root.join(path);
    if found.exists() {
        return Some(found);
    }
    assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "CI needs {}", found.display());
    eprintln!("stepped aside: needs ../shared/{path}");
    None
}
