//! Whatever a service provider sends, what is read is within its limits, and without a trusted key nothing is signed.
#![cfg_attr(fuzzing, no_main)]

use claimsmith::saml::{AuthnRequest, LogoutRequest, LogoutResponse, MessageType, authn_request, id};

pub fn holds(bytes: &[u8]) {
    let Ok(xml) = std::str::from_utf8(bytes) else { return };
    let read = AuthnRequest::parse(xml);
    if let Ok(request) = &read {
        assert!(id::is_ncname(&request.id) && !request.issuer.is_empty());
        assert!(request.acs_url.is_none() || request.acs_index.is_none());
    }
    let (logout, answer) = (LogoutRequest::parse(xml), LogoutResponse::parse(xml));
    let Ok(Some(is)) = MessageType::of(xml) else {
        return assert!(read.is_err() && logout.is_err() && answer.is_err());
    };
    assert!(read.is_err() || is == MessageType::AuthnRequest);
    assert!(logout.is_err() || is == MessageType::LogoutRequest);
    assert!(answer.is_err() || is == MessageType::LogoutResponse);
    if authn_request::has_signature(xml) == Ok(true) {
        assert_eq!(authn_request::holds_signature(xml), Ok(true));
    }
    for certificates in [&[][..], &[Vec::new()]] {
        assert!(AuthnRequest::parse_signed(xml, certificates).is_err());
        assert!(LogoutRequest::parse_signed(xml, certificates).is_err());
    }
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| holds(bytes));
