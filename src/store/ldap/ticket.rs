//! The service account by a Kerberos ticket: the mechanism GSSAPI [RFC 4752].

use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use aws_lc_rs::digest::{SHA256, SHA384, SHA512, digest};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::sasl::{SaslError, SaslExchange, SaslMechanism, SaslServer, SaslTime};
use super::unanswered::Unanswered;
use crate::kerberos::{Initiator, InitiatorError, Principal};

/// No security layer: TLS is one [RFC 4752 3.1].
const NO_LAYER: u8 = 1;
/// What Kerberos says when it has no answer [MIT Kerberos 1.20, `krb5_err.et`, `sendto_kdc.c`].
const NO_ANSWER: [&str; 2] = ["Cannot contact any KDC", "Cannot find KDC"];
/// The parts of what it says of a server that has no name there [MIT Kerberos 1.20, `k5e1_err.et`, `get_creds.c`].
const NO_SERVER: [&str; 2] = ["Server ", "not found in Kerberos database"];

/// Shows each server a ticket of the service account, got by the keytab that the process was started with
/// ([`crate::kerberos::environment`]).
#[derive(Debug)]
pub struct Ticket {
    client: Principal,
    account: String,
    questions: Unanswered,
}

impl Ticket {
    /// Tickets of this account.
    #[must_use]
    pub fn of(client: Principal) -> Self {
        Self { account: client.to_string(), client, questions: Unanswered::default() }
    }

    fn silent(&self, seconds: f64) -> SaslError {
        let realm = &self.client.realm;
        SaslError::Unanswered(format!(
            "Kerberos has no ticket after {seconds:.1} seconds; does the KDC of `{realm}` answer?"
        ))
    }
}

impl SaslMechanism for Ticket {
    fn name(&self) -> &'static str {
        "GSSAPI"
    }

    fn account(&self) -> &str {
        &self.account
    }

    /// Kerberos waits for a silent KDC as long as it likes, so it does that on a thread of its own. While one of them has
    /// waited too long for the ticket of a server, nobody else waits for it.
    fn begin(&self, server: &SaslServer<'_>, time: SaslTime) -> Result<Box<dyn SaslExchange>, SaslError> {
        let client = self.client.clone();
        let components = vec!["ldap".to_owned(), server.host.to_owned()];
        let service = Principal { components, realm: client.realm.clone() };
        let binding = server.certificate.map(end_point);
        let (tell, told) = mpsc::channel();
        let start = Instant::now();
        let question = self.questions.ask(server.host, start, start + time.usual);
        let question = question.map_err(|since| self.silent(since.elapsed().as_secs_f64()))?;
        let ask = move || {
            let begun = Initiator::new(&client, &service, binding).and_then(|mut initiator| {
                let first = initiator.step(None)?;
                Ok(Exchange { initiator, first, has_proven: false, is_done: false })
            });
            drop(question);
            // Nobody waits any more if the time is over.
            let _ = tell.send(begun);
        };
        let unmade = |error: std::io::Error| SaslError::Unanswered(error.to_string());
        thread::Builder::new().name("ticket".to_owned()).spawn(ask).map_err(unmade)?;
        match told.recv_timeout(time.until.saturating_duration_since(Instant::now())) {
            Ok(Ok(exchange)) => Ok(Box::new(exchange)),
            Ok(Err(error)) => Err(reason(&error)),
            Err(_) => Err(self.silent(start.elapsed().as_secs_f64())),
        }
    }
}

fn reason(error: &InitiatorError) -> SaslError {
    let text = error.to_string();
    let has = |part: &&str| text.contains(part);
    // Another server may be known, or have a ticket already.
    let is_not_of_the_account = NO_ANSWER.iter().any(has) || NO_SERVER.iter().all(has);
    if is_not_of_the_account { SaslError::Unanswered(text) } else { SaslError::Refused(text) }
}

struct Exchange {
    initiator: Initiator,
    /// The ticket, until it is shown.
    first: Option<Vec<u8>>,
    /// Whether both sides have proven who they are, and the layers come next.
    has_proven: bool,
    is_done: bool,
}

impl SaslExchange for Exchange {
    fn step(&mut self, challenge: &[u8]) -> Result<Vec<u8>, String> {
        let told = |error: InitiatorError| error.to_string();
        if let Some(token) = self.first.take() {
            return Ok(token);
        }
        if self.is_done {
            return Err("the server goes on after the end".to_owned());
        }
        if !self.has_proven {
            let token = self.initiator.step(Some(challenge)).map_err(told)?;
            self.has_proven = self.initiator.is_complete();
            return Ok(token.unwrap_or_default());
        }
        self.is_done = true;
        let offered = self.initiator.open(challenge).map_err(told)?;
        if offered.first().is_none_or(|layers| layers & NO_LAYER == 0) {
            return Err("the server wants Kerberos to encrypt within TLS; allow it SASL over TLS".to_owned());
        }
        self.initiator.sign(&[NO_LAYER, 0, 0, 0]).map_err(told)
    }
}

/// What ties a ticket to the TLS connection with a certificate [RFC 5929 4.1]: MD5 and SHA-1 count as SHA-256.
fn end_point(certificate: &[u8]) -> Vec<u8> {
    let signed_with = X509Certificate::from_der(certificate)
        .map(|(_, certificate)| certificate.signature_algorithm.algorithm.to_id_string())
        .unwrap_or_default();
    let algorithm = match signed_with.as_str() {
        "1.2.840.113549.1.1.12" | "1.2.840.10045.4.3.3" => &SHA384,
        "1.2.840.113549.1.1.13" | "1.2.840.10045.4.3.4" => &SHA512,
        _ => &SHA256,
    };
    [b"tls-server-end-point:", digest(algorithm, certificate).as_ref()].concat()
}
