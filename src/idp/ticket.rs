//! Sign-in by Kerberos ticket: from whom one is taken, and who is asked for one.

use std::collections::BTreeMap;

pub use crate::kerberos::MOST_TOKEN_BYTES;
use crate::kerberos::{Acceptor, Principal};

use super::client::Client;
use super::method::Method;
use super::network::Network;
use super::request::ValidatedRequest;
use super::user_agent::UserAgents;

/// How tickets are taken.
#[derive(Debug)]
pub struct TicketSignOn {
    /// Checks them.
    pub acceptor: Acceptor,
    /// Whose they may be.
    pub realms: Realms,
    /// Browsers that are asked for one without a click.
    pub user_agents: UserAgents,
    /// From where they are taken. A client elsewhere sees the form, whatever it sends.
    pub networks: Vec<Network>,
}

/// Kerberos realms, and the domain of the directory that each one is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Realms(BTreeMap<String, String>);

impl Realms {
    /// Takes pairs of a realm and a name of a domain, as it stands before the `\\` of a user name.
    #[must_use]
    pub fn new(realms: BTreeMap<String, String>) -> Self {
        Self(realms)
    }

    /// The domain of a principal. Realms are the same only letter by letter [RFC 4120 6.1].
    #[must_use]
    pub fn domain_of(&self, principal: &Principal) -> Option<&str> {
        self.0.get(&principal.realm).map(String::as_str)
    }
}

/// Whether a person may sign in with a ticket instead of the form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TicketOffer {
    /// No: not set up, not from there, or not for this request.
    #[default]
    No,
    /// Yes, if they ask for it.
    Possible,
    /// Yes, and their browser should be asked at once.
    Expected,
}

impl TicketSignOn {
    /// Whether this client may use a ticket for that request.
    ///
    /// A ticket was got without the person, so it is nothing for a request that wants them to act, and asking for one may
    /// show a window of the browser, so it is nothing for one that forbids to ask.
    #[must_use]
    pub fn offer(&self, client: &Client, request: Option<&ValidatedRequest>) -> TicketOffer {
        let suits = request.is_none_or(|request| {
            !request.force_authn() && !request.is_passive() && request.method_will_do(Method::Kerberos)
        });
        if !suits || !client.is_inside(&self.networks) {
            return TicketOffer::No;
        }
        let agent = client.user_agent.as_deref().unwrap_or_default();
        if self.user_agents.include(agent) { TicketOffer::Expected } else { TicketOffer::Possible }
    }
}
