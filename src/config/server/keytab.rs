//! What the sections that name a keytab have in common.

use std::path::PathBuf;

use zeroize::Zeroizing;

use super::faults::Faults;
use crate::input::Spanned;
use crate::kerberos::keytab::Entry;
use crate::kerberos::{AcceptorError, Keytab, Principal};

/// Refuses what needs Kerberos in a build without it (`is_built_in`).
pub(super) fn demand<T>(value: &Spanned<T>, is_built_in: bool, instead: &str, faults: &mut Faults<'_>) {
    if !is_built_in {
        faults.at(value, AcceptorError::NotBuiltIn.to_string(), format!("take a build that has it, or {instead}"));
    }
}

/// Reads a keytab. `None`, and a fault, if it is none.
pub(super) fn read(file: &Spanned<PathBuf>, faults: &mut Faults<'_>) -> Option<Keytab> {
    let bytes = Zeroizing::new(faults.read_secret(file)?);
    match Keytab::parse(&bytes) {
        Ok(keytab) => Some(keytab),
        Err(error) => {
            let help =
                "make one with `ktpass`, `msktutil` or `samba-tool domain exportkeytab`; see docs/operate/kerberos.md";
            faults.at(file, error.to_string(), help);
            None
        }
    }
}

/// The principals that a keytab holds, for messages.
pub(super) fn held(keytab: &Keytab) -> String {
    let names: Vec<String> = keytab.principals().iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// Warns if all keys of a principal are of kinds that are broken.
pub(super) fn warn_of_weak_keys(keytab: &Keytab, principal: &Principal, faults: &mut Faults<'_>) {
    if keytab.of(principal).all(Entry::is_weak) {
        let kinds: Vec<String> = keytab.of(principal).map(Entry::encryption).collect();
        faults.warn(format!(
            "the keys of `{principal}` are all weak ({}); set `msDS-SupportedEncryptionTypes` of its account to 24, change \
             its password, and make the keytab anew",
            kinds.join(", ")
        ));
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::input;
    use crate::lang::Source;

    #[test]
    fn a_build_without_kerberos_says_how_another_is_made() {
        let source = Source::new("claimsmith.yaml", "sts.keytab\n");
        let value: Spanned<PathBuf> = input::yaml(&source).unwrap();
        let mut faults = Faults::new(&source, Path::new(""));
        demand(&value, true, "leave it out", &mut faults);
        assert!(faults.is_empty());
        demand(&value, false, "leave it out", &mut faults);
        let told = faults.into_error().to_string();
        assert!(told.contains("claimsmith.yaml:1:1: "), "{told}");
        assert!(told.contains("cargo build --features kerberos"), "{told}");
    }
}
