//! The way to a server: name, socket, TLS, and the messages that go before the LDAP library's.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use rustls::ClientConfig;
use rustls_pki_types::ServerName;
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::ber::{self, answer};
use super::counters::request;
use super::endpoint::{Endpoint, Security};
use super::fault;
use super::srv;

/// A machine that is gone is noticed on a connection that says nothing.
const KEEPALIVE: Duration = Duration::from_secs(30);
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(10);
const KEEPALIVE_RETRIES: u32 = 3;
/// A machine that is gone is noticed when what was sent to it is not acknowledged for so long.
const UNACKNOWLEDGED: Duration = Duration::from_secs(10);
/// The next address of a machine is tried if the one before has not answered after this [RFC 8305 5].
const NEXT_ADDRESS: Duration = Duration::from_millis(250);
/// Messages before the LDAP library's are small.
const MOST_MESSAGE_BYTES: usize = 256 << 10;
/// Turns on TLS [RFC 4511 4.14.1].
const START_TLS: &[u8] = b"1.3.6.1.4.1.1466.20037";

/// A connection to a server.
#[derive(Debug)]
pub(super) enum Wire {
    Tls(Box<TlsStream<TcpStream>>),
    Cleartext(TcpStream),
}

/// What connections to all servers of a store have in common.
#[derive(Clone, Debug)]
pub(super) struct Road {
    pub tls: Arc<ClientConfig>,
    /// Name servers to ask instead of the machine's.
    pub name_servers: Arc<[SocketAddr]>,
}

/// Connects to the first address of a server that answers, with TLS.
pub(super) async fn connect(endpoint: Endpoint, road: Road) -> Result<Wire, String> {
    let addresses = if road.name_servers.is_empty() || endpoint.host.parse::<std::net::IpAddr>().is_ok() {
        let found = tokio::net::lookup_host((endpoint.host.as_str(), endpoint.port)).await;
        found.map(Iterator::collect::<Vec<_>>).map_err(|error| error.to_string())
    } else {
        srv::addresses(&endpoint.host, endpoint.port, &road.name_servers).await
    };
    let addresses = addresses.map_err(|reason| fault::unresolvable(&endpoint.host, &reason))?;
    let attempts = addresses.into_iter().map(|address| {
        let (endpoint, road) = (endpoint.clone(), road.clone());
        async move { connect_to(address, &endpoint, &road).await }
    });
    first(attempts, NEXT_ADDRESS).await.map_err(|reasons| match reasons.last() {
        Some(reason) => reason.clone(),
        None => fault::unresolvable(&endpoint.host, "it has no address"),
    })
}

/// The first attempt that succeeds. Each begins when the one before has failed, or has taken `stagger`; the others go on
/// meanwhile.
pub(super) async fn first<T: Send + 'static, E: Send + 'static>(
    attempts: impl IntoIterator<Item = impl Future<Output = Result<T, E>> + Send + 'static>,
    stagger: Duration,
) -> Result<T, Vec<E>> {
    let mut waiting = attempts.into_iter();
    let mut running = tokio::task::JoinSet::new();
    let mut failures = Vec::new();
    loop {
        if let Some(attempt) = waiting.next() {
            running.spawn(attempt);
        }
        tokio::select! {
            ended = running.join_next() => match ended {
                Some(Ok(Ok(won))) => return Ok(won),
                Some(Ok(Err(failure))) => failures.push(failure),
                // An attempt that panicked is a failed one.
                Some(Err(_)) => {}
                None => return Err(failures),
            },
            () = tokio::time::sleep(stagger) => {}
        }
    }
}

async fn connect_to(address: SocketAddr, endpoint: &Endpoint, road: &Road) -> Result<Wire, String> {
    let stream = TcpStream::connect(address).await.map_err(|error| fault::connecting(endpoint, &error))?;
    prepare(&stream).map_err(|error| error.to_string())?;
    let mut wire = Wire::Cleartext(stream);
    if endpoint.security == Security::StartTls {
        start_tls(&mut wire).await?;
    }
    match (endpoint.security, wire) {
        (Security::Tls | Security::StartTls, Wire::Cleartext(stream)) => {
            let name = ServerName::try_from(endpoint.host.clone())
                .map_err(|_| format!("`{}` is no name that a certificate could have", endpoint.host))?;
            let connector = TlsConnector::from(Arc::clone(&road.tls));
            let stream = connector.connect(name, stream).await.map_err(|error| fault::handshake(endpoint, &error))?;
            Ok(Wire::Tls(Box::new(stream)))
        }
        (_, wire) => Ok(wire),
    }
}

/// Without `TCP_NODELAY`, the first message after a TLS handshake would wait 40 ms for the last acknowledgement.
fn prepare(stream: &TcpStream) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let socket = SockRef::from(stream);
    let keepalive = TcpKeepalive::new().with_time(KEEPALIVE).with_interval(KEEPALIVE_INTERVAL);
    socket.set_tcp_keepalive(&keepalive.with_retries(KEEPALIVE_RETRIES))?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(UNACKNOWLEDGED))?;
    Ok(())
}

async fn start_tls(wire: &mut Wire) -> Result<(), String> {
    let asked = ber::request(1, request::EXTENDED, &ber::element(0x80, START_TLS));
    let answered = wire.exchange(&asked).await?;
    let message = ber::answer(&answered).map_err(|error| error.to_string())?;
    if message.operation != answer::EXTENDED {
        return Err("the server answered StartTLS with something else".to_owned());
    }
    let result = ber::result(message.content).map_err(|error| error.to_string())?;
    if result.code == 0 {
        return Ok(());
    }
    let text = result.text.trim_end_matches('\0');
    Err(format!(
        "the server does not turn to TLS (code {}: {text}); does it have a certificate? `ldaps://` is the other way",
        result.code
    ))
}

impl Wire {
    /// Sends one message and reads one.
    pub(super) async fn exchange(&mut self, message: &[u8]) -> Result<Vec<u8>, String> {
        self.write_all(message).await.map_err(|error| error.to_string())?;
        self.flush().await.map_err(|error| error.to_string())?;
        self.message().await
    }

    /// The next message. Not a byte more is read, since what follows may be TLS.
    pub(super) async fn message(&mut self) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        loop {
            if let Some(length) = ber::whole(&bytes, MOST_MESSAGE_BYTES).map_err(|error| error.to_string())?
                && length == bytes.len()
            {
                return Ok(bytes);
            }
            let byte = self.read_u8().await.map_err(|error| match error.kind() {
                std::io::ErrorKind::UnexpectedEof => "the server closed the connection".to_owned(),
                _ => error.to_string(),
            })?;
            bytes.push(byte);
        }
    }

    /// The server's certificate, DER.
    pub(super) fn certificate(&self) -> Option<Vec<u8>> {
        match self {
            Self::Tls(stream) => Some(stream.get_ref().1.peer_certificates()?.first()?.to_vec()),
            Self::Cleartext(_) => None,
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        match self.get_mut() {
            Self::Tls(stream) => Pin::new(stream).poll_read(context, into),
            Self::Cleartext(stream) => Pin::new(stream).poll_read(context, into),
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        match self.get_mut() {
            Self::Tls(stream) => Pin::new(stream).poll_write(context, bytes),
            Self::Cleartext(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        match self.get_mut() {
            Self::Tls(stream) => Pin::new(stream).poll_flush(context),
            Self::Cleartext(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        match self.get_mut() {
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(context),
            Self::Cleartext(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_sends_at_once_and_notices_that_a_machine_is_gone() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
            prepare(&stream).unwrap();
            assert!(stream.nodelay().unwrap());
            let socket = SockRef::from(&stream);
            assert!(socket.keepalive().unwrap());
            #[cfg(target_os = "linux")]
            assert_eq!(socket.tcp_user_timeout().unwrap(), Some(UNACKNOWLEDGED));
        });
    }
}
