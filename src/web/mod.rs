//! HTTP to `idp` and back.
//!
//! Pages need no script: the one there is sends a form that also has a button. No answer depends on the `Host` header:
//! links are paths.

mod address;
mod application_address;
mod body;
mod connections;
mod cookie;
mod endpoint;
mod form;
mod headers;
#[cfg(feature = "laws")]
pub mod laws;
mod listener;
mod management;
mod negotiate;
mod origin;
mod pages;
mod places;
mod proxy;
mod refusals;
mod reply;
mod router;
mod server;
mod settings;
mod style;

use std::net::TcpListener;
use std::sync::Arc;

use axum::Router;

use crate::idp::IdentityProvider;

use connections::Listening;
pub use listener::{ListenError, Stop, Tls};
use server::Server;
pub use settings::{Limits, Settings};

/// Serves an identity provider over TLS until `stop` is called. `extra` answers addresses that are not its own.
///
/// # Errors
///
/// The certificate cannot be used, or the socket fails.
pub async fn serve(
    listener: TcpListener,
    tls: Tls,
    provider: Arc<IdentityProvider>,
    settings: Settings,
    extra: Router,
    stop: Stop,
) -> Result<(), ListenError> {
    let limits = settings.limits;
    let listening = Listening::new(listener, limits, settings.trusted_proxies.clone())?;
    let server = Arc::new(Server::new(provider, settings));
    let router = router::router(Arc::clone(&server), extra);
    tokio::select! {
        outcome = listener::serve_tls(listening, tls, router, limits, stop) => outcome,
        () = server.tell_refusals() => Ok(()),
    }
}

/// Serves `/livez`, `/readyz` and `/metrics` without TLS until `stop` is called.
///
/// # Errors
///
/// The socket fails.
pub async fn serve_management(
    listener: TcpListener,
    provider: Arc<IdentityProvider>,
    limits: Limits,
    stop: Stop,
) -> Result<(), ListenError> {
    let listening = Listening::new(listener, limits, Vec::new())?;
    listener::serve_plain(listening, management::router(provider), limits, stop).await
}
