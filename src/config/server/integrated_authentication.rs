//! `integrated_authentication`: sign-in with a Kerberos ticket.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use super::faults::Faults;
use super::keytab;
use super::network::networks;
use crate::idp::network::Network;
use crate::idp::ticket::Realms;
use crate::idp::user_agent::UserAgents;
use crate::input::Spanned;
use crate::kerberos::{IS_BUILT_IN, Principal};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Section {
    keytab_file: Spanned<PathBuf>,
    #[serde(default)]
    principal: Option<Spanned<String>>,
    #[serde(default)]
    realms: Option<Spanned<BTreeMap<String, String>>>,
    #[serde(default)]
    user_agents: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    networks: Option<Vec<Spanned<String>>>,
}

/// How tickets of browsers are taken.
#[derive(Debug)]
pub struct IntegratedAuthentication {
    /// Holds the keys of `principal`; an absolute path.
    pub keytab_file: PathBuf,
    /// The service that browsers get tickets for.
    pub principal: Principal,
    /// Whose tickets are taken.
    pub realms: Realms,
    /// Browsers that are asked for a ticket without a click.
    pub user_agents: UserAgents,
    /// From where tickets are taken.
    pub networks: Vec<Network>,
}

/// Reads the section. `host` is the name of the server, `inside` the corporate network.
pub(super) fn read(
    section: &Spanned<Section>,
    host: &str,
    inside: &[Network],
    faults: &mut Faults<'_>,
) -> Option<IntegratedAuthentication> {
    let written = &section.value;
    keytab::demand(section, IS_BUILT_IN, "leave the section out", faults);
    let user_agents = user_agents(written.user_agents.as_deref(), faults);
    let networks = match &written.networks {
        Some(given) => networks(given, faults),
        None => inside.to_vec(),
    };
    if networks.is_empty() {
        faults.warn(
            "nobody can sign in with Windows: neither `integrated_authentication.networks` nor \
             `network.inside_corporate_network` names a network",
        );
    }
    let principal = principal(written, host, faults)?;
    if let Some(none) = written.realms.as_ref().filter(|realms| realms.value.is_empty()) {
        let help = format!("leave `realms` out for `{}`", principal.realm);
        faults.at(none, "no realm is named, and so nobody's ticket would be taken", help);
    }
    let realms = match &written.realms {
        Some(given) => given.value.clone(),
        None => BTreeMap::from([(principal.realm.clone(), principal.realm.to_lowercase())]),
    };
    let keytab_file = faults.path(&written.keytab_file.value);
    let keytab_file = std::path::absolute(&keytab_file).unwrap_or(keytab_file);
    Some(IntegratedAuthentication {
        keytab_file,
        principal,
        realms: Realms::new(realms),
        user_agents: user_agents?,
        networks,
    })
}

fn user_agents(given: Option<&[Spanned<String>]>, faults: &mut Faults<'_>) -> Option<UserAgents> {
    let Some(given) = given else { return Some(UserAgents::default()) };
    match UserAgents::parse(given.iter().map(|entry| entry.value.as_str())) {
        Ok(agents) => Some(agents),
        Err((place, error)) => {
            if let Some(entry) = given.get(place) {
                let help = "write a part of the user agent, such as `Edg/`, or `=~` and a regular expression";
                faults.at(entry, error.to_string(), help);
            }
            None
        }
    }
}

/// The service whose keys the keytab holds: the one that is named, or that of the host.
fn principal(written: &Section, host: &str, faults: &mut Faults<'_>) -> Option<Principal> {
    let file = &written.keytab_file;
    let keytab = keytab::read(file, faults)?;
    let spelled = || keytab::held(&keytab);
    let principal = match &written.principal {
        Some(named) => {
            let Some(principal) = Principal::parse(&named.value) else {
                let help = format!("write it as `HTTP/{host}@REALM`");
                faults.at(named, format!("`{}` is no principal", named.value), help);
                return None;
            };
            // As the keytab spells it: to Kerberos another case is another name.
            let Some(entry) = keytab.of(&principal).next() else {
                let help = format!("the keytab holds {}", spelled());
                faults.at(named, format!("the keytab has no key of `{principal}`"), help);
                return None;
            };
            entry.principal.clone()
        }
        None => {
            match keytab.principals().into_iter().filter(|name| name.is_service("HTTP", host)).collect::<Vec<_>>()[..] {
                [only] => only.clone(),
                [] => {
                    let help =
                        format!("the keytab holds {}; browsers get tickets for the name in the address", spelled());
                    faults.at(file, format!("the keytab has no key of `HTTP/{host}`"), help);
                    return None;
                }
                _ => {
                    let help = format!("name one of them as `principal`; the keytab holds {}", spelled());
                    faults.at(file, format!("the keytab has keys of more than one `HTTP/{host}`"), help);
                    return None;
                }
            }
        }
    };
    keytab::warn_of_weak_keys(&keytab, &principal, faults);
    Some(principal)
}
