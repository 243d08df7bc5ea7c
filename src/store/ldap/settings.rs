//! Where a directory's servers are.

use url::Url;

/// Settings that cannot work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// No address.
    #[error("there is no address of a domain controller; name one as `ldaps://dc1.corp.example.com`")]
    NoUrl,
    /// An address of another kind.
    #[error("`{url}` is no address of a domain controller: {reason}; one looks like `ldaps://dc1.corp.example.com`")]
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
    /// Passwords would be readable on the network.
    #[error("`{0}` would send passwords unencrypted; use `ldaps://`, or turn on StartTLS")]
    Cleartext(String),
    /// Active Directory shows nothing to strangers.
    #[error("the service account has no name or no password; Active Directory answers no searches without")]
    NoServiceAccount,
    /// The authorities to trust.
    #[error("no certificate authority can be trusted: {0}")]
    CertificateAuthorities(String),
}

/// The address of a server, if it can work.
pub(in crate::store) fn parse_url(
    text: &str,
    start_tls: bool,
    danger_allow_cleartext: bool,
) -> Result<Url, SettingsError> {
    let wrong = |reason: String| SettingsError::Url { url: text.to_owned(), reason };
    let url = Url::parse(text).map_err(|error| wrong(error.to_string()))?;
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
        // The name goes into the TLS handshake with its brackets, and no certificate has that.
        Some(host) if host.starts_with('[') => {
            return Err(wrong("name the machine; an IPv6 address cannot be checked against a certificate".to_owned()));
        }
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
