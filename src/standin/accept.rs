//! What AWS takes: bytes and a time in, an accepted sign-in or an error of AWS out.

use jiff::Timestamp;

use super::error::AwsError;
use super::judge::{Judge, expired};
use super::read::read;
use super::settings::Settings;
use crate::aws::attribute::{self, Attribute, NAME_IDENTIFIER, Recognized};
use crate::aws::errors::{self, ConsoleError};
use crate::aws::{self, Problem, Role, duration, limits};
use crate::engine::Claim;
use crate::engine::claim::LOCAL_AUTHORITY;
use crate::saml::model::NameId;
use crate::saml::verify::VerifiedAssertion;

/// The sign-in of AWS, for one identity provider.
#[derive(Clone, Debug)]
pub struct SignIn {
    settings: Settings,
}

/// A sign-in that AWS would take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The roles to choose from; at least one.
    pub roles: Vec<Role>,
    /// Who it is, in every log of AWS.
    pub session_name: String,
    /// Length of the console session in seconds: what the response asks for, cut where the identity provider's own
    /// session ends.
    pub session_seconds: u32,
    /// The subject's name.
    pub name_id: NameId,
    /// The name that stays with the session through every change of role.
    pub source_identity: Option<String>,
    /// Session tags, keys and values.
    pub tags: Vec<(String, String)>,
    /// Keys of the tags that stay with the session through changes of role.
    pub transitive_tag_keys: Vec<String>,
    /// Where in the console to go.
    pub relay_state: Option<String>,
    /// Entity ID of the identity provider.
    pub issuer: String,
    /// ID of the assertion, as `CloudTrail` records it.
    pub assertion_id: String,
}

impl SignIn {
    /// The sign-in of an AWS that knows this identity provider.
    #[must_use]
    pub const fn new(settings: Settings) -> Self {
        Self { settings }
    }

    /// What AWS knows.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Takes the form field `SAMLResponse` as posted, at the time `now`. The same response may come again while it
    /// is fresh: AWS remembers none.
    ///
    /// # Errors
    ///
    /// The error text of AWS and what is wrong, for the first thing that is.
    pub fn accept(
        &self,
        saml_response_field: &str,
        relay_state: Option<&str>,
        now: Timestamp,
    ) -> Result<Accepted, AwsError> {
        let response = read(saml_response_field, &self.settings.certificates)?;
        Judge { settings: &self.settings, now }.check(&response)?;
        let assertion = response.assertion;
        check_single(&assertion)?;
        let claims = claims(&assertion);
        check_claims(&claims)?;
        accepted(assertion, &claims, relay_state, now)
    }
}

/// Refuses a second value where AWS reads one, even if it is the same.
fn check_single(assertion: &VerifiedAssertion) -> Result<(), AwsError> {
    for (index, attribute) in assertion.attributes.iter().enumerate() {
        let known = attribute::recognize(&attribute.name);
        let many = matches!(
            known,
            Recognized::Known(Attribute::Role | Attribute::TransitiveTagKeys | Attribute::AccessControl(_))
                | Recognized::NearMiss(_)
                | Recognized::Other
        );
        let before = assertion.attributes.iter().take(index).any(|earlier| earlier.name == attribute.name);
        if !many && (before || attribute.values.len() != 1) {
            let found = format!("the attribute `{}` must stand once, with one value", attribute.name);
            return Err(AwsError::new(&errors::INVALID_RESPONSE, found));
        }
    }
    Ok(())
}

/// The attributes and the subject's name as claims, which is what the checks read.
fn claims(assertion: &VerifiedAssertion) -> Vec<Claim> {
    let name_id = assertion.name_id.iter().map(|name| (NAME_IDENTIFIER, name.value.as_str()));
    let attributes = assertion.attributes.iter().filter(|attribute| attribute.name != NAME_IDENTIFIER);
    let values =
        attributes.flat_map(|attribute| attribute.values.iter().map(|value| (attribute.name.as_str(), value.as_str())));
    name_id.chain(values).map(|(name, value)| Claim::new(name, value, LOCAL_AUTHORITY)).collect()
}

/// AWS passes over an attribute that it does not know. So a misspelled name is told, but only beside what it causes.
fn check_claims(claims: &[Claim]) -> Result<(), AwsError> {
    let (misspelled, problems): (Vec<Problem>, Vec<Problem>) =
        aws::check(claims).into_iter().partition(|problem| problem.code == "A005");
    let Some(problem) = problems.first() else { return Ok(()) };
    let mut error = AwsError::of_problem(console_error(problem, claims), problem);
    let told = misspelled.into_iter().map(|Problem { message, help, .. }| format!("{message}: {help}"));
    error.explanation = std::iter::once(error.explanation).chain(told).collect::<Vec<_>>().join("; ");
    Err(error)
}

fn console_error(problem: &Problem, claims: &[Claim]) -> &'static ConsoleError {
    match problem.code {
        "A002" if values(claims, Attribute::RoleSessionName).next().is_none() => &errors::NO_SESSION_NAME,
        "A002" => &errors::BAD_SESSION_NAME,
        "A008" | "A009" => &errors::NOT_AUTHORIZED,
        "A012" => &errors::BAD_SOURCE_IDENTITY,
        _ => &errors::INVALID_RESPONSE,
    }
}

fn accepted(
    assertion: VerifiedAssertion,
    claims: &[Claim],
    relay_state: Option<&str>,
    now: Timestamp,
) -> Result<Accepted, AwsError> {
    let value = |wanted| values(claims, wanted).next();
    // `check_claims` has seen to the session name and the name of the subject.
    let missing = || AwsError::new(&errors::INVALID_RESPONSE, "the response names nobody");
    Ok(Accepted {
        roles: aws::roles(claims),
        session_name: value(Attribute::RoleSessionName).ok_or_else(missing)?.to_owned(),
        session_seconds: session_seconds(&assertion, value(Attribute::SessionDuration), now)?,
        name_id: assertion.name_id.ok_or_else(missing)?,
        source_identity: value(Attribute::SourceIdentity).map(str::to_owned),
        tags: claims.iter().filter_map(tag).collect(),
        transitive_tag_keys: values(claims, Attribute::TransitiveTagKeys).map(str::to_owned).collect(),
        relay_state: relay_state.filter(|state| !state.is_empty()).map(str::to_owned),
        issuer: assertion.issuer,
        assertion_id: assertion.id,
    })
}

/// What is asked for, or one hour; less if the sign-in at the identity provider ends earlier [IAM].
fn session_seconds(assertion: &VerifiedAssertion, asked: Option<&str>, now: Timestamp) -> Result<u32, AwsError> {
    let asked = asked.and_then(duration::parse).unwrap_or(limits::DEFAULT_SESSION_SECONDS);
    match assertion.authn_statements.iter().filter_map(|statement| statement.session_not_on_or_after).min() {
        Some(end) if end <= now => Err(expired(format!("the sign-in ended at {end}, and it is {now}"))),
        Some(end) => Ok(u32::try_from(end.duration_since(now).as_secs()).unwrap_or(u32::MAX).min(asked)),
        None => Ok(asked),
    }
}

fn values<'a>(claims: &'a [Claim], wanted: Attribute<'a>) -> impl Iterator<Item = &'a str> {
    claims
        .iter()
        .filter(move |claim| attribute::recognize(&claim.claim_type) == Recognized::Known(wanted))
        .map(|claim| &*claim.value)
}

fn tag(claim: &Claim) -> Option<(String, String)> {
    match attribute::recognize(&claim.claim_type) {
        Recognized::Known(Attribute::PrincipalTag(key)) => Some((key.to_owned(), claim.value.to_string())),
        _ => None,
    }
}
