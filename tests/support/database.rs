//! Real database servers, each on a port of its own: PostgreSQL and MariaDB.
//!
//! `database/people.*.sql` say what is in them. A server ends with the process of the test, however that ends.

use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use claimsmith::store::directory::Password;
use claimsmith::store::sql::{Database, Server, SqlSettings, Tls};

use super::server_script::ServerScript;

/// Which server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// PostgreSQL.
    PostgreSql,
    /// MariaDB.
    MariaDb,
}

/// A running server. Ends when dropped.
pub struct DatabaseServer {
    kind: Kind,
    port: u16,
    folder: PathBuf,
    script: ServerScript,
}

/// The servers that tests share which only ask them questions.
pub fn shared_database(kind: Kind) -> &'static DatabaseServer {
    static SHARED: [OnceLock<DatabaseServer>; 2] = [const { OnceLock::new() }; 2];
    SHARED[usize::from(kind == Kind::MariaDb)].get_or_init(|| DatabaseServer::start(kind))
}

impl DatabaseServer {
    /// Starts a server of the test's own, which it may stop and kill, with the people in it.
    pub fn start(kind: Kind) -> Self {
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("claimsmith-database-{}-{number}", std::process::id()));
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/database");
        std::fs::create_dir_all(&folder).unwrap();
        let mut command = Command::new(scripts.join("start.sh"));
        command.args([kind.name(), folder.to_str().unwrap(), &port.to_string()]);
        let script = ServerScript::start(&mut command, kind.name());
        let server = Self { kind, port, folder, script };
        server.administer(match kind {
            Kind::PostgreSql => include_str!("database/people.postgresql.sql"),
            Kind::MariaDb => include_str!("database/people.mariadb.sql"),
        });
        server
    }

    /// How to reach it as somebody who may only read, with a certificate that is checked.
    pub fn settings(&self) -> SqlSettings {
        self.settings_with(self.server("reader"))
    }

    /// How to reach it as somebody who may write.
    pub fn writing_settings(&self) -> SqlSettings {
        SqlSettings { read_only: false, ..self.settings_with(self.server("writer")) }
    }

    /// How to reach it in another way.
    pub fn settings_with(&self, server: Server) -> SqlSettings {
        SqlSettings::of(match self.kind {
            Kind::PostgreSql => Database::PostgreSql(server),
            Kind::MariaDb => Database::MySql(server),
        })
    }

    /// Where it is.
    pub fn server(&self, user: &str) -> Server {
        Server {
            host: "localhost".to_owned(),
            port: Some(self.port),
            database: self.kind.database().to_owned(),
            user: user.to_owned(),
            password: Password::new(format!("Passw0rd.{user}")),
            tls: Tls::Verified { ca_file: Some(self.ca_file()) },
        }
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The authority that signed its certificate.
    pub fn ca_file(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    /// An authority that did not.
    pub fn other_ca_file(&self) -> PathBuf {
        self.folder.join("other-ca.pem")
    }

    /// Runs statements as its administrator, and gives the first column of what they answer.
    pub fn administer(&self, sql: &str) -> Vec<String> {
        let mut command = match self.kind {
            Kind::PostgreSql => {
                let mut command = Command::new("psql");
                let port = self.port.to_string();
                command.args(["-h", "127.0.0.1", "-p", &port, "-U", "admin", "-d", "postgres"]);
                command.args(["-v", "ON_ERROR_STOP=1", "-qAtX", "-f", "-"]).env("PGPASSWORD", "Passw0rd.admin");
                command
            }
            Kind::MariaDb => {
                let mut command = Command::new("mariadb");
                let socket = self.folder.join("socket");
                command.args(["--no-defaults", "--default-character-set=utf8mb4", "-N", "-u", "root", "-S"]);
                command.arg(socket);
                command
            }
        };
        let streams = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = streams.spawn().unwrap();
        child.stdin.take().unwrap().write_all(sql.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{sql:.1000}\n{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
    }

    /// Freezes the server: it keeps its connections and answers nothing.
    pub fn freeze(&self) {
        self.script.command("stop");
    }

    /// Lets a frozen server go on.
    pub fn thaw(&self) {
        self.script.command("cont");
    }

    /// Ends the server at once.
    pub fn kill(&self) {
        self.script.command("kill");
    }

    /// Brings a killed server back on the same port.
    pub fn restart(&self) {
        self.script.command("start");
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::PostgreSql => "postgresql",
            Self::MariaDb => "mariadb",
        }
    }

    fn database(self) -> &'static str {
        match self {
            Self::PostgreSql => "postgres",
            Self::MariaDb => "people",
        }
    }
}
