//! The audit log on standard output: without it, nothing is issued.

use std::fs::File;
use std::process::Stdio;

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;

use crate::support::claimsmith::Claimsmith;
use crate::support::https::Client;
use crate::support::small_site::SmallSite;

const SIGN_ON: &str = "/adfs/ls/IdpInitiatedSignOn.aspx?loginToRp=urn:amazon:webservices";

/// Signs alice in at a server whose audit log goes to `stdout`. Whether she gets an assertion, and what the server and the
/// page tell.
fn sign_in(stdout: Stdio) -> (bool, String) {
    let site = SmallSite::new();
    let configuration = site.path("claimsmith.yaml");
    let server = Claimsmith::start_into(&["serve", "--config", configuration.to_str().unwrap()], &[], stdout);
    let certificate = CertificateDer::from_pem_file(site.path("tls.crt")).unwrap();
    let client = Client::new(([127, 0, 0, 1], server.port()).into(), certificate);
    let fields = [("UserName", "alice"), ("Password", "alice-in-the-demo"), ("AuthMethod", "FormsAuthentication")];
    let reply = client.post(SIGN_ON, &fields);
    let is_issued = reply.input("SAMLResponse").is_some();
    let told = server.wait_for_output(if is_issued { "assertion_id" } else { "audit record" });
    (is_issued, told + &reply.body)
}

#[test]
fn an_assertion_is_in_the_audit_log() {
    let (is_issued, told) = sign_in(Stdio::piped());
    assert!(is_issued, "{told}");
    assert!(told.contains(r#""event":"issuance","outcome":"done""#), "{told}");
}

#[test]
fn nothing_is_issued_that_cannot_be_recorded() {
    let full = File::options().write(true).open("/dev/full").unwrap();
    let (is_issued, told) = sign_in(full.into());
    assert!(!is_issued, "{told}");
    assert!(told.contains("an audit record cannot be written"), "{told}");
    assert!(told.contains("Sign-ins cannot be recorded right now"), "{told}");
}
