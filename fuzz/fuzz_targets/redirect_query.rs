//! Whatever stands in a query, reading it does not panic; what is read can be sent again and arrives the same.
#![no_main]

use claimsmith::saml::binding::redirect;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|query: &str| {
    let Ok(message) = redirect::parse(query) else { return };
    assert!(message.verify(&[]).is_err(), "nobody is trusted");
    let Ok(url) = redirect::url("https://x.example/", message.kind, &message.xml, message.relay_state.as_deref(), None)
    else {
        return;
    };
    let (_, again) = url.split_once('?').expect("a URL with a query");
    let again = redirect::parse(again).expect("what we send can be read");
    assert_eq!((again.kind, &again.xml, &again.relay_state), (message.kind, &message.xml, &message.relay_state));
});
