//! What the identity provider says, before it is XML [SAML-Core].

use jiff::Timestamp;

/// Name of a top-level status code, `urn:oasis:names:tc:SAML:2.0:status:…` [SAML-Core 3.2.2.2].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusCode {
    /// The request succeeded.
    Success,
    /// The requester made an error.
    Requester,
    /// The responder failed.
    Responder,
}

/// Outcome of a request [SAML-Core 3.2.2].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Top-level code.
    pub code: StatusCode,
    /// URI of the second-level code.
    pub sub_code: Option<String>,
    /// Text for people.
    pub message: Option<String>,
}

/// `samlp:Response` [SAML-Core 3.3.3].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// Unique, an `xs:NCName`, at least 128 bits of randomness.
    pub id: String,
    /// ID of the request that it answers; none when nobody asked.
    pub in_response_to: Option<String>,
    /// When it was made.
    pub issue_instant: Timestamp,
    /// Where it is posted to.
    pub destination: String,
    /// Entity ID of the identity provider.
    pub issuer: String,
    /// Outcome.
    pub status: Status,
    /// At most one; none on failure.
    pub assertion: Option<Assertion>,
}

/// `saml:Assertion` [SAML-Core 2.3.3].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assertion {
    /// Unique, an `xs:NCName`, at least 128 bits of randomness.
    pub id: String,
    /// When it was made.
    pub issue_instant: Timestamp,
    /// Entity ID of the identity provider.
    pub issuer: String,
    /// Whom it is about.
    pub subject: Subject,
    /// When and for whom it holds.
    pub conditions: Conditions,
    /// How the user signed in.
    pub authn_statement: AuthnStatement,
    /// What is said about them, in order. An attribute without values is not written.
    pub attributes: Vec<Attribute>,
}

/// Whom an assertion is about, with one bearer confirmation [SAML-Profiles 4.1.4.2].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Their name, if one is said.
    pub name_id: Option<NameId>,
    /// The assertion consumer service URL.
    pub recipient: String,
    /// After this the assertion must not be accepted.
    pub not_on_or_after: Timestamp,
    /// ID of the request that it answers.
    pub in_response_to: Option<String>,
}

/// `saml:NameID` [SAML-Core 2.2.3].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameId {
    /// The name.
    pub value: String,
    /// Format URI.
    pub format: Option<String>,
    /// Domain of the identity provider.
    pub name_qualifier: Option<String>,
    /// Domain of the service provider.
    pub sp_name_qualifier: Option<String>,
    /// The service provider's own name for the user.
    pub sp_provided_id: Option<String>,
}

/// `saml:Conditions` [SAML-Core 2.5].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conditions {
    /// Not before.
    pub not_before: Timestamp,
    /// Not on or after.
    pub not_on_or_after: Timestamp,
    /// Entity ID of the relying party.
    pub audience: String,
}

/// `saml:AuthnStatement` [SAML-Core 2.7.2].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthnStatement {
    /// When the user signed in.
    pub authn_instant: Timestamp,
    /// Name of the session at the identity provider; says nothing of the user.
    pub session_index: String,
    /// When the service must end its session.
    pub session_not_on_or_after: Timestamp,
    /// Authentication context class URI.
    pub context_class: String,
}

/// `saml:Attribute` [SAML-Core 2.7.3.1].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Name format URI.
    pub name_format: Option<String>,
    /// One `AttributeValue` each, in order.
    pub values: Vec<String>,
}
