//! A real OpenLDAP server on a loopback address of its own.
//!
//! The first start on a machine fills the database, which takes some seconds; later ones copy it. `slapd/people.ldif`
//! and `slapd/groups.ldif` say who is in it. The server needs no rights, and ends with the process of the test, however
//! that ends.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use claimsmith::store::directory::Password;
use claimsmith::store::ldap_directory::{GroupSchema, LdapDirectorySettings, LdapGroups, LdapUsers};
use claimsmith::store::{LdapServers, ServiceCredentials};

use super::relay::Target;
use super::server_script::ServerScript;

/// What the server is made of; the template is made anew when one changes.
const SCRIPTS: [&str; 6] = [
    include_str!("slapd/start.sh"),
    include_str!("slapd/slapd.conf"),
    include_str!("slapd/overlays.conf"),
    include_str!("slapd/people.ldif"),
    include_str!("slapd/groups.ldif"),
    include_str!("slapd/times.ldif"),
];
/// Whoever listens here has the address.
const CLAIM_PORT: u16 = 39_388;
/// Where the server listens, as `slapd/start.sh` says.
const PORT: u16 = 3389;
/// Where it listens with TLS from the first byte.
const TLS_PORT: u16 = 6636;
/// Where everything is.
pub const SUFFIX: &str = "dc=corp,dc=example,dc=com";

/// The certificate that a server shows.
#[derive(Clone, Copy)]
pub enum Certificate {
    Good,
    OfAnotherName,
    Expired,
}

/// A running server. Ends when dropped.
pub struct Slapd {
    address: String,
    folder: PathBuf,
    script: ServerScript,
    /// Keeps others from the same address.
    _claim: TcpListener,
}

/// An account of `ou=Services`.
pub fn service_account(name: &str) -> ServiceCredentials {
    ServiceCredentials::Password {
        name: format!("cn={name},ou=Services,{SUFFIX}"),
        password: Password::new(format!("Passw0rd.{name}")),
    }
}

/// The server that tests share which only ask it questions.
pub fn shared_slapd() -> &'static Slapd {
    static SHARED: OnceLock<Slapd> = OnceLock::new();
    SHARED.get_or_init(Slapd::start)
}

impl Slapd {
    /// Starts a server of the test's own, which it may change, stop and kill.
    pub fn start() -> Self {
        Self::start_with(Certificate::Good, true)
    }

    /// The same with another certificate, or without the overlays that make `memberOf` and hold the password policy.
    pub fn start_with(certificate: Certificate, overlays: bool) -> Self {
        let (address, claim) = free_address();
        let folder = std::env::temp_dir().join(format!("claimsmith-slapd-{}-{address}", std::process::id()));
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/slapd");
        let overlays = if overlays { "all" } else { "none" };
        let template = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("slapd-{overlays}-{:016x}", fingerprint()));
        let certificate = match certificate {
            Certificate::Good => "good",
            Certificate::OfAnotherName => "other-name",
            Certificate::Expired => "expired",
        };
        std::fs::create_dir_all(&folder).unwrap();
        let mut command = Command::new(scripts.join("start.sh"));
        command.args([&template, &folder, Path::new(&address)]).args([certificate, overlays]);
        let script = ServerScript::start(&mut command, "slapd");
        Self { address, folder, script, _claim: claim }
    }

    /// How to reach it, as the service account, with TLS from the first byte.
    pub fn servers(&self) -> LdapServers {
        LdapServers {
            urls: vec![self.url()],
            ca_file: Some(self.ca_file()),
            credentials: service_account("claimsmith"),
            ..LdapServers::default()
        }
    }

    /// The directory with groups of one kind, which are beneath a unit of their own.
    pub fn settings(&self, schema: GroupSchema) -> LdapDirectorySettings {
        let unit = match schema {
            GroupSchema::GroupOfNames | GroupSchema::MemberOf => "Groups",
            GroupSchema::GroupOfUniqueNames => "Unique",
            GroupSchema::PosixGroup => "Posix",
        };
        LdapDirectorySettings {
            servers: self.servers(),
            domain: None,
            dns_domain: None,
            users: LdapUsers { base: format!("ou=People,{SUFFIX}"), ..LdapUsers::default() },
            groups: Some(LdapGroups { schema, base: format!("ou={unit},{SUFFIX}"), ..LdapGroups::default() }),
        }
    }

    /// Where it is, for a relay.
    pub fn target(&self) -> Target {
        Target { address: format!("{}:{TLS_PORT}", self.address), ca_file: Some(self.ca_file()) }
    }

    /// `ldaps://…`
    pub fn url(&self) -> String {
        format!("ldaps://{}:{TLS_PORT}", self.address)
    }

    /// `ldap://…`, where it takes passwords only after StartTLS.
    pub fn cleartext_url(&self) -> String {
        format!("ldap://{}:{PORT}", self.address)
    }

    /// The authority that signed its certificate.
    pub fn ca_file(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    /// An authority that did not.
    pub fn other_ca_file(&self) -> PathBuf {
        self.folder.join("other-ca.pem")
    }

    /// Freezes the server: it keeps its connections and answers nothing.
    pub fn freeze(&self) {
        self.script.command("stop");
    }

    /// Lets a frozen server go on.
    pub fn thaw(&self) {
        self.script.command("cont");
    }

    /// Ends the server at once.
    pub fn kill(&self) {
        self.script.command("kill");
    }

    /// Brings a killed server back on the same address.
    pub fn restart(&self) {
        self.script.command("start");
    }

    /// Changes an entry as the administrator: `changes` are the lines of an LDIF record after its name.
    pub fn modify(&self, dn: &str, changes: &str) {
        self.apply(&format!("dn: {dn},{SUFFIX}\nchangetype: modify\n{changes}\n"));
    }

    /// Makes changes as the administrator, written as LDIF.
    pub fn apply(&self, records: &str) {
        let socket = self.folder.join("socket").display().to_string().replace('/', "%2F");
        let mut child = Command::new("ldapmodify")
            .args(["-x", "-H", &format!("ldapi://{socket}"), "-D", &format!("cn=admin,{SUFFIX}"), "-w", "admin"])
            .args(["-e", "relax"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(records.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{records:.1000}\n{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// An address that no other server of these tests has, and what holds it.
fn free_address() -> (String, TcpListener) {
    for last in 2..=250 {
        let address = format!("127.0.88.{last}");
        let Ok(claim) = TcpListener::bind((address.as_str(), CLAIM_PORT)) else { continue };
        if [PORT, TLS_PORT].iter().all(|&port| TcpListener::bind((address.as_str(), port)).is_ok()) {
            return (address, claim);
        }
    }
    panic!("every address from 127.0.88.2 to 127.0.88.250 is taken");
}

fn fingerprint() -> u64 {
    let mut hasher = DefaultHasher::new();
    SCRIPTS.hash(&mut hasher);
    hasher.finish()
}
