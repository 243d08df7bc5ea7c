//! Groups and people of the other domains of a forest. A made-up catalogue: Samba has no forest of several domains here.

use std::sync::Arc;

use claimsmith::engine::{AttributeStore, Query, StoreError};
use claimsmith::store::active_directory::{Domains, SettingsError};
use claimsmith::store::directory::{Account, Directory as _, Password, Refusal, SignInError};
use claimsmith::store::{ActiveDirectory, ActiveDirectorySettings};

use crate::support::fake_ldap::FakeLdap;
use crate::support::fake_ldap::domain::{
    EMEA_BASE, EMEA_SID, emea_person, emea_table, group, own, person, settings, sid, table,
};
use crate::support::fake_ldap::table::FakeEntry;

const ADMIN: &str = "AWS-123456789012-Admin";

fn in_emea(name: &str, rid: u32) -> FakeEntry {
    FakeEntry::new(&format!("CN={name},OU=Groups,{EMEA_BASE}"))
        .with("sAMAccountName", &[name])
        .with_bytes("objectSid", vec![sid(&format!("{EMEA_SID}-{rid}"))])
}

/// A controller of `CORP`, and a catalogue of its forest. Alice is in groups of both domains, and in one that a domain
/// which is no more had.
fn forest() -> (FakeLdap, FakeLdap) {
    let mut tokens = vec![own(2001), own(513), sid("S-1-5-32-545"), sid("S-1-5-21-7-8-9-2001")];
    tokens.extend([2001, 3001].map(|rid| sid(&format!("{EMEA_SID}-{rid}"))));
    let alice = person("alice", 1104, &[])
        .with_bytes("tokenGroups", tokens.clone())
        .with_bytes("tokenGroupsGlobalAndUniversal", tokens);
    let entries = vec![alice, group("Engineering", 2001)];
    let mut all = entries.clone();
    all.push(FakeEntry::new(EMEA_BASE).with_bytes("objectSid", vec![sid(EMEA_SID)]));
    // The same number in another domain, and a name that would be a role here.
    all.extend([in_emea("Sales", 2001), in_emea(ADMIN, 3001)]);
    (FakeLdap::start(table(entries)), FakeLdap::start(table(all)))
}

fn with_catalogue(controller: &FakeLdap, catalogue: &FakeLdap) -> ActiveDirectorySettings {
    ActiveDirectorySettings { global_catalogue: Some(settings(catalogue).servers), ..settings(controller) }
}

fn groups(directory: &ActiveDirectory, form: &str) -> Result<Vec<String>, StoreError> {
    let text = format!(";tokenGroups{form};{{0}}").into();
    let query = Query { store: "AD".into(), text, parameters: vec!["CORP\\alice".into()], columns: 1 };
    Ok(directory.answer(&[query])?.remove(0).into_iter().flatten().flatten().map(|cell| cell.to_string()).collect())
}

#[test]
fn groups_of_other_domains_have_their_own_domains_name() {
    let (controller, catalogue) = forest();
    let directory = ActiveDirectory::connect(with_catalogue(&controller, &catalogue)).unwrap();
    assert_eq!(
        groups(&directory, "(domainQualifiedName)").unwrap(),
        ["CORP\\Domain Users", "CORP\\Engineering", &format!("EMEA\\{ADMIN}"), "EMEA\\Sales"]
    );
    assert_eq!(
        groups(&directory, "(longDomainQualifiedName)").unwrap(),
        [
            "corp.example.com\\Domain Users",
            "corp.example.com\\Engineering",
            &format!("emea.corp.example.com\\{ADMIN}"),
            "emea.corp.example.com\\Sales"
        ]
    );
    catalogue.asked();
    groups(&directory, "(domainQualifiedName)").unwrap();
    assert_eq!(catalogue.counted(), (0, 0), "names of foreign groups are remembered like all others");
}

#[test]
fn a_foreign_group_grants_nothing_by_its_bare_name_unless_it_is_said() {
    let (controller, catalogue) = forest();
    let directory = ActiveDirectory::connect(with_catalogue(&controller, &catalogue)).unwrap();
    assert_eq!(groups(&directory, "").unwrap(), ["Domain Users", "Engineering"]);
    assert_eq!(catalogue.counted(), (0, 0), "and nobody asks");
    let settings =
        ActiveDirectorySettings { unqualified_forest_groups: true, ..with_catalogue(&controller, &catalogue) };
    let directory = ActiveDirectory::connect(settings).unwrap();
    assert_eq!(groups(&directory, "").unwrap(), [ADMIN, "Domain Users", "Engineering", "Sales"]);
}

#[test]
fn without_a_catalogue_foreign_groups_have_identifiers_only() {
    let (controller, _) = forest();
    let directory = ActiveDirectory::connect(settings(&controller)).unwrap();
    assert_eq!(groups(&directory, "(domainQualifiedName)").unwrap(), ["CORP\\Domain Users", "CORP\\Engineering"]);
    let sids = groups(&directory, "(SID)").unwrap();
    assert_eq!(sids.len(), 5, "all but the machine's own groups: {sids:?}");
    let account = directory.account("alice").unwrap().unwrap();
    let claims = account.claims.iter().filter(|claim| claim.claim_type.ends_with("/groupsid"));
    assert_eq!(claims.map(|claim| claim.value.to_string()).collect::<Vec<_>>(), sids);
}

#[test]
fn a_catalogue_that_does_not_answer_is_an_error_and_not_a_user_with_fewer_groups() {
    let (controller, catalogue) = forest();
    let settings = with_catalogue(&controller, &catalogue);
    let directory = ActiveDirectory::connect(settings).unwrap();
    catalogue.table().bind = Arc::new(|_, _| (51, "busy".to_owned()));
    let error = groups(&directory, "(domainQualifiedName)").unwrap_err().to_string();
    assert!(error.contains("`Active Directory global catalogue` did not answer"), "{error}");
    assert_eq!(groups(&directory, "").unwrap().len(), 2, "who does not need it does not miss it");
}

#[test]
fn addresses_of_catalogues_and_controllers_are_not_mixed_up() {
    let (controller, catalogue) = forest();
    let mut wrong = with_catalogue(&controller, &catalogue);
    for url in ["ldaps://gc1.corp.example.com", "ldaps://gc1.corp.example.com:636"] {
        wrong.global_catalogue.as_mut().unwrap().urls = vec![url.to_owned()];
        let error = ActiveDirectory::new(wrong).map(|_| ()).unwrap_err();
        assert!(matches!(&error, SettingsError::NoGlobalCatalogue(_)) && error.to_string().contains("3269"), "{error}");
        wrong = with_catalogue(&controller, &catalogue);
    }
}

#[test]
fn people_of_another_domain_are_told_from_strangers() {
    let (controller, catalogue) = forest();
    let directory = ActiveDirectory::connect(with_catalogue(&controller, &catalogue)).unwrap();
    let error = directory.sign_in("EMEA\\erika", &Password::new("Passw0rd.erika".to_owned())).unwrap_err();
    let SignInError::Refused(Refusal::OtherDomain(told)) = error else { panic!("{error}") };
    assert!(told.contains("EMEA") && told.contains("CORP"), "{told}");
    assert_eq!(directory.account("EMEA\\alice").unwrap(), None, "a name of this domain is not one of that");
    assert_eq!(directory.identify("EMEA\\alice").unwrap(), None);
}

/// `CORP` at home, `EMEA` beside it with erika and another alice, and their catalogue.
fn two_domains() -> (Domains, [FakeLdap; 3]) {
    let (home, catalogue) = forest();
    let in_both = vec![own(2001), sid(&format!("{EMEA_SID}-3001"))];
    let other = FakeLdap::start(emea_table(vec![
        emea_person("erika", 1104, in_both.clone()),
        emea_person("alice", 1105, in_both),
        in_emea(ADMIN, 3001),
    ]));
    let domains = Domains::new(with_catalogue(&home, &catalogue), vec![with_catalogue(&other, &catalogue)]).unwrap();
    (domains, [home, other, catalogue])
}

fn ask(store: &dyn AttributeStore, account: &Account, text: &str) -> Vec<String> {
    let query =
        Query { store: "AD".into(), text: text.into(), parameters: vec![Arc::clone(&account.name)], columns: 1 };
    let rows = store.answer(&[query]).unwrap().remove(0);
    rows.into_iter().flatten().flatten().map(|cell| cell.to_string()).collect()
}

#[test]
fn people_of_configured_domains_sign_in_each_in_their_own() {
    let (domains, servers) = two_domains();
    let sign_in = |name: &str, typed: &str| domains.sign_in(name, &Password::new(typed.to_owned()));
    for (name, login) in [
        ("EMEA\\erika", "erika"),
        ("emea.corp.example.com\\ERIKA", "erika"),
        ("erika@emea.corp.example.com", "erika"),
        ("EMEA\\alice", "alice"),
        ("alice@emea.corp.example.com", "alice"),
    ] {
        let account = sign_in(name, &format!("Passw0rd.{login}")).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(*account.name, *format!("EMEA\\{login}"), "{name}");
        assert!(account.mark.sid.starts_with(EMEA_SID), "{name}");
        assert_eq!(domains.identify(name).unwrap().as_ref(), Some(&account.mark.sid), "{name}");
        let now = "2026-11-21T10:00:00Z".parse().unwrap();
        assert_eq!(domains.still_account(&account.name, &account.mark, now).unwrap(), account, "{name}");
    }
    assert_eq!(&*sign_in("alice", "Passw0rd.alice").unwrap().name, "CORP\\alice", "a bare name is at home");
    assert_eq!(&*sign_in("alice@corp.example.com", "Passw0rd.alice").unwrap().name, "CORP\\alice");
    assert_eq!(sign_in("erika", "Passw0rd.erika").unwrap_err(), SignInError::Refused(Refusal::UnknownUser));
    assert!(matches!(sign_in("APAC\\x", "y").unwrap_err(), SignInError::Refused(Refusal::OtherDomain(_))));
    assert_eq!(domains.user_names().unwrap(), ["CORP\\alice", "EMEA\\alice", "EMEA\\erika"]);
    for server in &servers {
        server.asked();
    }
    sign_in("EMEA\\erika", "Passw0rd.erika").unwrap();
    assert_eq!(servers.each_ref().map(FakeLdap::counted), [(0, 0), (1, 1), (0, 0)], "only their domain is asked");
}

#[test]
fn only_groups_at_home_count_under_their_bare_names_for_everybody() {
    let (domains, _servers) = two_domains();
    let erika = domains.sign_in("EMEA\\erika", &Password::new("Passw0rd.erika".to_owned())).unwrap();
    let ahead = erika.ahead.store().unwrap();
    for store in [&**ahead, &domains as &dyn AttributeStore] {
        assert_eq!(ask(store, &erika, ";tokenGroups;{0}"), ["Engineering"], "not the group of that name in EMEA");
        let qualified = ask(store, &erika, ";tokenGroups(domainQualifiedName);{0}");
        assert_eq!(qualified, ["CORP\\Engineering", &format!("EMEA\\{ADMIN}")]);
    }
    // The domain of the third part chooses who is asked, whoever signs in.
    assert_eq!(ask(&**ahead, &erika, ";mail;{0}"), ["erika@corp.example.com"]);
    assert_eq!(ask(&**ahead, &erika, ";userPrincipalName;CORP\\alice"), ["alice@corp.example.com"]);
    assert_eq!(ask(&**ahead, &erika, "(sAMAccountName=Engineering);sAMAccountName;CORP\\svc"), ["Engineering"]);
}

#[test]
fn a_domain_that_is_down_keeps_only_its_own_people_out() {
    let (domains, [_home, other, _catalogue]) = two_domains();
    other.table().bind = Arc::new(|_, _| (51, "busy".to_owned()));
    let sign_in = |name: &str| domains.sign_in(name, &Password::new("Passw0rd.alice".to_owned()));
    for name in ["alice", "CORP\\alice", "alice@corp.example.com"] {
        assert!(sign_in(name).is_ok(), "{name}");
    }
    assert!(matches!(sign_in("EMEA\\alice"), Err(SignInError::Unavailable(_))));
}
