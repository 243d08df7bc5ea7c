//! Whether a response comes from the right place, for the right place, at the right time.

use jiff::{SignedDuration, Timestamp};

use super::error::AwsError;
use super::settings::Settings;
use crate::aws::errors;
use crate::saml::model::StatusCode;
use crate::saml::verify::{VerifiedAssertion, VerifiedResponse};

const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
/// How long after its issue AWS takes a response.
const REDEEM_WITHIN: SignedDuration = SignedDuration::from_mins(5);

/// What AWS knows, and when it is.
pub(super) struct Judge<'a> {
    pub(super) settings: &'a Settings,
    pub(super) now: Timestamp,
}

impl Judge<'_> {
    pub(super) fn check(&self, response: &VerifiedResponse) -> Result<(), AwsError> {
        self.check_origin(response)?;
        self.check_confirmation(&response.assertion)?;
        self.check_times(&response.assertion)?;
        self.check_audience(&response.assertion)
    }

    fn check_origin(&self, response: &VerifiedResponse) -> Result<(), AwsError> {
        if response.status.code != StatusCode::Success {
            return Err(AwsError::new(&errors::REJECTED_CLAIM, "the status of the response is not Success"));
        }
        let issuers = [Some(&response.assertion.issuer), response.issuer.as_ref()];
        let known = &self.settings.issuer;
        if let Some(issuer) = issuers.into_iter().flatten().find(|&issuer| issuer != known) {
            let found = format!("the Issuer is `{issuer}`; the metadata in AWS says `{known}`");
            return Err(AwsError::new(&errors::WRONG_ISSUER, found));
        }
        let here = &self.settings.acs_url;
        if let Some(destination) = response.destination.as_ref().filter(|&destination| destination != here) {
            let found = format!("the Destination is `{destination}`, but the response was posted to `{here}`");
            return Err(invalid(found));
        }
        Ok(())
    }

    /// Exactly one confirmation, bearer, for this address, and not too late [SAML-Profiles 4.1.4.2; IAM].
    fn check_confirmation(&self, assertion: &VerifiedAssertion) -> Result<(), AwsError> {
        let [confirmation] = assertion.confirmations.as_slice() else {
            let count = assertion.confirmations.len();
            return Err(invalid(format!(
                "the subject has {count} SubjectConfirmation elements; AWS wants exactly one"
            )));
        };
        if confirmation.method != BEARER {
            let method = &confirmation.method;
            return Err(invalid(format!("the SubjectConfirmation is of method `{method}`, not bearer")));
        }
        let here = &self.settings.acs_url;
        match &confirmation.recipient {
            Some(recipient) if recipient == here => {}
            Some(recipient) => {
                let found = format!("the Recipient is `{recipient}`, but the response was posted to `{here}`");
                return Err(AwsError::new(&errors::WRONG_AUDIENCE, found));
            }
            None => return Err(invalid("the SubjectConfirmationData has no Recipient")),
        }
        if confirmation.not_before.is_some() {
            return Err(invalid("the SubjectConfirmationData has a NotBefore, which SAML forbids for bearers"));
        }
        let end = confirmation.not_on_or_after;
        let end = end.ok_or_else(|| invalid("the SubjectConfirmationData has no NotOnOrAfter"))?;
        if self.now >= end {
            return Err(expired(format!("the response was good until {end}, and it is {}", self.now)));
        }
        Ok(())
    }

    fn check_times(&self, assertion: &VerifiedAssertion) -> Result<(), AwsError> {
        let now = self.now;
        if let Some(start) = assertion.not_before.filter(|&start| now < start) {
            return Err(expired(format!("the response is good from {start}, and it is {now}")));
        }
        if let Some(end) = assertion.not_on_or_after.filter(|&end| now >= end) {
            return Err(expired(format!("the response was good until {end}, and it is {now}")));
        }
        let issued = assertion.issue_instant;
        if now < issued || now.duration_since(issued) > REDEEM_WITHIN {
            return Err(expired(format!("the assertion was issued at {issued}, and it is {now}")));
        }
        Ok(())
    }

    /// There is an audience restriction, and each one names AWS [SAML-Core 2.5.1.4].
    fn check_audience(&self, assertion: &VerifiedAssertion) -> Result<(), AwsError> {
        let wanted = &self.settings.audience;
        let restrictions = &assertion.audiences;
        if !restrictions.is_empty() && restrictions.iter().all(|audiences| audiences.contains(wanted)) {
            return Ok(());
        }
        let named: Vec<&str> = restrictions.iter().flatten().map(String::as_str).collect();
        let found = match named.as_slice() {
            [] => format!("the response names no audience; AWS is `{wanted}`"),
            named => format!("the audience is `{}`; AWS is `{wanted}`", named.join("`, `")),
        };
        Err(AwsError::new(&errors::WRONG_AUDIENCE, found))
    }
}

pub(super) fn expired(found: String) -> AwsError {
    AwsError::new(&errors::EXPIRED, found)
}

fn invalid(found: impl Into<String>) -> AwsError {
    AwsError::new(&errors::INVALID_RESPONSE, found)
}
