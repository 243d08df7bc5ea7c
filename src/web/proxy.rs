//! The client's address behind proxies.

use std::net::IpAddr;

use axum::http::HeaderMap;

use crate::idp::network::Network;

/// The client's address: the peer, unless it is a trusted proxy; then the last address in `X-Forwarded-For` that is none.
///
/// What an untrusted peer writes into the header counts for nothing.
pub(super) fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut address = peer.to_canonical();
    let forwarded: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    for hop in forwarded.into_iter().rev() {
        if !is_trusted(address) {
            break;
        }
        let Ok(next) = hop.trim().parse::<IpAddr>() else { break };
        address = next.to_canonical();
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(peer: &str, forwarded: &'static str) -> String {
        let headers = [("x-forwarded-for".parse().unwrap(), forwarded.parse().unwrap())].into_iter().collect();
        client_address(peer.parse().unwrap(), &headers, &["10.0.0.0/8".parse().unwrap()]).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(address("192.0.2.1", "198.51.100.7"), "192.0.2.1");
        assert_eq!(address("10.0.0.1", "198.51.100.7"), "198.51.100.7");
        assert_eq!(address("10.0.0.1", "203.0.113.5, 198.51.100.7, 10.0.0.2"), "198.51.100.7");
        assert_eq!(address("10.0.0.1", "nonsense"), "10.0.0.1");
    }
}
