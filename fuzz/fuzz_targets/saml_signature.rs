//! Whatever is made of a signed message, what passes for signed says what was signed.
//!
//! The private key of the two messages is gone, so nobody can have signed another one.
#![cfg_attr(fuzzing, no_main)]

use std::sync::LazyLock;

use claimsmith::saml::verify::{VerifiedResponse, signed_response};
use claimsmith::saml::{AuthnRequest, Error};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;

const REQUEST: &str = include_str!("../seeds/saml_signature/request.xml");
const RESPONSE: &str = include_str!("../seeds/saml_signature/response.xml");

static CERTIFICATES: LazyLock<[Vec<u8>; 1]> = LazyLock::new(|| {
    let pem = include_bytes!("../seeds/saml_signature/certificate.pem");
    [CertificateDer::from_pem_slice(pem).expect("a certificate").to_vec()]
});
static SIGNED_REQUEST: LazyLock<AuthnRequest> =
    LazyLock::new(|| AuthnRequest::parse_signed(REQUEST, &*CERTIFICATES).expect("it is signed"));
static SIGNED_RESPONSE: LazyLock<VerifiedResponse> =
    LazyLock::new(|| signed_response(RESPONSE, &*CERTIFICATES).expect("it is signed"));

pub fn holds(bytes: &[u8]) {
    let Ok(xml) = std::str::from_utf8(bytes) else { return };
    match AuthnRequest::parse_signed(xml, &*CERTIFICATES) {
        Ok(request) => assert_eq!(request, *SIGNED_REQUEST),
        Err(error) => assert!(!matches!(error, Error::Misuse(_) | Error::Internal(_)), "{error}"),
    }
    if let Ok(response) = signed_response(xml, &*CERTIFICATES) {
        assert_eq!(response.assertion, SIGNED_RESPONSE.assertion);
        assert!(!response.response_is_signed, "only the assertion was");
    }
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| holds(bytes));
