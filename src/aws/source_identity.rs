//! Values of the `SourceIdentity` attribute.

use super::session_name;

/// What is wrong with a source identity, or nothing [IAM, source identity].
#[must_use]
pub fn fault(identity: &str) -> Option<String> {
    if identity.starts_with("aws:") {
        return Some("it begins with `aws:`".to_owned());
    }
    session_name::fault(identity)
}
