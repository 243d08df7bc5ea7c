//! Whatever a service provider sends, reading it neither panics nor takes long, and what is read is within its limits.
#![no_main]

use claimsmith::saml::{AuthnRequest, LogoutRequest, LogoutResponse, id, verify};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|xml: &str| {
    let certificates = [Vec::new()];
    if let Ok(request) = AuthnRequest::parse(xml) {
        assert!(id::is_ncname(&request.id) && !request.issuer.is_empty());
        assert!(request.acs_url.is_none() || request.acs_index.is_none());
    }
    let _ = LogoutRequest::parse(xml);
    let _ = LogoutResponse::parse(xml);
    // Nobody's key is trusted, so nothing is signed.
    assert!(AuthnRequest::parse_signed(xml, &certificates).is_err());
    assert!(verify::signed_response(xml, &certificates).is_err());
});
