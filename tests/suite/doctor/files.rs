//! A server that asks nobody: what is found in its files.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::{assert_found, doctor, findings};
use crate::support::relay::{Authority, Fault};
use crate::support::rulecheck::text;

const GOOD: &str = "\
host: localhost
listen: { address: '127.0.0.1:0', certificate_file: tls.crt, key_file: tls.key }
signing: { key_file: signing.key, certificate_file: signing.crt }
directory: { file: directory.yaml }
trusts: [aws]
sessions: { key_file: session.key }
";

struct Folder {
    folder: TempDir,
    authority: Authority,
}

impl Folder {
    fn new() -> Self {
        let made = Self { folder: TempDir::new().unwrap(), authority: Authority::new() };
        made.certificate("localhost", Fault::None);
        made.keys("1095");
        made.write("session.key", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n");
        made.write("directory.yaml", include_str!("../../../src/cli/claimsmith/demo/directory.yaml"));
        fs::create_dir(made.path("aws")).unwrap();
        for file in ["trust.yaml", "authorization.claims", "issuance.claims"] {
            let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/aws/groups").join(file);
            fs::copy(from, made.path("aws").join(file)).unwrap();
        }
        made.write("claimsmith.yaml", GOOD);
        made
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, content: &str) {
        fs::write(self.path(name), content).unwrap();
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o600)).unwrap();
    }

    fn certificate(&self, name: &str, fault: Fault) {
        let (certificate, key) = self.authority.certificate(name, fault);
        self.write("tls.crt", &certificate.pem());
        self.write("tls.key", &key.serialize_pem());
    }

    fn keys(&self, days: &str) {
        let _ = (fs::remove_file(self.path("signing.key")), fs::remove_file(self.path("signing.crt")));
        let made = Command::new(env!("CARGO_BIN_EXE_claimsmith"))
            .args(["keys", "generate", "--days", days, "--out-dir"])
            .arg(self.folder.path())
            .output()
            .unwrap();
        assert!(made.status.success());
    }

    fn findings(&self, more: &[&str]) -> (Vec<String>, i32) {
        findings(&self.path("claimsmith.yaml"), &self.authority.file(), more)
    }
}

#[test]
fn nothing_is_wrong_with_a_good_server() {
    let folder = Folder::new();
    let (found, code) = folder.findings(&[]);
    assert_eq!(code, 0, "{found:#?}");
    assert!(found.iter().all(|finding| finding.starts_with("ok: ")), "{found:#?}");
    assert_found(&found, &["listener certificate: it is for `localhost`"]);
    assert_found(&found, &["listener certificate: it belongs to the key"]);
    assert_found(&found, &["signing certificate: it belongs to the key, RSA of 2048 bits"]);
    assert_found(&found, &["metadata: it can be signed"]);
    assert_found(&found, &["trust `Amazon Web Services`: 2 rule sets of its own, no errors"]);
    assert_found(&found, &["trust `Amazon Web Services`: 1 endpoint; sign-ons that start here lead to its first page"]);
    let output = doctor(&folder.path("claimsmith.yaml"), &folder.authority.file(), &[]);
    assert!(text(&output.stderr).ends_with(" checks: 0 errors, 0 warnings\n"), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout).lines().count(), found.len(), "a line for each check");
}

#[test]
fn a_person_is_followed_to_the_roles() {
    let folder = Folder::new();
    let (found, code) = folder.findings(&["--user", "alice"]);
    assert_eq!(code, 0, "{found:#?}");
    assert_found(&found, &["ok: user `alice`: the directory knows `", "alice`, with "]);
    assert_found(&found, &["ok: user `alice` at `Amazon Web Services`: permitted, with ", "123456789012/"]);
    let (found, code) = folder.findings(&["--user", "nobody"]);
    assert_eq!(code, 1);
    assert_found(&found, &["error: user `nobody`: the directory has nobody of that name"]);
}

#[test]
fn a_person_has_the_opaque_ids_of_each_relying_party() {
    let folder = Folder::new();
    let rules = fs::read_to_string(folder.path("aws/issuance.claims")).unwrap();
    let by_id = "c:[Type == \"http://schemas.microsoft.com/ws/2008/06/identity/claims/windowsaccountname\"]
 => add(store = \"_OpaqueIdStore\", types = (\"id\"), query = \"{0};{1};{2}\", param = \"ppid\", param = \"who\", param = \"AD\");
c:[Type == \"id\", Value == \"brought along\"]
 => issue(Type = \"https://aws.amazon.com/SAML/Attributes/Role\",
          Value = \"arn:aws:iam::123456789012:saml-provider/ADFS,arn:aws:iam::123456789012:role/ById\");
";
    folder.write("aws/issuance.claims", &format!("{rules}\n{by_id}"));
    folder.write("ids.key", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n");
    folder.write(
        "ids.yaml",
        "- { relying_party: 'urn:amazon:webservices', value: who, original_issuer: AD, id: brought along }\n",
    );
    folder.write("claimsmith.yaml", &format!("{GOOD}opaque_ids: {{ key_file: ids.key, table_file: ids.yaml }}\n"));
    let (found, _) = folder.findings(&["--user", "alice"]);
    assert_found(&found, &["ok: user `alice` at `Amazon Web Services`: permitted, with ", "123456789012/ById"]);
}

#[test]
fn every_fault_of_the_files_is_found() {
    let folder = Folder::new();
    folder.write("claimsmith.yaml", &GOOD.replace("sessions: { key_file: session.key }\n", ""));
    fs::set_permissions(folder.path("tls.key"), fs::Permissions::from_mode(0o644)).unwrap();
    folder.keys("10");
    let (found, code) = folder.findings(&[]);
    assert_eq!(code, 1);
    assert_found(&found, &["warning: configuration: ", "tls.key` holds a secret"]);
    assert_found(&found, &["warning: sessions: no session key is configured"]);
    assert_found(&found, &["warning: signing certificate: it ends on ", "in 9 days"]);

    folder.write("claimsmith.yaml", &format!("{GOOD}network: {{ trusted_proxies: [0.0.0.0/0] }}\n"));
    folder.keys("100");
    for (name, fault, expected) in [
        ("localhost", Fault::Expired, "error: listener certificate: it ended on 2021-01-01"),
        ("localhost", Fault::NotYetValid, "error: listener certificate: it holds only from "),
        ("localhost", Fault::UnknownAuthority, "warning: listener certificate: its chain of 1 certificate leads to no"),
        ("elsewhere", Fault::None, "error: listener certificate: it is not for `localhost`"),
    ] {
        folder.certificate(name, fault);
        let (found, code) = folder.findings(&[]);
        assert_eq!(code, 1);
        assert_found(&found, &[expected]);
        assert_found(&found, &["error: trusted proxies: `0.0.0.0/0` holds addresses of strangers"]);
    }
    let (certificate, _) = folder.authority.certificate("localhost", Fault::None);
    folder.write("tls.crt", &certificate.pem());
    assert_found(&folder.findings(&[]).0, &["error: listener certificate: "]);
}

#[test]
fn a_host_that_has_no_address_is_told_with_what_to_do() {
    let folder = Folder::new();
    folder.write("claimsmith.yaml", &GOOD.replace("host: localhost", "host: sts.invalid"));
    let output = doctor(&folder.path("claimsmith.yaml"), &folder.authority.file(), &[]);
    let told = text(&output.stdout);
    let expected = "warning: host `sts.invalid`: this machine finds no address for it\n  = help: add it to the DNS";
    assert!(told.contains(expected), "{told}");
}

#[test]
fn stores_that_rules_could_change_and_pages_without_tls_are_told() {
    let folder = Folder::new();
    // A SQLite database without tables.
    folder.write("hr.db", "");
    let with = |read_only: &str, page: &str| {
        let stores = format!("stores: {{ HR: {{ sqlite: {{ file: hr.db{read_only} }} }} }}\n");
        let relay_state = format!("relay_state: {{ 'urn:amazon:webservices': ['{page}'] }}\n");
        folder.write("claimsmith.yaml", &format!("{GOOD}{stores}{relay_state}"));
        folder.findings(&[])
    };
    let (found, code) = with("", "https://console.aws.amazon.com/");
    assert_eq!(code, 0, "{found:#?}");
    assert_found(&found, &["ok: store `HR`: it answers, and is only read"]);
    assert_found(&found, &["sign-ons that start here may lead to https://console.aws.amazon.com/"]);
    let (found, code) = with(", read_only: false", "http://console.aws.amazon.com/");
    assert_eq!(code, 1);
    assert_found(&found, &["warning: store `HR`: it answers, and `read_only` is false"]);
    assert_found(&found, &["warning: trust `Amazon Web Services`: its `relay_state` allows http://"]);
}

#[test]
fn a_store_that_cannot_be_asked_is_told_with_what_to_do() {
    let folder = Folder::new();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let store = format!("postgresql: {{ host: 127.0.0.1, port: {port}, database: hr, user: reader }}");
    folder.write("claimsmith.yaml", &format!("{GOOD}stores: {{ HR: {{ {store} }} }}\n"));
    let (found, code) = folder.findings(&[]);
    assert_eq!(code, 1);
    let place = format!("the database `hr` on `127.0.0.1:{port}`");
    let message = format!("error: store `HR`: it cannot be asked: connecting to {place}: connection refused");
    assert_found(&found, &[&message]);
    let output = doctor(&folder.path("claimsmith.yaml"), &folder.authority.file(), &[]);
    let told = text(&output.stdout);
    assert!(told.contains("= help: check `host` and `port`\n"), "{told}");
}

#[test]
fn rules_that_check_would_refuse_are_named() {
    let folder = Folder::new();
    let rules = fs::read_to_string(folder.path("aws/issuance.claims")).unwrap();
    let role = "https://aws.amazon.com/SAML/Attributes/Role";
    assert!(rules.contains(role));
    fs::write(folder.path("aws/issuance.claims"), rules.replace(role, "https://aws.amazon.com/SAML/attributes/Role"))
        .unwrap();
    let (found, code) = folder.findings(&["--user", "alice"]);
    assert_eq!(code, 1);
    assert_found(&found, &["error: trust `Amazon Web Services`: `rulecheck check` finds "]);
    assert_found(&found, &["error: user `alice` at `Amazon Web Services`: AWS would refuse: "]);
}
