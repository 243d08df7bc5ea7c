//! Why no connection came to be, in words that say what to do.

use std::io::{Error, ErrorKind};

use jiff::Timestamp;
use rustls::{AlertDescription, CertificateError};
use rustls_pki_types::UnixTime;

use super::endpoint::{Endpoint, Security};

/// The name of a server means nothing.
pub(super) fn unresolvable(host: &str, reason: &str) -> String {
    format!("the name `{host}` cannot be resolved ({reason}); check its spelling and the name servers of this machine")
}

/// The socket could not be connected.
pub(super) fn connecting(endpoint: &Endpoint, error: &Error) -> String {
    match error.kind() {
        ErrorKind::ConnectionRefused => {
            format!("connection refused: no server listens on port {}, or a firewall says so", endpoint.port)
        }
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => {
            format!("{error}; check the network and its firewalls")
        }
        ErrorKind::TimedOut => "no answer from that machine; is it running, and is a firewall in the way?".to_owned(),
        _ => error.to_string(),
    }
}

/// The TLS handshake failed.
pub(super) fn handshake(endpoint: &Endpoint, error: &Error) -> String {
    let Some(cause) = error.get_ref().and_then(|cause| cause.downcast_ref::<rustls::Error>()) else {
        return match error.kind() {
            ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset => format!(
                "the server ended the TLS handshake without a word on port {}; a directory server without a certificate \
                 does so: does it have one?",
                endpoint.port
            ),
            _ => format!("the TLS handshake failed: {error}"),
        };
    };
    match cause {
        rustls::Error::InvalidMessage(_) if endpoint.security == Security::Tls => format!(
            "the server does not speak TLS on port {}; `ldaps://` is usually on port 636, and `ldap://` with StartTLS \
             on port 389",
            endpoint.port
        ),
        rustls::Error::InvalidCertificate(cause) => certificate_fault(&endpoint.host, cause),
        rustls::Error::AlertReceived(AlertDescription::ProtocolVersion | AlertDescription::HandshakeFailure)
        | rustls::Error::PeerIncompatible(_) => {
            format!("the server speaks no TLS that is still safe, which is 1.2 or 1.3 ({cause}); update it")
        }
        other => format!("the TLS handshake failed: {other}"),
    }
}

/// Why the certificate of the server `host` is not believed. What to do stands behind the last semicolon.
#[must_use]
pub fn certificate_fault(host: &str, cause: &CertificateError) -> String {
    match cause {
        CertificateError::ExpiredContext { time, not_after } => format!(
            "its certificate expired at {}, and it is {} now; renew it on the server, or set the clock of this machine",
            written(*not_after),
            written(*time)
        ),
        CertificateError::NotValidYetContext { time, not_before } => format!(
            "its certificate is not valid before {}, and it is {} now; check the clocks of both machines",
            written(*not_before),
            written(*time)
        ),
        CertificateError::Expired => "its certificate has expired; renew it on the server".to_owned(),
        CertificateError::NotValidYet => "its certificate is not valid yet; check the clocks".to_owned(),
        CertificateError::NotValidForNameContext { presented, .. } if presented.is_empty() => format!(
            "its certificate is not valid for the name `{host}`, nor for any other: it has no `subjectAltName`; issue \
             one with that name"
        ),
        CertificateError::NotValidForNameContext { presented, .. } => format!(
            "its certificate is not valid for the name `{host}`, but for {}; use one of these names, or issue a \
             certificate with that one",
            presented.iter().map(|name| format!("`{}`", name_of(name))).collect::<Vec<_>>().join(", ")
        ),
        CertificateError::NotValidForName => {
            format!("its certificate is not valid for the name `{host}`; issue one with that name")
        }
        CertificateError::UnknownIssuer => {
            "its certificate is of an authority that is not trusted; name a file with the \
             authority's own certificate as `ca_file`"
                .to_owned()
        }
        CertificateError::BadSignature => {
            "its certificate is not signed by the authority of that name which is trusted; if \
             the authority has a new key, name a file with its new certificate as `ca_file`"
                .to_owned()
        }
        CertificateError::Revoked => "its certificate was revoked; issue another one".to_owned(),
        other => format!("its certificate is not accepted: {}", rustls::Error::InvalidCertificate(other.clone())),
    }
}

/// `DnsName("dc1.corp.example.com")` or `IpAddress(192.0.2.1)` without what only programmers want to know.
fn name_of(presented: &str) -> &str {
    let bare = presented.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')')).unwrap_or(presented);
    bare.trim_matches('"')
}

fn written(time: UnixTime) -> String {
    let second = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    Timestamp::from_second(second).map_or_else(|_| format!("second {second}"), |time| time.to_string())
}
