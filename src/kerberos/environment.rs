//! The variables by which MIT Kerberos is told where keys are. It takes them from the environment of the process and
//! from nowhere else that the safe binding reaches.

use std::ffi::OsString;
use std::path::Path;

/// Where acceptors find their keys.
pub const ACCEPTOR_KEYTAB: &str = "KRB5_KTNAME";

/// The variables that a process must have been started with, to use a keytab for tickets of browsers.
#[must_use]
pub fn variables(acceptor_keytab: Option<&Path>) -> Vec<(&'static str, OsString)> {
    let named = |path: &Path| {
        let mut name = OsString::from("FILE:");
        name.push(path);
        name
    };
    acceptor_keytab.map(|path| (ACCEPTOR_KEYTAB, named(path))).into_iter().collect()
}
