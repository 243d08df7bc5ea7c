//! LDAP: connections to a directory's servers, whatever make they are of.
//!
//! From the wire up: `transport` connects one server with TLS, `guard` lets only good messages through to the LDAP
//! library, `connection` asks and waits, `servers` knows which server can be used, and `pool` asks another server
//! when one does not answer.

mod ber;
pub(in crate::store) mod bind;
mod checks;
mod condition;
pub(in crate::store) mod connection;
mod counters;
pub(in crate::store) mod endpoint;
pub(in crate::store) mod entry;
pub(in crate::store) mod escape;
pub(in crate::store) mod failure;
mod fault;
mod guard;
mod health;
#[cfg(feature = "laws")]
pub mod laws;
mod open;
mod paging;
pub(in crate::store) mod pool;
pub(in crate::store) mod ranges;
mod sasl;
mod servers;
pub(in crate::store) mod settings;
mod srv;
mod ticket;
mod tls;
mod transport;
mod unanswered;
mod wear;
pub(in crate::store) mod whole;

pub use condition::Condition;
pub use counters::OperationCounts;
pub use fault::certificate_fault;
pub use health::{ServerHealth, ServerStanding};
pub use sasl::{SaslError, SaslExchange, SaslMechanism, SaslServer, SaslTime};
pub use settings::{Discovery, DiscoveryRecords, LdapServers, ServiceCredentials, SettingsError};
pub use srv::discover;
pub use ticket::Ticket;
