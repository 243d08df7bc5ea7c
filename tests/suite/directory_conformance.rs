//! The same people, asked the same questions, in every kind of directory.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use claimsmith::engine::{Query, StoreError};
use claimsmith::harness::dry_run::{self, Rules};
use claimsmith::harness::explain::Depth;
use claimsmith::harness::recording::Recording;
use claimsmith::harness::wanted::Wanted;
use claimsmith::harness::whynot::{WhyNot, whynot};
use claimsmith::lang::Source;
use claimsmith::report;
use claimsmith::report::explain::Person;
use claimsmith::store::directory::Directory;
use claimsmith::store::file::FileDirectory;

const ALICE_ROLES: [&str; 3] = ["AWS-123456789012-Admin", "AWS-123456789012-ReadOnly", "AWS-210987654321-Billing"];

fn read(name: &str) -> Source {
    let path = format!("{}/testdata/{name}", env!("CARGO_MANIFEST_DIR"));
    Source::new(name, std::fs::read_to_string(path).unwrap())
}

fn ask(directory: &dyn Directory, text: &str, parameters: &[&str]) -> Result<Vec<String>, StoreError> {
    let columns = text.split(';').nth(1).map_or(1, |attributes| attributes.split(',').count());
    let query = Query {
        store: "Active Directory".into(),
        text: text.into(),
        parameters: parameters.iter().map(|&value| value.into()).collect(),
        columns,
    };
    let rows = directory.answer(&[query])?.remove(0);
    for row in &rows {
        assert_eq!(row.len(), columns, "{text}");
        assert_eq!(row.iter().flatten().count(), 1, "{text}: one value in a row");
    }
    Ok(rows.into_iter().flatten().flatten().map(|cell| cell.to_string()).collect())
}

fn set(values: &[String]) -> BTreeSet<&str> {
    values.iter().map(String::as_str).collect()
}

/// What every directory with the people of `testdata` must answer.
pub fn conforms(directory: &dyn Directory) {
    answers(directory, true);
    answers_of_windows(directory);
    accounts(directory);
    accounts_of_windows(directory);
}

/// The same for directories that have no SIDs, no group for everybody, and no domain-local groups.
pub fn conforms_without_windows(directory: &dyn Directory) {
    answers(directory, false);
    accounts(directory);
}

fn answers(directory: &dyn Directory, everybody: bool) {
    let get = |text: &str, parameters: &[&str]| ask(directory, text, parameters).unwrap();
    let groups = |user: &str| get(";tokenGroups;{0}", &[&format!("CORP\\{user}")]);

    let alice = groups("alice");
    let everybody = everybody.then_some("Domain Users");
    let with = |names: &[&'static str]| -> BTreeSet<&str> { names.iter().copied().chain(everybody).collect() };
    assert_eq!(set(&alice), with(&[&["Engineering", "Platform"][..], &ALICE_ROLES].concat()));
    assert_eq!(alice.len(), set(&alice).len(), "each group once");
    assert_eq!(set(&groups("carol")), with(&[]));
    assert_eq!(groups("erin").len(), 30 + with(&[]).len());
    assert_eq!(set(&groups("grace")), with(&["AWS-555555555555-Universal", "Ring One", "Ring Two"]));
    assert!(groups("mallory").contains(&"AWS-123456789012-ReadOnly".to_owned()));

    let qualified = get(";TOKENGROUPS(domainQualifiedName);{0}", &["corp\\ALICE"]);
    assert!(qualified.contains(&"CORP\\Platform".to_owned()), "{qualified:?}");
    let long = get(";tokenGroups(longDomainQualifiedName);{0}", &["CORP\\alice"]);
    assert!(long.contains(&"corp.example.com\\Platform".to_owned()), "{long:?}");
    let direct = get(";memberOf;{0}", &["CORP\\alice"]);
    assert_eq!(direct.len(), 3, "{direct:?}");
    assert!(direct.iter().any(|dn| dn.to_uppercase().starts_with("CN=ENGINEERING,")), "{direct:?}");

    assert_eq!(get(";MAIL,nosuchattribute;{0}", &["CORP\\alice"]), ["alice@corp.example.com"]);
    assert_eq!(get(";mail;{0}", &["CORP\\frank"]), [""; 0]);
    assert_eq!(get(";mail;{0}", &["CORP\\nobody"]), [""; 0]);
    let addresses = get(";proxyAddresses,sn;{0}", &["CORP\\alice"]);
    let both = ["SMTP:alice@corp.example.com", "smtp:a.liddell@corp.example.com", "Liddell"];
    assert_eq!(set(&addresses), both.into_iter().collect());

    let found = |filter: &str, parameters: &[&str]| get(&format!("{filter};sAMAccountName;{{0}}"), parameters);
    assert_eq!(found("(mail={1})", &["CORP\\anybody", "ALICE@corp.example.com"]), ["alice"]);
    assert_eq!(found("(mail={1})", &["CORP\\x", "*"]), [""; 0], "a value is no pattern");
    assert_eq!(found("(mail={1})", &["CORP\\x", "x)(objectClass=*"]), [""; 0], "a value is no filter");
    assert_eq!(found("(department={1})", &["CORP\\x", "*)(objectClass=*"]), ["mallory"]);
    let filter = "(&(objectCategory=person)(objectClass=user)(|(sAMAccountName=al*e)(mail=c*l@*.com))(!(sn=Nobody)))";
    assert_eq!(set(&found(filter, &["CORP\\x"])), BTreeSet::from(["alice", "carol"]));
    let dn = get(";distinguishedName;{0}", &["CORP\\alice"]).remove(0);
    let nested = found("(&(objectClass=group)(member:1.2.840.113556.1.4.1941:={1}))", &["CORP\\x", &dn]);
    assert_eq!(nested.len(), 5, "nested groups, without the primary group: {nested:?}");
    let mallory = get(";displayName,description,title;{0}", &["CORP\\mallory"]);
    let hostile = ["<!-- Mallory --> & \"Co\" ]]> 'x'", "first line\nsecond line\ttabbed", "Ünïcode 名前 😀"];
    assert_eq!(set(&mallory), hostile.into_iter().collect());

    for (text, parameter, says) in [
        ("mail;{0}", "CORP\\alice", "POLICY3824"),
        (";mail;{0}", "alice", "POLICY3826"),
        (";mail;{0}", "ELSEWHERE\\alice", "another domain"),
        ("(mail=;mail;{0}", "CORP\\alice", "filter"),
        ("(cn:1.2.3:=x);mail;{0}", "CORP\\alice", "matching rule"),
    ] {
        let error = ask(directory, text, &[parameter]).unwrap_err();
        assert!(matches!(error, StoreError::Query { .. }) && error.to_string().contains(says), "{text}: {error}");
    }
}

fn answers_of_windows(directory: &dyn Directory) {
    let get = |text: &str, parameters: &[&str]| ask(directory, text, parameters).unwrap();
    let sids = get(";tokenGroups(SID);{0}", &["CORP\\alice"]);
    assert!(sids.len() == 6 && sids.iter().all(|sid| sid.starts_with("S-1-5-21-")), "{sids:?}");
    let sid = get(";objectSid;{0}", &["CORP\\alice"]).remove(0);
    assert!(sid.starts_with("S-1-5-21-"), "{sid}");
    let guid = get(";objectGUID;{0}", &["CORP\\alice"]).remove(0);
    assert!(guid.len() == 24 && guid.ends_with("=="), "{guid}");
    let found = |filter: &str, parameters: &[&str]| get(&format!("{filter};sAMAccountName;{{0}}"), parameters);
    assert_eq!(found("(objectSid={1})", &["CORP\\x", &sid]), ["alice"]);
    assert_eq!(
        found("(&(sAMAccountType=805306368)(userAccountControl:1.2.840.113556.1.4.803:=2)(mail=d*))", &["CORP\\x"]),
        ["dave"]
    );
    assert_eq!(get(";tokenGroups;{0}", &["CORP\\mallory"]).len(), 2);
}

fn accounts(directory: &dyn Directory) {
    for name in ["alice", "CORP\\ALICE", "Corp.Example.Com\\alice", "Alice@CORP.example.com"] {
        let account = directory.account(name).unwrap().unwrap_or_else(|| panic!("{name}"));
        assert_eq!(&*account.name, "CORP\\alice");
        assert!(account.claims.iter().all(|claim| &*claim.issuer == "AD AUTHORITY"));
        let of = |suffix: &str| -> Vec<String> {
            let claims = account.claims.iter().filter(|claim| claim.claim_type.ends_with(suffix));
            claims.map(|claim| claim.value.to_string()).collect()
        };
        assert_eq!(of("/windowsaccountname"), ["CORP\\alice"]);
        assert_eq!(of("/identity/claims/name"), ["CORP\\alice"]);
        assert_eq!(of("/upn"), ["alice@corp.example.com"]);
    }
    for name in ["nobody", "ELSEWHERE\\alice", "alice@elsewhere", "Platform", "ali*", "*", "alice)(cn=*", "", "CORP\\"]
    {
        assert_eq!(directory.account(name).unwrap(), None, "{name}");
    }
    let names = directory.user_names().unwrap();
    for user in ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "mallory"] {
        assert!(names.contains(&format!("CORP\\{user}")), "{names:?}");
    }
}

fn accounts_of_windows(directory: &dyn Directory) {
    let account = directory.account("alice").unwrap().unwrap();
    let of = |suffix: &str| -> Vec<String> {
        let claims = account.claims.iter().filter(|claim| claim.claim_type.ends_with(suffix));
        claims.map(|claim| claim.value.to_string()).collect()
    };
    assert_eq!(of("/primarysid"), ask(directory, ";objectSid;{0}", &["CORP\\alice"]).unwrap());
    let primary = of("/primarygroupsid");
    assert!(primary.len() == 1 && primary[0].ends_with("-513"), "{primary:?}");
    let mut sids = ask(directory, ";tokenGroups(SID);{0}", &["CORP\\alice"]).unwrap();
    let mut claimed = of("/groupsid");
    sids.sort();
    claimed.sort();
    assert_eq!(claimed, sids);
    assert!(claimed.contains(&primary[0]));
}

#[test]
fn a_yaml_file_conforms() {
    conforms(&FileDirectory::from_yaml(&read("directory.yaml")).unwrap());
}

#[test]
fn an_export_conforms() {
    conforms(&FileDirectory::from_ldif(&read("directory.ldif")).unwrap());
}

#[test]
fn both_files_say_the_same() {
    let yaml = FileDirectory::from_yaml(&read("directory.yaml")).unwrap();
    let ldif = FileDirectory::from_ldif(&read("directory.ldif")).unwrap();
    for name in yaml.user_names().unwrap() {
        let account = |directory: &FileDirectory| {
            let account = directory.account(&name).unwrap().unwrap();
            // An export has no passwords.
            (account.name, account.claims, account.mark.sid)
        };
        assert_eq!(account(&yaml), account(&ldif));
        for attribute in ["objectGUID", "mail", "cn", "memberOf", "tokenGroups", "userAccountControl", "primaryGroupID"]
        {
            let text = format!(";{attribute};{{0}}");
            let (one, other) = (ask(&yaml, &text, &[&name]).unwrap(), ask(&ldif, &text, &[&name]).unwrap());
            assert_eq!(set(&one), set(&other), "{name} {attribute}");
        }
    }
}

/// What `explain` and `whynot` must find out about groups from every directory with the people of `testdata`.
pub fn tells_of_groups(directory: impl Directory + 'static) {
    let directory: Arc<dyn Directory> = Arc::new(directory);
    let rules = Rules::load(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/aws/groups"))).unwrap();
    let stores = dry_run::stores(Some(&directory));
    let ask = |user: &str, name: &str| {
        let input = dry_run::claims_of(directory.as_ref(), user).unwrap();
        let recording = Recording::of(&rules, input, &stores).unwrap();
        let wanted = Wanted::role(&format!("123456789012/{name}")).unwrap();
        let mut written = Vec::new();
        let person = Person { user: Some(user) };
        match whynot(&rules, &recording, &stores, &wanted) {
            WhyNot::Gets(mut explanation) => {
                explanation.graph.find_memberships(&stores);
                report::explain::human(&mut written, person, &explanation, None, Depth::Rules).unwrap();
            }
            lacks @ WhyNot::Lacks(_) => report::whynot::human(&mut written, person, &wanted, &lacks).unwrap(),
        }
        String::from_utf8(written).unwrap()
    };
    for (user, name, fact) in [
        ("frank", "Admin", "the group `AWS-123456789012-Admin` exists, and the user is not in it; it has 2 members: "),
        ("frank", "Nowhere", "the directory has no group `AWS-123456789012-Nowhere`"),
        (
            "grace",
            "DomainLocal",
            "the user is in the group `AWS-123456789012-DomainLocal`, but it is a domain local group",
        ),
        ("grace", "MailList", "the user is in the group `AWS-123456789012-MailList`, but it is a distribution group"),
        ("alice", "Admin", "the user is a member of this group"),
        ("alice", "ReadOnly", "the user is in this group through Engineering"),
    ] {
        let told = ask(user, name);
        assert!(told.contains(fact), "{user}, {name}: {told}");
    }
}

#[test]
fn files_tell_of_groups() {
    tells_of_groups(FileDirectory::from_yaml(&read("directory.yaml")).unwrap());
    tells_of_groups(FileDirectory::from_ldif(&read("directory.ldif")).unwrap());
}
