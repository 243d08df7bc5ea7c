//! A KDC that can fall silent: hands on what a real one is asked, over UDP and TCP, and counts it.

use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use super::samba::Samba;

/// How long the real one has for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// The largest datagram.
const MOST_BYTES: usize = 65_536;

/// A running relay to the KDC of a domain. Its threads end with the test's process.
pub struct Kdc {
    address: SocketAddr,
    state: Arc<State>,
}

struct State {
    target: String,
    /// Questions are taken, and nothing is answered.
    silent: AtomicBool,
    questions: AtomicUsize,
}

impl Kdc {
    /// Listens on a port of its own, and leads to the KDC of a domain controller.
    pub fn of(domain: &Samba) -> Self {
        let target = format!("{}:88", domain.address());
        let state = Arc::new(State { target, silent: AtomicBool::new(false), questions: AtomicUsize::new(0) });
        let (socket, listener) = free_port();
        let address = socket.local_addr().unwrap();
        let datagrams = Arc::clone(&state);
        thread::spawn(move || datagrams.pass_datagrams(&socket));
        let connections = Arc::clone(&state);
        thread::spawn(move || connections.pass_connections(&listener));
        Self { address, state }
    }

    /// From now on it takes questions and answers none.
    pub fn freeze(&self) {
        self.state.silent.store(true, Ordering::SeqCst);
    }

    /// From now on it answers again.
    pub fn thaw(&self) {
        self.state.silent.store(false, Ordering::SeqCst);
    }

    /// How often it was asked.
    pub fn questions(&self) -> usize {
        self.state.questions.load(Ordering::SeqCst)
    }

    /// Writes a `krb5.conf` in which it is the only KDC. `more` are lines of `[libdefaults]`.
    pub fn write_configuration(&self, path: &Path, more: &str) {
        let text = format!(
            "[libdefaults]\n default_realm = CORP.EXAMPLE.COM\n dns_lookup_kdc = false\n dns_lookup_realm = false\n \
             rdns = false\n dns_canonicalize_hostname = false\n{more}\n[realms]\n CORP.EXAMPLE.COM = {{\n  kdc = {}\n }}\n",
            self.address
        );
        std::fs::write(path, text).unwrap();
    }
}

/// A port that is free for both.
fn free_port() -> (UdpSocket, TcpListener) {
    for _ in 0..100 {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        if let Ok(listener) = TcpListener::bind(socket.local_addr().unwrap()) {
            return (socket, listener);
        }
    }
    panic!("no port is free for UDP and TCP");
}

impl State {
    fn is_silent(&self) -> bool {
        self.silent.load(Ordering::SeqCst)
    }

    fn pass_datagrams(&self, socket: &UdpSocket) {
        let mut bytes = vec![0; MOST_BYTES];
        while let Ok((length, client)) = socket.recv_from(&mut bytes) {
            self.questions.fetch_add(1, Ordering::SeqCst);
            if self.is_silent() {
                continue;
            }
            // Nobody else asks meanwhile; whoever has no answer asks again.
            if let Ok(answer) = self.answer(&bytes[..length]) {
                let _ = socket.send_to(&answer, client);
            }
        }
    }

    fn answer(&self, question: &[u8]) -> io::Result<Vec<u8>> {
        let to_target = UdpSocket::bind("127.0.0.1:0")?;
        to_target.set_read_timeout(Some(PATIENCE))?;
        to_target.send_to(question, &self.target)?;
        let mut bytes = vec![0; MOST_BYTES];
        let length = to_target.recv(&mut bytes)?;
        bytes.truncate(length);
        Ok(bytes)
    }

    fn pass_connections(self: &Arc<Self>, listener: &TcpListener) {
        // Kept open, as a frozen process does it.
        let mut unanswered = Vec::new();
        for client in listener.incoming().flatten() {
            self.questions.fetch_add(1, Ordering::SeqCst);
            if self.is_silent() {
                unanswered.push(client);
            } else if let Ok(server) = TcpStream::connect(&self.target) {
                for (from, to) in [(&client, &server), (&server, &client)] {
                    let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    thread::spawn(move || {
                        let _ = io::copy(&mut from, &mut to);
                        let _ = to.shutdown(Shutdown::Write);
                    });
                }
            }
        }
    }
}
