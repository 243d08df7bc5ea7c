//! The service account without a password: `claimsmith serve` asks the domain with a Kerberos ticket, got by a keytab.

use std::path::{Path, PathBuf};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::support::claimsmith::Claimsmith;
use crate::support::https::{Client, Reply};
use crate::support::integrated_site::SIGN_ON;
use crate::support::samba::{Samba, shared_domain};
use crate::support::site::write_configuration;

#[test]
fn a_keytab_asks_the_domain_in_place_of_a_password() {
    let site = Site::start(shared_domain(), &shared_domain().account_keytab());
    let reply = site.sign_in("alice");
    assert!(reply.input("SAMLResponse").is_some(), "{}\n{}", reply.body, site.claimsmith.output());
    // The second one finds the connection of the first.
    assert!(site.sign_in("erin").input("SAMLResponse").is_some());
}

#[test]
fn a_keytab_with_an_old_key_is_told_from_a_domain_that_does_not_answer() {
    let domain = Samba::start();
    let folder = tempfile::tempdir().unwrap();
    let old = folder.path().join("old.keytab");
    std::fs::copy(domain.account_keytab(), &old).unwrap();
    domain.set_password("svc-claimsmith", "Another.password.1");
    let site = Site::start(&domain, &old);
    let reply = site.sign_in("alice");
    assert!(reply.input("SAMLResponse").is_none());
    let told = site.claimsmith.wait_for_output("\"outcome\":\"failed\"");
    assert!(told.contains("the service account `svc-claimsmith@CORP.EXAMPLE.COM` was refused"), "{told}");
}

struct Site {
    claimsmith: Claimsmith,
    client: Client,
    _folder: tempfile::TempDir,
}

impl Site {
    fn start(domain: &Samba, keytab: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let configuration = configuration(folder.path(), domain, keytab);
        let (krb5_conf, hosts) = (domain.krb5_conf(), domain.hosts_file());
        let variables = [
            ("KRB5_CONFIG", krb5_conf.as_path()),
            // The name of the domain controller is in no DNS.
            ("LD_PRELOAD", Path::new("libnss_wrapper.so")),
            ("NSS_WRAPPER_HOSTS", &hosts),
        ];
        let claimsmith = Claimsmith::start_with(&["serve", "--config", configuration.to_str().unwrap()], &variables);
        let certificate = CertificateDer::from_pem_file(folder.path().join("tls.crt")).unwrap();
        let client = Client::new(([127, 0, 0, 1], claimsmith.port()).into(), certificate);
        Self { claimsmith, client, _folder: folder }
    }

    fn sign_in(&self, name: &str) -> Reply {
        let password = format!("Passw0rd.{name}");
        let fields = [("UserName", name), ("Password", &password), ("AuthMethod", "FormsAuthentication")];
        self.client.post(SIGN_ON, &fields)
    }
}

fn configuration(folder: &Path, domain: &Samba, keytab: &Path) -> PathBuf {
    let address = "ldaps://dc1.corp.example.com".to_owned();
    let path = write_configuration(folder, &[address], &domain.ca_file(), &[]);
    std::fs::copy(keytab, folder.join("account.keytab")).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("bind_password_file: bind-password"), "{text}");
    let text = text.replace("bind_password_file: bind-password", "bind_keytab_file: account.keytab");
    std::fs::write(&path, text).unwrap();
    path
}
