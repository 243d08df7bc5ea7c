//! How a user signed in.

use serde::{Deserialize, Serialize};

/// How a user signed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// With a password, over TLS.
    #[default]
    Password,
    /// With a Kerberos ticket, which Windows gets at its own sign-on.
    Kerberos,
}

/// A password over TLS [SAML-AuthnContext 3.4.6].
const PASSWORD_OVER_TLS: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";
const PASSWORD: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:Password";
/// The sign-on of Windows, as AD FS writes it into `AuthnContextClassRef`.
const WINDOWS: &str = "urn:federation:authentication:windows";
/// The same, as AD FS writes it into the claim.
const WINDOWS_CLAIM: &str = "http://schemas.microsoft.com/ws/2008/06/identity/authenticationmethod/windows";
/// A ticket [SAML-AuthnContext 3.4.4].
const KERBEROS: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:Kerberos";

impl Method {
    /// All of them, the one that everybody has first.
    pub(in crate::idp) const ALL: [Self; 2] = [Self::Password, Self::Kerberos];

    /// The authentication context classes that are true of it; the first is said where none is asked for.
    pub(in crate::idp) const fn classes(self) -> &'static [&'static str] {
        match self {
            Self::Password => &[PASSWORD_OVER_TLS, PASSWORD],
            Self::Kerberos => &[WINDOWS, WINDOWS_CLAIM, KERBEROS],
        }
    }

    /// The class that is said where none is asked for.
    pub(in crate::idp) fn usual_class(self) -> &'static str {
        match self {
            Self::Password => PASSWORD_OVER_TLS,
            Self::Kerberos => WINDOWS,
        }
    }

    /// The value of the claim `authenticationmethod` with which the acceptance rules start [AD FS].
    #[must_use]
    pub const fn claim_value(self) -> &'static str {
        match self {
            Self::Password => PASSWORD_OVER_TLS,
            Self::Kerberos => WINDOWS_CLAIM,
        }
    }
}

/// The class that a value of the claim `authenticationmethod` becomes: AD FS has two names for the sign-on of Windows, one
/// for claims and one for SAML.
pub(in crate::idp) fn class_of_claim(value: &str) -> &str {
    if value == WINDOWS_CLAIM { WINDOWS } else { value }
}
