//! What the person reads when nothing is issued.

use crate::idp::issuance::IssuanceError;
use crate::idp::problem::Problem;
use crate::idp::response::ResponseError;

/// `account` and `application` are named, as people may have several of both.
pub(super) fn not_issued(error: &IssuanceError, account: &str, application: &str, reference: &str) -> Problem {
    match error {
        IssuanceError::Denied(_) => {
            let text = format!(
                "You are signed in as {account}, and this account has no right to use {application}. Ask its \
                 administrators; if you have another account, go back to the start and sign out first."
            );
            Problem::denied(text, reference)
        }
        IssuanceError::AnotherFactor => {
            Problem::denied("It asks for a second factor, and none is set up for you here.", reference)
        }
        IssuanceError::FalseFactor(_) => {
            let text =
                "The rules say that you have shown a second factor, and none is set up. Please tell the help desk.";
            Problem::denied(text, reference)
        }
        IssuanceError::Rules(_) if error.is_outage() => Problem::unavailable(reference),
        IssuanceError::Rules(_) => {
            Problem::fault("A rule for this application failed. Please tell the help desk.", reference)
        }
        IssuanceError::Aws(problems) => {
            let text = "AWS would refuse what the rules say about you, so it was not sent. Please tell the help desk:";
            Problem { details: problems.clone(), ..Problem::denied(text, reference) }
        }
    }
}

pub(super) fn not_signed(error: &ResponseError, reference: &str) -> Problem {
    let text = match error {
        ResponseError::TwoNameIds(..) | ResponseError::Character { .. } | ResponseError::TooLarge(_) => {
            "What the rules say about you does not fit into a response. Please tell the help desk:"
        }
        ResponseError::NoRandomness(_) | ResponseError::Saml(_) => {
            return Problem::fault("The response could not be signed. Please tell the help desk.", reference);
        }
    };
    Problem { details: vec![error.to_string()], ..Problem::fault(text, reference) }
}

/// A session or an assertion that stands in no audit log would be nobody's.
pub(super) fn not_recorded(reference: &str) -> Problem {
    Problem::fault("Sign-ins cannot be recorded right now, so none is finished. Please tell the help desk.", reference)
}
