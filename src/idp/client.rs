//! Who is at the other end: what a request says of itself, as claims.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use crate::engine::Claim;
use crate::engine::claim::SELF_AUTHORITY;

use super::network::Network;

const CONTEXT: &str = "http://schemas.microsoft.com/2012/01/requestcontext/claims/";
const INSIDE_CORPORATE_NETWORK: &str = "http://schemas.microsoft.com/ws/2012/01/insidecorporatenetwork";
const USER_IP: &str = "http://schemas.microsoft.com/2014/09/requestcontext/claims/userip";
/// Longer user agents are cut: rules match on their beginning, and nobody should fill the log.
const USER_AGENT_CHARACTERS: usize = 512;
/// Value of `x-ms-proxy` for a client from outside that came through no proxy.
const NO_PROXY: &str = "direct";
/// Claim types that say something of a request begin like this [AD FS, "Identity claims and request context"].
const CONTEXT_TYPES: [&str; 5] = [
    CONTEXT,
    "http://schemas.microsoft.com/2014/09/requestcontext/claims/",
    "http://schemas.microsoft.com/2012/01/devicecontext/claims/",
    "http://schemas.microsoft.com/2014/09/devicecontext/claims/",
    "http://schemas.microsoft.com/2014/02/devicecontext/claims/",
];
/// Those of them that this server makes: all that [`Client::claims`] may give.
const MADE: [&str; 6] = [
    "http://schemas.microsoft.com/2012/01/requestcontext/claims/x-ms-forwarded-client-ip",
    "http://schemas.microsoft.com/2012/01/requestcontext/claims/x-ms-endpoint-absolute-path",
    "http://schemas.microsoft.com/2012/01/requestcontext/claims/relyingpartytrustid",
    "http://schemas.microsoft.com/2012/01/requestcontext/claims/x-ms-client-user-agent",
    "http://schemas.microsoft.com/2012/01/requestcontext/claims/x-ms-proxy",
    USER_IP,
];
/// What is said in place of an address that is not known.
pub const UNKNOWN: &str = "unknown";

/// Whether a claim type says something of a request that this server never says: a rule that waits for it waits for
/// ever, and one that denies by it lets everybody in.
#[must_use]
pub fn is_never_made(claim_type: &str) -> bool {
    let begins =
        |prefix: &str| claim_type.get(..prefix.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(prefix));
    CONTEXT_TYPES.iter().any(|prefix| begins(prefix)) && !MADE.iter().any(|made| made.eq_ignore_ascii_case(claim_type))
}

/// The client of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its address: the peer of the connection, or what a trusted proxy says. `None` if that proxy does not say.
    pub address: Option<IpAddr>,
    /// The trusted proxy that it came through.
    pub proxy: Option<IpAddr>,
    /// Its `User-Agent`.
    pub user_agent: Option<String>,
    /// Path of the address it asked for, such as `/adfs/ls/`.
    pub endpoint_path: &'static str,
}

impl Client {
    /// The request-context claims, as AD FS adds them to what the claims provider says.
    ///
    /// Whoever is not inside the corporate network has an `x-ms-proxy`: on AD FS those come through the Web Application
    /// Proxy, and rules tell them by it. Of a client whose address is not known they say [`UNKNOWN`]: rules that ask whether it is a good one say no.
    #[must_use]
    pub fn claims(&self, relying_party: &str, inside: &[Network]) -> Vec<Claim> {
        let claim = |name: &str, value: &str| Claim::new(Arc::from(format!("{CONTEXT}{name}")), value, SELF_AUTHORITY);
        let address = self.shown_address();
        let is_inside = self.is_inside(inside);
        let mut claims = vec![
            claim("x-ms-forwarded-client-ip", &address),
            claim("x-ms-endpoint-absolute-path", self.endpoint_path),
            claim("relyingpartytrustid", relying_party),
            Claim::new(USER_IP, address, SELF_AUTHORITY),
            Claim::new(INSIDE_CORPORATE_NETWORK, if is_inside { "true" } else { "false" }, SELF_AUTHORITY),
        ];
        if !is_inside {
            let proxy = self.proxy.map_or_else(|| NO_PROXY.to_owned(), |address| address.to_canonical().to_string());
            claims.push(claim("x-ms-proxy", &proxy));
        }
        if let Some(agent) = &self.user_agent {
            let cut: String = agent.chars().filter(|c| !c.is_control()).take(USER_AGENT_CHARACTERS).collect();
            claims.push(claim("x-ms-client-user-agent", &cut));
        }
        claims
    }

    /// The address, or [`UNKNOWN`].
    #[must_use]
    pub fn shown_address(&self) -> String {
        self.address.map_or_else(|| UNKNOWN.to_owned(), |address| address.to_canonical().to_string())
    }

    /// The address under which failures count: that of the proxy if the client's own is not known.
    #[must_use]
    pub fn counted_address(&self) -> IpAddr {
        self.address.or(self.proxy).unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED))
    }

    /// Whether it is known to be inside these networks.
    #[must_use]
    pub fn is_inside(&self, inside: &[Network]) -> bool {
        self.address.is_some_and(|address| inside.iter().any(|network| network.contains(address.to_canonical())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value_of(claims: &[Claim], suffix: &str) -> Option<String> {
        claims.iter().find(|claim| claim.claim_type.ends_with(suffix)).map(|claim| claim.value.to_string())
    }

    #[test]
    fn a_client_inside_the_network_is_told_from_one_outside() {
        let inside = ["10.0.0.0/8".parse().unwrap()];
        let client = |address: &str| Client {
            address: address.parse().ok(),
            proxy: None,
            user_agent: Some("curl/8\u{7}".to_owned()),
            endpoint_path: "/adfs/ls/",
        };
        let near = client("::ffff:10.1.2.3").claims("urn:sp", &inside);
        assert_eq!(value_of(&near, "insidecorporatenetwork").as_deref(), Some("true"));
        assert_eq!(value_of(&near, "x-ms-forwarded-client-ip").as_deref(), Some("10.1.2.3"));
        assert_eq!(value_of(&near, "x-ms-client-user-agent").as_deref(), Some("curl/8"));
        assert_eq!(value_of(&near, "relyingpartytrustid").as_deref(), Some("urn:sp"));
        for (far, address) in [("192.0.2.1", "192.0.2.1"), ("?", "unknown")] {
            let far = client(far).claims("urn:sp", &inside);
            assert_eq!(value_of(&far, "insidecorporatenetwork").as_deref(), Some("false"));
            assert_eq!(value_of(&far, "x-ms-forwarded-client-ip").as_deref(), Some(address));
            assert_eq!(value_of(&far, "userip").as_deref(), Some(address));
        }
    }

    #[test]
    fn whoever_is_outside_came_through_a_proxy_as_on_ad_fs() {
        let inside = ["10.0.0.0/8".parse().unwrap()];
        let proxy_of = |address: &str, proxy: &str| {
            let client = Client {
                address: address.parse().ok(),
                proxy: proxy.parse().ok(),
                user_agent: Some("curl/8".to_owned()),
                endpoint_path: "/adfs/ls/",
            };
            let claims = client.claims("urn:sp", &inside);
            assert!(claims.iter().all(|claim| !is_never_made(&claim.claim_type)), "the list is complete");
            value_of(&claims, "/x-ms-proxy")
        };
        assert_eq!(proxy_of("10.1.2.3", ""), None);
        assert_eq!(proxy_of("10.1.2.3", "10.0.0.1"), None, "a load balancer is no way from outside");
        assert_eq!(proxy_of("192.0.2.1", "10.0.0.1").as_deref(), Some("10.0.0.1"));
        assert_eq!(proxy_of("?", "10.0.0.1").as_deref(), Some("10.0.0.1"));
        assert_eq!(proxy_of("192.0.2.1", "").as_deref(), Some("direct"));
    }

    #[test]
    fn what_is_never_said_of_a_request_is_known() {
        assert!(is_never_made("http://schemas.microsoft.com/2012/01/requestcontext/claims/x-ms-client-application"));
        assert!(is_never_made("HTTP://schemas.microsoft.com/2012/01/requestContext/claims/client-request-id"));
        assert!(is_never_made("http://schemas.microsoft.com/2012/01/devicecontext/claims/isregistereduser"));
        assert!(!is_never_made("http://schemas.microsoft.com/2012/01/requestcontext/claims/X-MS-Proxy"));
        assert!(!is_never_made(INSIDE_CORPORATE_NETWORK));
        assert!(!is_never_made("urn:other"));
    }
}
