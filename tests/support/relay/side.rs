//! One side of a relayed connection: a socket, with TLS or without, which one thread reads while another writes.

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustls::pki_types::ServerName;
use rustls::{ClientConnection, Connection, ServerConfig, ServerConnection};

use super::Target;
use super::certificates::client_config;

pub struct Side {
    socket: TcpStream,
    tls: Option<Mutex<Connection>>,
}

impl Side {
    /// The client, to whom the relay is a server.
    pub fn client(socket: TcpStream, config: &Arc<ServerConfig>) -> io::Result<Self> {
        let connection = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
        Self::new(socket, Some(connection.into()))
    }

    /// The directory.
    pub fn directory(target: &Target) -> io::Result<Self> {
        let socket = TcpStream::connect(&target.address)?;
        let Some(ca_file) = &target.ca_file else { return Self::new(socket, None) };
        let name = ServerName::from(socket.peer_addr()?.ip());
        let connection = ClientConnection::new(client_config(ca_file), name).map_err(io::Error::other)?;
        Self::new(socket, Some(connection.into()))
    }

    fn new(socket: TcpStream, mut tls: Option<Connection>) -> io::Result<Self> {
        socket.set_nodelay(true)?;
        if let Some(connection) = &mut tls {
            connection.set_buffer_limit(None);
        }
        let side = Self { socket, tls: tls.map(Mutex::new) };
        side.send(&[])?;
        Ok(side)
    }

    pub fn socket(&self) -> io::Result<TcpStream> {
        self.socket.try_clone()
    }

    /// Waits for bytes. None are the end.
    pub fn receive(&self) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; 16 * 1024];
        loop {
            let length = (&self.socket).read(&mut bytes)?;
            let received = &bytes[..length];
            let Some(tls) = self.tls.as_ref().map(lock) else { return Ok(received.to_vec()) };
            if length == 0 {
                return Ok(Vec::new());
            }
            let plain = self.decrypt(tls, received)?;
            if !plain.is_empty() {
                return Ok(plain);
            }
        }
    }

    fn decrypt(&self, mut tls: MutexGuard<'_, Connection>, mut received: &[u8]) -> io::Result<Vec<u8>> {
        let mut plain = Vec::new();
        while !received.is_empty() {
            tls.read_tls(&mut received)?;
            let processed = tls.process_new_packets();
            // Also what tells the other side why it is refused.
            self.flush(&mut tls)?;
            let waiting = processed.map_err(io::Error::other)?.plaintext_bytes_to_read();
            let start = plain.len();
            plain.resize(start + waiting, 0);
            tls.reader().read_exact(&mut plain[start..])?;
        }
        Ok(plain)
    }

    pub fn send(&self, plain: &[u8]) -> io::Result<()> {
        let Some(mut tls) = self.tls.as_ref().map(lock) else { return (&self.socket).write_all(plain) };
        tls.writer().write_all(plain)?;
        self.flush(&mut tls)
    }

    fn flush(&self, tls: &mut Connection) -> io::Result<()> {
        while tls.wants_write() {
            tls.write_tls(&mut &self.socket)?;
        }
        Ok(())
    }
}

fn lock(tls: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    tls.lock().unwrap_or_else(PoisonError::into_inner)
}
