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
/// What is said in place of an address that is not known.
pub const UNKNOWN: &str = "unknown";

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
    /// Of a client whose address is not known they say [`UNKNOWN`]: rules that ask whether it is a good one say no.
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

    /// Whether it is known to be inside the corporate network.
    fn is_inside(&self, inside: &[Network]) -> bool {
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
}
