//! Claims to a signed SAML response. Takes an [`AuthorizedIssuance`]: nothing else can be signed.

use jiff::Timestamp;

use crate::aws;
use crate::engine::trust::Profile;
use crate::engine::{Claim, claim_types};
use crate::saml::binding::post;
use crate::saml::model::{
    Assertion, Attribute, AuthnStatement, Conditions, NameId, Response, Status, StatusCode, Subject,
};
use crate::saml::response::to_xml;
use crate::saml::{self, SignedPart, Signer};

use super::clock::add_seconds;
use super::issuance::AuthorizedIssuance;
use super::method::{Method, class_of_claim};
use super::random::{NoRandomness, Rng, saml_id};
use super::request::{Unmet, ValidatedRequest};

/// Seconds for which an assertion can be used. AWS takes it more than once within that time.
pub const LIFETIME_SECONDS: i64 = 5 * 60;
/// Seconds by which a relying party's clock may be behind ours.
const SKEW_SECONDS: i64 = 60;

const PROPERTIES: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claimproperties/";

/// A response, ready to be posted by the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedResponse {
    /// The field `SAMLResponse`.
    pub field: String,
    /// ID of its assertion, if it has one.
    pub assertion_id: Option<String>,
}

/// Why no response was made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResponseError {
    /// The rules name the user twice.
    #[error("the issuance rules give two name identifiers, `{0}` and `{1}`; there can be one")]
    TwoNameIds(String, String),
    /// A value that XML cannot carry.
    #[error("the claim `{claim_type}` holds the character U+{character:04X}, which XML cannot carry")]
    Character {
        /// Type of the claim.
        claim_type: String,
        /// The character's number.
        character: u32,
    },
    /// AWS would refuse the response for its size.
    #[error("AWS would refuse: {0}")]
    TooLarge(String),
    /// No identifier could be made.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// Writing or signing failed.
    #[error("{0}")]
    Saml(#[from] saml::Error),
}

/// Who signs, and how.
pub struct Issuer<'a> {
    /// Entity ID of this identity provider.
    pub entity_id: &'a str,
    /// The key.
    pub signer: &'a dyn Signer,
    /// For identifiers.
    pub rng: &'a dyn Rng,
    /// The time.
    pub now: Timestamp,
}

impl Issuer<'_> {
    /// Writes and signs the response for an authorized issuance. `session_ends` is when the user's session here ends.
    ///
    /// # Errors
    ///
    /// What the rules issue cannot be said in a response, or signing failed.
    pub fn issue(
        &self,
        issuance: AuthorizedIssuance<'_>,
        session_ends: Timestamp,
    ) -> Result<SignedResponse, ResponseError> {
        let (user, request, claims) = issuance.into_parts();
        let session = user.session();
        claims.iter().try_for_each(writable)?;
        let not_on_or_after = add_seconds(self.now, LIFETIME_SECONDS);
        let assertion = Assertion {
            id: saml_id(self.rng)?,
            issue_instant: self.now,
            issuer: self.entity_id.to_owned(),
            subject: Subject {
                name_id: name_id(&claims)?,
                recipient: request.endpoint().url.clone(),
                not_on_or_after,
                in_response_to: request.id().map(str::to_owned),
            },
            conditions: Conditions {
                not_before: add_seconds(self.now, -SKEW_SECONDS),
                not_on_or_after,
                audience: request.trust().relying_party.identifier.to_string(),
            },
            authn_statement: AuthnStatement {
                authn_instant: session.signed_in(),
                session_index: session.id.clone(),
                session_not_on_or_after: session_ends,
                context_class: context_class(&claims, request, user.method()).to_owned(),
            },
            attributes: attributes(&claims),
        };
        let assertion_id = assertion.id.clone();
        let status = Status { code: StatusCode::Success, sub_code: None, message: None };
        let field = self.sign(request, status, Some(assertion), SignedPart::Assertion)?;
        if request.trust().relying_party.profile == Some(Profile::Aws)
            && let Some(problem) = aws::check_size(field.len())
        {
            return Err(ResponseError::TooLarge(problem.to_string()));
        }
        Ok(SignedResponse { field, assertion_id: Some(assertion_id) })
    }

    /// Says why there is no assertion.
    ///
    /// # Errors
    ///
    /// Signing failed.
    pub fn refuse(&self, request: &ValidatedRequest, unmet: Unmet) -> Result<SignedResponse, ResponseError> {
        let (code, sub_code) = unmet.status();
        let status = Status { code, sub_code: Some(sub_code.to_owned()), message: None };
        let field = self.sign(request, status, None, SignedPart::Response)?;
        Ok(SignedResponse { field, assertion_id: None })
    }

    fn sign(
        &self,
        request: &ValidatedRequest,
        status: Status,
        assertion: Option<Assertion>,
        part: SignedPart,
    ) -> Result<String, ResponseError> {
        let response = Response {
            id: saml_id(self.rng)?,
            in_response_to: request.id().map(str::to_owned),
            issue_instant: self.now,
            destination: request.endpoint().url.clone(),
            issuer: self.entity_id.to_owned(),
            status,
            assertion,
        };
        Ok(post::encode(&to_xml(&response, self.signer, part)?))
    }
}

/// The name identifier of an issuance.
///
/// # Errors
///
/// The rules name the user twice.
pub(super) fn name_of(issuance: &AuthorizedIssuance<'_>) -> Result<Option<NameId>, ResponseError> {
    name_id(issuance.said().1)
}

/// The first demand of the request that an issuance does not meet.
///
/// # Errors
///
/// The rules name the user twice.
pub(super) fn unmet(issuance: &AuthorizedIssuance<'_>) -> Result<Option<Unmet>, ResponseError> {
    let (request, claims) = issuance.said();
    let name_id = name_id(claims)?;
    let class = context_class(claims, request, issuance.method());
    Ok(request.demands().and_then(|demands| demands.unmet_by(name_id.as_ref(), class)))
}

/// The name identifier that the rules issue. Several claims with the same value are one.
fn name_id(claims: &[Claim]) -> Result<Option<NameId>, ResponseError> {
    let mut found = claims.iter().filter(|claim| *claim.claim_type == *claim_types::NAME_IDENTIFIER);
    let Some(first) = found.find(|claim| !claim.value.is_empty()) else { return Ok(None) };
    if let Some(other) = found.find(|claim| !claim.value.is_empty() && claim.value != first.value) {
        return Err(ResponseError::TwoNameIds(first.value.to_string(), other.value.to_string()));
    }
    Ok(Some(NameId {
        value: first.value.to_string(),
        format: property(first, "format"),
        name_qualifier: property(first, "namequalifier"),
        sp_name_qualifier: property(first, "spnamequalifier"),
        sp_provided_id: property(first, "spprovidedid"),
    }))
}

/// The other claims by name and format, each in the order of its first claim. A value is said once, an empty one never.
fn attributes(claims: &[Claim]) -> Vec<Attribute> {
    let mut attributes: Vec<Attribute> = Vec::new();
    let is_said_elsewhere = |claim: &Claim| {
        [claim_types::NAME_IDENTIFIER, claim_types::AUTHENTICATION_METHOD].contains(&&*claim.claim_type)
    };
    for claim in claims.iter().filter(|claim| !claim.value.is_empty() && !is_said_elsewhere(claim)) {
        let name_format = property(claim, "attributename");
        let same = |found: &&mut Attribute| *found.name == *claim.claim_type && found.name_format == name_format;
        if let Some(attribute) = attributes.iter_mut().find(same) {
            if !attribute.values.iter().any(|value| **value == *claim.value) {
                attribute.values.push(claim.value.to_string());
            }
        } else {
            let values = vec![claim.value.to_string()];
            attributes.push(Attribute { name: claim.claim_type.to_string(), name_format, values });
        }
    }
    attributes
}

/// How the user signed in: what the rules say of it, if they do.
fn context_class<'a>(claims: &'a [Claim], request: &ValidatedRequest, used: Method) -> &'a str {
    let method = claims.iter().find(|claim| *claim.claim_type == *claim_types::AUTHENTICATION_METHOD);
    match method {
        Some(claim) => class_of_claim(&claim.value),
        None => request.demands().map_or_else(|| used.usual_class(), |demands| demands.class_of(used)),
    }
}

fn property(claim: &Claim, name: &str) -> Option<String> {
    let value = claim.properties.get(format!("{PROPERTIES}{name}").as_str())?;
    (!value.is_empty()).then(|| value.to_string())
}

/// Whether XML 1.0 can carry a claim [XML 2.2].
fn writable(claim: &Claim) -> Result<(), ResponseError> {
    let texts = [&claim.claim_type, &claim.value].into_iter().chain(claim.properties.values());
    let is_barred = |c: &char| {
        (c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{7F}')) || matches!(c, '\u{FFFE}' | '\u{FFFF}')
    };
    match texts.flat_map(|text| text.chars()).find(is_barred) {
        Some(found) => {
            let claim_type = claim.claim_type.chars().filter(|c| !c.is_control()).collect();
            Err(ResponseError::Character { claim_type, character: u32::from(found) })
        }
        None => Ok(()),
    }
}
