//! The sockets: TLS, time limits, and how it ends.

use std::io;
use std::sync::Arc;

use axum::Router;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use axum_server::{Handle, Server};
use hyper_util::rt::TokioTimer;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::connections::{Listening, Peer};
use super::settings::Limits;

/// Certificate chain and key of the server.
pub struct Tls {
    /// The server's certificate first.
    pub certificates: Vec<CertificateDer<'static>>,
    /// Its key.
    pub key: PrivateKeyDer<'static>,
}

impl Tls {
    /// Whether certificate and key can be used, and belong together.
    ///
    /// # Errors
    ///
    /// They cannot, or do not.
    pub fn usable(self) -> Result<(), ListenError> {
        self.config().map(drop)
    }

    fn config(self) -> Result<rustls::ServerConfig, ListenError> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(self.certificates, self.key)
            .map_err(|error| match error {
                rustls::Error::InconsistentKeys(_) => ListenError::OtherKey,
                error => error.into(),
            })?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}

/// Why the server cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The certificate is for another key.
    #[error("the TLS certificate was not issued for this key")]
    OtherKey,
    /// Certificate and key do not serve.
    #[error("the TLS certificate or key cannot be used: {0}")]
    Tls(#[from] rustls::Error),
    /// The socket failed.
    #[error("the socket failed: {0}")]
    Socket(#[from] io::Error),
}

/// Stops a running server.
#[derive(Clone, Debug)]
pub struct Stop(Handle<Peer>);

impl Stop {
    /// A server that does not run yet.
    #[must_use]
    pub fn new() -> Self {
        Self(Handle::new())
    }

    /// Takes no new connections, and ends when the running requests are answered or their time is over.
    pub fn gracefully(&self, limits: Limits) {
        self.0.graceful_shutdown(Some(limits.shutdown_time));
    }
}

impl Default for Stop {
    fn default() -> Self {
        Self::new()
    }
}

/// Serves over TLS until it is stopped.
pub(super) async fn serve_tls(
    listening: Listening,
    tls: Tls,
    router: Router,
    limits: Limits,
    stop: Stop,
) -> Result<(), ListenError> {
    let config = tls.config()?;
    let acceptor =
        RustlsAcceptor::new(RustlsConfig::from_config(Arc::new(config))).handshake_timeout(limits.header_time);
    let server = Server::from_listener(listening).acceptor(acceptor).handle(stop.0);
    Ok(bounded(server, limits).serve(router.into_make_service_with_connect_info::<Peer>()).await?)
}

/// Serves without TLS until it is stopped; for the management listener.
pub(super) async fn serve_plain(
    listening: Listening,
    router: Router,
    limits: Limits,
    stop: Stop,
) -> Result<(), ListenError> {
    let server = Server::from_listener(listening).handle(stop.0);
    Ok(bounded(server, limits).serve(router.into_make_service()).await?)
}

/// HTTP/1.1 only: a sign-in is a handful of requests, and a connection whose first bytes decide the version could stay
/// silent for as long as it likes.
fn bounded<A>(server: Server<Peer, A>, limits: Limits) -> Server<Peer, A> {
    let mut server = server.http1_only();
    server
        .http_builder()
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_time)
        .max_buf_size(limits.header_bytes);
    server
}
