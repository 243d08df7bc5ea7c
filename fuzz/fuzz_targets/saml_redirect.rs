//! Whatever stands in a query, what is read of it can be sent again and arrives the same, and nobody has signed it.
#![cfg_attr(fuzzing, no_main)]

use claimsmith::saml::binding::redirect;

pub fn holds(bytes: &[u8]) {
    let Ok(query) = std::str::from_utf8(bytes) else { return };
    let Ok(message) = redirect::parse(query) else { return };
    assert!(message.xml.len() <= 256 * 1024, "it inflates to its limit");
    assert!(message.verify(&[]).is_err(), "nobody is trusted");
    let relay_state = message.relay_state.as_deref();
    let url =
        redirect::url("https://x.example/", message.kind, &message.xml, relay_state, None).expect("no signer fails");
    let (_, again) = url.split_once('?').expect("a URL with a query");
    let again = redirect::parse(again).expect("what we send can be read");
    assert_eq!((again.kind, &again.xml, &again.relay_state), (message.kind, &message.xml, &message.relay_state));
    assert!(!again.signed);
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| holds(bytes));
