//! The address of one server.

use std::fmt;

use url::Url;

/// Where LDAP answers that turns to TLS, or does not.
const LDAP_PORT: u16 = 389;
/// Where LDAP answers inside TLS.
const LDAPS_PORT: u16 = 636;
/// Where the global catalogue answers, in the same two ways [MS-ADTS 3.1.1.3.1.10].
const CATALOGUE_PORT: u16 = 3268;
const CATALOGUE_TLS_PORT: u16 = 3269;

/// How a connection is kept from listeners.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Security {
    /// TLS from the first byte.
    Tls,
    /// TLS after a message in the clear [RFC 4511 4.14].
    StartTls,
    /// Not at all. For tests only.
    Cleartext,
}

/// A server by the name that its certificate must have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Endpoint {
    /// A DNS name, or an IP address without brackets.
    pub host: String,
    pub port: u16,
    pub security: Security,
}

impl Endpoint {
    /// The server of an address that has been checked.
    pub(super) fn of_url(url: &Url, start_tls: bool) -> Self {
        let security = match (url.scheme(), start_tls) {
            ("ldaps", _) => Security::Tls,
            (_, true) => Security::StartTls,
            (_, false) => Security::Cleartext,
        };
        let standard = if security == Security::Tls { LDAPS_PORT } else { LDAP_PORT };
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        Self { host, port: url.port().unwrap_or(standard), security }
    }

    /// The server that DNS names. Its records tell the port of LDAP; what has the standard one has the other standard
    /// one for TLS.
    pub(super) fn of_record(host: &str, port: u16, start_tls: bool) -> Self {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let (security, port) = match (start_tls, port) {
            (true, port) => (Security::StartTls, port),
            (false, LDAP_PORT) => (Security::Tls, LDAPS_PORT),
            (false, CATALOGUE_PORT) => (Security::Tls, CATALOGUE_TLS_PORT),
            (false, port) => (Security::Tls, port),
        };
        Self { host, port, security }
    }
}

/// Whether the port is that of a global catalogue.
pub(in crate::store) fn is_of_a_catalogue(port: u16) -> bool {
    [CATALOGUE_PORT, CATALOGUE_TLS_PORT].contains(&port)
}

/// Whether the port is that of a domain, or of a directory that knows no domains.
pub(in crate::store) fn is_of_a_domain(port: u16) -> bool {
    [LDAP_PORT, LDAPS_PORT].contains(&port)
}

impl fmt::Display for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, standard) =
            if self.security == Security::Tls { ("ldaps", LDAPS_PORT) } else { ("ldap", LDAP_PORT) };
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        write!(formatter, "{scheme}://{host}")?;
        if self.port == standard { Ok(()) } else { write!(formatter, ":{}", self.port) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_written_as_they_were_given() {
        for (text, start_tls) in [
            ("ldaps://dc1", false),
            ("ldap://dc1:1389", true),
            ("ldaps://127.0.0.1:700", false),
            ("ldaps://[::1]", false),
        ] {
            assert_eq!(Endpoint::of_url(&Url::parse(text).unwrap(), start_tls).to_string(), text);
        }
        assert_eq!(Endpoint::of_url(&Url::parse("ldaps://[::1]").unwrap(), false).host, "::1");
    }

    #[test]
    fn a_record_of_ldap_tells_where_tls_is() {
        assert_eq!(
            Endpoint::of_record("DC1.corp.example.com.", 389, false).to_string(),
            "ldaps://dc1.corp.example.com"
        );
        assert_eq!(Endpoint::of_record("dc1", 10_636, false).to_string(), "ldaps://dc1:10636");
        assert_eq!(Endpoint::of_record("dc1", 389, true).to_string(), "ldap://dc1");
        assert_eq!(Endpoint::of_record("gc1", 3268, false).to_string(), "ldaps://gc1:3269");
        assert_eq!(Endpoint::of_record("gc1", 3268, true).to_string(), "ldap://gc1:3268");
    }
}
