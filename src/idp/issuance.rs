//! May this user have this? The only maker of an [`AuthorizedIssuance`]: the rules permit, and every check passes.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::Timestamp;

use crate::aws;
use crate::engine::trust::Profile;
use crate::engine::{Claim, Decision, DenyReason, EvalCause, EvalError, Limits, Stores, claim_types};

use super::authentication::AuthenticatedUser;
use super::client::Client;
use super::method::Method;
use super::network::Network;
use super::request::ValidatedRequest;
use crate::engine::claim::AD_AUTHORITY;
use crate::store::directory::DIRECTORY_STORE;

/// Values that say that more than a password was checked.
const SEVERAL_FACTORS: [&str; 2] =
    ["http://schemas.microsoft.com/claims/multipleauthn", "https://refeds.org/profile/mfa"];
/// Says which methods were used [AD FS].
const METHODS_REFERENCES: &str = "http://schemas.microsoft.com/claims/authnmethodsreferences";

/// Proof that the rules permit a user, and that what they issue passes the checks of the trust.
pub struct AuthorizedIssuance<'a> {
    user: &'a AuthenticatedUser,
    request: &'a ValidatedRequest,
    claims: Vec<Claim>,
}

/// Why nothing is issued.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IssuanceError {
    /// The authorization rules do not let the user in.
    #[error("{0}")]
    Denied(DenyReason),
    /// The rules demand another factor.
    #[error("the rules demand another factor than the password, and none is set up")]
    AnotherFactor,
    /// The rules say that there was another factor.
    #[error("the rules issue `{0}`, but only one factor was checked")]
    FalseFactor(String),
    /// A rule failed.
    #[error("{0}")]
    Rules(#[from] EvalError),
    /// AWS would refuse what the rules issue.
    #[error("AWS would refuse: {}", .0.join(" | "))]
    Aws(Vec<String>),
}

impl IssuanceError {
    /// Whether a store did not answer, so that trying again may help.
    #[must_use]
    pub fn is_outage(&self) -> bool {
        use crate::engine::StoreError::Unavailable;
        matches!(self, Self::Rules(EvalError { cause: EvalCause::Store(Unavailable { .. }), .. }))
    }
}

/// What issuing needs beside user and request.
pub struct IssuanceContext<'a> {
    /// Where rules look things up.
    pub stores: &'a Stores,
    /// How much work one user may cause.
    pub limits: Limits,
    /// Addresses inside the corporate network.
    pub inside: &'a [Network],
}

impl IssuanceContext<'_> {
    /// Runs the rules of the trust, then the checks of its profile. Blocks while stores are asked.
    ///
    /// # Errors
    ///
    /// The user may not, a rule fails, or a check finds something. Nothing is issued then.
    pub fn authorize<'a>(
        &self,
        user: &'a AuthenticatedUser,
        request: &'a ValidatedRequest,
        client: &Client,
    ) -> Result<AuthorizedIssuance<'a>, IssuanceError> {
        let trust = request.trust();
        let mut input = user.account().claims.clone();
        input.extend(sign_in_claims(user.method(), user.session().signed_in()));
        input.extend(user.account().password_ends.map(password_claim));
        input.extend(client.claims(&trust.relying_party.identifier, self.inside));
        let stores = self.stores_for(user).for_relying_party(&trust.relying_party.identifier);
        let outcome = trust.pipeline.run(input, &stores, self.limits)?;
        if let Decision::Deny(reason) = outcome.decision {
            return Err(IssuanceError::Denied(reason));
        }
        if outcome.additional_authentication_required {
            return Err(IssuanceError::AnotherFactor);
        }
        let claims = outcome.issued;
        if let Some(claim) = claims.iter().find(|claim| says_several_factors(claim)) {
            return Err(IssuanceError::FalseFactor(claim.value.to_string()));
        }
        if trust.relying_party.profile == Some(Profile::Aws) {
            let mut problems = aws::check(&claims);
            problems.extend(aws::check_endpoint(&aws::roles(&claims), &request.endpoint().url));
            if !problems.is_empty() {
                return Err(IssuanceError::Aws(problems.iter().map(ToString::to_string).collect()));
            }
        }
        Ok(AuthorizedIssuance { user, request, claims })
    }

    /// The stores, where the directory does not look again for what was read of the user for this request.
    fn stores_for(&self, user: &AuthenticatedUser) -> Cow<'_, Stores> {
        let Some(ahead) = user.account().ahead.store() else { return Cow::Borrowed(self.stores) };
        let mut stores = self.stores.clone();
        stores.insert(DIRECTORY_STORE, Arc::clone(ahead));
        Cow::Owned(stores)
    }
}

impl<'a> AuthorizedIssuance<'a> {
    /// What it answers, and what is said.
    pub(super) fn said(&self) -> (&ValidatedRequest, &[Claim]) {
        (self.request, &self.claims)
    }

    /// How the user signed in.
    pub(super) fn method(&self) -> Method {
        self.user.method()
    }

    /// Whom it is about, what it answers, and what is said, in the order of the rules. It can be issued once.
    pub(super) fn into_parts(self) -> (&'a AuthenticatedUser, &'a ValidatedRequest, Vec<Claim>) {
        (self.user, self.request, self.claims)
    }

    /// The AWS roles among it, `account/name`.
    #[must_use]
    pub fn roles(&self) -> Vec<String> {
        aws::roles(&self.claims).iter().map(ToString::to_string).collect()
    }
}

/// Whether a claim vouches for more than the one factor that is checked here.
fn says_several_factors(claim: &Claim) -> bool {
    [claim_types::AUTHENTICATION_METHOD, METHODS_REFERENCES].contains(&&*claim.claim_type)
        && SEVERAL_FACTORS.contains(&&*claim.value)
}

/// When the password expires.
pub(crate) fn password_claim(ends: Timestamp) -> Claim {
    Claim::new(claim_types::PASSWORD_EXPIRATION_TIME, written(ends), AD_AUTHORITY)
}

fn written(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string()
}

/// How and when the user signed in, as the Active Directory claims provider says it.
fn sign_in_claims(method: Method, signed_in: Timestamp) -> [Claim; 2] {
    [
        Claim::new(claim_types::AUTHENTICATION_METHOD, method.claim_value(), AD_AUTHORITY),
        Claim::new(claim_types::AUTHENTICATION_INSTANT, written(signed_in), AD_AUTHORITY),
    ]
}
