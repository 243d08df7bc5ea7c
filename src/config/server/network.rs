//! `network`: which addresses are inside, and which are proxies.

use serde::Deserialize;

use super::faults::Faults;
use crate::idp::network::Network;
use crate::input::Spanned;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Section {
    #[serde(default)]
    inside_corporate_network: Vec<Spanned<String>>,
    #[serde(default)]
    trusted_proxies: Vec<Spanned<String>>,
}

impl Section {
    /// The addresses inside, and the proxies.
    pub(super) fn read(&self, faults: &mut Faults<'_>) -> (Vec<Network>, Vec<Network>) {
        (networks(&self.inside_corporate_network, faults), networks(&self.trusted_proxies, faults))
    }
}

/// Reads ranges of addresses.
pub(super) fn networks(given: &[Spanned<String>], faults: &mut Faults<'_>) -> Vec<Network> {
    let mut networks = Vec::new();
    for text in given {
        match text.value.parse() {
            Ok(network) => networks.push(network),
            Err(error) => faults.at(text, format!("{error}"), "ranges are written as in `10.0.0.0/8`"),
        }
    }
    networks
}
