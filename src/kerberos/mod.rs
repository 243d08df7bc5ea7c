//! Kerberos tickets, of browsers and of our own. Bytes in, bytes out: knows nothing of HTTP, directories or people.
//!
//! MIT Kerberos checks the tickets, through `libgssapi`, in builds with the feature `kerberos`. In other builds everything
//! here is still there, and [`Acceptor::new`] says what is missing. What no library does is written here: reading which
//! mechanisms a token offers, and what a keytab holds.

mod acceptor;
mod der;
pub mod environment;
mod error;
#[cfg(feature = "kerberos")]
mod gssapi;
#[cfg(feature = "kerberos")]
mod gssapi_initiator;
mod initiator;
pub mod keytab;
pub mod offer;
mod principal;
mod refusal;

pub use acceptor::{AcceptedTicket, Acceptor, MOST_TOKEN_BYTES};
pub use error::{AcceptorError, InitiatorError};
pub use initiator::Initiator;
pub use keytab::Keytab;
pub use principal::Principal;
pub use refusal::TicketRefusal;

/// Whether this build can check tickets.
pub const IS_BUILT_IN: bool = cfg!(feature = "kerberos");
