//! A certificate: until when it holds, for which names, and who believes it.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rustls::RootCertStore;
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::server::ParsedCertificate;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::finding::{Finding, count};

/// It is time to act this long before a certificate ends.
const NOTICE: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Whether now lies within the time of a certificate, and will for a while. `next` says what to do about its end.
pub(super) fn validity(
    subject: &str,
    not_before: Timestamp,
    not_after: Timestamp,
    now: Timestamp,
    next: &str,
) -> Finding {
    let day = |moment: Timestamp| moment.strftime("%Y-%m-%d").to_string();
    let days = count(usize::try_from(not_after.duration_since(now).as_hours() / 24).unwrap_or_default(), "day");
    if now < not_before {
        Finding::error(subject, format!("it holds only from {}", day(not_before)))
            .help("wait, correct this machine's clock, or use a certificate that holds already")
    } else if now > not_after {
        Finding::error(subject, format!("it ended on {}", day(not_after))).help(next)
    } else if not_after.duration_since(now) < NOTICE {
        Finding::warning(subject, format!("it ends on {}, in {days}", day(not_after))).help(next)
    } else {
        Finding::ok(subject, format!("it holds until {}, {days} from now", day(not_after)))
    }
}

/// The time of a certificate. `None` if it cannot be read.
pub(super) fn times(der: &[u8]) -> Option<(Timestamp, Timestamp)> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let validity = certificate.validity();
    let moment = |seconds| Timestamp::from_second(seconds).ok();
    Some((moment(validity.not_before.timestamp())?, moment(validity.not_after.timestamp())?))
}

/// Who issued it, for people.
pub(super) fn issuer(der: &[u8]) -> String {
    X509Certificate::from_der(der).map_or_else(|_| "?".to_owned(), |(_, certificate)| certificate.issuer().to_string())
}

/// Bits of its RSA key. `None` for keys of other kinds.
pub(super) fn rsa_bits(der: &[u8]) -> Option<usize> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    match certificate.public_key().parsed().ok()? {
        x509_parser::public_key::PublicKey::RSA(key) => Some(key.key_size()),
        _ => None,
    }
}

/// Whether browsers that look for `host` take the certificate for it.
pub(super) fn is_for(der: &CertificateDer<'_>, host: &str) -> bool {
    let (Ok(parsed), Ok(name)) = (ParsedCertificate::try_from(der), ServerName::try_from(host.to_owned())) else {
        return false;
    };
    verify_server_name(&parsed, &name).is_ok()
}

/// Whether a chain, the server's own certificate first, leads to an authority that this machine trusts.
pub(super) fn is_trusted_here(chain: &[CertificateDer<'_>], now: Timestamp) -> bool {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let Some((own, others)) = chain.split_first() else { return false };
    let seconds = u64::try_from(now.as_second()).unwrap_or_default();
    let time = UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
    let Ok(parsed) = ParsedCertificate::try_from(own) else { return false };
    verify_server_cert_signed_by_trust_anchor(&parsed, &roots, others, time, algorithms().all).is_ok()
}

fn algorithms() -> WebPkiSupportedAlgorithms {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider()).signature_verification_algorithms
}
