//! A made-up domain of a forest: `CORP`, beside which there is `EMEA`.

use std::sync::Arc;
use std::time::Duration;

use claimsmith::store::ActiveDirectorySettings;
use claimsmith::store::directory::Password;
use claimsmith::store::ldap::{LdapServers, ServiceCredentials};
use claimsmith::store::sid::Sid;

use super::table::FakeEntry;
use super::{FakeLdap, Table};

pub const BASE: &str = "DC=corp,DC=example,DC=com";
pub const DOMAIN_SID: &str = "S-1-5-21-1-2-3";
pub const EMEA_BASE: &str = "DC=emea,DC=corp,DC=example,DC=com";
pub const EMEA_SID: &str = "S-1-5-21-4-5-6";
const CONFIGURATION: &str = "CN=Configuration,DC=corp,DC=example,DC=com";

/// The bytes of a SID.
pub fn sid(text: &str) -> Vec<u8> {
    text.parse::<Sid>().unwrap().to_bytes()
}

/// The SID of an account of `CORP`.
pub fn own(rid: u32) -> Vec<u8> {
    sid(&format!("{DOMAIN_SID}-{rid}"))
}

/// A person with `rid` whose groups have `groups` and the domain's group of users.
pub fn person(login: &str, rid: u32, groups: &[u32]) -> FakeEntry {
    let tokens: Vec<Vec<u8>> = groups.iter().chain(&[513]).map(|&group| own(group)).collect();
    FakeEntry::new(&format!("CN={login},OU=People,{BASE}"))
        .with("sAMAccountName", &[login])
        .with("sAMAccountType", &["805306368"])
        .with("userPrincipalName", &[&format!("{login}@corp.example.com")])
        .with("primaryGroupID", &["513"])
        .with("userAccountControl", &["512"])
        .with("msDS-User-Account-Control-Computed", &["0"])
        .with("pwdLastSet", &["134000000000000000"])
        .with("accountExpires", &["0"])
        .with("mail", &[&format!("{login}@corp.example.com")])
        .with_bytes("objectSid", vec![own(rid)])
        .with_bytes("tokenGroups", tokens.clone())
        .with_bytes("tokenGroupsGlobalAndUniversal", tokens)
}

/// A group.
pub fn group(name: &str, rid: u32) -> FakeEntry {
    FakeEntry::new(&format!("CN={name},OU=Groups,{BASE}"))
        .with("sAMAccountName", &[name])
        .with_bytes("objectSid", vec![own(rid)])
}

/// The domain with these entries. Everybody's password is `Passw0rd.` and their `cn`.
pub fn table(entries: Vec<FakeEntry>) -> Table {
    let root = FakeEntry::new("")
        .with("defaultNamingContext", &[BASE])
        .with("configurationNamingContext", &[CONFIGURATION])
        .with("dnsHostName", &["dc1.corp.example.com"]);
    let partition = |netbios: &str, dns: &str, context: &str| {
        FakeEntry::new(&format!("CN={netbios},CN=Partitions,{CONFIGURATION}"))
            .with("objectClass", &["top", "crossRef"])
            .with("nCName", &[context])
            .with("nETBIOSName", &[netbios])
            .with("dnsRoot", &[dns])
            .with("systemFlags", &["3"])
    };
    let domain =
        FakeEntry::new(BASE).with("objectClass", &["domainDNS"]).with_bytes("objectSid", vec![sid(DOMAIN_SID)]);
    let mut all = vec![
        root,
        partition("CORP", "corp.example.com", BASE),
        partition("EMEA", "emea.corp.example.com", EMEA_BASE),
        domain,
        group("Domain Users", 513),
    ];
    all.extend(entries);
    Table { entries: all, bind: Arc::new(bind), ..Table::default() }
}

/// The other domain of the forest, with these entries.
pub fn emea_table(entries: Vec<FakeEntry>) -> Table {
    let mut table = table(entries);
    table.entries.retain(|entry| !entry.dn.ends_with(&format!("OU=Groups,{BASE}")) && entry.dn != BASE);
    table.entries.push(FakeEntry::new(EMEA_BASE).with_bytes("objectSid", vec![sid(EMEA_SID)]));
    let root = table.entries.iter_mut().find(|entry| entry.dn.is_empty()).unwrap();
    root.set("defaultNamingContext", &[EMEA_BASE]);
    table
}

/// Somebody of the other domain of the forest, with these groups.
pub fn emea_person(login: &str, rid: u32, groups: Vec<Vec<u8>>) -> FakeEntry {
    let mut person = person(login, rid, &[])
        .with("userPrincipalName", &[&format!("{login}@emea.corp.example.com")])
        .with_bytes("objectSid", vec![sid(&format!("{EMEA_SID}-{rid}"))])
        .with_bytes("tokenGroups", groups.clone())
        .with_bytes("tokenGroupsGlobalAndUniversal", groups);
    person.dn = format!("CN={login},OU=People,{EMEA_BASE}");
    person
}

/// As Active Directory answers: a name without a password opens a connection for nobody.
fn bind(name: &str, password: &str) -> (u32, String) {
    let cn = name.split(',').next().unwrap().trim_start_matches("CN=").split('@').next().unwrap();
    if password.is_empty() || password == format!("Passw0rd.{cn}") { (0, String::new()) } else { refused("52e") }
}

/// A refusal with the code of its cause.
pub fn refused(code: &str) -> (u32, String) {
    (49, format!("80090308: LdapErr: DSID-0C090447, comment: AcceptSecurityContext error, data {code}, v4563\0"))
}

/// How to reach a made-up domain.
pub fn settings(server: &FakeLdap) -> ActiveDirectorySettings {
    let password = Password::new("Passw0rd.svc".to_owned());
    ActiveDirectorySettings {
        servers: LdapServers {
            urls: vec![server.url.clone()],
            credentials: ServiceCredentials::Password { name: "svc@corp.example.com".to_owned(), password },
            request_timeout: Duration::from_mins(1),
            danger_allow_cleartext: true,
            ..LdapServers::default()
        },
        ..ActiveDirectorySettings::default()
    }
}
