//! The way to a domain controller, without LDAP: its name, its port, its certificate.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::{CertificateError, ClientConfig, ClientConnection, RootCertStore};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, ServerName};
use url::Url;

use crate::store::ldap::certificate_fault;

/// How long each step may take.
pub(super) const LIMIT: Duration = Duration::from_secs(5);
/// Asks for TLS on an open connection [RFC 4511 4.14.1].
const START_TLS: &[u8] = b"\x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037";
/// Where the result code stands in the answer to it, which begins with lengths of one byte or of more.
const RESULT_CODE: [u8; 3] = [0x0a, 0x01, 0x00];

/// Why a controller cannot be reached, and what to do.
pub(super) struct Obstacle {
    pub(super) what: String,
    pub(super) help: String,
}

/// The addresses of the machine.
pub(super) fn resolve(url: &Url) -> Result<Vec<SocketAddr>, Obstacle> {
    let (host, port) = (host(url), port(url));
    let found: Vec<SocketAddr> = match (host, port).to_socket_addrs() {
        Ok(found) => found.collect(),
        Err(error) => {
            let what = format!("no address is found for `{host}`: {error}");
            return Err(Obstacle { what, help: "correct the name, or the DNS that this machine asks".to_owned() });
        }
    };
    Ok(found)
}

/// A connection to the first address that answers.
pub(super) fn connect(addresses: &[SocketAddr]) -> Result<TcpStream, Obstacle> {
    let mut what = "it has no address".to_owned();
    for address in addresses {
        match TcpStream::connect_timeout(address, LIMIT) {
            Ok(socket) => return Ok(socket),
            Err(error) => what = format!("`{address}` cannot be connected to: {error}"),
        }
    }
    let help = "see that the server runs, and that firewalls let this machine through to its port";
    Err(Obstacle { what, help: help.to_owned() })
}

/// The certificate that the server shows, if it is one to believe.
pub(super) fn certificate(
    mut socket: TcpStream,
    url: &Url,
    start_tls: bool,
    ca_file: Option<&Path>,
) -> Result<CertificateDer<'static>, Obstacle> {
    let silent = |error: &io::Error| Obstacle {
        what: match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
                format!("it takes connections, and does not answer within {} s", LIMIT.as_secs())
            }
            _ => format!("the connection ended before TLS began: {error}"),
        },
        help: "see whether the server hangs, and whether this port is one for LDAP: 636 for `ldaps://`, 389 for \
               `ldap://` with `start_tls`"
            .to_owned(),
    };
    let limited = socket.set_read_timeout(Some(LIMIT)).and_then(|()| socket.set_write_timeout(Some(LIMIT)));
    limited.map_err(|error| silent(&error))?;
    if start_tls && url.scheme() == "ldap" && !begins_tls(&mut socket).map_err(|error| silent(&error))? {
        let what = "it refuses StartTLS".to_owned();
        return Err(Obstacle { what, help: "give the server a certificate, or use `ldaps://`".to_owned() });
    }
    let unusable = |what: String| Obstacle { what, help: "correct `ca_file`, or the address".to_owned() };
    let name = ServerName::try_from(host(url).to_owned());
    let name = name.map_err(|error| unusable(error.to_string()))?;
    let config = config(ca_file).map_err(unusable)?;
    let mut tls = ClientConnection::new(config, name).map_err(|error| unusable(error.to_string()))?;
    while tls.is_handshaking() {
        if let Err(error) = tls.complete_io(&mut socket) {
            let refused = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
            return Err(refused.map_or_else(|| silent(&error), |cause| refusal(url, cause)));
        }
    }
    let own = tls.peer_certificates().and_then(|chain| chain.first().cloned());
    own.ok_or_else(|| unusable("it shows no certificate".to_owned()))
}

fn begins_tls(socket: &mut TcpStream) -> io::Result<bool> {
    socket.write_all(START_TLS)?;
    let mut answer = [0; 512];
    let length = socket.read(&mut answer)?;
    let answer = answer.get(..length).unwrap_or_default();
    Ok(answer.windows(RESULT_CODE.len()).any(|window| window == RESULT_CODE))
}

/// What is wrong with a certificate, and what it takes to mend it.
fn refusal(url: &Url, error: &rustls::Error) -> Obstacle {
    let rustls::Error::InvalidCertificate(cause) = error else {
        let help = "see whether the server speaks TLS 1.2 or 1.3 on this port, and has a certificate for it".to_owned();
        return Obstacle { what: format!("TLS does not come about: {error}"), help };
    };
    let told = certificate_fault(host(url), cause);
    let (what, help) = told.rsplit_once("; ").unwrap_or((&told, "give the server another certificate"));
    let help = if *cause == CertificateError::UnknownIssuer {
        let (host, port) = (url.host_str().unwrap_or_default(), port(url));
        let start_tls = if url.scheme() == "ldap" { " -starttls ldap" } else { "" };
        format!("{help}; `openssl s_client -showcerts{start_tls} -connect {host}:{port}` shows who issued it")
    } else {
        help.to_owned()
    };
    Obstacle { what: what.to_owned(), help }
}

fn config(ca_file: Option<&Path>) -> Result<Arc<ClientConfig>, String> {
    let mut roots = RootCertStore::empty();
    match ca_file {
        Some(path) => {
            let read = CertificateDer::pem_file_iter(path).map_err(|error| format!("{}: {error}", path.display()))?;
            roots.add_parsable_certificates(read.filter_map(Result::ok));
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// A name, or an address without the brackets of IPv6.
fn host(url: &Url) -> &str {
    url.host_str().unwrap_or_default().trim_matches(['[', ']'])
}

fn port(url: &Url) -> u16 {
    url.port().unwrap_or(if url.scheme() == "ldaps" { 636 } else { 389 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_in_brackets_is_one() {
        for (url, address) in [("ldaps://[::1]", "[::1]:636"), ("ldap://[::1]:1389", "[::1]:1389")] {
            let url = Url::parse(url).unwrap();
            let found = resolve(&url).unwrap_or_else(|obstacle| panic!("{}", obstacle.what));
            assert_eq!(found, [address.parse().unwrap()]);
            assert!(ServerName::try_from(host(&url)).is_ok());
        }
    }
}
