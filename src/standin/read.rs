//! From the posted field to what was signed.

use super::error::AwsError;
use crate::aws;
use crate::aws::errors;
use crate::saml::binding::post;
use crate::saml::verify::{VerifiedResponse, signed_response};
use crate::saml::{Error, PeerFault};

/// Room for what 100,000 characters of base64 hold.
const RESPONSE_BYTES: usize = 75_000;

/// The response in a posted field, if one of these certificates (DER) signed it.
pub(super) fn read(field: &str, certificates: &[Vec<u8>]) -> Result<VerifiedResponse, AwsError> {
    if let Some(problem) = aws::check_size(field.len()) {
        return Err(AwsError::of_problem(&errors::INVALID_RESPONSE, &problem));
    }
    let xml = post::decode(field, RESPONSE_BYTES).map_err(|error| refused(&error))?;
    signed_response(&xml, certificates).map_err(|error| refused(&error))
}

fn refused(error: &Error) -> AwsError {
    let console_error = match error.peer_fault() {
        Some(PeerFault::Signature) => &errors::BAD_SIGNATURE,
        _ => &errors::INVALID_RESPONSE,
    };
    AwsError::new(console_error, error.to_string())
}
