//! The service account without a password: `claimsmith serve` asks the domain with a Kerberos ticket, got by a keytab.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::support::claimsmith::Claimsmith;
use crate::support::host_names;
use crate::support::https::{Client, Reply};
use crate::support::integrated_site::{SIGN_ON, other_clock};
use crate::support::kdc::Kdc;
use crate::support::samba::{Samba, shared_domain};
use crate::support::site::write_configuration;
use crate::support::waiting::wait_until;

/// Of the service account at a time.
const CONNECTIONS: usize = 4;

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

/// The clock goes on by more than the tickets hold, and by less than Kerberos lets clocks differ. Samba takes tickets of less
/// than two minutes for something else.
#[test]
fn tickets_that_have_ended_are_replaced() {
    let (domain, folder) = (Samba::start(), tempfile::tempdir().unwrap());
    let (kdc, clock) = (Kdc::of(&domain), folder.path().join("clock"));
    let krb5_conf = folder.path().join("krb5.conf");
    kdc.write_configuration(&krb5_conf, " ticket_lifetime = 240s\n kdc_timesync = 0");
    std::fs::write(&clock, "+0s").unwrap();
    let site = Site::with(&domain, &domain.account_keytab(), &krb5_conf, &[1], Some(&clock));
    let asked_for_a_new_connection = || {
        domain.kill();
        domain.restart();
        let before = kdc.questions();
        assert!(site.sign_in("alice").input("SAMLResponse").is_some(), "{}", site.claimsmith.output());
        kdc.questions() - before
    };
    assert!(asked_for_a_new_connection() > 0);
    assert_eq!(asked_for_a_new_connection(), 0, "the tickets still hold");
    std::fs::write(&clock, "+270s").unwrap();
    assert!(asked_for_a_new_connection() > 0, "a ticket that has ended opens nothing");
}

#[test]
fn a_kdc_that_never_answers_ends_every_wait_and_threads_do_not_pile_up() {
    let (domain, folder) = (Samba::start(), tempfile::tempdir().unwrap());
    let (kdc, krb5_conf) = (Kdc::of(&domain), folder.path().join("krb5.conf"));
    kdc.write_configuration(&krb5_conf, "");
    kdc.freeze();
    let site = Site::with(&domain, &domain.account_keytab(), &krb5_conf, &[1], None);
    let asking = || threads_of(&site.claimsmith, "ticket");
    let most = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| {
                for _ in 0..3 {
                    let began = Instant::now();
                    assert!(site.sign_in("alice").input("SAMLResponse").is_none());
                    // The time that one question to the directory may take, and some for a busy machine.
                    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
                    most.fetch_max(asking(), Ordering::SeqCst);
                }
            });
        }
    });
    let told = site.claimsmith.wait_for_output("\"outcome\":\"failed\"");
    assert!(told.contains("Kerberos has no ticket after"), "{told}");
    assert!(told.contains("does the KDC of `CORP.EXAMPLE.COM` answer?"), "{told}");
    assert!(!told.contains("was refused"), "nobody said so: {told}");
    let most = most.into_inner();
    assert!((1..=CONNECTIONS).contains(&most), "{most} threads ask for tickets");
    kdc.thaw();
    wait_until("people sign in again", || site.sign_in("alice").input("SAMLResponse").is_some());
    wait_until("nobody asks any more", || asking() == 0);
}

#[test]
fn a_ticket_for_the_next_controller_is_used_when_there_is_none_for_the_first() {
    let (controllers, folder) = (Samba::pair(), tempfile::tempdir().unwrap());
    let [first, second] = &controllers;
    second.apply(
        "dn: CN=DC2,OU=Domain Controllers,DC=corp,DC=example,DC=com\nchangetype: modify\n\
         add: servicePrincipalName\nservicePrincipalName: ldap/dc2.corp.example.com\n",
    );
    let (kdc, krb5_conf) = (Kdc::of(second), folder.path().join("krb5.conf"));
    kdc.write_configuration(&krb5_conf, "");
    first.kill();
    let site = Site::with(second, &second.account_keytab(), &krb5_conf, &[1, 2], None);
    let signs_in = || site.sign_in("alice").input("SAMLResponse").is_some();
    wait_until("the second controller serves alone", signs_in);
    kdc.freeze();
    first.restart();
    let asked = kdc.questions();
    wait_until("a ticket for the first controller is asked for", || {
        assert!(signs_in(), "{}", site.claimsmith.output());
        kdc.questions() > asked
    });
    for _ in 0..5 {
        assert!(signs_in(), "{}", site.claimsmith.output());
    }
    let told = site.claimsmith.records();
    let told: Vec<_> = told.iter().filter(|one| one["event"] == "sign_in" && one["outcome"] == "failed").collect();
    assert!(told.len() <= 1, "only while both were down: {told:#?}");
}

/// The second controller has no service name for LDAP until somebody gives it one, so that nobody gets a ticket for it.
#[test]
fn a_controller_that_kerberos_does_not_know_is_passed_over() {
    let [first, _second] = Samba::pair();
    let site = Site::with(&first, &first.account_keytab(), &first.krb5_conf(), &[2, 1], None);
    assert!(site.sign_in("alice").input("SAMLResponse").is_some(), "{}", site.claimsmith.output());
    let alone = Site::with(&first, &first.account_keytab(), &first.krb5_conf(), &[2], None);
    assert!(alone.sign_in("alice").input("SAMLResponse").is_none());
    let told = alone.claimsmith.wait_for_output("\"outcome\":\"failed\"");
    assert!(told.contains("binding on `ldaps://dc2.corp.example.com`: Kerberos: Server"), "{told}");
}

/// How many threads of a program have this name.
fn threads_of(program: &Claimsmith, name: &str) -> usize {
    let all = std::fs::read_dir(format!("/proc/{}/task", program.id())).unwrap().flatten();
    let named = all.filter_map(|thread| std::fs::read_to_string(thread.path().join("comm")).ok());
    named.filter(|found| found.trim() == name).count()
}

struct Site {
    claimsmith: Claimsmith,
    client: Client,
    _folder: tempfile::TempDir,
}

impl Site {
    fn start(domain: &Samba, keytab: &Path) -> Self {
        Self::with(domain, keytab, &domain.krb5_conf(), &[1], None)
    }

    /// With another configuration of Kerberos, the controllers of these numbers, and a clock that differs by what stands in
    /// a file.
    fn with(domain: &Samba, keytab: &Path, krb5_conf: &Path, controllers: &[usize], clock: Option<&Path>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let configuration = configuration(folder.path(), domain, keytab, controllers);
        let hosts = domain.hosts_file();
        // The name of the domain controller is in no DNS.
        let mut preloaded = host_names::library().display().to_string();
        let mut variables = vec![("KRB5_CONFIG", krb5_conf), (host_names::HOSTS_FILE, &hosts)];
        if let Some(clock) = clock {
            preloaded = format!("{preloaded}:{}", other_clock().display());
            variables.push(("FAKETIME_TIMESTAMP_FILE", clock));
            variables.extend(["FAKETIME_NO_CACHE", "FAKETIME_DONT_FAKE_MONOTONIC"].map(|name| (name, Path::new("1"))));
        }
        variables.push(("LD_PRELOAD", Path::new(&preloaded)));
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

fn configuration(folder: &Path, domain: &Samba, keytab: &Path, controllers: &[usize]) -> PathBuf {
    let urls: Vec<String> = controllers.iter().map(|number| format!("ldaps://dc{number}.corp.example.com")).collect();
    let path = write_configuration(folder, &urls, &domain.ca_file(), &[&format!("connections: {CONNECTIONS}")]);
    std::fs::copy(keytab, folder.join("account.keytab")).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("bind_password_file: bind-password"), "{text}");
    let text = text.replace("bind_password_file: bind-password", "bind_keytab_file: account.keytab");
    std::fs::write(&path, text).unwrap();
    path
}
