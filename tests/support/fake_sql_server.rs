//! A made-up SQL Server: speaks the protocol of the real one [MS-TDS], runs queries in SQLite, and refuses a client that
//! does not keep to the protocol. It writes down what it is asked.
//!
//! What SQLite does not know, such as types, procedures and errors of SQL Server, stands in [`Behaviour::answers`].

mod engine;
mod packet;
mod reader;
mod session;
pub mod token;

use std::collections::BTreeMap;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use claimsmith::store::directory::Password;
use claimsmith::store::sql::{Database, Server, SqlSettings, Tls};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use self::engine::Engine;
pub use self::reader::Login;
use self::token::Table;
use super::relay::{Authority, Fault};

/// What the server was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A client came, and wants encryption so [MS-TDS 2.2.6.5].
    Connect {
        encryption: u8,
    },
    Login(Login),
    /// A text that is run as it is.
    Batch(String),
    /// A text with parameters.
    Query {
        text: String,
        values: Vec<Option<String>>,
    },
    /// The running query is to stop.
    Attention,
}

/// What it says about encryption.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    Required,
    NotSupported,
}

/// The answer to a query that SQLite does not know.
#[derive(Clone, Debug)]
pub enum UsualAnswer {
    Table(Table),
    Tables(Vec<Table>),
    Error {
        number: u32,
        class: u8,
        message: String,
        ends_transaction: bool,
    },
    /// What a procedure does: SQL of SQLite, with the same parameters.
    Statement(String),
    /// A procedure that runs a statement and commits it.
    Commits(String),
    Sleep(Duration),
}

/// How the server behaves.
pub struct Behaviour {
    pub encryption: Encryption,
    pub tls: Arc<ServerConfig>,
    /// The name of its instance. Without one it takes every name for its own.
    pub instance: Option<String>,
    /// Where it sends clients on to.
    pub routing: Option<(String, u16)>,
    /// Errors for users whose password is right.
    pub refused: BTreeMap<String, (u32, String)>,
    /// By the text that is asked, and the first value if that matters.
    pub answers: BTreeMap<(String, Option<String>), UsualAnswer>,
}

/// A running server. Ends when dropped, with all its connections.
pub struct FakeSqlServer {
    port: u16,
    authority: Authority,
    state: Arc<State>,
    listener: Mutex<Option<JoinHandle<()>>>,
    _folder: tempfile::TempDir,
}

pub struct State {
    file: PathBuf,
    behaviour: Mutex<Behaviour>,
    asked: Mutex<Vec<Asked>>,
    faults: Mutex<Vec<String>>,
    open: Mutex<Vec<TcpStream>>,
    mood: Mutex<Mood>,
    changed: Condvar,
    sleepers: AtomicUsize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mood {
    Serving,
    Frozen,
    Gone,
}

/// How to reach a server.
pub fn settings_with(server: Server) -> SqlSettings {
    SqlSettings::of(Database::SqlServer { server, instance: None })
}

/// Where this process has its servers, so that the ports of others stay theirs.
pub fn address() -> String {
    let [.., high, low] = std::process::id().to_be_bytes();
    format!("127.89.{high}.{}", low.clamp(1, 254))
}

impl FakeSqlServer {
    /// Starts a server with `sql` in its database.
    pub fn start(sql: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("people.db");
        let authority = Authority::new();
        let listener = TcpListener::bind((address(), 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let behaviour = Behaviour {
            encryption: Encryption::Required,
            tls: server_config(&authority, &address(), Fault::None),
            instance: None,
            routing: None,
            refused: BTreeMap::new(),
            answers: BTreeMap::new(),
        };
        let state = Arc::new(State {
            file,
            behaviour: Mutex::new(behaviour),
            asked: Mutex::default(),
            faults: Mutex::default(),
            open: Mutex::default(),
            mood: Mutex::new(Mood::Serving),
            changed: Condvar::new(),
            sleepers: AtomicUsize::new(0),
        });
        let listener = Mutex::new(Some(listen(listener, &state)));
        let server = Self { port, authority, state, listener, _folder: folder };
        for statement in sql {
            server.administer(statement);
        }
        server
    }

    /// How to reach it as somebody who may only read.
    pub fn settings(&self) -> SqlSettings {
        settings_with(self.server("reader"))
    }

    /// How to reach it as somebody who may write.
    pub fn writing_settings(&self) -> SqlSettings {
        SqlSettings { read_only: false, ..settings_with(self.server("writer")) }
    }

    pub fn server(&self, user: &str) -> Server {
        Server {
            host: address(),
            port: Some(self.port),
            database: "people".to_owned(),
            user: user.to_owned(),
            password: Password::new(format!("Passw0rd.{user}")),
            tls: Tls::Verified { ca_file: Some(self.authority.file()) },
        }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// The authority that signed its certificate.
    pub fn ca_file(&self) -> PathBuf {
        self.authority.file()
    }

    /// Gives it another certificate.
    pub fn present(&self, fault: Fault) {
        self.behaviour().tls = server_config(&self.authority, &address(), fault);
    }

    pub fn behaviour(&self) -> MutexGuard<'_, Behaviour> {
        self.state.behaviour()
    }

    /// What is asked from here on answers so.
    pub fn answer(&self, text: &str, answer: UsualAnswer) {
        self.behaviour().answers.insert((text.to_owned(), None), answer);
    }

    /// The same for one value of the first parameter.
    pub fn answer_if(&self, text: &str, value: &str, answer: UsualAnswer) {
        self.behaviour().answers.insert((text.to_owned(), Some(value.to_owned())), answer);
    }

    /// What it was asked since the last time, and that all of it was as the protocol has it.
    pub fn asked(&self) -> Vec<Asked> {
        assert_eq!(*lock(&self.state.faults), [""; 0]);
        std::mem::take(&mut *lock(&self.state.asked))
    }

    /// How many queries sleep at this moment.
    pub fn sleepers(&self) -> usize {
        self.state.sleepers.load(Ordering::SeqCst)
    }

    /// How many clients are connected.
    pub fn connections(&self) -> usize {
        lock(&self.state.open).len()
    }

    /// Runs a statement in its database, and gives the first column of what it answers.
    pub fn administer(&self, sql: &str) -> Vec<String> {
        let table = Engine::open(&self.state.file).run(sql, &[], &[]).unwrap_or_else(|error| panic!("{sql}: {error}"));
        let cells = table.into_iter().flat_map(|table| table.rows).filter_map(|mut row| row.swap_remove(0));
        cells.map(|raw| String::from_utf8(raw.into_iter().filter(|byte| *byte != 0).collect()).unwrap()).collect()
    }

    /// It keeps its connections and answers nothing.
    pub fn freeze(&self) {
        self.state.become_(Mood::Frozen);
    }

    /// It goes on.
    pub fn thaw(&self) {
        self.state.become_(Mood::Serving);
    }

    /// It ends at once, with all its connections. What was not committed is gone.
    pub fn kill(&self) {
        self.state.become_(Mood::Gone);
        for socket in lock(&self.state.open).drain(..) {
            let _ = socket.shutdown(Shutdown::Both);
        }
        if let Some(listener) = lock(&self.listener).take() {
            // Wakes it, and it gives up its port.
            let _ = TcpStream::connect((address(), self.port));
            let _ = listener.join();
        }
    }

    /// Brings a killed server back on the same port.
    pub fn restart(&self) {
        self.state.become_(Mood::Serving);
        let listener = TcpListener::bind((address(), self.port)).unwrap();
        *lock(&self.listener) = Some(listen(listener, &self.state));
    }
}

impl Drop for FakeSqlServer {
    fn drop(&mut self) {
        self.kill();
    }
}

fn server_config(authority: &Authority, name: &str, fault: Fault) -> Arc<ServerConfig> {
    let name = if fault == Fault::OtherName { "other.corp.example.com" } else { name };
    let (certificate, key) = authority.certificate(name, fault);
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    // Real servers speak TLS 1.3 only where it comes before the first packet.
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS12])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    Arc::new(config)
}

fn listen(listener: TcpListener, state: &Arc<State>) -> JoinHandle<()> {
    let state = Arc::clone(state);
    thread::spawn(move || {
        for socket in listener.incoming() {
            let socket = socket.unwrap();
            if *lock(&state.mood) == Mood::Gone {
                return;
            }
            socket.set_nodelay(true).unwrap();
            lock(&state.open).push(socket.try_clone().unwrap());
            let state = Arc::clone(&state);
            thread::spawn(move || {
                state.wait_while_frozen();
                let peer = socket.peer_addr().ok();
                // Faults of the network are the tests' own doing.
                if let Err(error) = session::talk(&state, socket)
                    && error.kind() == std::io::ErrorKind::Other
                {
                    lock(&state.faults).push(error.to_string());
                }
                lock(&state.open).retain(|open| open.peer_addr().ok() != peer);
            });
        }
    })
}

impl State {
    fn behaviour(&self) -> MutexGuard<'_, Behaviour> {
        lock(&self.behaviour)
    }

    fn note(&self, asked: Asked) {
        lock(&self.asked).push(asked);
    }

    fn answer_to(&self, sql: &str, values: &[Option<String>]) -> Option<UsualAnswer> {
        let behaviour = self.behaviour();
        let keys = [(sql.to_owned(), values.first().cloned().flatten()), (sql.to_owned(), None)];
        keys.iter().find_map(|key| behaviour.answers.get(key)).cloned()
    }

    /// The errors with which somebody is not let in [as SQL Server 2022 words them].
    fn refusal(&self, login: &Login) -> Vec<(u32, String)> {
        let failed = (18456, format!("Login failed for user '{}'.", login.user));
        if login.password != format!("Passw0rd.{}", login.user) {
            return vec![failed];
        }
        if login.database != "people" {
            let database = &login.database;
            let message = format!("Cannot open database \"{database}\" requested by the login. The login failed.");
            return vec![(4060, message), failed];
        }
        self.behaviour().refused.get(&login.user).cloned().into_iter().collect()
    }

    fn become_(&self, mood: Mood) {
        *lock(&self.mood) = mood;
        self.changed.notify_all();
    }

    fn wait_while_frozen(&self) {
        let mood = self.changed.wait_while(lock(&self.mood), |mood| *mood == Mood::Frozen);
        drop(mood.unwrap_or_else(PoisonError::into_inner));
    }

    fn asleep(self: &Arc<Self>) -> impl Drop + use<> {
        self.sleepers.fetch_add(1, Ordering::SeqCst);
        Sleeper(Arc::clone(self))
    }
}

struct Sleeper(Arc<State>);

impl Drop for Sleeper {
    fn drop(&mut self) {
        self.0.sleepers.fetch_sub(1, Ordering::SeqCst);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
