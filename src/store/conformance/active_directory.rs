//! What a directory with the people of `testdata/directory.yaml` answers to the queries of Active Directory.

use std::collections::BTreeSet;

use super::deviation::{Deviation, Deviations};
use crate::engine::{Query, StoreError};
use crate::store::directory::Directory;

/// The last part of a query names the domain that is asked; with a filter it is nobody in particular.
const ANYBODY: &str = "CORP\\anybody";

/// Queries, their parameters, and all values that they find, without the group of everybody.
const FINDS: &[(&str, &[&str], &[&str])] = &[
    (
        ";tokenGroups;{0}",
        &["CORP\\alice"],
        &["AWS-123456789012-Admin", "AWS-123456789012-ReadOnly", "AWS-210987654321-Billing", "Engineering", "Platform"],
    ),
    (";tokenGroups;{0}", &["CORP\\carol"], &[]),
    // Groups in a ring, a universal one; no domain-local one and no mail list.
    (";tokenGroups;{0}", &["CORP\\grace"], &["AWS-555555555555-Universal", "Ring One", "Ring Two"]),
    (
        ";TOKENGROUPS(domainQualifiedName);{0}",
        &["corp\\ALICE"],
        &[
            "CORP\\AWS-123456789012-Admin",
            "CORP\\AWS-123456789012-ReadOnly",
            "CORP\\AWS-210987654321-Billing",
            "CORP\\Engineering",
            "CORP\\Platform",
        ],
    ),
    (";tokenGroups(longDomainQualifiedName);{0}", &["CORP\\frank"], &["corp.example.com\\AWS-123456789012-ReadOnly"]),
    (";MAIL,nosuchattribute;{0}", &["CORP\\alice"], &["alice@corp.example.com"]),
    (";mail;{0}", &["CORP\\frank"], &[]),
    (";mail;{0}", &["CORP\\nobody"], &[]),
    (
        ";proxyAddresses,sn;{0}",
        &["CORP\\alice"],
        &["Liddell", "SMTP:alice@corp.example.com", "smtp:a.liddell@corp.example.com"],
    ),
    ("(mail={1});sAMAccountName;{0}", &[ANYBODY, "ALICE@corp.example.com"], &["alice"]),
    // A value is no pattern and no filter.
    ("(mail={1});sAMAccountName;{0}", &[ANYBODY, "*"], &[]),
    ("(mail={1});sAMAccountName;{0}", &[ANYBODY, "x)(objectClass=*"], &[]),
    ("(department={1});sAMAccountName;{0}", &[ANYBODY, "*)(objectClass=*"], &["mallory"]),
    (
        ";displayName,description,title;{0}",
        &["CORP\\mallory"],
        &["<!-- Mallory --> & \"Co\" ]]> 'x'", "first line\nsecond line\ttabbed", "Ünïcode 名前 😀"],
    ),
];

/// Filters that ask for what only Active Directory has, and whom they find.
const WINDOWS_FINDS: [(&str, &[&str]); 2] = [
    (
        "(&(objectCategory=person)(objectClass=user)(|(sAMAccountName=al*e)(mail=c*l@*.com))(!(sn=Nobody)));\
         sAMAccountName;{0}",
        &["alice", "carol"],
    ),
    (
        "(&(sAMAccountType=805306368)(userAccountControl:1.2.840.113556.1.4.803:=2)(mail=d*));sAMAccountName;{0}",
        &["dave"],
    ),
];

/// The group that everybody is in, by what stands before its name in each form.
const EVERYBODY: &str = "Domain Users";

/// Queries and a parameter that are refused, and a word of the reason.
const REFUSED: [(&str, &str, &str); 5] = [
    ("mail;{0}", "CORP\\alice", "POLICY3824"),
    (";mail;{0}", "alice", "POLICY3826"),
    (";mail;{0}", "ELSEWHERE\\alice", "another domain"),
    ("(mail=;mail;{0}", "CORP\\alice", "filter"),
    ("(cn:1.2.3:=x);mail;{0}", "CORP\\alice", "matching rule"),
];

/// Where a directory answers otherwise than Active Directory would. None: it conforms.
#[must_use]
pub fn active_directory(directory: &dyn Directory) -> Vec<Deviation> {
    let mut deviations = Deviations::default();
    answers(directory, true, &mut deviations);
    for (text, expected) in WINDOWS_FINDS {
        find(directory, text, &[ANYBODY], expected.iter().map(|&value| value.to_owned()).collect(), &mut deviations);
    }
    shapes(directory, &mut deviations);
    identifiers(directory, &mut deviations);
    deviations.0
}

/// The same for a directory without SIDs, without a group of everybody, and without groups of one domain only.
#[must_use]
pub fn like_active_directory(directory: &dyn Directory) -> Vec<Deviation> {
    let mut deviations = Deviations::default();
    answers(directory, false, &mut deviations);
    deviations.0
}

fn answers(directory: &dyn Directory, with_everybody: bool, deviations: &mut Deviations) {
    for (text, parameters, expected) in FINDS {
        let mut expected: BTreeSet<String> = expected.iter().map(|&value| value.to_owned()).collect();
        let form = text.to_lowercase();
        if with_everybody && form.starts_with(";tokengroups") {
            let domain = match form.split(';').nth(1) {
                Some("tokengroups(domainqualifiedname)") => "CORP\\",
                Some("tokengroups(longdomainqualifiedname)") => "corp.example.com\\",
                _ => "",
            };
            expected.insert(format!("{domain}{EVERYBODY}"));
        }
        find(directory, text, parameters, expected, deviations);
    }
    for (text, parameter, word) in REFUSED {
        let found = ask(directory, text, &[parameter]);
        let is_told = matches!(&found, Err(error @ StoreError::Query { .. }) if error.to_string().contains(word));
        deviations.hold(is_told, format_args!("`{text}` of {parameter}"), &format!("an error with `{word}`"), &found);
    }
    let groups = ask(directory, ";tokenGroups;{0}", &["CORP\\alice"]).unwrap_or_default();
    let once = groups.iter().collect::<BTreeSet<_>>().len() == groups.len();
    deviations.hold(once, "the groups of alice", "each once", &groups);
    let groups = ask(directory, ";tokenGroups;{0}", &["CORP\\erin"]).unwrap_or_default();
    deviations.expect("how many groups erin has", &groups.len(), &(30 + usize::from(with_everybody)));
    let direct = ask(directory, ";memberOf;{0}", &["CORP\\alice"]).unwrap_or_default();
    let names_engineering = direct.iter().any(|name| name.to_uppercase().starts_with("CN=ENGINEERING,"));
    let expected = "three distinguished names, without nested and primary groups";
    deviations.hold(direct.len() == 3 && names_engineering, "`memberOf` of alice", expected, &direct);
}

fn find(
    directory: &dyn Directory,
    text: &str,
    parameters: &[&str],
    expected: BTreeSet<String>,
    deviations: &mut Deviations,
) {
    let found = ask(directory, text, parameters).map(|values| values.into_iter().collect());
    deviations.expect(format_args!("`{text}` of {parameters:?}"), &found, &Ok(expected));
}

/// What they look like: each domain has values of its own.
fn shapes(directory: &dyn Directory, deviations: &mut Deviations) {
    let values = |text: &str| ask(directory, text, &["CORP\\alice"]).unwrap_or_default();
    let sids = values(";tokenGroups(SID);{0}");
    let all_are = sids.len() == 6 && sids.iter().all(|sid| sid.starts_with("S-1-5-21-"));
    deviations.hold(all_are, "the SIDs of alice's groups", "six of the domain", &sids);
    let guid = values(";objectGUID;{0}");
    let is_base64 = guid.len() == 1 && guid.iter().all(|guid| guid.len() == 24 && guid.ends_with("=="));
    deviations.hold(is_base64, "`objectGUID` of alice", "16 bytes in base64", &guid);
    let groups = ask(directory, ";tokenGroups;{0}", &["CORP\\mallory"]).unwrap_or_default();
    deviations.expect("how many groups mallory has", &groups.len(), &2);
}

/// Values that one answer gives and another question takes.
fn identifiers(directory: &dyn Directory, deviations: &mut Deviations) {
    let first = |text: &str| ask(directory, text, &["CORP\\alice"]).ok().and_then(|values| values.into_iter().next());
    let (sid, name) = (first(";objectSid;{0}"), first(";distinguishedName;{0}"));
    let sid = sid.unwrap_or_default();
    let found = ask(directory, "(objectSid={1});sAMAccountName;{0}", &[ANYBODY, &sid]);
    deviations.expect("alice by her SID", &found, &Ok(vec!["alice".to_owned()]));
    let nested = "(&(objectClass=group)(member:1.2.840.113556.1.4.1941:={1}));sAMAccountName;{0}";
    let found = ask(directory, nested, &[ANYBODY, &name.unwrap_or_default()]).unwrap_or_default();
    let expected = "five: nested groups, without the primary group";
    deviations.hold(found.len() == 5, "all groups with alice as a member", expected, &found);
    match directory.account("CORP\\alice") {
        Ok(Some(account)) => {
            let of = |suffix: &str| -> BTreeSet<&str> {
                let claims = account.claims.iter().filter(|claim| claim.claim_type.ends_with(suffix));
                claims.map(|claim| &*claim.value).collect()
            };
            deviations.expect("the primary SID of alice", &of("/primarysid"), &BTreeSet::from([sid.as_str()]));
            deviations.expect("the UPN of alice", &of("/upn"), &BTreeSet::from(["alice@corp.example.com"]));
            let sids = ask(directory, ";tokenGroups(SID);{0}", &["CORP\\alice"]).unwrap_or_default();
            deviations.expect("the group SIDs of alice", &of("/groupsid"), &sids.iter().map(String::as_str).collect());
            let primary = of("/primarygroupsid");
            let is_users = primary.len() == 1 && primary.iter().all(|sid| sid.ends_with("-513"));
            deviations.hold(is_users, "the primary group of alice", "the SID of Domain Users", &primary);
        }
        found => deviations.hold(false, "the account of alice", "an account", &found),
    }
}

/// All values of an answer. In each row there is one.
fn ask(directory: &dyn Directory, text: &str, parameters: &[&str]) -> Result<Vec<String>, StoreError> {
    let columns = text.split(';').nth(1).map_or(1, |attributes| attributes.split(',').count());
    let query = Query {
        store: "Active Directory".into(),
        text: text.into(),
        parameters: parameters.iter().map(|&value| value.into()).collect(),
        columns,
    };
    let rows = directory.answer(&[query])?.into_iter().flatten();
    Ok(rows
        .map(|row| match row.iter().flatten().collect::<Vec<_>>().as_slice() {
            [one] if row.len() == columns => one.to_string(),
            other => format!("a row with the values {other:?}"),
        })
        .collect())
}
