//! Who may receive claims: a relying party trust as plain data.

use std::sync::Arc;

/// Where an assertion may be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// How.
    pub binding: Binding,
    /// Assertion consumer service URL, compared exactly [Kantara SDP-IDP06].
    pub url: String,
    /// Used when a request names none.
    pub default: bool,
}

/// SAML binding of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// HTTP POST [SAML-Bindings 3.5].
    Post,
}

/// Checks that apply to what a trust issues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// What AWS demands of an assertion.
    Aws,
}

/// What is known of a relying party, beside its rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelyingParty {
    /// For people.
    pub name: String,
    /// Entity ID, compared exactly; becomes the audience.
    pub identifier: Arc<str>,
    /// At least one; exactly one is the default.
    pub endpoints: Vec<Endpoint>,
    /// Extra checks before signing.
    pub profile: Option<Profile>,
    /// Certificates (DER) of the keys that sign its requests; none if it does not sign.
    pub request_certificates: Vec<Vec<u8>>,
    /// Unsigned requests are refused.
    pub requires_signed_requests: bool,
}

impl RelyingParty {
    /// The endpoint used when a request names none.
    #[must_use]
    pub fn default_endpoint(&self) -> Option<&Endpoint> {
        self.endpoints.iter().find(|endpoint| endpoint.default).or_else(|| self.endpoints.first())
    }
}
