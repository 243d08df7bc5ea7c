//! A stand-in for the network between a client and a directory: it ends the client's TLS, counts the LDAP operations
//! that pass, and fails in every way that networks and servers do.

mod certificates;
mod frame;
mod link;
mod side;

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use rustls::ServerConfig;

pub use certificates::{Authority, Fault};
pub use frame::Operation;

/// Where relays listen. Nothing connects from this address, so a port that is given up for a while stays free.
const ADDRESS: &str = "127.0.88.1";

/// The directory behind a relay.
#[derive(Clone, Debug)]
pub struct Target {
    /// `ADDRESS:PORT`
    pub address: String,
    /// The authority of its certificate. Without one it is spoken to without TLS.
    pub ca_file: Option<PathBuf>,
}

/// A running relay. Ends when dropped, with all its connections.
pub struct Relay {
    address: SocketAddr,
    state: Arc<State>,
}

/// What passed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Connections that clients opened.
    pub connections: usize,
    /// Requests of clients and answers of the directory, by kind.
    pub operations: BTreeMap<Operation, usize>,
}

struct State {
    target: Target,
    tls: Arc<ServerConfig>,
    mood: Mutex<Mood>,
    changed: Condvar,
    counts: Mutex<Counts>,
    /// Sockets of open connections, of both sides.
    open: Mutex<Vec<TcpStream>>,
    ended: AtomicBool,
}

#[derive(Clone, Copy)]
struct Mood {
    /// The socket is open.
    listens: bool,
    /// Nobody listens.
    refuses: bool,
    /// Connections are taken, and nothing passes.
    frozen: bool,
    /// The next request is handed on by half, and then the connection ends.
    cuts_request: bool,
    /// The same for an answer.
    cuts_answer: bool,
}

impl Default for Mood {
    fn default() -> Self {
        let [refuses, frozen, cuts_request, cuts_answer] = [false; 4];
        Self { listens: true, refuses, frozen, cuts_request, cuts_answer }
    }
}

impl Relay {
    /// Listens on a port of its own for clients that trust `authority`, and leads to `target`.
    pub fn start(target: Target, authority: &Authority) -> Self {
        Self::with_certificate(target, authority.server(Fault::None))
    }

    /// Shows a certificate with a fault.
    pub fn with_fault(target: Target, authority: &Authority, fault: Fault) -> Self {
        Self::with_certificate(target, authority.server(fault))
    }

    fn with_certificate(target: Target, tls: Arc<ServerConfig>) -> Self {
        let listener = TcpListener::bind((ADDRESS, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State {
            target,
            tls,
            mood: Mutex::default(),
            changed: Condvar::new(),
            counts: Mutex::default(),
            open: Mutex::default(),
            ended: AtomicBool::new(false),
        });
        let accepting = Arc::clone(&state);
        thread::spawn(move || accepting.accept(listener, address));
        Self { address, state }
    }

    /// `ldaps://…`
    pub fn url(&self) -> String {
        format!("ldaps://{}", self.address)
    }

    /// What has passed since it was started.
    pub fn counts(&self) -> Counts {
        self.state.counts().clone()
    }

    /// What passes while `work` is done.
    pub fn during<T>(&self, work: impl FnOnce() -> T) -> (Counts, T) {
        let before = self.counts();
        let done = work();
        (self.counts().since(&before), done)
    }

    /// From now on nobody listens here, as after a server has ended; open connections end.
    pub fn refuse(&self) {
        self.state.set(|mood| mood.refuses = true);
        self.wake();
        self.state.wait_while(|mood| mood.listens);
        self.cut();
    }

    /// From now on connections are taken, and nothing is handed on, on open ones neither.
    pub fn freeze(&self) {
        self.state.set(|mood| mood.frozen = true);
    }

    /// Ends all open connections, as a firewall does.
    pub fn cut(&self) {
        self.state.cut();
    }

    /// Hands on half of the next request, then ends its connection.
    pub fn cut_in_next_request(&self) {
        self.state.set(|mood| mood.cuts_request = true);
    }

    /// Hands on half of the next answer, then ends its connection.
    pub fn cut_in_next_answer(&self) {
        self.state.set(|mood| mood.cuts_answer = true);
    }

    /// Hands everything on again.
    pub fn heal(&self) {
        self.state.set(|mood| *mood = Mood { listens: mood.listens, ..Mood::default() });
        self.state.wait_while(|mood| !mood.listens);
    }

    /// Lets the thread that accepts look around.
    fn wake(&self) {
        let _ = TcpStream::connect(self.address);
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.state.ended.store(true, Ordering::SeqCst);
        self.state.set(|mood| *mood = Mood::default());
        self.state.cut();
        self.wake();
    }
}

impl Counts {
    /// How often a kind of operation passed.
    pub fn of(&self, operation: Operation) -> usize {
        self.operations.get(&operation).copied().unwrap_or_default()
    }

    /// Binds and searches that clients asked for.
    pub fn binds_and_searches(&self) -> (usize, usize) {
        (self.of(Operation::Bind), self.of(Operation::Search))
    }

    fn since(mut self, before: &Self) -> Self {
        self.connections -= before.connections;
        for (operation, count) in &mut self.operations {
            *count -= before.of(*operation);
        }
        self.operations.retain(|_, count| *count > 0);
        self
    }
}

impl State {
    fn accept(self: &Arc<Self>, listener: TcpListener, address: SocketAddr) {
        let mut listener = listener;
        while !self.ended.load(Ordering::SeqCst) {
            let accepted = listener.accept();
            if self.mood().refuses {
                drop(accepted);
                drop(listener);
                self.set(|mood| mood.listens = false);
                self.wait_while(|mood| mood.refuses);
                listener = TcpListener::bind(address).unwrap();
                self.set(|mood| mood.listens = true);
            } else if let Ok((client, _)) = accepted {
                self.counts().connections += 1;
                let state = Arc::clone(self);
                thread::spawn(move || link::pass(&state, client));
            }
        }
    }

    fn set(&self, change: impl FnOnce(&mut Mood)) {
        change(&mut self.mood.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_all();
    }

    fn mood(&self) -> Mood {
        *self.mood.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait_while(&self, holds: impl Fn(&Mood) -> bool) {
        let mood = self.mood.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.changed.wait_while(mood, |mood| holds(mood)));
    }

    fn cut(&self) {
        for socket in self.open.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            let _ = socket.shutdown(std::net::Shutdown::Both);
        }
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
