//! Packets and messages [MS-TDS 2.2.3], and TLS inside of packets while it is agreed on [MS-TDS 3.2.5.1].

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

pub const SQL_BATCH: u8 = 0x01;
pub const RPC: u8 = 0x03;
pub const RESULT: u8 = 0x04;
pub const ATTENTION: u8 = 0x06;
pub const LOGIN7: u8 = 0x10;
pub const PRELOGIN: u8 = 0x12;
const END_OF_MESSAGE: u8 = 0x01;
const HEADER: usize = 8;

/// A connection that speaks in messages.
pub struct Wire {
    stream: Stream,
    /// What came and was not read.
    received: Vec<u8>,
    pub packet_size: usize,
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ServerConnection, InPackets>>),
}

impl Wire {
    pub fn new(socket: TcpStream) -> Self {
        Self { stream: Stream::Plain(socket), received: Vec::new(), packet_size: 4096 }
    }

    fn socket(&self) -> &TcpStream {
        match &self.stream {
            Stream::Plain(socket) => socket,
            Stream::Tls(stream) => &stream.sock.socket,
        }
    }

    /// Speaks TLS from here on. Its handshake goes in packets.
    pub fn encrypt(self, config: &Arc<ServerConfig>) -> io::Result<Self> {
        let Stream::Plain(socket) = self.stream else { panic!("twice encrypted") };
        let connection = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
        let packets = InPackets { socket, is_handshake: true, received: Vec::new(), to_send: Vec::new() };
        let mut stream = StreamOwned::new(connection, packets);
        while stream.conn.is_handshaking() {
            let handshake = stream.conn.complete_io(&mut stream.sock);
            stream.sock.flush()?;
            handshake?;
        }
        stream.sock.is_handshake = false;
        Ok(Self { stream: Stream::Tls(Box::new(stream)), received: Vec::new(), packet_size: self.packet_size })
    }

    /// The next message: its type and what it says. `None` when the client is gone.
    pub fn receive(&mut self) -> io::Result<Option<(u8, Vec<u8>)>> {
        let mut message = Vec::new();
        loop {
            while !self.has_packet() {
                if !self.receive_some()? {
                    return Ok(None);
                }
            }
            let (kind, status, payload) = self.packet();
            message.extend(payload);
            if status & END_OF_MESSAGE != 0 {
                return Ok(Some((kind, message)));
            }
        }
    }

    /// Whether the client interrupts within some time.
    pub fn interrupts(&mut self, within: Duration) -> io::Result<bool> {
        if !self.has_packet() {
            self.socket().set_read_timeout(Some(within))?;
            let came = self.receive_some();
            self.socket().set_read_timeout(None)?;
            match came {
                Ok(true) => {}
                Ok(false) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                    return Ok(false);
                }
                Err(error) => return Err(error),
            }
        }
        let is_attention = self.has_packet() && self.packet().0 == ATTENTION;
        Ok(is_attention)
    }

    fn has_packet(&self) -> bool {
        self.received.len() >= HEADER && self.received.len() >= self.length()
    }

    fn length(&self) -> usize {
        usize::from(u16::from_be_bytes([self.received[2], self.received[3]]))
    }

    fn packet(&mut self) -> (u8, u8, Vec<u8>) {
        let packet: Vec<u8> = self.received.drain(..self.length()).collect();
        (packet[0], packet[1], packet[HEADER..].to_vec())
    }

    fn receive_some(&mut self) -> io::Result<bool> {
        let mut bytes = vec![0; 16 * 1024];
        let length = match &mut self.stream {
            Stream::Plain(socket) => socket.read(&mut bytes)?,
            Stream::Tls(stream) => match stream.read(&mut bytes) {
                // Clients close the connection without a word.
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => 0,
                length => length?,
            },
        };
        self.received.extend_from_slice(&bytes[..length]);
        Ok(length > 0)
    }

    /// Sends a message, in packets of the agreed size.
    pub fn send(&mut self, kind: u8, message: &[u8]) -> io::Result<()> {
        let packets = packets(kind, message, self.packet_size);
        match &mut self.stream {
            Stream::Plain(socket) => socket.write_all(&packets),
            Stream::Tls(stream) => {
                stream.write_all(&packets)?;
                stream.flush()
            }
        }
    }
}

fn packets(kind: u8, message: &[u8], size: usize) -> Vec<u8> {
    let mut packets = Vec::new();
    let mut chunks = message.chunks(size - HEADER).peekable();
    let mut number = 1_u8;
    while let Some(chunk) = chunks.next() {
        let status = if chunks.peek().is_none() { END_OF_MESSAGE } else { 0 };
        let length = u16::try_from(chunk.len() + HEADER).unwrap().to_be_bytes();
        packets.extend([kind, status, length[0], length[1], 0, 0, number, 0]);
        packets.extend(chunk);
        number = number.wrapping_add(1);
    }
    packets
}

/// A socket on which everything goes in packets of the kind PRELOGIN until TLS is agreed on, and as it is from then on.
struct InPackets {
    socket: TcpStream,
    is_handshake: bool,
    received: Vec<u8>,
    to_send: Vec<u8>,
}

impl Read for InPackets {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if !self.is_handshake && self.received.is_empty() {
            return self.socket.read(into);
        }
        self.flush()?;
        if self.received.is_empty() {
            let mut header = [0; HEADER];
            self.socket.read_exact(&mut header)?;
            if header[0] != PRELOGIN {
                return Err(io::Error::other(format!(
                    "a packet of the kind {:#04x} while TLS is agreed on",
                    header[0]
                )));
            }
            let length = usize::from(u16::from_be_bytes([header[2], header[3]])) - HEADER;
            self.received.resize(length, 0);
            self.socket.read_exact(&mut self.received)?;
        }
        let length = self.received.len().min(into.len());
        into[..length].copy_from_slice(&self.received[..length]);
        self.received.drain(..length);
        Ok(length)
    }
}

impl Write for InPackets {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.is_handshake {
            return self.socket.write(bytes);
        }
        self.to_send.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let waiting = std::mem::take(&mut self.to_send);
        self.socket.write_all(&packets(PRELOGIN, &waiting, 4096))
    }
}
