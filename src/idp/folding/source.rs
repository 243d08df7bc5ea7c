//! Where refusals come from.

use std::fmt;
use std::net::IpAddr;

use crate::idp::client::{Client, UNKNOWN};
use crate::idp::network::household;

/// Where refusals come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// One IPv4 address, or one /64 of IPv6 addresses by its first.
    Network(IpAddr),
    /// Clients of whom a trusted proxy does not say who they are.
    Unknown,
    /// All that are not counted by themselves.
    Others,
}

impl Source {
    /// That of a client.
    #[must_use]
    pub fn of(client: &Client) -> Self {
        client.address.map_or(Self::Unknown, |address| Self::Network(household(address)))
    }
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(address @ IpAddr::V4(_)) => write!(formatter, "{address}"),
            Self::Network(address @ IpAddr::V6(_)) => write!(formatter, "{address}/64"),
            Self::Unknown => formatter.write_str(UNKNOWN),
            Self::Others => formatter.write_str("several"),
        }
    }
}
