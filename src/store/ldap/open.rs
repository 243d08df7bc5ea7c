//! Opens a connection to the first of several servers that answers.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ldap3::{Ldap, LdapConnAsync, LdapConnSettings, StdStream};
use tokio::net::UnixStream;
use tokio::time::timeout;
use url::Url;

use super::ber::{self, answer};
use super::connection::{BUSY, Connection};
use super::counters::{Operations, request};
use super::failure::Failure;
use super::guard::{self, Watch};
use super::sasl::{SaslError, SaslMechanism, SaslServer, SaslTime};
use super::servers::Server;
use super::transport::{self, Road, Wire};

/// If a server has not answered after this, the next one is tried beside it.
const NEXT_SERVER: Duration = Duration::from_millis(300);
/// A server that has not answered after this is down. What had less time says little.
const LONG_ENOUGH: Duration = Duration::from_secs(1);
/// A bind with more steps than this comes to no end.
const MOST_STEPS: u8 = 10;

/// What a connection is opened with.
pub(super) struct Opening<'a> {
    pub road: Road,
    pub counters: Arc<Operations>,
    /// Most bytes of an answer.
    pub answer_limit: usize,
    /// How long connecting may take.
    pub limit: Duration,
    /// How the service account proves who it is, if not with a password.
    pub sasl: Option<Proof<'a>>,
}

/// How the service account proves who it is.
pub(super) struct Proof<'a> {
    pub mechanism: &'a dyn SaslMechanism,
    /// How long it may take.
    pub limit: Duration,
    /// How long it may take when nobody has waited before.
    pub usual: Duration,
    /// How long the server has for each of its answers.
    pub patience: Patience<'a>,
}

/// How long a server has for an answer, if another one could be asked.
pub(super) type Patience<'a> = Box<dyn Fn(&Server) -> Option<Duration> + 'a>;

/// Why there is no connection, and to which server if one had been found.
pub(super) type Unopened = (Option<Arc<Server>>, Failure);

impl Opening<'_> {
    /// Connects to the first server that answers, the others being tried soon after. What is learnt of the servers is
    /// remembered.
    pub(super) fn open(&self, candidates: &[Arc<Server>]) -> Result<Connection, Unopened> {
        let lost = |error: std::io::Error| (None, Failure::Lost(format!("connecting: {error}")));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(lost)?;
        let opened = runtime.block_on(async {
            let (server, mut wire) = self.connect(candidates).await.map_err(|failure| (None, failure))?;
            self.counters.connected();
            let of_it = |failure| (Some(Arc::clone(&server)), failure);
            if let Some(proof) = &self.sasl {
                self.counters.bound();
                let doing = format!("binding on `{}`", server.name);
                let bound = timeout(proof.limit, bind(&mut wire, &server, proof)).await;
                bound.unwrap_or_else(|_| Err(Failure::silent(&doing, proof.limit))).map_err(of_it)?;
            }
            let watch = Arc::new(Watch::new(self.answer_limit));
            let ldap = hand_over(wire, &watch, &self.counters).await;
            let ldap = ldap.map_err(|reason| of_it(Failure::Lost(reason)))?;
            Ok((server, watch, ldap))
        });
        match opened {
            Ok((server, watch, ldap)) => Ok(Connection {
                runtime: Some(runtime),
                ldap,
                server,
                watch,
                counters: Arc::clone(&self.counters),
                opened: Instant::now(),
                operations: 0,
                patience: None,
            }),
            Err(failure) => {
                // An ordinary drop waits for name lookups.
                runtime.shutdown_background();
                Err(failure)
            }
        }
    }

    async fn connect(&self, candidates: &[Arc<Server>]) -> Result<(Arc<Server>, Wire), Failure> {
        let attempts = candidates.iter().map(|server| {
            let (server, road) = (Arc::clone(server), self.road.clone());
            async move {
                match transport::connect(server.endpoint.clone(), road).await {
                    Ok(wire) => {
                        server.answered();
                        Ok((server, wire))
                    }
                    Err(reason) => {
                        server.failed(&reason);
                        Err(format!("connecting to `{}`: {reason}", server.name))
                    }
                }
            }
        });
        let attempts: Vec<_> = attempts.collect();
        match timeout(self.limit, transport::first(attempts, NEXT_SERVER)).await {
            Ok(Ok((server, wire))) => {
                // Those that were tried before it have failed, or are silent.
                candidates.iter().take_while(|before| !Arc::ptr_eq(before, &server)).for_each(|before| before.doubt());
                Ok((server, wire))
            }
            Ok(Err(reasons)) => Err(Failure::Lost(reasons.join("; "))),
            Err(_) => {
                let names: Vec<_> = candidates.iter().map(|server| format!("`{}`", server.name)).collect();
                let limit = format!("no answer within {:.1} seconds", self.limit.as_secs_f64());
                for server in candidates {
                    if self.limit < LONG_ENOUGH { server.doubt() } else { server.silent(&limit) }
                }
                let advice = "are these machines running, and is a firewall in the way?";
                Err(Failure::Timeout(format!("connecting to {}: {limit}; {advice}", names.join(", "))))
            }
        }
    }
}

/// Puts the guard between the server and the LDAP library.
async fn hand_over(wire: Wire, watch: &Arc<Watch>, counters: &Arc<Operations>) -> Result<Ldap, String> {
    let told = |error: std::io::Error| error.to_string();
    let (ours, library) = UnixStream::pair().map_err(told)?;
    let settings = LdapConnSettings::new().set_std_stream(StdStream::Unix(library.into_std().map_err(told)?));
    let url = Url::parse("ldapi:///").map_err(|error| error.to_string())?;
    let opened = LdapConnAsync::from_url_with_settings(settings, &url).await;
    let (connection, ldap) = opened.map_err(|error| error.to_string())?;
    tokio::spawn(guard::stand(wire, ours, Arc::clone(watch), Arc::clone(counters)));
    tokio::spawn(connection.drive());
    Ok(ldap)
}

/// Binds in steps [RFC 4511 4.2].
async fn bind(wire: &mut Wire, server: &Server, proof: &Proof<'_>) -> Result<(), Failure> {
    const VERSION: u8 = 3;
    /// The server wants another token.
    const IN_PROGRESS: u32 = 14;
    let mechanism = proof.mechanism;
    let account = mechanism.account();
    let refused = |reason: String| Failure::Refused(format!("the service account `{account}` was refused: {reason}"));
    let lost = |reason: String| Failure::Lost(format!("binding on `{}`: {reason}", server.name));
    let certificate = wire.certificate();
    let with = SaslServer { host: &server.endpoint.host, certificate: certificate.as_deref() };
    let begun = mechanism.begin(&with, SaslTime { until: Instant::now() + proof.limit, usual: proof.usual });
    let mut exchange = begun.map_err(|error| match error {
        SaslError::Refused(reason) => refused(reason),
        SaslError::Unanswered(reason) => lost(reason),
    })?;
    let patience = (proof.patience)(server).unwrap_or(proof.limit);
    let mut token = exchange.step(&[]).map_err(refused)?;
    for step in 1..=MOST_STEPS {
        let name = ber::element(0x04, mechanism.name().as_bytes());
        let credentials = ber::element(0xa3, &[name, ber::element(0x04, &token)].concat());
        let content = [ber::element(0x02, &[VERSION]), ber::element(0x04, b""), credentials].concat();
        let request = ber::request(step, request::BIND, &content);
        let answered = timeout(patience, wire.exchange(&request)).await;
        let silent = |_| Failure::silent(&format!("binding on `{}`", server.name), patience);
        let bytes = answered.map_err(silent)?.map_err(lost)?;
        let message = ber::answer(&bytes).map_err(|error| lost(error.to_string()))?;
        if message.id != i32::from(step) || message.operation != answer::BIND {
            return Err(lost("the server answered something else".to_owned()));
        }
        let result = ber::result(message.content).map_err(|error| lost(error.to_string()))?;
        let challenge = result.sasl_credentials.unwrap_or_default();
        match result.code {
            0 if challenge.is_empty() => return Ok(()),
            0 => return exchange.step(challenge).map(drop).map_err(refused),
            IN_PROGRESS => token = exchange.step(challenge).map_err(refused)?,
            code if BUSY.contains(&code) => return Err(lost(format!("the server is busy (code {code})"))),
            code => return Err(refused(format!("code {code}: {}", result.text.trim_end_matches('\0')))),
        }
    }
    Err(lost("the bind comes to no end".to_owned()))
}
