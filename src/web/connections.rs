//! How many connections there are at once, in all and from one client.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum_server::{AddrListener, Address};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::idp::network::{Network, household};

use super::settings::Limits;

/// How long to wait when the system gives no connection, as when all file descriptors are in use.
const NO_CONNECTION: Duration = Duration::from_millis(500);

/// The address at the other end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Peer(pub(super) SocketAddr);

/// A listener with a limited number of places. Without a free one it accepts nobody: the others wait in the system's
/// queue, where they cost neither memory nor a file descriptor.
pub(super) struct Listening {
    listener: TcpListener,
    places: Arc<Semaphore>,
    clients: Arc<Clients>,
    /// Stand for many clients each, so the limit for one is not theirs.
    trusted_proxies: Vec<Network>,
}

/// A connection that holds one of the places.
pub(super) struct Placed {
    stream: TcpStream,
    _client: Option<Counted>,
    _place: OwnedSemaphorePermit,
}

impl Listening {
    pub(super) fn new(
        listener: std::net::TcpListener,
        limits: Limits,
        trusted_proxies: Vec<Network>,
    ) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        Ok(Self {
            listener: TcpListener::from_std(listener)?,
            places: Arc::new(Semaphore::new(limits.connections)),
            clients: Arc::new(Clients { most: limits.connections_per_client, counts: Mutex::default() }),
            trusted_proxies,
        })
    }

    async fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        let accepted = self.listener.accept().await;
        if let Err(error) = &accepted
            && !matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset)
        {
            tracing::warn!(%error, "no connection can be accepted");
            tokio::time::sleep(NO_CONNECTION).await;
        }
        accepted
    }
}

impl Address for Peer {
    type Stream = Placed;
    type Listener = Listening;
}

impl AddrListener<Placed, Peer> for Listening {
    async fn bind_to(_: Peer) -> io::Result<Self> {
        Err(io::Error::other("a listener is made of a bound socket"))
    }

    async fn accept_stream(&self) -> io::Result<(Placed, Peer)> {
        loop {
            let place = Arc::clone(&self.places).acquire_owned().await.map_err(io::Error::other)?;
            let (stream, address) = self.accept().await?;
            // An answer of several pieces must not wait until the client has noted the first; a client that is gone
            // already is found out later.
            let _ = stream.set_nodelay(true);
            let ip = address.ip().to_canonical();
            let client = if self.trusted_proxies.iter().any(|network| network.contains(ip)) {
                None
            } else {
                let Some(counted) = self.clients.count(ip) else { continue };
                Some(counted)
            };
            return Ok((Placed { stream, _client: client, _place: place }, Peer(address)));
        }
    }

    fn get_local_addr(&self) -> io::Result<Peer> {
        self.listener.local_addr().map(Peer)
    }
}

impl Connected<Self> for Peer {
    fn connect_info(peer: Self) -> Self {
        peer
    }
}

/// How many connections each client has.
struct Clients {
    most: usize,
    counts: Mutex<HashMap<IpAddr, usize>>,
}

/// One connection of a client.
struct Counted {
    clients: Arc<Clients>,
    client: IpAddr,
}

impl Clients {
    /// Counts one more connection. `None` if the client has as many as it may.
    fn count(self: &Arc<Self>, address: IpAddr) -> Option<Counted> {
        let client = household(address);
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(client).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Counted { clients: Arc::clone(self), client })
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut counts = self.clients.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.client) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.client);
            }
        }
    }
}

impl AsyncRead for Placed {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Placed {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listening(limits: Limits, trusted: &[&str]) -> (Listening, SocketAddr) {
        let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        let trusted = trusted.iter().map(|network| network.parse().unwrap()).collect();
        (Listening::new(socket, limits, trusted).unwrap(), address)
    }

    async fn accepts(listening: &Listening) -> Option<Placed> {
        let accepted = tokio::time::timeout(Duration::from_millis(100), listening.accept_stream()).await;
        accepted.ok().map(|accepted| accepted.unwrap().0)
    }

    #[tokio::test]
    async fn nobody_is_accepted_without_a_free_place() {
        let (listening, address) = listening(Limits { connections: 1, ..Limits::default() }, &[]);
        let (_first, _second) =
            (TcpStream::connect(address).await.unwrap(), TcpStream::connect(address).await.unwrap());
        let placed = accepts(&listening).await.unwrap();
        assert!(accepts(&listening).await.is_none());
        drop(placed);
        assert!(accepts(&listening).await.is_some());
    }

    #[tokio::test]
    async fn one_client_has_only_so_many_unless_it_is_a_trusted_proxy() {
        let limits = Limits { connections_per_client: 1, ..Limits::default() };
        for (trusted, second_is_accepted) in [(&[][..], false), (&["127.0.0.0/8"][..], true)] {
            let (listening, address) = listening(limits, trusted);
            let _first = TcpStream::connect(address).await.unwrap();
            let _placed = accepts(&listening).await.unwrap();
            let _second = TcpStream::connect(address).await.unwrap();
            assert_eq!(accepts(&listening).await.is_some(), second_is_accepted, "{trusted:?}");
        }
    }

    #[test]
    fn addresses_of_one_ipv6_network_are_one_client() {
        let clients = Arc::new(Clients { most: 1, counts: Mutex::default() });
        let count = |address: &str| clients.count(address.parse().unwrap());
        let held = count("2001:db8:0:1::1").unwrap();
        assert!(count("2001:db8:0:1:ffff::2").is_none());
        assert!(count("2001:db8:0:2::1").is_some());
        drop(held);
        assert!(count("2001:db8:0:1:ffff::2").is_some());
        assert!(clients.counts.lock().unwrap().is_empty(), "who has gone is forgotten");
    }
}
