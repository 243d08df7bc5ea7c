//! The client's address behind proxies.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;

use crate::idp::network::Network;

/// The way that a request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Route {
    /// The client: the peer of the connection, or what a trusted proxy says. `None` if that proxy does not say.
    pub(super) client: Option<IpAddr>,
    /// The trusted proxy that the connection is from.
    pub(super) proxy: Option<IpAddr>,
}

/// The way that a request came. The client is the peer, unless that is a trusted proxy; then the last address in
/// `X-Forwarded-For` that is none.
///
/// What an untrusted peer writes into the header counts for nothing. A trusted proxy is never taken for the client: if it
/// names none that can be read, nobody knows who the client is.
pub(super) fn route(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> Route {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let peer = peer.to_canonical();
    if !is_trusted(peer) {
        return Route { client: Some(peer), proxy: None };
    }
    // Bytes that are no text must not hide the value that they stand in: the one before it may be the client's own.
    let values: Vec<_> =
        headers.get_all("x-forwarded-for").iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
    for hop in values.iter().rev().flat_map(|value| value.rsplit(',')) {
        match address_of(hop.trim()) {
            Some(address) if is_trusted(address) => {}
            client => return Route { client, proxy: Some(peer) },
        }
    }
    Route { client: None, proxy: Some(peer) }
}

/// An address, alone or with a port: `192.0.2.1`, `192.0.2.1:443`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:443`.
fn address_of(hop: &str) -> Option<IpAddr> {
    let bracketed = || hop.strip_prefix('[')?.strip_suffix(']')?.parse::<std::net::Ipv6Addr>().ok().map(IpAddr::V6);
    let with_port = || hop.parse::<SocketAddr>().ok().map(|address| address.ip());
    let address = hop.parse::<IpAddr>().ok().or_else(with_port).or_else(bracketed)?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", axum::http::HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        let route = route(peer.parse().unwrap(), &headers, &["10.0.0.0/8".parse().unwrap()]);
        assert_eq!(route.proxy.is_some(), peer.starts_with("10."));
        route.client.map_or("unknown".to_owned(), |address| address.to_string())
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(client("192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        assert_eq!(client("10.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(client("10.0.0.1", &["203.0.113.5, 198.51.100.7, 10.0.0.2"]), "198.51.100.7");
        assert_eq!(client("10.0.0.1", &["203.0.113.5", "198.51.100.7"]), "198.51.100.7");
    }

    #[test]
    fn an_address_may_come_with_its_port() {
        assert_eq!(client("10.0.0.1", &["198.51.100.7:50123"]), "198.51.100.7");
        assert_eq!(client("10.0.0.1", &["2001:db8::7"]), "2001:db8::7");
        assert_eq!(client("10.0.0.1", &["[2001:db8::7]"]), "2001:db8::7");
        assert_eq!(client("10.0.0.1", &["[2001:db8::7]:50123, 10.0.0.2:443"]), "2001:db8::7");
        assert_eq!(client("10.0.0.1", &["[::ffff:198.51.100.7]:50123"]), "198.51.100.7");
    }

    #[test]
    fn a_proxy_is_never_taken_for_the_client() {
        for forwarded in ["nonsense", "unknown", "", "_hidden", "198.51.100.7, x", "10.0.0.3", "10.1.2.3, ü"] {
            assert_eq!(client("10.0.0.1", &[forwarded]), "unknown", "{forwarded}");
        }
        assert_eq!(client("10.0.0.1", &[]), "unknown");
        assert_eq!(client("10.0.0.1", &["203.0.113.5", "ü"]), "unknown", "it hides nothing");
    }
}
