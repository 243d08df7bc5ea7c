//! The keytab: whether its keys are those by which the domain makes tickets.

use std::collections::BTreeSet;

use super::finding::{Finding, Severity};
use crate::config::server::{DirectorySource, IntegratedAuthentication};
use crate::kerberos::keytab::Entry;
use crate::kerberos::{Keytab, Principal};
use crate::store::active_directory::ServiceAccount;

/// What does not work without.
const NO_TICKETS: &str = "browsers get no tickets, and everybody has to type a password";
const NOT_OPENED: &str = "no ticket can be opened, and everybody has to type a password";
/// Encryption types of accounts, the strongest first: the bit [MS-KILE 2.2.7], the number of the keys [RFC 3961 8].
const KINDS: [(u32, u16, &str); 3] = [(0x10, 18, "AES256"), (0x08, 17, "AES128"), (0x04, 23, "RC4")];

/// Looks at the keytab, and at the account that holds its service in the domain.
pub(super) fn check(section: Option<&IntegratedAuthentication>, directory: &DirectorySource) -> Vec<Finding> {
    let Some(IntegratedAuthentication { keytab_file, principal, .. }) = section else { return Vec::new() };
    let subject = format!("keytab `{}`", keytab_file.display());
    let keys = match keys_of(keytab_file, principal) {
        Ok(keys) => keys,
        Err(told) => {
            let help = "make it anew; see docs/operate.md";
            return vec![Finding::error(subject, told).why(NOT_OPENED).help(help)];
        }
    };
    let mut findings = vec![held(&subject, principal, &keys)];
    let service = principal.components.join("/");
    let subject = format!("service `{service}`");
    match holders(&service, directory) {
        None => findings.push(Finding::ok(subject, "its account is not looked for: the directory is no domain")),
        Some(Err(told)) => findings.push(
            Finding::error(subject, told)
                .why("nobody can tell whether the keytab is that of today")
                .help("see what is said of the controllers"),
        ),
        Some(Ok(found)) => findings.extend(judge(&subject, &service, &found, &keys)),
    }
    findings
}

fn keys_of(file: &std::path::Path, principal: &Principal) -> Result<Vec<Entry>, String> {
    let bytes = std::fs::read(file).map(zeroize::Zeroizing::new).map_err(|error| error.to_string())?;
    let keytab = Keytab::parse(&bytes).map_err(|error| error.to_string())?;
    Ok(keytab.of(principal).cloned().collect())
}

fn held(subject: &str, principal: &Principal, keys: &[Entry]) -> Finding {
    let told = |entry: &Entry| format!("{} of version {}", entry.encryption(), entry.version);
    let list: Vec<String> = keys.iter().map(told).collect();
    let message = format!("it holds keys of `{principal}`: {}", list.join(", "));
    if keys.iter().all(Entry::is_weak) {
        Finding::warning(subject, message).why("keys of these kinds are weak, and newer domains do not use them").help(
            "set `msDS-SupportedEncryptionTypes` of its account to 24, change its password, and make the keytab anew",
        )
    } else {
        Finding::ok(subject, message)
    }
}

/// Accounts of the domains that hold the service. `None` if the directory is no domain.
fn holders(service: &str, directory: &DirectorySource) -> Option<Result<Vec<ServiceAccount>, String>> {
    let domains = directory.domains();
    domains.first()?;
    // Computers answer for all services of their host whose names nobody else holds [MS-KILE 3.3.5.1.1].
    let of_computer = service.split_once('/').map(|(_, host)| format!("HOST/{host}")).unwrap_or_default();
    let mut found: Vec<ServiceAccount> = Vec::new();
    for domain in domains {
        match domain.service_accounts(&[service, &of_computer]) {
            Ok(accounts) => found.extend(accounts),
            Err(error) => return Some(Err(error.to_string())),
        }
    }
    let (exact, others): (Vec<_>, Vec<_>) = found.into_iter().partition(|account| account.holds(service));
    Some(Ok(if exact.is_empty() { others } else { exact }))
}

fn judge(subject: &str, service: &str, holders: &[ServiceAccount], keys: &[Entry]) -> Vec<Finding> {
    match holders {
        [] => {
            let help = format!("`setspn -S {service} DOMAIN\\ACCOUNT` gives it to the account of the keytab");
            vec![Finding::error(subject, "no account of the domain holds it").why(NO_TICKETS).help(help)]
        }
        [only] => of_account(subject, only, keys),
        several => {
            let names: Vec<String> = several.iter().map(|account| format!("`{}`", account.name)).collect();
            let told = format!("{} accounts hold it: {}", several.len(), names.join(", "));
            let help = format!("`setspn -D {service} ACCOUNT` takes it from all but the account of the keytab");
            vec![Finding::error(subject, told).why(NO_TICKETS).help(help)]
        }
    }
}

fn of_account(subject: &str, account: &ServiceAccount, keys: &[Entry]) -> Vec<Finding> {
    let name = &account.name;
    if account.is_disabled {
        let told = format!("the account `{name}` that holds it is disabled");
        return vec![Finding::error(subject, told).why(NO_TICKETS).help("enable the account")];
    }
    let version = version(subject, account, keys);
    let is_right = version.severity == Severity::Ok;
    let mut findings = vec![version];
    findings.extend(is_right.then(|| encryption(subject, account, keys)));
    findings
}

/// Whether the keytab is as new as the account's password.
fn version(subject: &str, account: &ServiceAccount, keys: &[Entry]) -> Finding {
    let name = &account.name;
    let Some(current) = account.key_version else {
        return Finding::warning(subject, format!("`{name}` holds it, and the number of its key is not shown"))
            .why("nobody can tell whether the keytab is that of today")
            .help("let the service account read `msDS-KeyVersionNumber` of that account in its domain");
    };
    let versions: BTreeSet<u32> = keys.iter().map(|key| key.version).collect();
    if versions.contains(&current) {
        return Finding::ok(subject, format!("`{name}` holds it, and its key has version {current}, as in the keytab"));
    }
    let list: Vec<String> = versions.iter().map(ToString::to_string).collect();
    let told =
        format!("the key of `{name}`, which holds it, has version {current}, and the keytab has {}", list.join(", "));
    let finding = Finding::error(subject, told).why(NOT_OPENED);
    if versions.iter().all(|version| *version < current) {
        finding.help("its password was changed since the keytab was made: make it anew, and see docs/operate.md")
    } else {
        finding.help(
            "the keytab was made of another account, or the controllers have not told each other of a change yet: wait \
             some minutes, then make it anew",
        )
    }
}

/// Whether the keytab has a key of the kind by which the domain makes tickets.
fn encryption(subject: &str, account: &ServiceAccount, keys: &[Entry]) -> Finding {
    let name = &account.name;
    let current = keys.iter().filter(|key| Some(key.version) == account.key_version);
    let kinds: BTreeSet<u16> = current.map(|key| key.encryption_type).collect();
    let Some(types) = account.encryption_types else {
        return Finding::warning(subject, format!("`{name}` does not say which encryption types it takes"))
            .why("domain controllers choose, and many choose RC4")
            .help("set its `msDS-SupportedEncryptionTypes` to 24, and see that the keytab has AES keys");
    };
    match KINDS.iter().find(|(bit, _, _)| types & bit != 0) {
        Some((_, kind, called)) if kinds.contains(kind) => {
            Finding::ok(subject, format!("tickets are encrypted with {called}, of which the keytab has a key"))
        }
        Some((_, _, called)) => {
            let told = format!("`{name}` takes {called}, of which the keytab has no key of today");
            Finding::error(subject, told).why(NOT_OPENED).help(format!("make the keytab anew, with a key of {called}"))
        }
        None => Finding::error(subject, format!("`{name}` takes DES only"))
            .why(NO_TICKETS)
            .help("set its `msDS-SupportedEncryptionTypes` to 24, change its password, and make the keytab anew"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(version: u32, encryption_type: u16) -> Entry {
        let principal = Principal::parse("HTTP/sts.example.com@CORP.EXAMPLE.COM").unwrap();
        Entry { principal, version, encryption_type }
    }

    fn account(name: &str) -> ServiceAccount {
        ServiceAccount {
            name: name.to_owned(),
            service_names: vec!["http/STS.example.com".to_owned()],
            key_version: Some(3),
            encryption_types: Some(24),
            is_disabled: false,
        }
    }

    fn told(holders: &[ServiceAccount], keys: &[Entry]) -> Vec<(Severity, String)> {
        let findings = judge("x", "HTTP/sts.example.com", holders, keys);
        assert!(findings.iter().all(|finding| finding.severity == Severity::Ok || finding.help.is_some()));
        findings.into_iter().map(|finding| (finding.severity, finding.message)).collect()
    }

    fn assert_told(holders: &[ServiceAccount], keys: &[Entry], severity: Severity, part: &str) {
        let found = told(holders, keys);
        assert!(found.iter().any(|(of, text)| *of == severity && text.contains(part)), "{part}: {found:?}");
    }

    #[test]
    fn the_keys_of_today_are_told_from_others() {
        let svc = account("svc");
        assert!(svc.holds("HTTP/sts.example.com"));
        let good = told(std::slice::from_ref(&svc), &[key(2, 18), key(3, 17), key(3, 18)]);
        assert!(good.iter().all(|(severity, _)| *severity == Severity::Ok), "{good:?}");
        let one = |account: ServiceAccount| [account];
        let error = Severity::Error;
        assert_told(&one(account("svc")), &[key(1, 18), key(2, 18)], error, "has version 3, and the keytab has 1, 2");
        assert_told(&one(account("svc")), &[key(4, 18)], error, "has version 3, and the keytab has 4");
        assert_told(&one(account("svc")), &[key(2, 18), key(3, 17)], error, "takes AES256, of which the keytab has no");
        assert_told(&one(ServiceAccount { is_disabled: true, ..account("svc") }), &[], error, "is disabled");
        let unset = ServiceAccount { encryption_types: None, ..account("svc") };
        assert_told(&one(unset), &[key(3, 18)], Severity::Warning, "does not say which encryption types");
        let hidden = ServiceAccount { key_version: None, ..account("svc") };
        assert_told(&one(hidden), &[key(3, 18)], Severity::Warning, "the number of its key is not shown");
        assert_told(&[], &[], error, "no account of the domain holds it");
        assert_told(&[account("one"), account("other")], &[], error, "2 accounts hold it: `one`, `other`");
    }
}
