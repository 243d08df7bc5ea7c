//! What Active Directory does and Samba does not: limits, parts, references, answers to binds. Against a made-up server.

use claimsmith::engine::{AttributeStore as _, Query, StoreError};
use claimsmith::store::directory::{Directory as _, Password, Refusal, SignInError};
use claimsmith::store::{ActiveDirectory, ActiveDirectorySettings};

use crate::support::fake_ldap::domain::{BASE, group, own, person, refused, settings, table};
use crate::support::fake_ldap::table::FakeEntry;
use crate::support::fake_ldap::{FakeLdap, Operation};

fn ask(directory: &ActiveDirectory, text: &str) -> Result<Vec<String>, StoreError> {
    let columns = text.split(';').nth(1).unwrap().split(',').count();
    let query = Query { store: "AD".into(), text: text.into(), parameters: vec!["CORP\\alice".into()], columns };
    Ok(directory.answer(&[query])?.remove(0).into_iter().flatten().flatten().map(|cell| cell.to_string()).collect())
}

fn names(prefix: &str, count: u32) -> Vec<String> {
    (0..count).map(|number| format!("{prefix}{number:04}")).collect()
}

#[test]
fn attributes_that_come_in_parts_are_read_to_their_end() {
    let members = names("CN=member", 4_001);
    let members: Vec<&str> = members.iter().map(String::as_str).collect();
    let groups: Vec<u32> = (3_000..4_600).collect();
    let alice = person("alice", 1104, &groups).with("memberOf", &members).with("otherMailbox", &members[..3_200]);
    let mut entries = vec![alice, group("Large", 2001).with("member", &members)];
    entries.extend(groups.iter().map(|rid| group(&format!("Group {rid}"), *rid)));
    let server = FakeLdap::start(table(entries));
    let directory = ActiveDirectory::connect(settings(&server)).unwrap();
    assert_eq!(ask(&directory, "(sAMAccountName=Large);member;{0}").unwrap(), members);
    let both = ask(&directory, ";memberOf,otherMailbox;{0}").unwrap();
    assert_eq!(both.len(), 4_001 + 3_200, "two attributes in parts");
    assert_eq!(ask(&directory, ";tokenGroups;{0}").unwrap().len(), 1_601);

    let account = directory.sign_in("alice", &Password::new("Passw0rd.alice".to_owned())).unwrap();
    let group_sids = account.claims.iter().filter(|claim| claim.claim_type.ends_with("/groupsid")).count();
    assert_eq!(group_sids, 1_601);
    let query = Query {
        store: "AD".into(),
        text: ";memberOf,tokenGroups(SID);{0}".into(),
        parameters: vec!["CORP\\alice".into()],
        columns: 2,
    };
    server.asked();
    let rows = account.ahead.store().unwrap().answer(&[query]).unwrap().remove(0);
    assert_eq!(rows.len(), 4_001 + 1_601);
    assert_eq!(server.asked(), [], "everything was read with the account");
}

#[test]
fn names_of_groups_are_asked_for_a_hundred_at_a_time() {
    let groups: Vec<u32> = (3_000..4_000).collect();
    let mut entries = vec![person("alice", 1104, &groups)];
    entries.extend(groups.iter().map(|rid| group(&format!("Group {rid}"), *rid)));
    let server = FakeLdap::start(table(entries));
    let directory = ActiveDirectory::connect(settings(&server)).unwrap();
    ask(&directory, ";mail;{0}").unwrap();
    server.asked();
    assert_eq!(ask(&directory, ";tokenGroups;{0}").unwrap().len(), 1_001);
    assert_eq!(server.counted(), (0, 2 + 11));
    assert_eq!(ask(&directory, ";tokenGroups(domainQualifiedName);{0}").unwrap()[0], "CORP\\Domain Users");
    assert_eq!(server.counted(), (0, 2));
}

#[test]
fn everybody_is_listed_though_a_page_has_a_thousand() {
    let people = (0..2_345).map(|number| person(&format!("p{number:04}"), 10_000 + number, &[])).collect();
    let server = FakeLdap::start(table(people));
    for page_entries in [500, 1_000, 5_000] {
        let directory =
            ActiveDirectory::connect(ActiveDirectorySettings { page_entries, ..settings(&server) }).unwrap();
        assert_eq!(directory.user_names().unwrap().len(), 2_345, "{page_entries}");
    }
}

#[test]
fn a_filter_may_find_more_entries_than_come_at_once() {
    let groups = (3_000..4_234).map(|rid| group(&format!("Group {rid}"), rid).with("member", &["CN=alice"])).collect();
    let server = FakeLdap::start(table(groups));
    let directory = ActiveDirectory::connect(settings(&server)).unwrap();
    assert_eq!(ask(&directory, "(member=CN=alice);sAMAccountName;{0}").unwrap().len(), 1_234);
}

#[test]
fn an_answer_that_was_cut_off_is_none() {
    let people = (0..1_200).map(|number| person(&format!("p{number:04}"), 10_000 + number, &[])).collect();
    let server = FakeLdap::start(table(people));
    let directory = ActiveDirectory::connect(settings(&server)).unwrap();
    server.table().knows_pages = false;
    let error = ask(&directory, "(sAMAccountType=805306368);mail;{0}").unwrap_err().to_string();
    assert!(error.contains("code 4"), "{error}");
    server.table().entries.push(person("other", 9_000, &[]).with("sAMAccountName", &["p0001"]));
    assert_eq!(directory.account("p0001").unwrap(), None, "two of one name are nobody");
    server.table().most_entries = 1;
    let error = directory.account("p0001").unwrap_err().to_string();
    assert!(error.contains("code 4"), "one that is shown of two is not the one: {error}");
}

#[test]
fn references_to_other_servers_are_not_followed_and_never_an_empty_answer() {
    let server = FakeLdap::start(table(vec![person("alice", 1104, &[])]));
    server.table().references = vec!["ldap://127.0.0.1:9/DC=ForestDnsZones,DC=corp,DC=example,DC=com".to_owned()];
    let directory = ActiveDirectory::connect(settings(&server)).unwrap();
    assert!(directory.account("alice").unwrap().is_some(), "what stands beside an answer does not matter");
    server.table().elsewhere = vec![BASE.to_owned()];
    let error = directory.account("alice").unwrap_err().to_string();
    assert!(error.contains("code 10"), "{error}");
    let error = ask(&directory, ";mail;{0}").unwrap_err().to_string();
    assert!(error.contains("code 10"), "{error}");
}

#[test]
fn groups_that_are_not_shown_are_an_error() {
    let mut alice = person("alice", 1104, &[]);
    alice.attributes.remove("tokenGroups");
    alice.attributes.remove("tokenGroupsGlobalAndUniversal");
    let server = FakeLdap::start(table(vec![alice]));
    let directory = ActiveDirectory::connect(settings(&server)).unwrap();
    for error in [directory.account("alice").unwrap_err(), ask(&directory, ";tokenGroups;{0}").unwrap_err()] {
        assert!(error.to_string().contains("Windows Authorization Access Group"), "{error}");
    }
}

#[test]
fn every_answer_to_a_bind_is_understood() {
    let server = FakeLdap::start(table(vec![person("alice", 1104, &[])]));
    let directory = ActiveDirectory::connect(settings(&server)).unwrap();
    let sign_in = |answer: (u32, String)| {
        server.table().bind = std::sync::Arc::new(move |name, password| {
            if name.starts_with("svc") && password == "Passw0rd.svc" { (0, String::new()) } else { answer.clone() }
        });
        match directory.sign_in("alice", &Password::new("Passw0rd.alice".to_owned())) {
            Ok(_) => panic!("let in"),
            Err(error) => error,
        }
    };
    for (code, expected) in [
        ("525", Refusal::UnknownUser),
        ("52e", Refusal::WrongPassword),
        ("52E", Refusal::WrongPassword),
        ("530", Refusal::LogonHours),
        ("531", Refusal::LogonWorkstation),
        ("532", Refusal::PasswordExpired),
        ("533", Refusal::Disabled),
        ("701", Refusal::AccountExpired),
        ("773", Refusal::PasswordMustChange),
        ("775", Refusal::LockedOut),
    ] {
        assert_eq!(sign_in(refused(code)), SignInError::Refused(expected), "{code}");
    }
    // Other causes than the account's are the directory's, or the connection's: nobody is told that a password is wrong.
    let said = |code: u32, text: &str| sign_in((code, text.to_owned())).to_string();
    let strong = said(8, "00002028: LdapErr: DSID-0C09023C, comment: The server requires binds to turn on integrity");
    assert!(strong.contains("code 8"), "{strong}");
    let channel =
        said(49, "80090346: LdapErr: DSID-0C09070F, comment: AcceptSecurityContext error, data 80090346, v4563");
    assert!(channel.contains("channel binding"), "{channel}");
    assert!(matches!(sign_in((51, "busy".to_owned())), SignInError::Unavailable(_)));
    assert!(matches!(sign_in((52, "unavailable".to_owned())), SignInError::Unavailable(_)));
}

#[test]
fn an_empty_password_is_refused_though_the_server_would_take_it() {
    let server = FakeLdap::start(table(vec![person("alice", 1104, &[])]));
    let directory = ActiveDirectory::connect(settings(&server)).unwrap();
    directory.sign_in("alice", &Password::new("Passw0rd.alice".to_owned())).unwrap();
    server.asked();
    for name in ["alice", "CORP\\alice", "", "nobody"] {
        let error = directory.sign_in(name, &Password::new(String::new())).unwrap_err();
        assert_eq!(error, SignInError::Refused(Refusal::EmptyPassword), "{name}");
    }
    assert_eq!(server.asked(), [], "nothing was asked");
}

#[test]
fn values_that_are_not_all_text_stay_together() {
    let alice = person("alice", 1104, &[])
        .with_bytes("objectGUID", vec![b"0123456789abcdef".to_vec()])
        .with_bytes("mS-DS-ConsistencyGuid", vec![b"0123456789abcdef".to_vec()])
        .with_bytes("thumbnailPhoto", vec![vec![0xff, 0xd8, 0xff]])
        .with_bytes("mixed", vec![b"text".to_vec(), vec![0xff, 0], "Ünï".as_bytes().to_vec()])
        .with("whenCreated", &["20260115093000.0Z"])
        .with("lastLogonTimestamp", &["134000000000000001"])
        .with("isDeleted", &["FALSE"]);
    let server = FakeLdap::start(table(vec![alice]));
    let directory = ActiveDirectory::connect(settings(&server)).unwrap();
    let get = |attribute: &str| {
        let mut values = ask(&directory, &format!(";{attribute};{{0}}")).unwrap();
        values.sort();
        values
    };
    assert_eq!(get("objectguid"), ["MDEyMzQ1Njc4OWFiY2RlZg=="]);
    assert_eq!(get("ms-ds-consistencyguid"), ["MDEyMzQ1Njc4OWFiY2RlZg=="], "bytes, though they could be text");
    assert_eq!(get("OBJECTSID"), ["S-1-5-21-1-2-3-1104"]);
    assert_eq!(get("ThumbnailPhoto"), ["/9j/"]);
    assert_eq!(get("mixed"), ["/wA=", "text", "Ünï"]);
    assert_eq!(get("whenCreated"), ["20260115093000.0Z"]);
    assert_eq!(get("lastLogonTimestamp"), ["134000000000000001"]);
    assert_eq!(get("isDeleted"), ["FALSE"]);
}

#[test]
fn entries_of_other_kinds_do_no_harm() {
    // SIDs of two bytes too few, and an entry without any.
    let broken = FakeEntry::new(&format!("CN=x,{BASE}")).with_bytes("objectSid", vec![own(7)[..26].to_vec()]);
    let mut nameless = group("Nameless", 2002);
    nameless.attributes.remove("sAMAccountName");
    let alice = person("alice", 1104, &[2001, 2002, 2003]);
    let server = FakeLdap::start(table(vec![alice, broken, group("Engineering", 2001), nameless]));
    let directory = ActiveDirectory::connect(settings(&server)).unwrap();
    assert_eq!(ask(&directory, ";tokenGroups;{0}").unwrap(), ["Domain Users", "Engineering"]);
    let asked = server.asked();
    assert!(asked.iter().all(|one| !matches!(one, Operation::Other(_))), "{asked:?}");
}
