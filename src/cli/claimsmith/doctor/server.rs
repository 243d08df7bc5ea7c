//! What the server shows of itself: its name, its certificates, its metadata, its sessions.

use std::net::{IpAddr, ToSocketAddrs as _};
use std::time::Duration;

use jiff::Timestamp;

use super::bounded::bounded;
use super::certificate;
use super::finding::{Finding, count};
use crate::config::server::ServerConfig;
use crate::saml::Signer as _;

/// How long DNS may take.
const NAME_LIMIT: Duration = Duration::from_secs(5);
/// Addresses that nobody's proxies have: whoever trusts these trusts everybody.
const STRANGERS: [IpAddr; 2] =
    [IpAddr::V4(std::net::Ipv4Addr::new(8, 8, 8, 8)), IpAddr::V4(std::net::Ipv4Addr::new(198, 41, 0, 4))];

/// Whether browsers find the host.
pub(super) fn host(config: &ServerConfig) -> Finding {
    let name = host_name(&config.base_url);
    let asked = name.clone();
    let found = bounded(NAME_LIMIT, move || {
        (asked.as_str(), 443).to_socket_addrs().map(|found| found.map(|address| address.ip().to_string()).collect())
    });
    let subject = format!("host `{name}`");
    let help = "add it to the DNS that browsers ask; this machine need not know it";
    match found {
        Some(Ok(addresses)) => {
            let mut addresses: Vec<String> = addresses;
            addresses.sort_unstable();
            addresses.dedup();
            Finding::ok(subject, format!("its address is {}", addresses.join(", ")))
        }
        Some(Err(_)) => Finding::warning(subject, "this machine finds no address for it").help(help),
        None => Finding::warning(subject, format!("DNS gave no answer within {} s", NAME_LIMIT.as_secs())).help(help),
    }
}

/// The certificate that browsers see.
pub(super) fn listener(config: &ServerConfig, now: Timestamp) -> Vec<Finding> {
    let subject = "listener certificate";
    let chain = &config.listen.certificates;
    let Some(own) = chain.first() else { return Vec::new() };
    let mut findings = Vec::new();
    match certificate::times(own) {
        Some((from, until)) => findings.push(certificate::validity(
            subject,
            from,
            until,
            now,
            "get a new one, put it where `listen.certificate_file` says, and restart the server",
        )),
        None => findings.push(Finding::error(subject, "it cannot be read").help("give a certificate in PEM form")),
    }
    let host = host_name(&config.base_url);
    findings.push(if certificate::is_for(own, &host) {
        Finding::ok(subject, format!("it is for `{host}`"))
    } else {
        Finding::error(subject, format!("it is not for `{host}`"))
            .why("every browser refuses it")
            .help("get one whose subject alternative names hold the `host` of the configuration")
    });
    findings.push(if certificate::is_trusted_here(chain, now) {
        Finding::ok(subject, "its chain leads to an authority that this machine trusts")
    } else {
        Finding::warning(
            subject,
            format!(
                "its chain of {} leads to no authority that this machine trusts; it was issued by `{}`",
                count(chain.len(), "certificate"),
                certificate::issuer(own)
            ),
        )
        .why("browsers that do not know that authority show a warning")
        .help(
            "append the intermediate certificates to `listen.certificate_file`, each followed by its issuer's; an \
             authority of your own must be known to the browsers",
        )
    });
    findings
}

/// What signs.
pub(super) fn signing(config: &ServerConfig, now: Timestamp) -> Vec<Finding> {
    let subject = "signing certificate";
    let key = &config.signing.key;
    let next = if config.signing.next_certificates.is_empty() {
        "make the next one with `claimsmith keys generate`, add it to `signing.next_certificate_files`, and give the \
         metadata to every relying party before you change the key"
    } else {
        "give the metadata, which announces the next certificate, to every relying party, then change the key"
    };
    let mut findings = vec![certificate::validity(subject, key.not_before(), key.not_after(), now, next)];
    // The key was loaded with it, so they belong together, and it has 2048 bits or more.
    if let Some(bits) = certificate::rsa_bits(key.certificate_der()) {
        findings.push(Finding::ok(subject, format!("it belongs to the key, RSA of {bits} bits")));
    }
    for der in &config.signing.next_certificates {
        if let Some((from, until)) = certificate::times(der) {
            let next = "make another with `claimsmith keys generate`";
            // It will hold when it is needed.
            findings.push(certificate::validity("next signing certificate", from.min(now), until, now, next));
        }
    }
    findings
}

/// What seals sessions.
pub(super) fn sessions(config: &ServerConfig) -> Finding {
    let subject = "sessions";
    if config.session_keys.is_empty() {
        Finding::warning(subject, "no session key is configured")
            .why("a restart signs everybody out")
            .help("`openssl rand -base64 32` makes one; name its file in `sessions.key_file`")
    } else {
        Finding::ok(subject, format!("sealed with the first of {}", count(config.session_keys.len(), "key")))
    }
}

/// Whose word on addresses is believed.
pub(super) fn proxies(config: &ServerConfig) -> Finding {
    let subject = "trusted proxies";
    let too_wide =
        config.trusted_proxies.iter().find(|network| STRANGERS.iter().any(|stranger| network.contains(*stranger)));
    match too_wide {
        Some(network) => Finding::error(subject, format!("`{network}` holds addresses of strangers"))
            .why("whoever connects from there can claim to be inside the corporate network")
            .help("list the addresses of your proxies only"),
        None if config.trusted_proxies.is_empty() => {
            Finding::ok(subject, "none: the address of a connection is the client's")
        }
        None => Finding::ok(subject, count(config.trusted_proxies.len(), "range")),
    }
}

fn host_name(base_url: &str) -> String {
    url::Url::parse(base_url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}
