//! `management`: where machines ask how the server is.

use std::net::SocketAddr;

use serde::Deserialize;

use super::faults::Faults;
use super::listen::socket_address;
use crate::input::Spanned;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Section {
    #[serde(default)]
    address: Option<Spanned<String>>,
    #[serde(default)]
    enabled: Option<bool>,
}

impl Section {
    /// The address; on this host only, unless it is given. `None` if it is off.
    pub(super) fn read(&self, faults: &mut Faults<'_>) -> Option<SocketAddr> {
        let address = socket_address(self.address.as_ref(), "127.0.0.1:9443", faults);
        address.filter(|_| self.enabled.unwrap_or(true))
    }
}
