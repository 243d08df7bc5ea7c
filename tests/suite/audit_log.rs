//! The audit log on standard output: without it, nobody is signed in and nothing is issued.

use std::fs::File;
use std::io::{self, Write as _};
use std::process::Stdio;
use std::thread;

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;

use crate::support::claimsmith::Claimsmith;
use crate::support::https::{Client, Reply};
use crate::support::small_site::SmallSite;
use crate::support::waiting::wait_until;

const APPLICATIONS: &str = "/adfs/ls/IdpInitiatedSignOn.aspx";
const SIGN_ON: &str = "/adfs/ls/IdpInitiatedSignOn.aspx?loginToRp=urn:amazon:webservices";

/// What people read who are not let in.
const NOT_NOW: &str = "Sign-ins cannot be recorded right now";

/// A server whose audit log goes to `stdout`, and a browser.
fn serve(stdout: Stdio) -> (Claimsmith, Client, SmallSite) {
    let site = SmallSite::new();
    let configuration = site.path("claimsmith.yaml");
    let server = Claimsmith::start_into(&["serve", "--config", configuration.to_str().unwrap()], &[], stdout);
    let certificate = CertificateDer::from_pem_file(site.path("tls.crt")).unwrap();
    let client = Client::new(([127, 0, 0, 1], server.port()).into(), certificate);
    (server, client, site)
}

fn sign_in(client: &Client, address: &str) -> Reply {
    let fields = [("UserName", "alice"), ("Password", "alice-in-the-demo"), ("AuthMethod", "FormsAuthentication")];
    client.post(address, &fields)
}

fn full_disk() -> Stdio {
    File::options().write(true).open("/dev/full").unwrap().into()
}

#[test]
fn an_assertion_is_in_the_audit_log() {
    let (server, client, _site) = serve(Stdio::piped());
    let reply = sign_in(&client, SIGN_ON);
    assert!(reply.input("SAMLResponse").is_some(), "{}", reply.body);
    let told = server.wait_for_output("assertion_id");
    assert!(told.contains(r#""event":"sign_in","outcome":"done""#), "{told}");
    assert!(told.contains(r#""event":"issuance","outcome":"done""#), "{told}");
}

#[test]
fn nobody_is_signed_in_and_nothing_issued_that_cannot_be_recorded() {
    let (server, client, _site) = serve(full_disk());
    for address in [APPLICATIONS, SIGN_ON] {
        let reply = sign_in(&client, address);
        assert!(reply.input("SAMLResponse").is_none() && reply.cookie().is_none(), "{address}: {}", reply.body);
        assert!(reply.body.contains(NOT_NOW), "{address}: {}", reply.body);
    }
    server.wait_for_output("an audit record cannot be written");
}

#[test]
fn a_flood_of_refused_requests_is_counted_and_told_at_the_end() {
    let (server, client, _site) = serve(Stdio::piped());
    for number in 0..120 {
        assert_eq!(client.get(&format!("{APPLICATIONS}?loginToRp=urn:nobody:{number}")).status, 400);
        assert_eq!(client.get(&format!("/nothing/{number}")).status, 404);
    }
    let (ended, told) = server.terminate();
    assert!(ended.success(), "{told}");
    let lines: Vec<serde_json::Value> = told.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let records: Vec<_> = lines.iter().filter(|line| line["event"] == "request").collect();
    let [singles @ .., folded] = records.as_slice() else { panic!("{told}") };
    assert_eq!((singles.len(), &folded["folded"]["count"]), (10, &serde_json::json!(110)), "{told}");
    assert_eq!(folded["reference"], singles[9]["reference"]);
    let messages = |text: &str| lines.iter().filter(|line| line["fields"]["message"] == text).collect::<Vec<_>>();
    assert_eq!(messages("request refused: Not found").len(), 100);
    let [many] = messages("requests refused: Not found")[..] else { panic!("{told}") };
    assert_eq!(many["fields"]["count"], 20, "{many}");
}

#[test]
fn whoever_reads_the_audit_log_may_stop_and_go_on() {
    let (mut reader, mut writer) = io::pipe().unwrap();
    let stdout = writer.try_clone().unwrap();
    // More than any pipe takes.
    thread::spawn(move || writer.write_all(&vec![b'\n'; 4 << 20]));
    let (server, client, _site) = serve(stdout.into());
    for _ in 0..3 {
        let reply = sign_in(&client, SIGN_ON);
        assert!(reply.input("SAMLResponse").is_none() && reply.body.contains(NOT_NOW), "{}", reply.body);
    }
    thread::spawn(move || io::copy(&mut reader, &mut io::sink()));
    wait_until("people sign in again", || sign_in(&client, SIGN_ON).input("SAMLResponse").is_some());
    let (ended, told) = server.terminate();
    assert!(ended.success(), "{told}");
}
