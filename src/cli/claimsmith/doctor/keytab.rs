//! The keytab of the service: whether its keys are those by which the domain makes tickets.

use super::finding::Finding;
use super::keys::{Keys, NO_TICKETS, NOT_OPENED};
use crate::config::server::{DirectorySource, IntegratedAuthentication};
use crate::store::active_directory::ServiceAccount;

/// Looks at the keytab, and at the account that holds its service in the domain.
pub(super) fn check(section: Option<&IntegratedAuthentication>, directory: &DirectorySource) -> Vec<Finding> {
    let Some(IntegratedAuthentication { keytab_file, principal, .. }) = section else { return Vec::new() };
    let keys = match Keys::read(keytab_file, principal) {
        Ok(keys) => keys,
        Err(finding) => return vec![finding.why(NOT_OPENED)],
    };
    let mut findings = vec![keys.held()];
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
    Some(Ok(each_once(if exact.is_empty() { others } else { exact })))
}

/// A domain shows its own accounts, and the catalogue of another domain the same ones with less about them.
fn each_once(mut found: Vec<ServiceAccount>) -> Vec<ServiceAccount> {
    found.sort_by_cached_key(|account| (account.dn.to_lowercase(), account.key_version.is_none()));
    found.dedup_by_key(|account| account.dn.to_lowercase());
    found
}

fn judge(subject: &str, service: &str, holders: &[ServiceAccount], keys: &Keys) -> Vec<Finding> {
    match one_holder(subject, service, holders) {
        Err(finding) => vec![finding.why(NO_TICKETS)],
        Ok(only) if only.is_disabled => {
            let told = format!("the account `{}` that holds it is disabled", only.name);
            vec![Finding::error(subject, told).why(NO_TICKETS).help("enable the account")]
        }
        Ok(only) => keys.of_service(subject, only),
    }
}

/// The one account that holds a service, which is what Kerberos needs.
pub(super) fn one_holder<'a>(
    subject: &str,
    service: &str,
    holders: &'a [ServiceAccount],
) -> Result<&'a ServiceAccount, Finding> {
    match holders {
        [only] => Ok(only),
        [] => {
            let help = format!(
                "`setspn -S {service} DOMAIN\\ACCOUNT` gives it to its account, on Samba `samba-tool spn add {service} ACCOUNT`"
            );
            Err(Finding::error(subject, "no account of the domain holds it").help(help))
        }
        several => {
            let names: Vec<String> = several.iter().map(|account| format!("`{}`", account.name)).collect();
            let told = format!("{} accounts hold it: {}", several.len(), names.join(", "));
            let help = format!(
                "`setspn -D {service} ACCOUNT` takes it from all but the one whose it is, on Samba `samba-tool spn delete \
                 {service} ACCOUNT`"
            );
            Err(Finding::error(subject, told).help(help))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Severity;
    use super::*;
    use crate::kerberos::Principal;
    use crate::kerberos::keytab::Entry;

    fn key(version: u32, encryption_type: u16) -> Entry {
        let principal = Principal::parse("HTTP/sts.example.com@CORP.EXAMPLE.COM").unwrap();
        Entry { principal, version, encryption_type }
    }

    fn account(name: &str) -> ServiceAccount {
        ServiceAccount {
            dn: format!("CN={name}"),
            name: name.to_owned(),
            service_names: vec!["http/STS.example.com".to_owned()],
            key_version: Some(3),
            encryption_types: Some(24),
            is_disabled: false,
        }
    }

    fn told(holders: &[ServiceAccount], keys: &[Entry]) -> Vec<(Severity, String)> {
        let principal = key(1, 18).principal;
        let keys = Keys { file: "sts.keytab".into(), principal, entries: keys.to_vec() };
        let findings = judge("x", "HTTP/sts.example.com", holders, &keys);
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

    #[test]
    fn a_keytab_with_weak_keys_alone_is_told() {
        for (kinds, severity) in
            [(&[23][..], Severity::Warning), (&[3, 23], Severity::Warning), (&[18, 23], Severity::Ok)]
        {
            let entries: Vec<Entry> = kinds.iter().map(|kind| key(3, *kind)).collect();
            let keys = Keys { file: "sts.keytab".into(), principal: entries[0].principal.clone(), entries };
            let found = keys.held();
            assert_eq!(found.severity, severity, "{kinds:?}: {found:?}");
            let help = found.help.unwrap_or_default();
            assert!(severity == Severity::Ok || help.contains("`msDS-SupportedEncryptionTypes`"), "{help}");
        }
    }

    #[test]
    fn an_account_that_two_domains_show_is_one() {
        let less = ServiceAccount { dn: "cn=SVC".to_owned(), key_version: None, ..account("svc") };
        assert_eq!(each_once(vec![less, account("svc")]), [account("svc")]);
    }
}
