//! `bind_keytab_file`: the service account by its keys.

use std::path::PathBuf;

use super::faults::Faults;
use super::keytab;
use crate::input::Spanned;
use crate::kerberos::{IS_BUILT_IN, Principal};

/// The service account, as the keytab spells it. `bind_name` is `user@domain`.
pub(super) fn client(file: &Spanned<PathBuf>, bind_name: &str, faults: &mut Faults<'_>) -> Option<Principal> {
    keytab::demand(file, IS_BUILT_IN, "name a `bind_password_file`", faults);
    let keytab = keytab::read(file, faults)?;
    let wanted = bind_name
        .rsplit_once('@')
        .map(|(user, domain)| Principal { components: vec![user.to_owned()], realm: domain.to_uppercase() });
    let found = wanted.and_then(|wanted| keytab.of(&wanted).next().map(|entry| entry.principal.clone()));
    if let Some(client) = &found {
        keytab::warn_of_weak_keys(&keytab, client, faults);
    } else {
        let help = format!("write `bind_name` as `user@domain`; the keytab holds {}", keytab::held(&keytab));
        faults.at(file, format!("the keytab has no key of `{bind_name}`"), help);
    }
    found
}
