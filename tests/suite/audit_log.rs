//! The audit log on standard output: without it, nobody is signed in and nothing is issued.

use std::fs::File;
use std::process::Stdio;

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;

use crate::support::claimsmith::Claimsmith;
use crate::support::https::{Client, Reply};
use crate::support::small_site::SmallSite;

const APPLICATIONS: &str = "/adfs/ls/IdpInitiatedSignOn.aspx";
const SIGN_ON: &str = "/adfs/ls/IdpInitiatedSignOn.aspx?loginToRp=urn:amazon:webservices";

/// Signs alice in at a server whose audit log goes to `stdout`. What she gets, and what the server tells until it has told
/// of `last`.
fn sign_in(address: &str, stdout: Stdio, last: &str) -> (Reply, String) {
    let site = SmallSite::new();
    let configuration = site.path("claimsmith.yaml");
    let server = Claimsmith::start_into(&["serve", "--config", configuration.to_str().unwrap()], &[], stdout);
    let certificate = CertificateDer::from_pem_file(site.path("tls.crt")).unwrap();
    let client = Client::new(([127, 0, 0, 1], server.port()).into(), certificate);
    let fields = [("UserName", "alice"), ("Password", "alice-in-the-demo"), ("AuthMethod", "FormsAuthentication")];
    let reply = client.post(address, &fields);
    (reply, server.wait_for_output(last))
}

fn full_disk() -> Stdio {
    File::options().write(true).open("/dev/full").unwrap().into()
}

#[test]
fn an_assertion_is_in_the_audit_log() {
    let (reply, told) = sign_in(SIGN_ON, Stdio::piped(), "assertion_id");
    assert!(reply.input("SAMLResponse").is_some(), "{}", reply.body);
    assert!(told.contains(r#""event":"sign_in","outcome":"done""#), "{told}");
    assert!(told.contains(r#""event":"issuance","outcome":"done""#), "{told}");
}

#[test]
fn nobody_is_signed_in_and_nothing_issued_that_cannot_be_recorded() {
    for address in [APPLICATIONS, SIGN_ON] {
        let (reply, told) = sign_in(address, full_disk(), "an audit record cannot be written");
        assert!(reply.input("SAMLResponse").is_none() && reply.cookie().is_none(), "{address}: {told}{}", reply.body);
        assert!(reply.body.contains("Sign-ins cannot be recorded right now"), "{address}: {}", reply.body);
    }
}
