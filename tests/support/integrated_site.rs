//! `claimsmith serve` with a domain and a keytab, for people who sign in with their tickets.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::Value;

use super::claimsmith::Claimsmith;
use super::https::{Client, HOST};
use super::kerberos::Person;
use super::samba::Samba;
use super::site::write_configuration;

/// The sign-on to AWS by the address of AD FS.
pub const SIGN_ON: &str = "/adfs/ls/IdpInitiatedSignOn.aspx?loginToRp=urn:amazon:webservices";
/// The same with a ticket.
pub const WITH_TICKET: &str = "/adfs/ls/wia?loginToRp=urn:amazon:webservices";
/// A browser that AD FS, too, takes for one of the domain.
pub const DOMAIN_BROWSER: &str = "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko";

/// How a site differs from the usual one.
#[derive(Default)]
pub struct Differences<'a> {
    /// Further lines of the section `integrated_authentication`.
    pub section: &'a [&'a str],
    /// Who is inside, if not this machine.
    pub inside: Option<&'a str>,
    /// Another keytab than that of the domain.
    pub keytab: Option<&'a Path>,
    /// How far its clock is off, such as `+10m`.
    pub clock: &'a str,
}

/// A server of its own for each test.
pub struct IntegratedSite {
    pub claimsmith: Claimsmith,
    pub client: Client,
    folder: tempfile::TempDir,
}

impl IntegratedSite {
    pub fn start(domain: &Samba) -> Self {
        Self::start_with(domain, &Differences::default())
    }

    pub fn start_with(domain: &Samba, differences: &Differences<'_>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let configuration = write_configuration(folder.path(), &[domain.url()], &domain.ca_file(), &[]);
        let inside = differences.inside.unwrap_or("127.0.0.0/8");
        let keytab = folder.path().join("sts.keytab");
        std::fs::copy(differences.keytab.unwrap_or(&domain.service_keytab()), &keytab).unwrap();
        let mut file = OpenOptions::new().append(true).open(&configuration).unwrap();
        writeln!(file, "network: {{ inside_corporate_network: ['{inside}'] }}").unwrap();
        writeln!(file, "integrated_authentication:\n  keytab_file: sts.keytab").unwrap();
        for line in differences.section {
            writeln!(file, "  {line}").unwrap();
        }
        let krb5_conf = domain.krb5_conf();
        let arguments = ["serve", "--config", configuration.to_str().unwrap()];
        let mut variables = vec![("KRB5_CONFIG", krb5_conf.as_path())];
        let other_clock = other_clock();
        if !differences.clock.is_empty() {
            variables.push(("LD_PRELOAD", &other_clock));
            variables.push(("FAKETIME", Path::new(differences.clock)));
            variables.push(("FAKETIME_DONT_FAKE_MONOTONIC", Path::new("1")));
        }
        let claimsmith = Claimsmith::start_with(&arguments, &variables);
        let certificate = CertificateDer::from_pem_file(folder.path().join("tls.crt")).unwrap();
        let client = Client::new(([127, 0, 0, 1], claimsmith.port()).into(), certificate);
        Self { claimsmith, client, folder }
    }

    pub fn certificate_file(&self) -> PathBuf {
        self.folder.path().join("tls.crt")
    }

    pub fn keytab_file(&self) -> PathBuf {
        self.folder.path().join("sts.keytab")
    }

    pub fn url(&self, path: &str) -> String {
        format!("https://{HOST}:{}{path}", self.claimsmith.port())
    }

    /// What `curl --negotiate` of a person prints; with `--include`, the heads of the answers before each page.
    pub fn curl(&self, person: &Person, path: &str, arguments: &[&str]) -> String {
        let url = self.url(path);
        let all: Vec<&str> = [&[url.as_str()][..], arguments].concat();
        let output = person.curl(self.claimsmith.port(), &self.certificate_file(), &all);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Sends a token in `Authorization`.
    pub fn show(&self, path: &str, token: &str) -> super::https::Reply {
        self.client.send("GET", path, &[("Authorization", &format!("Negotiate {token}"))], "")
    }

    /// The record of a reference number in an error text; waits for it.
    pub fn record_of(&self, error_text: &str) -> Value {
        let reference =
            error_text.rsplit_once("Reference: ").unwrap_or_else(|| panic!("no reference in `{error_text}`"));
        self.record(|record| record["reference"] == reference.1.trim_end_matches('.'))
    }

    /// The first record of the audit log that fits; waits for it.
    pub fn record(&self, fits: impl Fn(&Value) -> bool) -> Value {
        self.claimsmith.record(fits)
    }
}

/// The library that gives a program another clock.
pub fn other_clock() -> PathBuf {
    let folders = std::fs::read_dir("/usr/lib").unwrap().map(|entry| entry.unwrap().path());
    let found = folders.map(|folder| folder.join("faketime/libfaketime.so.1")).find(|file| file.exists());
    found.expect("libfaketime is missing: apt-get install libfaketime")
}
