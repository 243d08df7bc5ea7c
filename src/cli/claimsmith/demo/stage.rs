//! What the demo is made of.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener};
use std::sync::Arc;

use anyhow::Context as _;
use axum::Router;
use jiff::{SignedDuration, Timestamp};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::cli::claimsmith::listening::Served;
use crate::cli::claimsmith::logging;
use crate::config::stores::DIRECTORY_STORE;
use crate::config::trust;
use crate::engine::trust::{Binding, Endpoint};
use crate::engine::{AttributeStore, Limits, Stores};
use crate::idp::clock::{Clock, SystemClock};
use crate::idp::lockout::LockoutLimits;
use crate::idp::passwords::PasswordSettings;
use crate::idp::random::{Rng as _, SystemRng};
use crate::idp::request::RequestLimits;
use crate::idp::session::SessionLimits;
use crate::idp::trust::{Trust, Trusts};
use crate::idp::{IdentityProvider, Parts};
use crate::lang::Source;
use crate::saml::Signer;
use crate::saml::key::SigningKey;
use crate::standin;
use crate::store::directory::Directory;
use crate::store::file::FileDirectory;
use crate::web::{self, Tls};

/// Passwords of alice, bob and carol in `directory.yaml`.
pub(super) const PASSWORDS: [&str; 3] = ["alice-in-the-demo", "bob-in-the-demo", "carol-in-the-demo"];

const DIRECTORY: &str = include_str!("directory.yaml");
/// The shipped rules, as they are.
const RULES: [(&str, &str); 3] = [
    ("trust.yaml", include_str!("../../../../rules/aws/groups/trust.yaml")),
    ("authorization.claims", include_str!("../../../../rules/aws/groups/authorization.claims")),
    ("issuance.claims", include_str!("../../../../rules/aws/groups/issuance.claims")),
];
/// Where the stand-in for AWS sign-in is.
const STANDIN: &str = "/demo/aws";
/// Days for which key and certificate hold. The process will not live that long.
const DAYS: i64 = 30;

/// Everything, ready to be served.
pub(super) struct Stage {
    /// Where browsers find it.
    pub(super) base_url: String,
    /// What is served.
    pub(super) served: Served,
}

impl Stage {
    /// Makes keys, loads directory and rules, and puts the stand-in beside them.
    pub(super) fn set(listener: TcpListener) -> anyhow::Result<Self> {
        let address = listener.local_addr()?;
        // Other loopback addresses go by no name.
        let usual = [IpAddr::from(Ipv4Addr::LOCALHOST), Ipv6Addr::LOCALHOST.into()];
        let host = if usual.contains(&address.ip()) { "localhost".to_owned() } else { address.ip().to_string() };
        let base_url = format!("https://{host}:{}", address.port());
        let entity_id = format!("http://{host}/adfs/services/trust");
        let acs_url = format!("{base_url}{STANDIN}/saml");
        let now = SystemClock.now();
        let until = now.checked_add(SignedDuration::from_hours(24 * DAYS))?;
        let signer: Arc<dyn Signer> = Arc::new(SigningKey::self_signed("claimsmith demo signing", now, until)?);
        let directory = Arc::new(FileDirectory::from_yaml(&Source::new("demo/directory.yaml", DIRECTORY))?);
        let mut stores = Stores::default();
        stores.insert(DIRECTORY_STORE, Arc::clone(&directory) as Arc<dyn AttributeStore>);
        let rng = SystemRng::new();
        let mut session_key = [0; 32];
        rng.fill(&mut session_key)?;
        let aws = standin::Settings {
            issuer: entity_id.clone(),
            certificates: vec![signer.certificate_der().to_vec()],
            audience: "urn:amazon:webservices".to_owned(),
            acs_url: acs_url.clone(),
            account_aliases: BTreeMap::from([
                ("123456789012".to_owned(), "example-production".to_owned()),
                ("210987654321".to_owned(), "example-sandbox".to_owned()),
            ]),
        };
        let provider = IdentityProvider::new(Parts {
            entity_id,
            base_url: base_url.clone(),
            trusts: trusts(acs_url)?,
            directory: directory as Arc<dyn Directory>,
            stores,
            signer,
            next_certificates: Vec::new(),
            session_keys: vec![session_key],
            session_limits: SessionLimits::default(),
            lockout_limits: LockoutLimits::default(),
            passwords: PasswordSettings::default(),
            tickets: None,
            request_limits: RequestLimits::default(),
            rule_limits: Limits::default(),
            inside_corporate_network: vec!["127.0.0.0/8".parse()?],
            clock: Arc::new(SystemClock),
            rng: Arc::new(rng),
            audit: Arc::new(logging::audit()?),
        });
        let served = Served {
            listener,
            tls: self_signed_tls(
                vec![host, "localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()],
                now,
                until,
            )?,
            provider: Arc::new(provider),
            settings: web::Settings {
                organisation: "Claimsmith demo".to_owned(),
                trusted_proxies: Vec::new(),
                limits: web::Limits::default(),
            },
            extra: Router::new().nest(STANDIN, standin::router(standin::SignIn::new(aws), || SystemClock.now())),
            management: None,
        };
        Ok(Self { base_url, served })
    }
}

/// The shipped trust, with the stand-in in place of AWS.
fn trusts(acs_url: String) -> anyhow::Result<Trusts> {
    let mut folder = trust::from_texts("rules/aws/groups", &RULES)?;
    folder.relying_party.endpoints = vec![Endpoint { binding: Binding::Post, url: acs_url, default: true }];
    let mut trusts = Trusts::default();
    trusts.add(Trust {
        relying_party: folder.relying_party,
        pipeline: folder.pipeline,
        rules_sha256: folder.rules_sha256,
        relay_state_prefixes: vec!["https://console.aws.amazon.com/".to_owned()],
    })?;
    Ok(trusts)
}

fn self_signed_tls(names: Vec<String>, from: Timestamp, until: Timestamp) -> anyhow::Result<Tls> {
    let key = rcgen::KeyPair::generate()?;
    let mut parameters = rcgen::CertificateParams::new(names)?;
    parameters.distinguished_name.push(rcgen::DnType::CommonName, "claimsmith demo");
    let moment = |at: Timestamp| {
        let date = at.to_zoned(jiff::tz::TimeZone::UTC).date();
        let month = u8::try_from(date.month()).context("a month has a number")?;
        let day = u8::try_from(date.day()).context("a day has a number")?;
        anyhow::Ok(rcgen::date_time_ymd(date.year().into(), month, day))
    };
    parameters.not_before = moment(from)?;
    parameters.not_after = moment(until)?;
    let certificate = parameters.self_signed(&key)?;
    Ok(Tls {
        certificates: vec![certificate.der().clone()],
        key: PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())),
    })
}
