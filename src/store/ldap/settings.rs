//! Where a directory's servers are, and how to talk to them.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::sasl::SaslMechanism;
use crate::store::directory::Password;

/// The servers of one directory, all with the same content, and how to talk to them.
#[derive(Debug)]
pub struct LdapServers {
    /// Their addresses, `ldaps://dc1.corp.example.com` or `ldap://…`, in the order in which they are preferred.
    pub urls: Vec<String>,
    /// Asks DNS for the servers, instead of `urls`.
    pub discovery: Option<Discovery>,
    /// Turns on TLS after connecting to an `ldap://` address or to a server that DNS names [RFC 4511 4.14].
    pub start_tls: bool,
    /// A PEM file with the certificate authorities to trust, instead of those of the machine.
    pub ca_file: Option<PathBuf>,
    /// Who asks them.
    pub credentials: ServiceCredentials,
    /// How long connecting may take, with TLS.
    pub connect_timeout: Duration,
    /// How long the answer to a bind may take.
    pub bind_timeout: Duration,
    /// How long one question to the directory may take in all, with the wait for a connection.
    pub request_timeout: Duration,
    /// Most connections of the service account at a time.
    pub connections: usize,
    /// Most connections at a time on which passwords of users are checked; each is used once.
    pub sign_in_connections: usize,
    /// Most bytes of one answer, or of one page of a listing. A larger one is refused.
    pub answer_limit_bytes: usize,
    /// Sends passwords over the network as they are. For tests only.
    pub danger_allow_cleartext: bool,
}

/// How DNS is asked for the servers of a domain.
#[derive(Clone, Debug)]
pub struct Discovery {
    /// The domain, such as `corp.example.com`. Servers with names outside of it are not used.
    pub domain: String,
    /// Which records are asked for.
    pub records: DiscoveryRecords,
    /// Name servers to ask for records and addresses, instead of those of the machine.
    pub name_servers: Vec<SocketAddr>,
}

/// Which records of DNS name servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiscoveryRecords {
    /// `_ldap._tcp.dc._msdcs.DOMAIN`, the domain controllers; with a site, those in it before all others
    /// [MS-ADTS 6.3.2.3].
    DomainControllers {
        /// The site of this machine.
        site: Option<String>,
    },
    /// `_gc._tcp.FOREST`, the servers of the global catalogue, where the domain is the first one of the forest; with a site,
    /// those in it before all others [MS-ADTS 6.3.2.3].
    GlobalCatalogue {
        /// The site of this machine.
        site: Option<String>,
    },
    /// `_ldap._tcp.DOMAIN` [RFC 2782].
    Ldap,
}

impl DiscoveryRecords {
    /// The site whose servers go before others.
    pub(super) fn site(&self) -> Option<&str> {
        match self {
            Self::DomainControllers { site } | Self::GlobalCatalogue { site } => site.as_deref(),
            Self::Ldap => None,
        }
    }
}

/// As whom a directory is asked.
#[derive(Debug)]
pub enum ServiceCredentials {
    /// As nobody, which few directories answer.
    Anonymous,
    /// A simple bind [RFC 4513 5.1.3].
    Password {
        /// The service account: a distinguished name; for Active Directory also `user@domain` or `DOMAIN\user`.
        name: String,
        /// Its password.
        password: Password,
    },
    /// A bind in steps, such as one with a Kerberos ticket [RFC 4513 5.2].
    Sasl(Arc<dyn SaslMechanism>),
}

impl Default for LdapServers {
    fn default() -> Self {
        Self {
            urls: Vec::new(),
            discovery: None,
            start_tls: false,
            ca_file: None,
            credentials: ServiceCredentials::Anonymous,
            connect_timeout: Duration::from_secs(5),
            bind_timeout: Duration::from_secs(5),
            request_timeout: Duration::from_secs(10),
            connections: 4,
            sign_in_connections: 32,
            answer_limit_bytes: 64 << 20,
            danger_allow_cleartext: false,
        }
    }
}

impl LdapServers {
    /// The addresses, if all settings can work.
    pub(in crate::store) fn validate(&self) -> Result<Vec<Url>, SettingsError> {
        match &self.discovery {
            None if self.urls.is_empty() => return Err(SettingsError::NoUrl),
            Some(_) if !self.urls.is_empty() => return Err(SettingsError::UrlsAndDomain),
            Some(discovery) if !is_domain(&discovery.domain) => {
                return Err(SettingsError::Domain(discovery.domain.clone()));
            }
            Some(discovery) => {
                if let Some(site) = discovery.records.site().filter(|site| !is_label(site)) {
                    return Err(SettingsError::Site(site.to_owned()));
                }
            }
            None => {}
        }
        if let ServiceCredentials::Password { name, password } = &self.credentials
            && (name.is_empty() || password.is_empty())
        {
            return Err(SettingsError::NoServiceAccount);
        }
        self.urls.iter().map(|url| parse_url(url, self.start_tls, self.danger_allow_cleartext)).collect()
    }
}

/// Settings that cannot work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// No address.
    #[error("there is no address of a server; name one as `ldaps://dc1.corp.example.com`")]
    NoUrl,
    /// Two ways to say where the servers are.
    #[error("the servers are named by their addresses and by a domain; keep one of them")]
    UrlsAndDomain,
    /// A domain that DNS cannot be asked for.
    #[error("`{0}` is no name of a domain; one looks like `corp.example.com`")]
    Domain(String),
    /// A site that DNS cannot be asked for.
    #[error("`{0}` is no name of a site; one looks like `Default-First-Site-Name`")]
    Site(String),
    /// An address of another kind.
    #[error("`{url}` is no address of a directory server: {reason}; one looks like `ldaps://dc1.corp.example.com`")]
    Url {
        /// The address.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The global catalogue holds people and groups of all domains of a forest, which would be taken for this one's.
    #[error(
        "`{0}` is the port of the global catalogue, which holds the people of all domains of the forest; \
         use the domain's own port, 636 for `ldaps://` or 389 for `ldap://` with StartTLS"
    )]
    GlobalCatalogue(String),
    /// A domain controller shows its own domain there.
    #[error("`{0}` is no address of a global catalogue: write its port, 3269 for `ldaps://` or 3268 for StartTLS")]
    NoGlobalCatalogue(String),
    /// Passwords would be readable on the network.
    #[error("`{0}` would send passwords unencrypted; use `ldaps://`, or turn on StartTLS with `start_tls: true`")]
    Cleartext(String),
    /// A bind without one of them succeeds as nobody [RFC 4513 5.1.2].
    #[error("the service account has no name or no password, and the directory tells nothing without; write both")]
    NoServiceAccount,
    /// The authorities to trust.
    #[error("no certificate authority can be trusted: {0}")]
    CertificateAuthorities(String),
}

fn is_domain(name: &str) -> bool {
    name.len() < 254 && name.contains('.') && name.split('.').all(is_label)
}

/// Whether it can stand between the dots of a name in DNS.
fn is_label(label: &str) -> bool {
    (1..64).contains(&label.len()) && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// The address of a server, if it can work.
fn parse_url(text: &str, start_tls: bool, danger_allow_cleartext: bool) -> Result<Url, SettingsError> {
    let wrong = |reason: String| SettingsError::Url { url: text.to_owned(), reason };
    let url = Url::parse(text).map_err(|error| match error {
        url::ParseError::RelativeUrlWithoutBase => wrong("it does not begin with `ldaps://`".to_owned()),
        url::ParseError::EmptyHost => wrong("it names no machine".to_owned()),
        error => wrong(error.to_string()),
    })?;
    if !url.username().is_empty() || url.password().is_some() {
        // The address is not repeated: it holds a password.
        let reason = "it holds a name or a password, which have settings of their own".to_owned();
        return Err(SettingsError::Url { url: format!("{}://…", url.scheme()), reason });
    }
    if !matches!(url.scheme(), "ldap" | "ldaps") {
        return Err(wrong(format!("`{}` is not `ldap` or `ldaps`", url.scheme())));
    }
    match url.host_str() {
        None | Some("") => return Err(wrong("it names no machine".to_owned())),
        Some(_) => {}
    }
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("nothing may follow the machine and its port".to_owned()));
    }
    if url.scheme() == "ldap" && !start_tls && !danger_allow_cleartext {
        return Err(SettingsError::Cleartext(text.to_owned()));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn validate(url: &str, start_tls: bool) -> Result<Vec<Url>, SettingsError> {
        LdapServers { urls: vec![url.to_owned()], start_tls, ..LdapServers::default() }.validate()
    }

    #[test]
    fn encrypted_addresses_are_taken() {
        for (url, start_tls) in
            [("ldaps://dc1.corp.example.com", false), ("ldap://dc1:1389/", true), ("ldaps://[::1]:636", true)]
        {
            assert!(validate(url, start_tls).is_ok(), "{url}");
        }
    }

    #[test]
    fn other_addresses_are_refused() {
        for url in [
            "",
            "dc1",
            "http://dc1",
            "ldapi://%2ftmp",
            "ldaps://",
            "ldaps:///",
            "ldaps://dc1/dc=corp",
            "ldaps://dc1/?sub",
        ] {
            assert!(matches!(validate(url, true), Err(SettingsError::Url { .. })), "{url}");
        }
        assert_eq!(validate("ldap://dc1", false), Err(SettingsError::Cleartext("ldap://dc1".to_owned())));
        let text = validate("ldaps://svc:hunter2@dc1", false).unwrap_err().to_string();
        assert!(!text.contains("hunter2"), "{text}");
    }

    #[test]
    fn a_domain_takes_the_place_of_addresses() {
        let servers = |domain: &str, urls: &[&str]| {
            let discovery =
                Discovery { domain: domain.to_owned(), records: DiscoveryRecords::Ldap, name_servers: Vec::new() };
            let urls = urls.iter().map(|&url| url.to_owned()).collect();
            LdapServers { urls, discovery: Some(discovery), ..LdapServers::default() }.validate()
        };
        assert_eq!(servers("corp.example.com", &[]), Ok(Vec::new()));
        assert_eq!(servers("corp.example.com", &["ldaps://dc1"]), Err(SettingsError::UrlsAndDomain));
        for domain in ["", "corp", "corp.example.com.", "corp..com", "a b.com", "*.example.com"] {
            assert_eq!(servers(domain, &[]), Err(SettingsError::Domain(domain.to_owned())));
        }
    }

    #[test]
    fn an_address_and_a_whole_account_are_needed() {
        assert_eq!(LdapServers::default().validate(), Err(SettingsError::NoUrl));
        for (name, password) in [("", "secret"), ("svc", "")] {
            let credentials =
                ServiceCredentials::Password { name: name.to_owned(), password: Password::new(password.to_owned()) };
            let servers = LdapServers { urls: vec!["ldaps://dc1".to_owned()], credentials, ..LdapServers::default() };
            assert_eq!(servers.validate(), Err(SettingsError::NoServiceAccount));
        }
    }
}
