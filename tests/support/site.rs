//! `claimsmith serve` with a domain and the shipped AWS rules, and a client that signs people in there.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::Value;

use super::claimsmith::Claimsmith;
use super::https::{Client, HOST, Reply};

const SIGN_ON: &str = "/adfs/ls/IdpInitiatedSignOn.aspx?loginToRp=urn:amazon:webservices";

/// A server of its own for each test: its own counters, its own audit log.
pub struct Site {
    pub claimsmith: Claimsmith,
    client: Client,
    /// Where its configuration, `claimsmith.yaml`, and its keys are.
    pub folder: tempfile::TempDir,
}

#[allow(dead_code, reason = "benches use what tests do not")]
impl Site {
    /// Serves people of the domain whose controllers are at `urls`. `more` are further lines of its section.
    pub fn start(urls: &[String], ca_file: &Path, more: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let configuration = write_configuration(folder.path(), urls, ca_file, more);
        Self::serve(folder, &configuration)
    }

    /// The same for one person who signs in many times at once, which looks like guessing otherwise.
    pub fn for_load(urls: &[String], ca_file: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = write_configuration(folder.path(), urls, ca_file, &[]);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.replace("lockout: {", "lockout: { failures_per_user: 1000,")).unwrap();
        Self::serve(folder, &path)
    }

    /// Serves people of another directory: `section` is all that stands below `directory:`, and may name a file
    /// `bind-password` with this content.
    pub fn of(section: &str, bind_password: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let configuration = write_directory_configuration(folder.path(), section, bind_password);
        Self::serve(folder, &configuration)
    }

    /// Serves with these sections, which may name these files.
    pub fn of_files(sections: &str, files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let configuration = write_whole_configuration(folder.path(), sections, files);
        Self::serve(folder, &configuration)
    }

    fn serve(folder: tempfile::TempDir, configuration: &Path) -> Self {
        let claimsmith = Claimsmith::serve(configuration);
        let certificate = CertificateDer::from_pem_file(folder.path().join("tls.crt")).unwrap();
        let client = Client::new(([127, 0, 0, 1], claimsmith.port()).into(), certificate);
        Self { claimsmith, client, folder }
    }

    /// Types a name and a password into the form of AWS.
    pub fn sign_in(&self, user: &str, password: &str) -> Reply {
        let fields = [("UserName", user), ("Password", password), ("AuthMethod", "FormsAuthentication")];
        self.client.post(SIGN_ON, &fields)
    }

    /// The records of the audit log so far that fit.
    pub fn audit(&self, fits: impl Fn(&Value) -> bool) -> Vec<Value> {
        self.claimsmith.records().into_iter().filter(|record| fits(record)).collect()
    }

    /// What the form says to somebody who is refused, and the record of the audit log that has its number.
    pub fn refusal(&self, page: &Reply) -> (String, Value) {
        let text = page.error_text().unwrap_or_else(|| panic!("no form in:\n{}", page.body));
        let (sentence, reference) = text.split_once(" Reference: ").unwrap_or_else(|| panic!("no number: `{text}`"));
        let reference = reference.trim_end_matches('.');
        (sentence.to_owned(), self.claimsmith.record(|record| record["reference"] == reference))
    }
}

/// Everything that a server needs, in `folder`; gives the path of the configuration.
pub fn write_configuration(folder: &Path, urls: &[String], ca_file: &Path, more: &[&str]) -> PathBuf {
    let mut section = format!(
        "  active_directory:\n    urls: {urls:?}\n    ca_file: {}\n    \
         bind_name: svc-claimsmith@corp.example.com\n    bind_password_file: bind-password\n",
        ca_file.display(),
    );
    for line in more {
        section.extend(["    ", line, "\n"]);
    }
    write_directory_configuration(folder, &section, "Passw0rd.svc-claimsmith")
}

fn write_directory_configuration(folder: &Path, section: &str, bind_password: &str) -> PathBuf {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/aws/groups");
    let sections = format!("trusts: [{}]\ndirectory:\n{section}", rules.display());
    write_whole_configuration(folder, &sections, &[("bind-password", bind_password)])
}

fn write_whole_configuration(folder: &Path, sections: &str, files: &[(&str, &str)]) -> PathBuf {
    let secret = |name: &str, text: &str| {
        std::fs::create_dir_all(folder.join(name).parent().unwrap()).unwrap();
        std::fs::write(folder.join(name), text).unwrap();
        std::fs::set_permissions(folder.join(name), std::fs::Permissions::from_mode(0o600)).unwrap();
    };
    let generated = Command::new(env!("CARGO_BIN_EXE_claimsmith"))
        .args(["keys", "generate", "--name", HOST, "--out-dir"])
        .arg(folder)
        .output()
        .unwrap();
    assert!(generated.status.success(), "{}", String::from_utf8_lossy(&generated.stderr));
    let made = rcgen::generate_simple_self_signed([HOST.to_owned()]).unwrap();
    std::fs::write(folder.join("tls.crt"), made.cert.pem()).unwrap();
    secret("tls.key", &made.signing_key.serialize_pem());
    for (name, text) in files {
        secret(name, text);
    }
    secret("session.key", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n");
    let text = format!(
        "host: {HOST}\n\
         listen: {{ address: '127.0.0.1:0', certificate_file: tls.crt, key_file: tls.key }}\n\
         signing: {{ certificate_file: signing.crt, key_file: signing.key }}\n\
         sessions: {{ key_file: session.key }}\n\
         lockout: {{ failures_per_address: 1000 }}\n\
         management: {{ address: '127.0.0.1:0' }}\n\
         {sections}"
    );
    let path = folder.join("claimsmith.yaml");
    std::fs::write(&path, text).unwrap();
    path
}
