//! Why tickets can be neither checked nor shown.

use super::principal::Principal;

/// Why there is nobody to check tickets.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AcceptorError {
    /// This build knows no Kerberos.
    #[error(
        "this `claimsmith` was built without Kerberos; build it with `cargo build --features kerberos`, which needs \
         libkrb5-dev and libclang-dev"
    )]
    NotBuiltIn,
    /// The keys cannot be used.
    #[error("Kerberos cannot use the keys of `{service}`: {reason}")]
    Keys {
        /// The service's principal.
        service: Principal,
        /// What Kerberos says.
        reason: String,
    },
}

/// Why a service is not shown a ticket.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Kerberos: {0}")]
pub struct InitiatorError(pub String);
