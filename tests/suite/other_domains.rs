//! People of several domains, and one of the domains does not answer. `CORP` is real; `EMEA` beside it is made up.

use std::time::{Duration, Instant};

use claimsmith::store::active_directory::Domains;
use claimsmith::store::directory::{Directory as _, Password, Refusal, SignInError};
use claimsmith::store::ldap::LdapServers;
use claimsmith::store::password_change::{ChangeError, PasswordChange as _};
use claimsmith::store::{ActiveDirectorySettings, ServiceCredentials};
use jiff::Timestamp;

use crate::support::fake_ldap::FakeLdap;
use crate::support::fake_ldap::domain::{EMEA_SID, emea_person, emea_table, sid};
use crate::support::relay::{Authority, Relay, Target};
use crate::support::samba::{Samba, service_account, shared_domain};
use crate::support::site::Site;
use crate::support::waiting::wait_until;

/// People of each domain: by the domain's own name, and by a name that says nothing of it.
const OF_CORP: [&str; 3] =
    ["CORP\\twenty.characters.20", "twenty.characters.20@corp.example.com", "long.name.of.somebody@example.org"];
const OF_EMEA: [&str; 3] = ["EMEA\\erika", "erika@emea.corp.example.com", "eva@example.org"];

fn password_of(name: &str) -> Password {
    let login = OF_CORP.contains(&name).then_some("twenty.characters.20");
    let login = login.unwrap_or_else(|| if name.contains("eva") { "eva" } else { "erika" });
    Password::new(format!("Passw0rd.{login}"))
}

/// `EMEA` with erika, and eva whose name ends as in `CORP`.
fn emea() -> FakeLdap {
    emea_with("eva@example.org")
}

fn emea_with(principal_of_eva: &str) -> FakeLdap {
    let groups = || vec![sid(&format!("{EMEA_SID}-3001"))];
    let mut eva = emea_person("eva", 1105, groups());
    eva.set("userPrincipalName", &[principal_of_eva]);
    FakeLdap::start(emea_table(vec![emea_person("erika", 1104, groups()), eva]))
}

fn plain(server: &FakeLdap) -> Target {
    Target { address: server.url.trim_start_matches("ldap://").to_owned(), ca_file: None }
}

/// The two domains, each behind a relay.
struct Forest {
    corp: Relay,
    emea: Relay,
    authority: Authority,
    _emea: FakeLdap,
}

impl Forest {
    fn start() -> Self {
        Self::beside(emea())
    }

    fn beside(server: FakeLdap) -> Self {
        let authority = Authority::new();
        let corp = Relay::start(shared_domain().target(), &authority);
        Self { corp, emea: Relay::start(plain(&server), &authority), authority, _emea: server }
    }

    /// As a process that has asked neither of them yet.
    fn domains(&self) -> Domains {
        Domains::new(self.settings(&self.corp, "svc-claimsmith"), vec![self.settings(&self.emea, "svc")]).unwrap()
    }

    fn settings(&self, relay: &Relay, account: &str) -> ActiveDirectorySettings {
        let mut credentials = service_account(&format!("Passw0rd.{account}"));
        if let ServiceCredentials::Password { name, .. } = &mut credentials {
            *name = format!("{account}@corp.example.com");
        }
        let servers = LdapServers {
            urls: vec![relay.url()],
            ca_file: Some(self.authority.file()),
            credentials,
            ..LdapServers::default()
        };
        ActiveDirectorySettings { servers, ..ActiveDirectorySettings::default() }
    }
}

fn sign_in(domains: &Domains, name: &str) -> Result<(), SignInError> {
    domains.sign_in(name, &password_of(name)).map(drop)
}

/// Fails because one domain did not answer, and says which.
fn assert_nobody_knows(domains: &Domains, name: &str, silent: &Relay) {
    let error = match sign_in(domains, name) {
        Err(SignInError::Unavailable(error) | SignInError::Unfinished(error)) => error.to_string(),
        other => panic!("{name}: {other:?}"),
    };
    let expected = format!("the store `Active Directory at {}` did not answer", silent.url());
    assert!(error.starts_with(&expected), "{name}: {error}");
}

fn refusal(domains: &Domains, name: &str) -> Option<Refusal> {
    match sign_in(domains, name) {
        Ok(()) => None,
        Err(SignInError::Refused(refusal)) => Some(refusal),
        Err(error) => panic!("{name}: {error}"),
    }
}

#[test]
fn a_domain_that_is_down_keeps_only_its_own_people_out() {
    let forest = Forest::start();
    for (down, its, others) in [(&forest.corp, OF_CORP, OF_EMEA), (&forest.emea, OF_EMEA, OF_CORP)] {
        let known = forest.domains();
        for name in OF_CORP.iter().chain(&OF_EMEA) {
            assert_eq!(refusal(&known, name), None, "{name}");
        }
        down.refuse();
        let [fresh, late] = [forest.domains(), forest.domains()];
        for domains in [&fresh, &known] {
            for name in others {
                assert_eq!(refusal(domains, name), None, "{name}, while {} is down", down.url());
            }
            for name in its {
                assert_nobody_knows(domains, name, down);
            }
            // Could be somebody of the domain that says nothing.
            assert_nobody_knows(domains, "nobody@example.org", down);
        }
        // What the domains are called is not known to a process that has just started.
        assert_nobody_knows(&fresh, "APAC\\erika", down);
        if its == OF_EMEA {
            assert!(matches!(refusal(&known, "APAC\\erika"), Some(Refusal::OtherDomain(_))), "as CORP says");
        }
        down.heal();
        for domains in [&fresh, &known, &late] {
            for name in OF_CORP.iter().chain(&OF_EMEA) {
                assert_eq!(refusal(domains, name), None, "{name}");
            }
            assert_eq!(refusal(domains, "nobody@example.org"), Some(Refusal::UnknownUser));
            assert!(matches!(refusal(domains, "APAC\\erika"), Some(Refusal::OtherDomain(_))));
        }
    }
}

#[test]
fn nobody_waits_for_a_frozen_domain_who_is_found_elsewhere() {
    let forest = Forest::start();
    let domains = forest.domains();
    for name in OF_CORP {
        assert_eq!(refusal(&domains, name), None, "{name}");
    }
    forest.emea.freeze();
    assert_nobody_knows(&domains, OF_EMEA[0], &forest.emea);
    let began = Instant::now();
    for name in OF_CORP {
        assert_eq!(refusal(&domains, name), None, "{name}");
    }
    let (waited, connecting) = (began.elapsed(), LdapServers::default().connect_timeout);
    assert!(waited < connecting, "{waited:?}");
}

/// Whose failure it is must not depend on who had the name before: else guesses at one person are counted for another.
#[test]
fn a_failure_is_that_of_the_person_whose_password_was_tried() {
    let [_, _, name] = OF_CORP;
    let forest = Forest::beside(emea_with(name));
    let domains = forest.domains();
    assert_eq!(refusal(&domains, name), None, "the one at home has it, too");
    forest.corp.refuse();
    assert_nobody_knows(&domains, OF_CORP[0], &forest.corp);
    let eva = domains.identify("EMEA\\eva").unwrap();
    assert!(eva.is_some() && domains.identify(name).unwrap() == eva);
    assert_eq!(refusal(&domains, name), Some(Refusal::WrongPassword));
    assert_eq!(domains.remembered(name), eva);
}

/// `claimsmith serve` at home in `CORP`, with `EMEA` beside it.
fn site(home: &Samba, emea: &Relay, authority: &Authority) -> Site {
    let other = format!(
        "other_domains: [{{ urls: ['{}'], ca_file: {}, bind_name: svc@corp.example.com, bind_password: Passw0rd.svc }}]",
        emea.url(),
        authority.file().display()
    );
    Site::start(&[home.url()], &home.ca_file(), &[&other])
}

#[test]
fn the_audit_log_says_which_domain_did_not_answer() {
    let (authority, server, home) = (Authority::new(), emea(), Samba::start());
    let relay = Relay::start(plain(&server), &authority);
    let site = site(&home, &relay, &authority);
    let outcomes = |user: &str| {
        let told = site.audit(|record| record["event"] == "sign_in" && record["user"] == user);
        told.iter().map(|record| record["cause"].as_str().unwrap_or("none").to_owned()).collect::<Vec<_>>()
    };
    relay.refuse();
    assert!(site.sign_in("alice", "Passw0rd.alice").input("SAMLResponse").is_some());
    site.sign_in("EMEA\\erika", "Passw0rd.erika");
    wait_until("it is written down", || !outcomes("EMEA\\erika").is_empty());
    let causes = outcomes("EMEA\\erika");
    assert!(causes[0].contains(&format!("`Active Directory at {}` did not answer", relay.url())), "{causes:?}");
    relay.heal();
    site.sign_in("EMEA\\erika", "Passw0rd.erika");
    wait_until("she signs in", || outcomes("EMEA\\erika").contains(&"none".to_owned()));
    home.freeze();
    site.sign_in("EMEA\\erika", "Passw0rd.erika");
    wait_until("she signs in without the domain at home", || {
        outcomes("EMEA\\erika").iter().filter(|cause| *cause == "none").count() == 2
    });
    home.thaw();
}

#[test]
fn people_of_other_domains_change_their_passwords_there() {
    let (authority, server, corp) = (Authority::new(), emea(), Samba::start());
    let forest = Forest {
        corp: Relay::start(corp.target(), &authority),
        emea: Relay::start(plain(&server), &authority),
        authority,
        _emea: server,
    };
    // Here `EMEA` is at home, so that the change goes to the real domain beside it.
    let home = forest.settings(&forest.emea, "svc");
    let domains = Domains::new(home, vec![forest.settings(&forest.corp, "svc-claimsmith")]).unwrap();
    let password = |text: &str| Password::new(text.to_owned());
    let change = |name: &str, old: &str, new: &str| {
        domains.change_password(name, &password(old), &password(new), Timestamp::now())
    };
    let policy = domains.password_policy("CORP\\bob").unwrap();
    assert!(policy.is_some() && policy == domains.password_policy("bob@corp.example.com").unwrap());
    let wrong = ChangeError::Refused(Refusal::WrongPassword);
    assert_eq!(change("CORP\\bob", "Passw0rd.alice", "another, longer one"), Err(wrong));
    for (name, login) in [("CORP\\bob", "bob"), ("carol@corp.example.com", "carol"), ("CORP\\mustchange", "mustchange")]
    {
        let old = format!("Passw0rd.{login}");
        assert_eq!(change(name, &old, "another, longer one"), Ok(()), "{name}");
        assert!(domains.sign_in(name, &password("another, longer one")).is_ok(), "{name}");
        assert!(domains.sign_in(name, &password(&old)).is_err(), "{name}");
    }
    assert_eq!(change("bob", "another, longer one", "x"), Err(ChangeError::Refused(Refusal::UnknownUser)));
    forest.corp.refuse();
    let began = Instant::now();
    let error = change("CORP\\bob", "another, longer one", "a third and long one").unwrap_err();
    assert!(matches!(&error, ChangeError::Unavailable(_)) && error.to_string().contains(&forest.corp.url()), "{error}");
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
}
