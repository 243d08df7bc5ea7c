//! `claimsmith.yaml`: what is taken, and what every mistake is told.

mod directories;
mod directory_mistakes;
mod keytabs;
mod rules;
mod secrets;
mod stores;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use claimsmith::config::server::{self, DirectorySource};
use tempfile::TempDir;

/// A folder with everything that a configuration names.
struct Folder(TempDir);

const GOOD: &str = "\
host: sts.example.com
organisation: Example Corp
listen: { address: '127.0.0.1:0', certificate_file: tls.crt, key_file: tls.key }
signing: { key_file: signing.key, certificate_file: signing.crt }
directory: { file: directory.yaml }
trusts: [aws]
relay_state: { 'urn:amazon:webservices': ['https://console.aws.amazon.com/'] }
sessions: { absolute_minutes: 480, idle_minutes: 30, key_file: session.key }
lockout: { failures_per_user: 4 }
network: { inside_corporate_network: [10.0.0.0/8], trusted_proxies: [10.1.2.3] }
management: { address: '127.0.0.1:0' }
log: { format: human, level: info }
";

impl Folder {
    fn new() -> Self {
        let folder = Self(TempDir::new().unwrap());
        let tls = rcgen::generate_simple_self_signed(["sts.example.com".to_owned(), "localhost".to_owned()]).unwrap();
        folder.write("tls.crt", &tls.cert.pem());
        folder.write("tls.key", &tls.signing_key.serialize_pem());
        let out = folder.0.path().to_str().unwrap();
        assert!(claimsmith(&["keys", "generate", "--out-dir", out]).status.success());
        folder.write("session.key", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n");
        folder.write("directory.yaml", include_str!("../../src/cli/claimsmith/demo/directory.yaml"));
        for file in ["trust.yaml", "authorization.claims", "issuance.claims"] {
            let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/aws/groups").join(file);
            folder.write(&format!("aws/{file}"), &fs::read_to_string(from).unwrap());
        }
        folder.write("claimsmith.yaml", GOOD);
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), text).unwrap();
        if Path::new(name).extension().is_some_and(|extension| extension == "key")
            || ["password", "claimsmith.yaml"].contains(&name)
        {
            self.mode(name, 0o600);
        }
    }

    fn mode(&self, name: &str, mode: u32) {
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(mode)).unwrap();
    }

    /// What is wrong with the configuration after a change.
    fn error(&self, from: &str, to: &str) -> String {
        assert!(GOOD.contains(from), "{from}");
        self.write("claimsmith.yaml", &GOOD.replace(from, to));
        match server::load(&self.path("claimsmith.yaml")) {
            Ok(_) => panic!("taken: {to}"),
            Err(error) => error.to_string().replace(self.0.path().to_str().unwrap(), ""),
        }
    }

    fn check(&self) -> Output {
        claimsmith(&["config", "check", "--config", self.path("claimsmith.yaml").to_str().unwrap()])
    }
}

fn claimsmith(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_claimsmith")).args(arguments).output().unwrap()
}

#[test]
fn a_good_configuration_is_read_whole() {
    let folder = Folder::new();
    let config = server::load(&folder.path("claimsmith.yaml")).unwrap();
    assert_eq!(config.base_url, "https://sts.example.com");
    assert_eq!(config.entity_id, "http://sts.example.com/adfs/services/trust");
    assert_eq!(config.organisation, "Example Corp");
    assert!(matches!(config.directory, DirectorySource::File(_)));
    assert_eq!(config.session_limits.idle_seconds, 30 * 60);
    assert_eq!(config.session_keys.len(), 1);
    assert_eq!(config.lockout_limits.failures_per_user, 4);
    let trust = config.trusts.find("urn:amazon:webservices").unwrap();
    assert_eq!(trust.relay_state_prefixes, ["https://console.aws.amazon.com/"]);
    let checked = folder.check();
    assert_eq!(checked.status.code(), Some(0), "{checked:?}");
    let told = String::from_utf8(checked.stdout).unwrap();
    assert_eq!(told, "ok: `http://sts.example.com/adfs/services/trust` with 1 trust\n");
}

#[test]
fn every_mistake_has_its_place_and_an_advice() {
    let folder = Folder::new();
    for (from, to, told) in [
        ("organisation:", "organization:", "claimsmith.yaml:2:1: "),
        (
            "host: sts.example.com",
            "host: https://sts.example.com/",
            "claimsmith.yaml:1:7: `https://sts.example.com/` is no host name",
        ),
        ("127.0.0.1:0', cert", "localhost', cert", "`localhost` is no address"),
        (
            "certificate_file: tls.crt",
            "certificate_file: tls.key",
            "claimsmith.yaml:3:53: the file holds no PEM certificate",
        ),
        ("key_file: tls.key", "key_file: tls.crt", "no PEM private key"),
        ("key_file: tls.key", "key_file: none.key", "none.key"),
        ("file: directory.yaml", "file: none.yaml", "none.yaml"),
        ("file: directory.yaml", "file: people.ldif", "knows no passwords"),
        ("{ file: directory.yaml }", "{}", "must name one directory"),
        ("trusts: [aws]", "trusts: []", "claimsmith.yaml:6:9: there is no trust"),
        ("trusts: [aws]", "trusts: [aws, aws]", "have the same identifier `urn:amazon:webservices`"),
        ("trusts: [aws]", "trusts: [none]", "/none: there is no `trust.yaml`"),
        ("'urn:amazon:webservices'", "'urn:amazon'", "there is no trust with the identifier `urn:amazon`"),
        ("amazon.com/']", "amazon.com']", "does not end its host"),
        ("idle_minutes: 30", "idle_minutes: 0", "0 minutes is no useful length"),
        ("key_file: session.key", "key: short", "a session key is 32 bytes in base64"),
        ("key_file: session.key", "key: a, key_file: session.key", "`key` and `key_file` are both given"),
        ("failures_per_user: 4", "failures_per_user: 0", "with 0 nobody could sign in"),
        ("failures_per_user: 4", "failures_per_user: four", "claimsmith.yaml:9:"),
        (
            "log:",
            "passwords: { change: true }\nlog:",
            "claimsmith.yaml:12:22: passwords cannot be changed in this directory",
        ),
        ("log:", "passwords: { warn_days: 400 }\nlog:", "400 days is too long before a password ends"),
        (
            "log:",
            "passwords: { help_url: 'javascript:alert(1)' }\nlog:",
            "`javascript:alert(1)` is no address of a page",
        ),
        ("log:", "passwords: { help_url: intranet/password }\nlog:", "`intranet/password` is no address of a page"),
        ("log:", "passwords: { help_text: \"one\\ntwo\" }\nlog:", "this is no sentence for people"),
        ("log:", "passwords: { reset: true }\nlog:", "claimsmith.yaml:12:14: "),
        ("[10.0.0.0/8]", "[10.0.0.1/8]", "did you mean `10.0.0.0/8`?"),
        ("level: info", "level: loud", "`loud` is no level"),
        ("log:", "host: twice\nlog:", "claimsmith.yaml:12:1: "),
    ] {
        let error = folder.error(from, to);
        assert!(error.contains(told), "{to}: {error}");
    }
}

#[test]
fn all_mistakes_are_told_at_once() {
    let folder = Folder::new();
    folder.write(
        "claimsmith.yaml",
        &GOOD.replace("level: info", "level: loud").replace("idle_minutes: 30", "idle_minutes: 0"),
    );
    let checked = folder.check();
    assert_eq!(checked.status.code(), Some(1));
    let told = String::from_utf8(checked.stderr).unwrap();
    assert!(told.contains("`loud` is no level") && told.contains("0 minutes"), "{told}");
}

#[test]
fn the_demo_with_its_published_passwords_stays_on_this_machine() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:8443"] {
        let output = claimsmith(&["demo", "--listen", address]);
        assert_eq!(output.status.code(), Some(2), "{address}");
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains("passwords of the demo are published") && told.contains(address), "{told}");
    }
}

#[test]
fn a_configuration_that_is_not_there_could_not_be_checked() {
    let output = claimsmith(&["config", "check", "--config", "not/there.yaml"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn the_metadata_can_be_had_without_serving() {
    let folder = Folder::new();
    let output = claimsmith(&["metadata", "--config", folder.path("claimsmith.yaml").to_str().unwrap()]);
    let xml = String::from_utf8(output.stdout).unwrap();
    assert!(xml.contains("entityID=\"http://sts.example.com/adfs/services/trust\""), "{xml}");
}
