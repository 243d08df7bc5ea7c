//! The main job against a real Active Directory: `claimsmith serve`, a Samba domain, the shipped AWS rules.

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use base64::Engine as _;
use serde_json::Value;

use crate::support::browser::{Browser, Look};
use crate::support::claimsmith::Claimsmith;
use crate::support::https::Client;
use crate::support::samba::{SERVICE_ACCOUNT, Samba, shared_domain};

const SIGN_ON: &str = "/adfs/ls/IdpInitiatedSignOn.aspx?loginToRp=urn:amazon:webservices";

#[test]
fn groups_within_groups_become_roles_and_the_audit_log_says_so() {
    let site = Site::start(shared_domain());
    let page = site.sign_in("CORP\\alice", "Passw0rd.alice");
    assert_eq!(
        roles(&page.saml_response()),
        [
            "arn:aws:iam::123456789012:role/Admin",
            // Engineering is in Platform, Platform in the AWS group: two levels.
            "arn:aws:iam::123456789012:role/ReadOnly",
            "arn:aws:iam::210987654321:role/Billing",
        ]
    );
    let record = site.audit(|record| record["event"] == "issuance");
    assert_eq!(record["outcome"], "done");
    assert_eq!(record["user"], "CORP\\alice");
    assert_eq!(record["trust"], "urn:amazon:webservices");
    assert_eq!(record["roles"].as_array().unwrap().len(), 3, "{record}");
    assert_eq!(record["rules_sha256"].as_str().unwrap().len(), 64, "{record}");
    let assertion = record["assertion_id"].as_str().unwrap();
    assert!(page.xml().contains(&format!("ID=\"{assertion}\"")), "the record names the assertion that was sent");
}

#[test]
fn what_the_domain_was_asked_shows_in_the_metrics() {
    let (site, domain) = (Site::start(shared_domain()), shared_domain());
    let metrics = || Client::plain(([127, 0, 0, 1], site.management).into(), "/metrics").body;
    let before = metrics();
    assert!(before.contains("claimsmith_directory_operations_total{kind=\"bind\"} 0\n"), "{before}");
    assert!(!before.contains("claimsmith_directory_server_up{"), "nobody was asked yet: {before}");
    site.sign_in("alice", "Passw0rd.alice").saml_response();
    let after = metrics();
    assert!(after.contains("claimsmith_directory_operations_total{kind=\"bind\"} 2\n"), "{after}");
    assert!(after.contains(&format!("claimsmith_directory_server_up{{server=\"{}\"}} 1\n", domain.url())), "{after}");
}

#[test]
fn every_refusal_reads_the_same_and_the_audit_log_knows_why() {
    let site = Site::start(shared_domain());
    let mut told = Vec::new();
    for (user, password, cause) in [
        ("alice", "wrong", "wrong password"),
        ("nobody-here", "Passw0rd.alice", "unknown user"),
        ("alice@corp.example.com", "", "empty password"),
        ("dave", "Passw0rd.dave", "account disabled"),
        ("expired", "Passw0rd.expired", "account expired"),
        ("mustchange", "wrong", "wrong password"),
        ("oldpassword", "wrong", "wrong password"),
        ("*", "Passw0rd.alice", "unknown user"),
        ("alice)(objectClass=*", "Passw0rd.alice", "unknown user"),
    ] {
        let page = site.sign_in(user, password);
        let text = page.error();
        let (sentence, reference) = text.split_once("Reference: ").unwrap_or_else(|| panic!("{user}: `{text}`"));
        let record = site.audit(|record| record["reference"] == reference.trim_end_matches('.'));
        assert_eq!(record["cause"], cause, "{user}");
        assert_eq!(record["outcome"], "refused", "{user}");
        told.push(sentence.to_owned());
    }
    told.dedup();
    assert_eq!(told.len(), 1, "one text for all: {told:?}");
}

#[test]
fn a_password_that_has_ended_is_told_to_whoever_knows_it() {
    let site = Site::start(shared_domain());
    for (user, told, cause) in [
        ("mustchange", "Your password must be changed before you can sign in.", "password must change"),
        ("oldpassword", "Your password has expired.", "password expired"),
    ] {
        let text = site.sign_in(user, &format!("Passw0rd.{user}")).error();
        let (sentence, reference) = text.split_once(" Reference: ").unwrap();
        assert_eq!(sentence, format!("{told} Please ask the help desk for a new one."));
        let record = site.audit(|record| record["reference"] == reference.trim_end_matches('.'));
        assert_eq!((&record["outcome"], &record["cause"]), (&"refused".into(), &cause.into()), "{user}");
    }
}

#[test]
fn failures_are_counted_by_account_whatever_name_is_typed() {
    let domain = Samba::start();
    domain.modify("bob", "replace: userPrincipalName\nuserPrincipalName: robert@corp.example.com");
    let site = Site::start(&domain);
    let mut told = Vec::new();
    for attempt in 0..10 {
        let name = ["CORP\\bob", "robert@corp.example.com"][attempt % 2];
        let text = site.sign_in(name, "wrong").error();
        let (sentence, reference) = text.split_once("Reference: ").unwrap();
        let record = site.audit(|record| record["reference"] == reference.trim_end_matches('.'));
        let expected = if attempt < 5 { "wrong password" } else { "too many failed sign-ins for this user" };
        assert_eq!(record["cause"], expected, "attempt {attempt}");
        told.push(sentence.to_owned());
    }
    told.dedup();
    assert_eq!(told.len(), 1, "one text for all: {told:?}");
}

#[test]
fn a_session_name_that_aws_would_refuse_is_refused_before_signing() {
    // Mallory's mail cannot be a session name. AWS would refuse it; so do we, before anything is signed.
    let site = Site::start(shared_domain());
    let page = site.sign_in("mallory", "Passw0rd.mallory");
    assert!(!page.0.contains("SAMLResponse"), "{}", page.0);
    let record = site.audit(|record| record["event"] == "issuance");
    assert_eq!(record["outcome"], "refused");
    assert!(record["cause"].as_str().unwrap().contains("RoleSessionName"), "{record}");
}

#[test]
fn a_domain_that_dies_is_told_apart_from_a_wrong_password_and_comes_back() {
    let domain = Samba::start();
    let site = Site::start(&domain);
    assert_eq!(roles(&site.sign_in("frank@corp.example.com", "Passw0rd.frank").0).len(), 0, "frank has no mail");
    assert_eq!(roles(&site.sign_in("erin", "Passw0rd.erin").saml_response()).len(), 25);

    domain.kill();
    let page = site.sign_in("alice", "Passw0rd.alice");
    assert!(!page.0.contains("SAMLResponse"));
    let record = site.audit(|record| record["event"] == "sign_in" && record["outcome"] == "failed");
    assert!(record["cause"].as_str().unwrap().contains("did not answer"), "{record}");

    domain.restart();
    assert_eq!(roles(&site.sign_in("alice", "Passw0rd.alice").saml_response()).len(), 3);

    domain.freeze();
    let started = Instant::now();
    let page = site.sign_in("alice", "Passw0rd.alice");
    assert!(started.elapsed() < Duration::from_secs(30), "nothing hangs: {:?}", started.elapsed());
    assert!(!page.0.contains("SAMLResponse"));
    domain.thaw();
    assert_eq!(roles(&site.sign_in("alice", "Passw0rd.alice").saml_response()).len(), 3);
}

#[test]
fn a_person_signs_in_by_browser() {
    let site = Site::start(shared_domain());
    let browser = Browser::start(&Look::DESKTOP);
    browser.open(&site.claimsmith.url);
    browser.type_into("#userNameInput", "alice@corp.example.com");
    browser.type_into("#passwordInput", "Passw0rd.alice");
    browser.click("#submitButton");
    browser.wait_for(".applications");
    browser.screenshot("12-active-directory");
    assert_eq!(browser.texts(".applications li"), ["Amazon Web Services"]);
    assert!(browser.text("main").contains("CORP\\alice"), "{}", browser.text("main"));
}

/// A server of its own for each test: its own counters, its own audit log.
struct Site {
    claimsmith: Claimsmith,
    /// The port of its management listener.
    management: u16,
    _folder: tempfile::TempDir,
}

impl Site {
    fn start(domain: &Samba) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        let generated = Command::new(env!("CARGO_BIN_EXE_claimsmith"))
            .args(["keys", "generate", "--name", "localhost", "--out-dir"])
            .arg(folder.path())
            .output()
            .unwrap();
        assert!(generated.status.success(), "{}", String::from_utf8_lossy(&generated.stderr));
        write("bind-password", "Passw0rd.svc-claimsmith");
        let management = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/aws/groups");
        write(
            "claimsmith.yaml",
            &format!(
                "host: localhost\n\
                 listen: {{ address: '127.0.0.1:0', certificate_file: signing.crt, key_file: signing.key }}\n\
                 signing: {{ certificate_file: signing.crt, key_file: signing.key }}\n\
                 directory:\n  active_directory:\n    urls: ['{}']\n    ca_file: {}\n    bind_name: {}\n    \
                 bind_password_file: bind-password\n    connect_timeout_seconds: 3\n    request_timeout_seconds: 3\n\
                 lockout: {{ failures_per_address: 1000 }}\n\
                 management: {{ address: '127.0.0.1:{management}' }}\n\
                 trusts: [{}]\n",
                domain.url(),
                domain.ca_file().display(),
                SERVICE_ACCOUNT,
                rules.display()
            ),
        );
        let claimsmith = Claimsmith::serve(&folder.path().join("claimsmith.yaml"));
        Self { claimsmith, management, _folder: folder }
    }

    fn sign_in(&self, user: &str, password: &str) -> Page {
        let output = Command::new("curl")
            .args(["--silent", "--show-error", "--insecure", "--location", "--cookie", "", "--max-time", "40"])
            .arg(format!("{}{SIGN_ON}", self.claimsmith.url))
            .args(["--data-urlencode", &format!("UserName={user}")])
            .args(["--data-urlencode", &format!("Password={password}")])
            .args(["--data", "AuthMethod=FormsAuthentication"])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Page(String::from_utf8(output.stdout).unwrap())
    }

    /// The first record of the audit log that fits; waits for it.
    fn audit(&self, fits: impl Fn(&Value) -> bool) -> Value {
        self.claimsmith.record(fits)
    }
}

struct Page(String);

impl Page {
    fn saml_response(&self) -> String {
        let field =
            self.0.split("name=\"SAMLResponse\"").nth(1).unwrap_or_else(|| panic!("no response in:\n{}", self.0));
        field.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    }

    fn xml(&self) -> String {
        String::from_utf8(base64::engine::general_purpose::STANDARD.decode(self.saml_response()).unwrap()).unwrap()
    }

    fn error(&self) -> String {
        let label = self
            .0
            .split("<label id=\"errorText\" for=\"\">")
            .nth(1)
            .unwrap_or_else(|| panic!("no form in:\n{}", self.0));
        label.split('<').next().unwrap().to_owned()
    }
}

/// The role ARNs in a response, sorted.
fn roles(response: &str) -> Vec<String> {
    let xml = base64::engine::general_purpose::STANDARD.decode(response).unwrap_or_default();
    let xml = String::from_utf8(xml).unwrap();
    let pairs = xml.split(['<', '>']).filter(|text| text.starts_with("arn:"));
    let mut roles: Vec<String> =
        pairs.flat_map(|pair| pair.split(',')).filter(|arn| arn.contains(":role/")).map(str::to_owned).collect();
    roles.sort();
    roles
}
