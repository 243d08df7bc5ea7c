//! A whole identity provider on a socket of its own, with a clock, a directory and an audit log that the test holds.

use std::net::TcpListener;
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use std::time::Duration;

use claimsmith::config::trust;
use claimsmith::engine::{Limits, Stores};
use claimsmith::idp::audit::{AuditRecord, MemoryAudit};
use claimsmith::idp::clock::ManualClock;
use claimsmith::idp::lockout::LockoutLimits;
use claimsmith::idp::network::Network;
use claimsmith::idp::passwords::PasswordSettings;
use claimsmith::idp::random::SystemRng;
use claimsmith::idp::request::RequestLimits;
use claimsmith::idp::session::SessionLimits;
use claimsmith::idp::trust::{Trust, Trusts};
use claimsmith::idp::{IdentityProvider, Parts};
use claimsmith::saml::key::SigningKey;
use claimsmith::saml::verify::{VerifiedResponse, signed_response};
use claimsmith::saml::{Signer, binding};
use claimsmith::web::{self, ListenError, Stop};
use jiff::{SignedDuration, Timestamp};

use super::https::{self, Client, Reply};
use super::people::{People, password};
use super::saml::{self as keys, NOW};

pub const BASE_URL: &str = "https://sts.example.com";
pub const ENTITY_ID: &str = "http://sts.example.com/adfs/services/trust";
pub const AWS_SIGN_ON: &str = "/adfs/ls/IdpInitiatedSignOn.aspx?loginToRp=urn:amazon:webservices";
/// A service provider that sends requests as it likes.
pub const SP: &str = "https://sp.example.com/metadata";
pub const SP_ACS: &str = "https://sp.example.com/acs";
/// A second endpoint of [`SP`], not its default.
pub const SP_OTHER_ACS: &str = "https://sp.example.com/acs/other";
/// A service provider that must sign its requests.
pub const SIGNING_SP: &str = "https://signing.example.com/metadata";

/// A service provider whose rules say how the user signed in.
pub const CLASS_SP: &str = "https://class.example.com/metadata";
/// A service provider whose rules say that there was a second factor.
pub const FACTOR_SP: &str = "https://factor.example.com/metadata";

const EVERYBODY: &str =
    r#"=> issue(Type = "http://schemas.microsoft.com/authorization/claims/permit", Value = "true");"#;
const UPN_AS_NAME: &str = r#"c:[Type == "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"]
 => issue(Type = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier", Value = c.Value);
c:[Type =~ "requestcontext|insidecorporatenetwork|authenticationmethod"] => issue(Type = c.Type + "/seen", Value = c.Value);
c:[Type == "http://schemas.microsoft.com/ws/2008/06/identity/claims/windowsaccountname"]
 => issue(store = "Active Directory", types = ("urn:mail"), query = ";mail;{0}", param = c.Value);
"#;

/// The identity provider's key.
pub fn signer() -> Arc<SigningKey> {
    static KEY: OnceLock<Arc<SigningKey>> = OnceLock::new();
    let now: Timestamp = NOW.parse().unwrap();
    let make = || SigningKey::self_signed("sts.example.com", now, now + SignedDuration::from_hours(24 * 365)).unwrap();
    Arc::clone(KEY.get_or_init(|| Arc::new(make())))
}

/// A running identity provider.
pub struct TestServer {
    pub client: Client,
    pub people: Arc<People>,
    pub clock: Arc<ManualClock>,
    pub provider: Arc<IdentityProvider>,
    audit: Arc<MemoryAudit>,
    limits: web::Limits,
    stop: Stop,
    thread: Option<JoinHandle<Result<(), ListenError>>>,
}

impl TestServer {
    pub fn start() -> Self {
        Self::with(limits())
    }

    pub fn with(limits: web::Limits) -> Self {
        Self::listening(limits, Vec::new())
    }

    /// One that takes every connection of a test for that of a trusted proxy.
    pub fn behind_a_proxy() -> Self {
        Self::listening(limits(), vec!["127.0.0.1".parse().unwrap()])
    }

    /// One that says and offers this of passwords.
    pub fn with_passwords(passwords: PasswordSettings) -> Self {
        Self::made_of(limits(), Vec::new(), passwords)
    }

    fn listening(limits: web::Limits, trusted_proxies: Vec<Network>) -> Self {
        Self::made_of(limits, trusted_proxies, PasswordSettings::default())
    }

    fn made_of(limits: web::Limits, trusted_proxies: Vec<Network>, passwords: PasswordSettings) -> Self {
        let people = Arc::new(People::default());
        let clock = Arc::new(ManualClock::new(NOW.parse().unwrap()));
        let audit = Arc::new(MemoryAudit::default());
        let mut stores = Stores::default();
        stores.insert("Active Directory", people.clone());
        let provider = Arc::new(IdentityProvider::new(Parts {
            entity_id: ENTITY_ID.to_owned(),
            base_url: BASE_URL.to_owned(),
            trusts: trusts(),
            directory: people.clone(),
            stores,
            signer: signer(),
            next_certificates: Vec::new(),
            session_keys: vec![[7; 32]],
            session_limits: SessionLimits::default(),
            lockout_limits: LockoutLimits::default(),
            passwords,
            tickets: None,
            request_limits: RequestLimits::default(),
            rule_limits: Limits::default(),
            inside_corporate_network: vec!["127.0.0.0/8".parse().unwrap()],
            clock: clock.clone(),
            rng: Arc::new(SystemRng::new()),
            audit: audit.clone(),
        }));
        let settings = web::Settings { organisation: "Example Corp".to_owned(), trusted_proxies, limits };
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (tls, certificate) = https::certificate();
        let client = Client::new(listener.local_addr().unwrap(), certificate);
        let stop = Stop::new();
        let serve = {
            let (provider, stop) = (Arc::clone(&provider), stop.clone());
            move || {
                let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
                runtime.unwrap().block_on(web::serve(listener, tls, provider, settings, axum::Router::new(), stop))
            }
        };
        let thread = Some(std::thread::spawn(serve));
        Self { client, people, clock, provider, audit, limits, stop, thread }
    }

    /// Signs somebody in to an application, as AD FS's clients do.
    pub fn sign_in(&self, name: &str) -> Reply {
        let password = password(name);
        let fields = [("UserName", name), ("Password", &password), ("AuthMethod", "FormsAuthentication")];
        self.client.post(AWS_SIGN_ON, &fields)
    }

    /// The cookie of somebody who has just signed in.
    pub fn cookie_of(&self, name: &str) -> String {
        self.sign_in(name).cookie().expect("a cookie")
    }

    pub fn audit(&self) -> Vec<AuditRecord> {
        self.audit.records()
    }

    /// The audit log, for whoever reads it after the end.
    pub fn audit_log(&self) -> Arc<MemoryAudit> {
        Arc::clone(&self.audit)
    }

    pub fn last_cause(&self) -> String {
        self.audit().last().and_then(|record| record.cause.clone()).unwrap_or_default()
    }

    /// Proves that the server still does its work.
    pub fn assert_serves(&self) {
        let reply = self.sign_in("bob");
        assert_eq!(reply.status, 200);
        assert!(reply.input("SAMLResponse").is_some(), "{}", reply.body);
    }

    /// Asks it to stop, and waits until it has.
    pub fn stop(mut self) -> Result<(), ListenError> {
        self.stop.gracefully(self.limits);
        self.thread.take().unwrap().join().unwrap()
    }

    pub fn begin_stop(&self) {
        self.stop.gracefully(self.limits);
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.stop.gracefully(web::Limits { shutdown_time: Duration::ZERO, ..self.limits });
    }
}

/// The usual limits, but refusals are not slowed down.
pub fn limits() -> web::Limits {
    web::Limits { refusal_time: Duration::ZERO, ..web::Limits::default() }
}

/// The response in a page, verified with the identity provider's certificate.
pub fn response_in(reply: &Reply) -> VerifiedResponse {
    let field = reply.input("SAMLResponse").unwrap_or_else(|| panic!("no response in {}", reply.body));
    let xml = binding::post::decode(&field, 1 << 20).unwrap();
    signed_response(&xml, &[signer().certificate_der().to_vec()]).unwrap()
}

fn trusts() -> Trusts {
    let aws = [
        ("trust.yaml", include_str!("../../rules/aws/groups/trust.yaml")),
        ("authorization.claims", include_str!("../../rules/aws/groups/authorization.claims")),
        ("issuance.claims", include_str!("../../rules/aws/groups/issuance.claims")),
    ];
    let sp = format!(
        "name: Service\nidentifier: {SP}\nendpoints:\n  - {{ binding: post, url: {SP_ACS}, default: true }}\n  \
         - {{ binding: post, url: {SP_OTHER_ACS} }}\n"
    );
    let signing = format!(
        "name: Signing service\nidentifier: {SIGNING_SP}\nendpoints:\n  - {{ binding: post, url: \
         https://signing.example.com/acs }}\nrequest_certificates: [sp.pem]\nrequires_signed_requests: true\n"
    );
    let certificate = keys::certificate_pem(keys::other_key());
    let rules = [("authorization.claims", EVERYBODY), ("issuance.claims", UPN_AS_NAME)];
    let mut trusts = Trusts::default();
    let mut add = |texts: &[(&str, &str)], prefixes: &[&str]| {
        let folder = trust::from_texts("trust", texts).unwrap_or_else(|error| panic!("{error}"));
        let relay_state_prefixes = prefixes.iter().map(|prefix| (*prefix).to_owned()).collect();
        let (relying_party, pipeline) = (folder.relying_party, folder.pipeline);
        trusts.add(Trust { relying_party, pipeline, rules_sha256: folder.rules_sha256, relay_state_prefixes }).unwrap();
    };
    add(&aws, &["https://console.aws.amazon.com/"]);
    add(&[("trust.yaml", &sp), rules[0], rules[1]], &[]);
    add(&[("trust.yaml", &signing), ("sp.pem", &certificate), rules[0], rules[1]], &[]);
    for (identifier, method) in [
        (CLASS_SP, "urn:oasis:names:tc:SAML:2.0:ac:classes:Kerberos"),
        (FACTOR_SP, "http://schemas.microsoft.com/claims/multipleauthn"),
    ] {
        let acs = identifier.replace("metadata", "acs");
        let settings = format!(
            "name: Service\nidentifier: {identifier}\nendpoints: [{{ binding: post, url: {acs}, default: true }}]\n"
        );
        let claim_type = "http://schemas.microsoft.com/ws/2008/06/identity/claims/authenticationmethod";
        let says = format!("=> issue(Type = \"{claim_type}\", Value = \"{method}\");");
        add(&[("trust.yaml", &settings), rules[0], ("issuance.claims", &says)], &[]);
    }
    trusts
}
