//! Who is at the other end: what a request says of itself, as claims.

use std::net::IpAddr;
use std::sync::Arc;

use crate::engine::Claim;
use crate::engine::claim::SELF_AUTHORITY;

use super::network::Network;

const CONTEXT: &str = "http://schemas.microsoft.com/2012/01/requestcontext/claims/";
const INSIDE_CORPORATE_NETWORK: &str = "http://schemas.microsoft.com/ws/2012/01/insidecorporatenetwork";
const USER_IP: &str = "http://schemas.microsoft.com/2014/09/requestcontext/claims/userip";
/// Longer user agents are cut: rules match on their beginning, and nobody should fill the log.
const USER_AGENT_CHARACTERS: usize = 512;

/// The client of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its address: the peer of the connection, or what a trusted proxy says.
    pub address: IpAddr,
    /// Its `User-Agent`.
    pub user_agent: Option<String>,
    /// Path of the address it asked for, such as `/adfs/ls/`.
    pub endpoint_path: &'static str,
}

impl Client {
    /// The request-context claims, as AD FS adds them to what the claims provider says.
    #[must_use]
    pub fn claims(&self, relying_party: &str, inside: &[Network]) -> Vec<Claim> {
        let claim = |name: &str, value: &str| Claim::new(Arc::from(format!("{CONTEXT}{name}")), value, SELF_AUTHORITY);
        let address = self.address.to_canonical();
        let is_inside = inside.iter().any(|network| network.contains(address));
        let mut claims = vec![
            claim("x-ms-forwarded-client-ip", &address.to_string()),
            claim("x-ms-endpoint-absolute-path", self.endpoint_path),
            claim("relyingpartytrustid", relying_party),
            Claim::new(USER_IP, address.to_string(), SELF_AUTHORITY),
            Claim::new(INSIDE_CORPORATE_NETWORK, if is_inside { "true" } else { "false" }, SELF_AUTHORITY),
        ];
        if let Some(agent) = &self.user_agent {
            let cut: String = agent.chars().filter(|c| !c.is_control()).take(USER_AGENT_CHARACTERS).collect();
            claims.push(claim("x-ms-client-user-agent", &cut));
        }
        claims
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
            address: address.parse().unwrap(),
            user_agent: Some("curl/8\u{7}".to_owned()),
            endpoint_path: "/adfs/ls/",
        };
        let near = client("::ffff:10.1.2.3").claims("urn:sp", &inside);
        assert_eq!(value_of(&near, "insidecorporatenetwork").as_deref(), Some("true"));
        assert_eq!(value_of(&near, "x-ms-forwarded-client-ip").as_deref(), Some("10.1.2.3"));
        assert_eq!(value_of(&near, "x-ms-client-user-agent").as_deref(), Some("curl/8"));
        assert_eq!(value_of(&near, "relyingpartytrustid").as_deref(), Some("urn:sp"));
        let far = client("192.0.2.1").claims("urn:sp", &inside);
        assert_eq!(value_of(&far, "insidecorporatenetwork").as_deref(), Some("false"));
    }
}
