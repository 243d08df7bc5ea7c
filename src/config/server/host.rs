//! `host`, `entity_id`: what browsers and relying parties know the server by.

use super::faults::Faults;
use crate::input::Spanned;

/// The names of the server.
pub(super) struct Host {
    /// Without port.
    pub(super) name: String,
    /// Scheme, host and port.
    pub(super) base_url: String,
    /// Entity ID.
    pub(super) entity_id: String,
}

/// Reads `host`, such as `sts.example.com` or `sts.example.com:8443`, and `entity_id`.
pub(super) fn read(host: &Spanned<String>, entity_id: Option<&Spanned<String>>, faults: &mut Faults<'_>) -> Host {
    let text = host.value.trim().to_ascii_lowercase();
    let parsed = url::Url::parse(&format!("https://{text}")).ok().filter(|url| {
        url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty()
    });
    if parsed.is_none() || text.contains('/') {
        let help = "write the name under which browsers reach the server, such as `sts.example.com`";
        faults.at(host, format!("`{text}` is no host name"), help);
    }
    let name = parsed.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    let entity_id = match entity_id {
        Some(given) if given.value.is_empty() || given.value.contains(char::is_whitespace) => {
            let help = "write a URI, or leave the key out: the default is the one of AD FS";
            faults.at(given, "the entity ID is no URI", help);
            String::new()
        }
        Some(given) => given.value.clone(),
        // As AD FS has it: AWS policies may hold a hash of the issuer.
        None => format!("http://{name}/adfs/services/trust"),
    };
    Host { base_url: format!("https://{}", text.trim_end_matches(":443")), name, entity_id }
}
