//! May this request be answered, and where to? The only maker of a [`ValidatedRequest`].

mod demands;
mod error;
mod message;

use std::sync::Arc;

use jiff::Timestamp;

use demands::Demands;
pub use demands::Unmet;
pub(in crate::idp) use demands::is_same;
pub use error::RequestError;
pub(in crate::idp) use message::MESSAGE_BYTES;
pub use message::{Message, MessageType};

use crate::engine::trust::Endpoint;
use crate::saml::AuthnRequest;
use crate::saml::authn_request::{has_signature, holds_signature};
use crate::saml::binding::redirect::MessageKind;
use crate::saml::binding::{post, redirect};

use crate::idp::clock::add_seconds;
use crate::idp::method::Method;
use crate::idp::replay::{AnsweredRequests, NotNoted};
use crate::idp::trust::{Trust, Trusts};

/// Longest `RelayState` in bytes. The specification says 80 [SAML-Bindings 3.4.3]; service providers send more.
const RELAY_STATE_BYTES: usize = 8 * 1024;
const POST_BINDING: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
/// Limits on the age of requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestLimits {
    /// Seconds for which a request can be answered. The user types a password meanwhile.
    pub lifetime_seconds: i64,
    /// Seconds by which the other side's clock may differ.
    pub skew_seconds: i64,
}

impl Default for RequestLimits {
    fn default() -> Self {
        Self { lifetime_seconds: 15 * 60, skew_seconds: 3 * 60 }
    }
}

/// Proof that a request may be answered: its relying party is known and the address to answer to is that party's.
pub struct ValidatedRequest {
    trust: Arc<Trust>,
    endpoint: Endpoint,
    relay_state: Option<String>,
    solicited: Option<Solicited>,
}

/// What only a request by the relying party has.
struct Solicited {
    id: String,
    answer_until: Timestamp,
    force_authn: bool,
    is_passive: bool,
    demands: Demands,
}

/// What requests are checked against.
pub struct RequestChecks<'a> {
    /// Who is known.
    pub trusts: &'a Trusts,
    /// Where requests must be addressed to: scheme, host and port.
    pub base_url: &'a str,
    /// How old they may be.
    pub limits: RequestLimits,
    /// Which were answered.
    pub answered: &'a AnsweredRequests,
    /// The time.
    pub now: Timestamp,
}

impl RequestChecks<'_> {
    /// Checks a sign-on that the relying party has not asked for.
    ///
    /// # Errors
    ///
    /// The relying party is unknown, or the `RelayState` not allowed.
    pub fn unsolicited(&self, identifier: &str, relay_state: Option<String>) -> Result<ValidatedRequest, RequestError> {
        let trust = self.trust(identifier)?;
        if let Some(state) = &relay_state {
            carried(state)?;
            if !trust.relay_state_prefixes.iter().any(|prefix| state.starts_with(prefix.as_str())) {
                return Err(RequestError::RelayState(state.chars().take(200).collect()));
            }
        }
        let endpoint = trust.relying_party.default_endpoint().ok_or(RequestError::NoEndpoint)?.clone();
        Ok(ValidatedRequest { trust: Arc::clone(trust), endpoint, relay_state, solicited: None })
    }

    /// Checks an `AuthnRequest` [SAML-Core 3.4.1].
    ///
    /// # Errors
    ///
    /// It cannot be read, is not whose it says, is not for us, too old, answered before, or wants the answer where its
    /// sender has no endpoint.
    pub fn solicited(&self, message: &Message) -> Result<ValidatedRequest, RequestError> {
        let (request, relay_state) = self.read(message)?;
        if let Some(state) = &relay_state {
            carried(state)?;
        }
        let trust = self.trust(&request.issuer)?;
        self.addressed_to_us(request.destination.as_deref())?;
        let answer_until = self.fresh_until(request.issue_instant)?;
        let endpoint = requested_endpoint(trust, &request)?.clone();
        if self.answered.contains(&request.issuer, &request.id) {
            return Err(RequestError::Replayed(request.id));
        }
        let solicited = Solicited {
            demands: Demands::of(&request),
            id: request.id,
            answer_until,
            force_authn: request.force_authn,
            is_passive: request.is_passive,
        };
        Ok(ValidatedRequest { trust: Arc::clone(trust), endpoint, relay_state, solicited: Some(solicited) })
    }

    /// Reads a message and verifies the signature if there is one. A bad one is never taken for none.
    fn read(&self, message: &Message) -> Result<(AuthnRequest, Option<String>), RequestError> {
        match message {
            Message::Redirect { raw_query } => {
                let message = redirect::parse(raw_query)?;
                if message.kind != MessageKind::Request {
                    return Err(RequestError::NotARequest);
                }
                if holds_signature(&message.xml)? {
                    return Err(RequestError::SignatureInside);
                }
                let request = AuthnRequest::parse(&message.xml)?;
                let party = &self.trust(&request.issuer)?.relying_party;
                if message.signed {
                    message.verify(signing_certificates(&party.request_certificates)?)?;
                } else if party.requires_signed_requests {
                    return Err(RequestError::Unsigned);
                }
                Ok((request, message.relay_state))
            }
            Message::Post { field, relay_state } => {
                let xml = post::decode(field, MESSAGE_BYTES)?;
                let unverified = AuthnRequest::parse(&xml)?;
                let party = &self.trust(&unverified.issuer)?.relying_party;
                let request = if has_signature(&xml)? {
                    AuthnRequest::parse_signed(&xml, signing_certificates(&party.request_certificates)?)?
                } else if party.requires_signed_requests {
                    return Err(RequestError::Unsigned);
                } else {
                    unverified
                };
                Ok((request, relay_state.clone()))
            }
        }
    }

    pub(in crate::idp) fn trust(&self, identifier: &str) -> Result<&Arc<Trust>, RequestError> {
        let unknown = || RequestError::UnknownRelyingParty(identifier.chars().take(200).collect());
        self.trusts.find(identifier).ok_or_else(unknown)
    }

    /// Whether a message names no address, or that of our SAML endpoint, with or without the last slash.
    pub(in crate::idp) fn addressed_to_us(&self, destination: Option<&str>) -> Result<(), RequestError> {
        let Some(destination) = destination else { return Ok(()) };
        let path = destination.strip_prefix(self.base_url);
        if path.is_some_and(|path| path.trim_end_matches('/').eq_ignore_ascii_case("/adfs/ls")) {
            return Ok(());
        }
        Err(RequestError::Destination(destination.chars().take(200).collect()))
    }

    pub(in crate::idp) fn fresh_until(&self, issued: Timestamp) -> Result<Timestamp, RequestError> {
        let RequestLimits { lifetime_seconds, skew_seconds } = self.limits;
        let until = add_seconds(issued, lifetime_seconds + skew_seconds);
        if self.now >= until || issued > add_seconds(self.now, skew_seconds) {
            return Err(RequestError::Stale { issued, now: self.now });
        }
        Ok(until)
    }
}

impl ValidatedRequest {
    /// Who asks.
    #[must_use]
    pub fn trust(&self) -> &Arc<Trust> {
        &self.trust
    }

    /// Where the answer goes.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// What must be sent back with the answer, byte for byte.
    #[must_use]
    pub fn relay_state(&self) -> Option<&str> {
        self.relay_state.as_deref()
    }

    /// ID of the request, if there was one.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.solicited.as_ref().map(|solicited| solicited.id.as_str())
    }

    /// Whether a live session is not enough.
    #[must_use]
    pub fn force_authn(&self) -> bool {
        self.solicited.as_ref().is_some_and(|solicited| solicited.force_authn)
    }

    /// Whether the user must not be asked anything.
    #[must_use]
    pub fn is_passive(&self) -> bool {
        self.solicited.as_ref().is_some_and(|solicited| solicited.is_passive)
    }

    /// Whether a way to sign in can be as much as the relying party wants.
    #[must_use]
    pub fn method_will_do(&self, method: Method) -> bool {
        self.demands().is_none_or(|demands| demands.method_will_do(method))
    }

    /// What its answer must be like, if it was asked for.
    pub(in crate::idp) fn demands(&self) -> Option<&Demands> {
        self.solicited.as_ref().map(|solicited| &solicited.demands)
    }

    /// Notes that `user` gets an assertion for the request.
    ///
    /// # Errors
    ///
    /// Somebody got one before, or too many have been given.
    pub(in crate::idp) fn note_answered(
        &self,
        answered: &AnsweredRequests,
        user: &str,
        now: Timestamp,
    ) -> Result<(), RequestError> {
        let Some(Solicited { id, answer_until, .. }) = &self.solicited else { return Ok(()) };
        answered.note(&self.trust.relying_party.identifier, id, user, *answer_until, now).map_err(|error| match error {
            NotNoted::Before => RequestError::Replayed(id.clone()),
            NotNoted::TooMany => RequestError::TooMany(id.clone()),
        })
    }
}

/// The endpoint that the request asks for; compared octet by octet, never normalised [Kantara SDP-IDP06].
fn requested_endpoint<'a>(trust: &'a Trust, request: &AuthnRequest) -> Result<&'a Endpoint, RequestError> {
    if let Some(binding) = &request.protocol_binding
        && binding != POST_BINDING
    {
        return Err(RequestError::Binding(binding.clone()));
    }
    let endpoints = &trust.relying_party.endpoints;
    match (&request.acs_url, request.acs_index) {
        (Some(_), Some(_)) => Err(RequestError::TwoEndpoints),
        (Some(url), None) => endpoints
            .iter()
            .find(|endpoint| endpoint.url == *url)
            .ok_or_else(|| RequestError::ForeignEndpoint(format!("`{}`", url.chars().take(200).collect::<String>()))),
        (None, Some(index)) => {
            endpoints.get(usize::from(index)).ok_or_else(|| RequestError::ForeignEndpoint(format!("index {index}")))
        }
        (None, None) => trust.relying_party.default_endpoint().ok_or(RequestError::NoEndpoint),
    }
}

pub(in crate::idp) fn signing_certificates(certificates: &[Vec<u8>]) -> Result<&[Vec<u8>], RequestError> {
    if certificates.is_empty() { Err(RequestError::NoCertificate) } else { Ok(certificates) }
}

/// Whether a page of ours can carry a `RelayState` unchanged.
fn carried(state: &str) -> Result<(), RequestError> {
    if state.len() > RELAY_STATE_BYTES {
        return Err(RequestError::LongRelayState(state.len()));
    }
    if state.contains('\0') { Err(RequestError::NulInRelayState) } else { Ok(()) }
}
