//! A directory that is no Active Directory: whether it answers, is what it is configured as, and shows people and groups.

use super::finding::Finding;
use crate::config::server::DirectorySource;

/// A finding, if the directory is of that kind.
pub(super) fn check(directory: &DirectorySource) -> Option<Finding> {
    let DirectorySource::Ldap(directory) = directory else { return None };
    let subject = "directory";
    Some(match directory.check() {
        Ok(()) => Finding::ok(subject, "it answers, and shows people and groups to the service account"),
        Err(error) => Finding::error(subject, error.to_string())
            .why("nobody can sign in")
            .help("correct `directory.ldap`, or what its servers let the service account see"),
    })
}
