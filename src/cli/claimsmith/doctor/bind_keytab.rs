//! The keytab of the service account: whether the domain lets it in with these keys, and will tomorrow.

use std::path::Path;

use url::Url;

use super::finding::Finding;
use super::keys::Keys;
use super::keytab::one_holder;
use crate::config::server::DirectorySource;
use crate::kerberos::Principal;
use crate::store::active_directory::{ActiveDirectory, ServiceAccount};

/// What does not work without.
const WHY: &str = "nobody can sign in";

/// Looks at the keys, at the account that they are of, and at the services that it asks for tickets.
pub(super) fn check(file: Option<&Path>, directory: &DirectorySource) -> Vec<Finding> {
    let (Some(file), Some(domain)) = (file, directory.domains().first()) else { return Vec::new() };
    let Some(principal) = domain.bound_by_ticket().and_then(Principal::parse) else { return Vec::new() };
    let keys = match Keys::read(file, &principal) {
        Ok(keys) => keys,
        Err(finding) => return vec![finding.why(WHY)],
    };
    let mut findings = vec![keys.held()];
    let subject = format!("account `{principal}`");
    match domain.accounts_of(&principal) {
        // With keys that are too old nobody is let in to look.
        Err(error) => findings.push(Finding::error(subject, error.to_string()).why(WHY).help(format!(
            "if its password was changed since the keytab was made, {}; otherwise see what is said of the controllers",
            keys.anew(None)
        ))),
        Ok(found) => {
            findings.extend(judge(&subject, &found, &keys));
            findings.extend(hosts(domain).iter().filter_map(|host| holder(domain, host)));
        }
    }
    findings
}

fn judge(subject: &str, found: &[ServiceAccount], keys: &Keys) -> Vec<Finding> {
    match found {
        [only] => keys.of_client(subject, only),
        [] => vec![
            Finding::warning(subject, "the domain lets it in, and does not show it")
                .why("nobody can tell whether the keytab is that of today")
                .help("let the service account read itself"),
        ],
        several => {
            let names: Vec<String> = several.iter().map(|account| format!("`{}`", account.name)).collect();
            let told = format!("{} accounts have this name: {}", several.len(), names.join(", "));
            let help = "take the user principal name from all but one";
            vec![Finding::error(subject, told).why("which of them is let in is left to chance").help(help)]
        }
    }
}

/// The names of the controllers; an address has no tickets.
fn hosts(domain: &ActiveDirectory) -> Vec<String> {
    let urls = domain.health().into_iter().filter_map(|server| Url::parse(&server.server).ok());
    urls.filter_map(|url| url.domain().map(str::to_owned)).collect()
}

/// Whether one account holds the name by which the controller is asked. The question may fail only if all of them fail,
/// which was told.
fn holder(domain: &ActiveDirectory, host: &str) -> Option<Finding> {
    let service = format!("ldap/{host}");
    let subject = format!("service `{service}`");
    let found = domain.service_accounts(&[&service]).ok()?;
    Some(match one_holder(&subject, &service, &found) {
        Ok(only) => Finding::ok(subject, format!("`{}` holds it", only.name)),
        Err(finding) => finding.why("this controller does not let the service account in"),
    })
}

#[cfg(test)]
mod tests {
    use super::super::finding::Severity;
    use super::*;
    use crate::kerberos::keytab::Entry;

    fn account(key_version: u32, encryption_types: Option<u32>) -> ServiceAccount {
        ServiceAccount {
            dn: "CN=svc".to_owned(),
            name: "svc".to_owned(),
            service_names: Vec::new(),
            key_version: Some(key_version),
            encryption_types,
            is_disabled: false,
        }
    }

    #[test]
    fn keys_that_are_not_those_of_today_are_told_with_the_command_for_new_ones() {
        let principal = Principal::parse("svc@CORP.EXAMPLE.COM").unwrap();
        let entries = vec![Entry { principal: principal.clone(), version: 2, encryption_type: 18 }];
        let keys = Keys { file: "/etc/claimsmith/svc.keytab".into(), principal, entries };
        for (found, severity, part) in [
            (vec![account(2, None)], Severity::Ok, "has version 2, as in the keytab"),
            (vec![account(2, Some(24))], Severity::Ok, "has version 2, as in the keytab"),
            (vec![account(3, None)], Severity::Error, "has version 3, and the keytab has 2"),
            (vec![account(2, Some(4))], Severity::Error, "takes no encryption type of which"),
            (vec![], Severity::Warning, "does not show it"),
            (vec![account(2, None), account(2, None)], Severity::Error, "2 accounts have this name"),
        ] {
            let told = judge("x", &found, &keys);
            let worst = told.iter().max_by_key(|finding| finding.severity).unwrap();
            assert!(worst.severity == severity && worst.message.contains(part), "{worst:?}");
        }
        let stale = judge("x", &[account(3, None)], &keys);
        let help = stale[0].help.as_deref().unwrap();
        for part in [
            "`ktpass /princ svc@CORP.EXAMPLE.COM /mapuser svc@CORP.EXAMPLE.COM ",
            "/out svc.keytab`",
            "`samba-tool domain exportkeytab svc.keytab --principal=svc`",
        ] {
            assert!(help.contains(part), "{help}");
        }
    }
}
