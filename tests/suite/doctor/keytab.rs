//! The keytab of a server, beside the accounts of a real domain; and its global catalogue.

use std::fs::OpenOptions;
use std::io::Write as _;

use tempfile::TempDir;

use super::{assert_found, findings};
use crate::support::relay::{Authority, Relay, Target};
use crate::support::samba::Samba;
use crate::support::site::write_configuration;

/// A server that takes tickets.
struct Server {
    folder: TempDir,
    configuration: std::path::PathBuf,
}

impl Server {
    fn of(domain: &Samba, more: &[&str]) -> Self {
        let folder = TempDir::new().unwrap();
        let configuration = write_configuration(folder.path(), &[domain.url()], &domain.ca_file(), more);
        std::fs::copy(domain.service_keytab(), folder.path().join("sts.keytab")).unwrap();
        let mut file = OpenOptions::new().append(true).open(&configuration).unwrap();
        writeln!(file, "network: {{ inside_corporate_network: ['127.0.0.0/8'] }}").unwrap();
        writeln!(file, "integrated_authentication: {{ keytab_file: sts.keytab }}").unwrap();
        Self { folder, configuration }
    }

    fn findings(&self, domain: &Samba) -> Vec<String> {
        findings(&self.configuration, &domain.ca_file(), &[]).0
    }
}

#[test]
fn a_keytab_is_compared_with_the_account_of_its_service() {
    let domain = Samba::start();
    let server = Server::of(&domain, &[]);
    let found = server.findings(&domain);
    assert_found(&found, &["ok: keytab `", "it holds keys of `HTTP/sts.example.com@CORP.EXAMPLE.COM`: ", "aes256"]);
    assert_found(&found, &["ok: service `HTTP/sts.example.com`: `svc-sts` holds it, and its key has version "]);
    assert_found(&found, &["ok: service `HTTP/sts.example.com`: tickets are encrypted with AES256"]);

    domain.set_password("svc-sts", "Passw0rd.changed");
    let found = server.findings(&domain);
    assert_found(&found, &["error: service `HTTP/sts.example.com`: `svc-sts` holds it, and its key has version "]);
    domain.modify("svc-sts", "delete: servicePrincipalName\nservicePrincipalName: HTTP/sts.example.com");
    let found = server.findings(&domain);
    assert_found(&found, &["error: service `HTTP/sts.example.com`: no account of the domain holds it"]);

    std::fs::write(server.folder.path().join("sts.keytab"), "text").unwrap();
    let found = server.findings(&domain);
    assert_found(&found, &["error: configuration: ", "the file is no keytab"]);
}

#[test]
fn a_global_catalogue_is_examined_server_by_server() {
    let (domain, authority) = (Samba::start(), Authority::new());
    let target = Target { address: format!("{}:3269", domain.address()), ca_file: Some(domain.ca_file()) };
    let [good, dead] = [(); 2].map(|()| Relay::start(target.clone(), &authority));
    dead.refuse();
    // The server believes one authority file: that of the domain and that of the relays in one.
    let both = tempfile::NamedTempFile::new().unwrap();
    let texts = [domain.ca_file(), authority.file()].map(|file| std::fs::read_to_string(file).unwrap());
    std::fs::write(both.path(), texts.concat()).unwrap();
    let folder = TempDir::new().unwrap();
    let catalogues = format!("global_catalogue: {:?}", [good.url(), dead.url()]);
    let configuration = write_configuration(folder.path(), &[domain.url()], both.path(), &[&catalogues]);
    let (found, _) = findings(&configuration, both.path(), &[]);
    let [good, dead] = [good.url(), dead.url()];
    assert_found(&found, &["global catalogue `", &good, "its certificate holds until "]);
    assert_found(&found, &["ok: global catalogue `", &good, "it shows a forest of 1 domain to the service account"]);
    assert_found(&found, &["error: global catalogue `", &dead, "cannot be connected to: Connection refused"]);

    let folder = TempDir::new().unwrap();
    let by_dns = ["forest: corp.invalid"];
    let configuration = write_configuration(folder.path(), &[domain.url()], both.path(), &by_dns);
    let (found, _) = findings(&configuration, both.path(), &[]);
    assert_found(&found, &["error: global catalogue of `corp.invalid`: "]);
}
