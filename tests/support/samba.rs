//! A real Active Directory: a Samba domain controller on a loopback address of its own, or two that replicate.
//!
//! The first start on a machine provisions the domain, which takes some seconds; later ones copy it and take one or two.
//! `samba/provision.py` says who is in it. The servers end with the process of the test, however that ends.

use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{ErrorKind, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, OnceLock};

use base64::Engine as _;
use claimsmith::store::directory::Password;
use claimsmith::store::{ActiveDirectorySettings, LdapServers, ServiceCredentials};

use super::relay::Target;
use super::server_script::ServerScript;

/// Scripts of the server; the template is made anew when one changes.
const SCRIPTS: [&str; 3] =
    [include_str!("samba/start.sh"), include_str!("samba/provision.py"), include_str!("samba/replication.py")];

/// Whoever listens here has the address.
const CLAIM_PORT: u16 = 39_389;

/// Who may search.
pub const SERVICE_ACCOUNT: &str = "svc-claimsmith@corp.example.com";

/// A running domain controller of `CORP`, `corp.example.com`. Ends when dropped, with the other one of a pair.
pub struct Samba {
    address: String,
    /// Its place among the servers of the script.
    number: usize,
    script: Arc<Script>,
}

/// The script that runs one domain controller, or two of one domain.
struct Script {
    folder: PathBuf,
    running: ServerScript,
    /// Keeps others from the same addresses.
    _claims: Vec<TcpListener>,
}

/// The service account, with some password.
pub fn service_account(password: &str) -> ServiceCredentials {
    ServiceCredentials::Password { name: SERVICE_ACCOUNT.to_owned(), password: Password::new(password.to_owned()) }
}

/// The server that tests share which only ask it questions.
pub fn shared_domain() -> &'static Samba {
    static SHARED: OnceLock<Samba> = OnceLock::new();
    SHARED.get_or_init(Samba::start)
}

impl Samba {
    /// Starts a server of the test's own, which it may stop and kill.
    pub fn start() -> Self {
        let [only] = Self::controllers();
        only
    }

    /// Starts two servers of one domain, which tell each other of every change within a second or so.
    pub fn pair() -> [Self; 2] {
        Self::controllers()
    }

    fn controllers<const N: usize>() -> [Self; N] {
        let (addresses, claims): (Vec<String>, Vec<TcpListener>) = (0..N).map(|_| free_address()).unzip();
        let script = Arc::new(Script::start(&addresses, claims));
        std::array::from_fn(|place| Self {
            address: addresses[place].clone(),
            number: place + 1,
            script: Arc::clone(&script),
        })
    }

    /// How to reach it, as the service account, with TLS from the first byte.
    pub fn settings(&self) -> ActiveDirectorySettings {
        ActiveDirectorySettings { servers: self.servers(), ..ActiveDirectorySettings::default() }
    }

    /// The part of [`Self::settings`] that every LDAP server has.
    pub fn servers(&self) -> LdapServers {
        LdapServers {
            urls: vec![self.url()],
            ca_file: Some(self.ca_file()),
            credentials: service_account("Passw0rd.svc-claimsmith"),
            ..LdapServers::default()
        }
    }

    /// `ldaps://…`
    pub fn url(&self) -> String {
        format!("ldaps://{}", self.address)
    }

    /// `ldap://…`, where it takes passwords only after StartTLS.
    pub fn cleartext_url(&self) -> String {
        format!("ldap://{}", self.address)
    }

    /// Where it listens, without a port.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The server as something that a relay leads to.
    pub fn target(&self) -> Target {
        Target { address: format!("{}:636", self.address), ca_file: Some(self.ca_file()) }
    }

    /// The authority that signed its certificate.
    pub fn ca_file(&self) -> PathBuf {
        self.script.folder.join("ca.pem")
    }

    /// An authority that did not.
    pub fn other_ca_file(&self) -> PathBuf {
        self.script.folder.join("other-ca.pem")
    }

    /// The keys of `HTTP/sts.example.com`, for which browsers get tickets.
    pub fn service_keytab(&self) -> PathBuf {
        self.script.folder.join("dc1/sts.keytab")
    }

    /// The keys of [`SERVICE_ACCOUNT`].
    pub fn account_keytab(&self) -> PathBuf {
        self.script.folder.join("dc1/svc-claimsmith.keytab")
    }

    /// The names of the domain's machines, in place of its DNS.
    pub fn hosts_file(&self) -> PathBuf {
        self.script.folder.join("hosts")
    }

    /// Tells Kerberos programs where the realm's KDC is.
    pub fn krb5_conf(&self) -> PathBuf {
        self.script.folder.join("krb5.conf")
    }

    /// Freezes the server: it keeps its connections and answers nothing.
    pub fn freeze(&self) {
        self.command("stop");
    }

    /// Lets a frozen server go on.
    pub fn thaw(&self) {
        self.command("cont");
    }

    /// Ends the server at once.
    pub fn kill(&self) {
        self.command("kill");
    }

    /// Brings a killed server back on the same address.
    pub fn restart(&self) {
        self.command("start");
    }

    /// Changes the directory as its administrator: `changes` are the lines of an LDIF record after its name, the DN of a
    /// person of that `cn`.
    pub fn modify(&self, cn: &str, changes: &str) {
        self.apply(&format!("dn: CN={cn},OU=People,DC=corp,DC=example,DC=com\nchangetype: modify\n{changes}\n"));
    }

    /// Changes the domain itself, such as its password policy: `changes` as for [`Self::modify`].
    pub fn change_domain(&self, changes: &str) {
        self.apply(&format!("dn: DC=corp,DC=example,DC=com\nchangetype: modify\n{changes}\n"));
    }

    /// Lets nobody but administrators read when the password of a person was set.
    pub fn hide_password_age(&self, cn: &str) {
        // `pwdLastSet` [MS-ADA3 2.175].
        self.hide(cn, "bf967a0a-0de6-11d0-a285-00aa003049e2");
    }

    /// Lets nobody but administrators read whether a person's account is switched off.
    pub fn hide_account_control(&self, cn: &str) {
        // `userAccountControl` [MS-ADA3 2.342].
        self.hide(cn, "bf967a68-0de6-11d0-a285-00aa003049e2");
    }

    fn hide(&self, cn: &str, attribute: &str) {
        let server = self.script.folder.join(format!("dc{}", self.number));
        let done = Command::new("/usr/bin/python3")
            .args(["/usr/bin/samba-tool", "dsacl", "set", "--action=deny"])
            .arg(format!("--configfile={}", server.join("etc/smb.conf").display()))
            .arg(format!("--URL={}", server.join("private/sam.ldb").display()))
            .arg(format!("--objectdn=CN={cn},OU=People,DC=corp,DC=example,DC=com"))
            // `OD` denies, `RP` reading a property; `AU` is everybody.
            .arg(format!("--sddl=(OD;;RP;{attribute};;AU)"))
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    /// Adds people without passwords, and the last of them to a group.
    pub fn add_people(&self, names: &[String], group_of_the_last: &str) {
        let domain = "DC=corp,DC=example,DC=com";
        let mut records = String::new();
        for name in names {
            write!(
                records,
                "dn: CN={name},OU=People,{domain}\nchangetype: add\nobjectClass: user\nsAMAccountName: {name}\n\
                 userAccountControl: 544\n\n"
            )
            .unwrap();
        }
        let last = names.last().unwrap();
        write!(
            records,
            "dn: CN={group_of_the_last},OU=Groups,{domain}\nchangetype: modify\nadd: member\n\
             member: CN={last},OU=People,{domain}\n"
        )
        .unwrap();
        self.apply(&records);
    }

    /// Makes changes as the administrator, written as LDIF.
    pub fn apply(&self, records: &str) {
        let mut child = Command::new("ldapmodify")
            .args(["-x", "-H", &self.url(), "-D", "administrator@corp.example.com", "-w", "Passw0rd.administrator"])
            .env("LDAPTLS_CACERT", self.script.folder.join("ca.pem"))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(records.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{records:.1000}\n{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Sets somebody's password as its administrator.
    pub fn set_password(&self, cn: &str, password: &str) {
        let quoted: Vec<u8> = format!("\"{password}\"").encode_utf16().flat_map(u16::to_le_bytes).collect();
        let value = base64::engine::general_purpose::STANDARD.encode(quoted);
        self.modify(cn, &format!("replace: unicodePwd\nunicodePwd:: {value}"));
    }

    fn command(&self, command: &str) {
        self.script.running.command(&format!("{command} {}", self.number));
    }
}

impl Script {
    fn start(addresses: &[String], claims: Vec<TcpListener>) -> Self {
        let folder = std::env::temp_dir().join(format!("claimsmith-samba-{}-{}", std::process::id(), addresses[0]));
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/samba");
        let template = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("samba-{:016x}", fingerprint()));
        std::fs::create_dir_all(&folder).unwrap();
        let mut command = Command::new(scripts.join("start.sh"));
        command.args([&template, &folder]).args(addresses);
        let running = ServerScript::start(&mut command, "Samba");
        Self { folder, running, _claims: claims }
    }
}

/// An address that no other server of these tests has, and what holds it.
fn free_address() -> (String, TcpListener) {
    for last in 2..=250 {
        let address = format!("127.0.77.{last}");
        let Ok(claim) = TcpListener::bind((address.as_str(), CLAIM_PORT)) else { continue };
        match [389, 636].map(|port| TcpListener::bind((address.as_str(), port))) {
            [Ok(_), Ok(_)] => return (address, claim),
            [Err(error), _] | [_, Err(error)] if error.kind() == ErrorKind::PermissionDenied => {
                panic!("ports 389 and 636 need root; try `unshare -rn bash -c 'ip link set lo up; make test'`")
            }
            _ => {}
        }
    }
    panic!("every address from 127.0.77.2 to 127.0.77.250 is taken");
}

fn fingerprint() -> u64 {
    let mut hasher = DefaultHasher::new();
    SCRIPTS.hash(&mut hasher);
    hasher.finish()
}
