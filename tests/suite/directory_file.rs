//! Directory files: what is read, what is refused, and where the mistake is.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use claimsmith::engine::{AttributeStore as _, Query};
use claimsmith::input::Lines;
use claimsmith::lang::Source;
use claimsmith::store::directory::{Directory as _, Password, Refusal, SignInError};
use claimsmith::store::file::{FileDirectory, hash_password};

use crate::support::export::{self, Export, Told};

const HEAD: &str = "domain: { netbios: CORP, dns: corp.example.com, sid: S-1-5-21-1-2-3 }\n";

fn yaml(rest: &str) -> Result<FileDirectory, String> {
    FileDirectory::from_yaml(&Source::new("d.yaml", format!("{HEAD}{rest}"))).map_err(|error| error.to_string())
}

fn refusal(directory: &FileDirectory, user: &str, password: &str) -> Refusal {
    match directory.sign_in(user, &Password::new(password.to_owned())) {
        Err(SignInError::Refused(refusal)) => refusal,
        other => panic!("{user}: {other:?}"),
    }
}

fn test_directory() -> FileDirectory {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/directory.yaml");
    FileDirectory::from_yaml(&Source::new("directory.yaml", std::fs::read_to_string(path).unwrap())).unwrap()
}

#[test]
fn mistakes_are_shown_where_they_are() {
    for (rest, expected) in [
        ("users: { alice: { pasword: x } }", "d.yaml:2:19: "),
        ("users:\n  alice: {}\n  alice: {}", "d.yaml:4:3: "),
        ("users:\n  alice: {}\n  Alice: {}", "d.yaml:3:3: `Alice` and `alice` are the same name to a directory"),
        ("groups: { Staff: {} }\nusers: { staff: {} }", "d.yaml:3:10: `Staff` and `staff` are the same name"),
        (
            "groups: { Engineering: {} }\nusers:\n  alice: { member_of: [Enginering] }",
            "d.yaml:4:24: `alice` is a member of `Enginering`, which is not among the groups; did you mean `Engineering`?",
        ),
        ("groups: { A: { member_of: [B] } }", "d.yaml:2:28: `A` is a member of `B`, which is not among the groups"),
        ("users: { alice: { password: secret } }", "d.yaml:2:19: the password of `alice` is no usable hash"),
        ("users: { alice: { attributes: { employeeNumber: 007 } } }", "in quotes"),
        ("users: { alice: { attributes: { memberOf: x } } }", "follows from `member_of`"),
        ("users: { alice: { attributes: { mail: a, MAIL: b } } }", "twice, in different case"),
        ("users: { alice: { sid: S-1 } }", "`S-1` is no security identifier"),
        ("users: { alice: { guid: 123 } }", "is no GUID"),
        ("users: { 'CORP\\alice': {} }", "cannot be a name"),
        ("users: { '': {} }", "cannot be a name"),
        ("groups: { A: { type: local } }", "d.yaml:2:"),
    ] {
        let error = yaml(rest).map(|_| ()).unwrap_err();
        assert!(error.contains(expected), "{rest}\nexpected {expected}\nfound    {error}");
    }
}

#[test]
fn stated_identifiers_stand_and_others_are_made() {
    let directory = yaml(
        "users:\n  alice: { sid: S-1-5-21-1-2-3-1104, guid: 11223344-5566-7788-99aa-bbccddeeff00, upn: A.L@example.org }\n  bob: {}",
    )
    .unwrap();
    let query = |user: &str| Query {
        store: "Active Directory".into(),
        text: ";objectSid,objectGUID,userPrincipalName;{0}".into(),
        parameters: vec![format!("CORP\\{user}").into()],
        columns: 3,
    };
    let answers = directory.answer(&[query("alice"), query("bob")]).unwrap();
    let cells = |answer: usize| answers[answer].iter().flatten().flatten().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(cells(0), ["S-1-5-21-1-2-3-1104", "RDMiEWZViHeZqrvM3e7/AA==", "A.L@example.org"]);
    assert!(cells(1)[0].starts_with("S-1-5-21-1-2-3-") && cells(1)[2] == "bob@corp.example.com");
    assert!(directory.account("a.l@EXAMPLE.org").unwrap().is_some());
}

#[test]
fn a_name_that_two_users_share_is_nobodys() {
    let directory = yaml("users:\n  alice: { upn: bob@corp.example.com }\n  bob: {}\n  carol: { upn: bob }").unwrap();
    assert_eq!(directory.account("bob@corp.example.com").unwrap(), None);
    assert!(directory.account("alice@corp.example.com").unwrap().is_some());
}

#[test]
fn a_name_that_was_given_goes_before_one_that_windows_makes() {
    let user = |login: &str, upn: &str| {
        format!("dn: CN={login},DC=corp,DC=example,DC=com\nobjectClass: user\nsAMAccountName: {login}\n{upn}\n")
    };
    let given = "userPrincipalName: bob@corp.example.com\n";
    let name_of = |text: String| {
        let directory = FileDirectory::from_ldif(&Source::new("d.ldif", text)).unwrap();
        directory.account("bob@corp.example.com").unwrap().map(|account| account.name.to_string())
    };
    assert_eq!(name_of(user("bob", "")).as_deref(), Some("CORP\\bob"));
    assert_eq!(name_of(user("alice", given) + &user("bob", "")).as_deref(), Some("CORP\\alice"));
    assert_eq!(name_of(user("alice", given) + &user("carol", given) + &user("bob", "")), None);
}

#[test]
fn every_refusal_has_its_cause() {
    let directory = test_directory();
    assert_eq!(refusal(&directory, "alice", ""), Refusal::EmptyPassword);
    assert_eq!(refusal(&directory, "alice", "Passw0rd.bob"), Refusal::WrongPassword);
    assert_eq!(refusal(&directory, "nobody", "Passw0rd.nobody"), Refusal::UnknownUser);
    assert_eq!(refusal(&directory, "Platform", "x"), Refusal::UnknownUser);
    assert!(matches!(refusal(&directory, "OTHER\\alice", "Passw0rd.alice"), Refusal::OtherDomain(_)));
    assert_eq!(refusal(&directory, "dave", "wrong"), Refusal::WrongPassword);
    assert_eq!(refusal(&directory, "alice", "Passw0rd.alice\0"), Refusal::WrongPassword);
    assert_eq!(refusal(&directory, "dave", "Passw0rd.dave"), Refusal::Disabled);
    for name in ["alice", "CORP\\Alice", "corp.example.com\\alice", "ALICE@corp.example.com"] {
        let account = directory.sign_in(name, &Password::new("Passw0rd.alice".to_owned())).unwrap();
        assert_eq!(&*account.name, "CORP\\alice", "{name}");
    }
}

#[test]
fn an_account_is_the_same_until_its_password_its_identifier_or_its_state_changes() {
    let hash = |salt: &[u8]| hash_password(&Password::new("Passw0rd.alice".to_owned()), salt).unwrap();
    let (first, second) = (hash(b"salt of alice"), hash(b"another salt"));
    let with = |fields: &str| yaml(&format!("users: {{ alice: {{ {fields} }}, bob: {{}} }}")).unwrap();
    let directory = with(&format!("password: '{first}'"));
    let account = directory.sign_in("alice", &Password::new("Passw0rd.alice".to_owned())).unwrap();
    let (name, mark, now) = (&*account.name, &account.mark, jiff::Timestamp::UNIX_EPOCH);
    assert_eq!(directory.still_account(name, mark, now), Ok(account.clone()));
    assert!(!mark.password.contains(&first[first.len() - 20..]), "the hash is not told");
    for (fields, expected) in [
        (format!("password: '{second}'"), Some(Refusal::PasswordChanged)),
        (format!("password: '{first}', sid: S-1-5-21-1-2-3-9999"), Some(Refusal::AnotherAccount)),
        (format!("password: '{first}', enabled: false"), Some(Refusal::Disabled)),
        (String::new(), None),
    ] {
        let refusal = match with(&fields).still_account(name, mark, now) {
            Err(SignInError::Refused(refusal)) => refusal,
            other => panic!("{fields}: {other:?}"),
        };
        assert!(expected.as_ref().is_none_or(|expected| *expected == refusal), "{fields}: {refusal}");
    }
}

#[test]
fn an_export_knows_people_but_no_passwords() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/directory.ldif");
    let source = Source::new("directory.ldif", std::fs::read_to_string(path).unwrap());
    let directory = FileDirectory::from_ldif(&source).unwrap();
    assert_eq!(directory.user_names().unwrap(), test_directory().user_names().unwrap());
    let Refusal::Other(cause) = refusal(&directory, "alice", "Passw0rd.alice") else { panic!("no cause") };
    assert_eq!(cause, "`directory.ldif` holds no password for `alice`");
}

#[test]
fn mistakes_in_an_export_are_shown_at_their_line() {
    let entry = "dn: CN=a,DC=corp\nobjectClass: user\nsAMAccountName: a\n";
    for (text, expected) in [
        ("version: 1\n\ndn: CN=a,DC=corp\nchangetype: delete\n".to_owned(), "d.ldif:4:1: "),
        (format!("{entry}\n{entry}"), "d.ldif:5:1: `CN=a,DC=corp` is in the file twice"),
        (format!("{entry}\n{}", entry.replace("CN=a", "CN=b")), "d.ldif:5:1: `a` and `a` are the same name"),
        (format!("{entry}objectSid: x\n"), "d.ldif:1:1: the `objectSid` of `a` is no security identifier"),
        ("dn: CN=a\nobjectClass: user\n".to_owned(), "no entry names its domain"),
    ] {
        let error = FileDirectory::from_ldif(&Source::new("d.ldif", text)).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains(expected), "expected {expected}\nfound    {error}");
    }
}

#[test]
fn a_mistake_in_an_export_is_shown_with_its_line_and_no_secret() {
    let text =
        format!("dn: CN=a,DC=corp\nobjectClass: user\n{}password: hunter2 \nno colon", "mail: a\n".repeat(50_000));
    let error = FileDirectory::from_ldif(&Source::new("d.ldif", text)).map(|_| ()).unwrap_err();
    let (excerpt, finding) = error.diagnostic().unwrap();
    assert_eq!(excerpt.position(finding.span.start).line, 50_004);
    assert_eq!(excerpt.text, "no colon");
    let text = "dn: CN=a,DC=corp\npassword: hunter2\n\npassword: hunter2";
    let error = FileDirectory::from_ldif(&Source::new("d.ldif", text)).map(|_| ()).unwrap_err();
    assert!(!error.diagnostic().unwrap().0.text.contains("hunter2"));
}

#[test]
fn groups_come_from_both_ends_and_before_their_entries() {
    let user = |name: &str, more: &str| {
        format!("dn: CN={name},DC=corp,DC=test\nobjectClass: user\nsAMAccountName: {name}\n{more}\n")
    };
    let group = |name: &str, more: &str| {
        format!("dn: CN={name},DC=corp,DC=test\nobjectClass: group\nsAMAccountName: {name}\n{more}\n")
    };
    let text = [
        group("Outer", "member: cn=inner, dc=CORP,dc=test\nmember: CN=Stranger,DC=other,DC=test\n"),
        user("alice", "memberOf: CN=Inner,DC=corp,DC=test\nmemberOf: CN=Unseen,DC=corp,DC=test\n"),
        group("Inner", "member: CN=bob,DC=corp,DC=test\nmember: CN=alice,DC=corp,DC=test\n"),
        user("bob", ""),
    ];
    let directory = FileDirectory::from_ldif(&Source::new("d.ldif", text.concat())).unwrap();
    for (name, expected) in
        [("alice", &["Domain Users", "Inner", "Outer", "Unseen"][..]), ("bob", &["Domain Users", "Inner", "Outer"])]
    {
        let query = Query {
            store: "Active Directory".into(),
            text: ";tokenGroups;{0}".into(),
            parameters: vec![format!("CORP\\{name}").into()],
            columns: 1,
        };
        let rows = directory.answer(&[query]).unwrap().remove(0);
        let groups: Vec<&str> = rows.iter().flatten().flatten().map(AsRef::as_ref).collect();
        assert_eq!(groups, expected, "{name}");
    }
}

#[test]
fn an_export_says_the_same_from_either_end_of_its_memberships() {
    for told in [Told::ByMembers, Told::ByGroups, Told::Twice] {
        let export = Export { users: 300, groups: 400, told };
        let mut bytes = Vec::new();
        export.write(&mut bytes).unwrap();
        let directory = FileDirectory::read_ldif(Lines::new(&bytes[..], "d.ldif", u64::MAX).unwrap()).unwrap();
        assert_eq!(directory.user_names().unwrap().len(), 300);
        for user in [0, 1, 99, 299] {
            let direct = export.groups_of(user);
            let outer = direct.iter().filter_map(|&group| export::outer(group));
            let names = direct.iter().copied().chain(outer).map(export::group_name);
            let expected: BTreeSet<String> = names.chain(["Domain Users".to_owned()]).collect();
            let query = Query {
                store: "Active Directory".into(),
                text: ";tokenGroups;{0}".into(),
                parameters: vec![format!("CORP\\{}", export::login(user)).into()],
                columns: 1,
            };
            let rows = directory.answer(&[query]).unwrap().remove(0);
            let groups: Vec<String> = rows.iter().flatten().flatten().map(ToString::to_string).collect();
            assert_eq!(groups, expected.iter().cloned().collect::<Vec<_>>(), "{told:?}");
            let account = directory.account(&export::login(user)).unwrap().unwrap();
            let sids = account.claims.iter().filter(|claim| claim.claim_type.ends_with("/groupsid"));
            assert_eq!(sids.count(), expected.len());
        }
    }
}

#[test]
fn a_large_directory_is_read() {
    let groups: Vec<String> = (0..50).map(|number| format!("Group {number}")).collect();
    let mut text = format!("groups: {{ {}: {{}} }}\nusers:\n", groups.join(": {}, "));
    for number in 0..6_000 {
        writeln!(text, "  user{number}: {{ member_of: [{}] }}", groups.join(", ")).unwrap();
    }
    assert_eq!(yaml(&text).unwrap().user_names().unwrap().len(), 6_000);
}
