//! The keys of a keytab beside the account that they are of, and the command that makes them anew.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::finding::{Finding, Severity};
use crate::kerberos::keytab::Entry;
use crate::kerberos::{Keytab, Principal};
use crate::store::active_directory::ServiceAccount;

/// What does not work without.
pub(super) const NO_TICKETS: &str = "browsers get no tickets, and everybody has to type a password";
pub(super) const NOT_OPENED: &str = "no ticket can be opened, and everybody has to type a password";
/// Encryption types of accounts, the strongest first: the bit [MS-KILE 2.2.7], the number of the keys [RFC 3961 8].
const KINDS: [(u32, u16, &str); 3] = [(0x10, 18, "AES256"), (0x08, 17, "AES128"), (0x04, 23, "RC4")];

/// The keys that a file holds of a principal.
pub(super) struct Keys {
    pub(super) file: PathBuf,
    pub(super) principal: Principal,
    pub(super) entries: Vec<Entry>,
}

impl Keys {
    /// Reads them.
    pub(super) fn read(file: &Path, principal: &Principal) -> Result<Self, Finding> {
        let mut keys = Self { file: file.to_owned(), principal: principal.clone(), entries: Vec::new() };
        let bytes = std::fs::read(file).map(zeroize::Zeroizing::new).map_err(|error| error.to_string());
        match bytes.and_then(|bytes| Keytab::parse(&bytes).map_err(|error| error.to_string())) {
            Ok(keytab) => keys.entries = keytab.of(principal).cloned().collect(),
            Err(told) => return Err(Finding::error(keys.subject(), told).help(keys.anew(None))),
        }
        Ok(keys)
    }

    /// The file, for findings.
    pub(super) fn subject(&self) -> String {
        format!("keytab `{}`", self.file.display())
    }

    /// What they are.
    pub(super) fn held(&self) -> Finding {
        let told = |entry: &Entry| format!("{} of version {}", entry.encryption(), entry.version);
        let list: Vec<String> = self.entries.iter().map(told).collect();
        let message = format!("it holds keys of `{}`: {}", self.principal, list.join(", "));
        if self.entries.iter().all(Entry::is_weak) {
            Finding::warning(self.subject(), message)
                .why("keys of these kinds are weak, and newer domains do not use them")
                .help(format!("set `msDS-SupportedEncryptionTypes` of its account to 24, then {}", self.anew(None)))
        } else {
            Finding::ok(self.subject(), message)
        }
    }

    /// How to make them anew, for an account if it is known.
    pub(super) fn anew(&self, account: Option<&ServiceAccount>) -> String {
        let Self { principal, .. } = self;
        let login = account.map(|account| account.name.as_str()).or_else(|| principal.login());
        let login = login.map_or_else(|| "ACCOUNT".to_owned(), |login| format!("{login}@{}", principal.realm));
        let file = self.file.file_name().unwrap_or_default().to_string_lossy();
        format!(
            "make it anew: on Windows `ktpass /princ {principal} /mapuser {login} /crypto AES256-SHA1 /ptype \
             KRB5_NT_PRINCIPAL /pass * /out {file}`, which changes the password, on Samba `samba-tool domain exportkeytab \
             {file} --principal={}`",
            principal.components.join("/")
        )
    }

    /// Beside the account that holds the service of this name.
    pub(super) fn of_service(&self, subject: &str, account: &ServiceAccount) -> Vec<Finding> {
        let version = self.version(subject, account, "holds it, and", NOT_OPENED);
        let is_right = version.severity == Severity::Ok;
        let mut findings = vec![version];
        findings.extend(is_right.then(|| self.encryption(subject, account)));
        findings
    }

    /// Beside the account that signs in with them.
    pub(super) fn of_client(&self, subject: &str, account: &ServiceAccount) -> Vec<Finding> {
        const WHY: &str = "with the next change or restart the service account may not be let in any more";
        let version = self.version(subject, account, "is the service account, and", WHY);
        let mut findings = vec![version];
        let takes = account.encryption_types;
        let fits = |types: u32| {
            self.kinds(account).any(|kind| KINDS.iter().any(|(bit, of, _)| *of == kind && types & bit != 0))
        };
        // Without a word of the account, domain controllers take every kind that they have a key of.
        if takes.is_some_and(|types| !fits(types)) {
            let told = format!("`{}` takes no encryption type of which the keytab has a key of today", account.name);
            findings.push(Finding::error(subject, told).why(WHY).help(self.anew(Some(account))));
        }
        findings
    }

    /// Whether the keytab is as new as the account's password.
    fn version(&self, subject: &str, account: &ServiceAccount, role: &str, why: &str) -> Finding {
        let name = &account.name;
        let Some(current) = account.key_version else {
            return Finding::warning(subject, format!("`{name}` {role} the number of its key is not shown"))
                .why("nobody can tell whether the keytab is that of today")
                .help("let the service account read `msDS-KeyVersionNumber` of that account in its domain");
        };
        let versions: BTreeSet<u32> = self.entries.iter().map(|key| key.version).collect();
        if versions.contains(&current) {
            let told = format!("`{name}` {role} its key has version {current}, as in the keytab");
            return Finding::ok(subject, told);
        }
        let list: Vec<String> = versions.iter().map(ToString::to_string).collect();
        let told = format!("`{name}` {role} its key has version {current}, and the keytab has {}", list.join(", "));
        let cause = if versions.iter().all(|version| *version < current) {
            "its password was changed since the keytab was made"
        } else {
            "the keytab was made of another account, or the controllers have not told each other of a change yet: wait some \
             minutes"
        };
        Finding::error(subject, told).why(why).help(format!("{cause}; {}", self.anew(Some(account))))
    }

    /// Whether the keytab has a key of the kind by which the domain makes tickets.
    fn encryption(&self, subject: &str, account: &ServiceAccount) -> Finding {
        let name = &account.name;
        let kinds: BTreeSet<u16> = self.kinds(account).collect();
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
                let anew = self.anew(Some(account));
                Finding::error(subject, told).why(NOT_OPENED).help(format!("with a key of {called}, {anew}"))
            }
            None => Finding::error(subject, format!("`{name}` takes DES only"))
                .why(NO_TICKETS)
                .help(format!("set its `msDS-SupportedEncryptionTypes` to 24, then {}", self.anew(Some(account)))),
        }
    }

    /// The kinds of the keys that are those of today.
    fn kinds(&self, account: &ServiceAccount) -> impl Iterator<Item = u16> {
        self.entries.iter().filter(|key| Some(key.version) == account.key_version).map(|key| key.encryption_type)
    }
}
