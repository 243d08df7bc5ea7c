//! How the server listens.

use std::time::Duration;

use crate::idp::network::Network;

/// Settings of the web server.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whose sign-in this is; stands at the head of every page.
    pub organisation: String,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Limits on clients.
    pub limits: Limits,
}

/// What clients may take of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Largest body of a request, in bytes.
    pub body_bytes: usize,
    /// Longest head of a request, in bytes.
    pub header_bytes: usize,
    /// Time for the TLS handshake, and for the headers of a request.
    pub header_time: Duration,
    /// Time for the body of a request.
    pub body_time: Duration,
    /// Time for a whole request, once its body is there.
    pub request_time: Duration,
    /// Requests at once; more are turned away.
    pub requests: usize,
    /// Bodies over 32 KiB that are read at once; more are turned away.
    pub large_bodies: usize,
    /// Connections at once; more wait.
    pub connections: usize,
    /// Connections at once from one client address (IPv6: from one /64); more are closed. Trusted proxies may have all.
    pub connections_per_client: usize,
    /// Sign-ons with a password at once; more wait.
    pub sign_ons: usize,
    /// Sign-ons with a Kerberos ticket at once; more wait.
    pub tickets: usize,
    /// Sign-ons of live sessions at once; more wait.
    pub sessions: usize,
    /// Requests at once that need a thread but no directory; more wait.
    pub pages: usize,
    /// How long a request waits for a place; then it is turned away.
    pub place_time: Duration,
    /// Least time that a failed sign-in takes, so that its length says nothing of its cause.
    pub refusal_time: Duration,
    /// Time for running requests when the server stops.
    pub shutdown_time: Duration,
}

impl Limits {
    /// Longest head of a request where browsers send tickets, in bytes: the ticket of a user in very many groups beside
    /// everything else, and enough room to answer one that is longer.
    pub const HEADER_BYTES_WITH_TICKETS: usize = 128 * 1024;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 256 * 1024,
            header_bytes: 64 * 1024,
            header_time: Duration::from_secs(10),
            body_time: Duration::from_secs(5),
            request_time: Duration::from_secs(30),
            requests: 1024,
            large_bodies: 512,
            connections: 4096,
            connections_per_client: 256,
            sign_ons: 128,
            tickets: 64,
            sessions: 128,
            pages: 64,
            place_time: Duration::from_secs(2),
            refusal_time: Duration::from_millis(500),
            shutdown_time: Duration::from_secs(10),
        }
    }
}
