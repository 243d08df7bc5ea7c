//! The variables by which MIT Kerberos is told where keys are. It takes them from the environment of the process and
//! from nowhere else that the safe binding reaches.

use std::ffi::OsString;
use std::path::Path;

/// Where acceptors find their keys.
pub const ACCEPTOR_KEYTAB: &str = "KRB5_KTNAME";
/// Where initiators find theirs.
pub const INITIATOR_KEYTAB: &str = "KRB5_CLIENT_KTNAME";
/// Where initiators keep their tickets.
const TICKETS: &str = "KRB5CCNAME";

/// The variables that a process must have been started with, to use one keytab for tickets of browsers and another for
/// tickets of its own. The latter are kept in memory.
#[must_use]
pub fn variables(acceptor_keytab: Option<&Path>, initiator_keytab: Option<&Path>) -> Vec<(&'static str, OsString)> {
    let named = |path: &Path| {
        let mut name = OsString::from("FILE:");
        name.push(path);
        name
    };
    let mut variables = Vec::new();
    variables.extend(acceptor_keytab.map(|path| (ACCEPTOR_KEYTAB, named(path))));
    if let Some(path) = initiator_keytab {
        variables.extend([(INITIATOR_KEYTAB, named(path)), (TICKETS, OsString::from("MEMORY:claimsmith"))]);
    }
    variables
}
