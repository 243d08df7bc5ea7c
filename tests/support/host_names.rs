//! Names of machines that are in no DNS.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The variable with the hosts file that a program finds names in when [`library`] is loaded before its own.
pub const HOSTS_FILE: &str = "TEST_HOSTS";

/// The library that gives a program other names, for `LD_PRELOAD`. `libnss_wrapper` is not for a program with threads: two
/// that ask at the same time fill its one table together, and free it twice.
pub fn library() -> &'static Path {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/host_names.c");
        let made = tempfile::NamedTempFile::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let mut compiler = Command::new("cc");
        compiler.args(["-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o"]).args([made.path(), &source]);
        assert!(compiler.status().unwrap().success(), "{} does not compile", source.display());
        // Complete under its name, also where another process of the tests makes the same.
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("host_names.so");
        made.persist(&path).unwrap();
        path
    })
}
