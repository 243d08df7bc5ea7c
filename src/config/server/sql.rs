//! `stores.NAME.postgresql`, `.mysql`, `.mariadb`, `.sql_server` and `.sqlite`: databases that rules ask.

use std::net::Ipv6Addr;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use super::faults::Faults;
use super::secret;
use super::servers::seconds as limit;
use crate::input::Spanned;
use crate::store::directory::Password;
use crate::store::sql::{Database, Server, SqlSettings, SqlStore, Tls};

/// Most connections that one store may be given.
const MOST_CONNECTIONS: u32 = 1_000;

/// A database server.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ServerSection {
    host: Spanned<String>,
    #[serde(default)]
    port: Option<Spanned<u16>>,
    #[serde(default)]
    instance: Option<Spanned<String>>,
    database: Spanned<String>,
    user: Spanned<String>,
    #[serde(default)]
    password: Option<Spanned<String>>,
    #[serde(default)]
    password_file: Option<Spanned<PathBuf>>,
    #[serde(default)]
    tls: Option<Spanned<bool>>,
    #[serde(default)]
    ca_file: Option<Spanned<PathBuf>>,
    #[serde(default)]
    connect_timeout_seconds: Option<Spanned<u32>>,
    #[serde(default)]
    connections: Option<Spanned<u32>>,
    #[serde(default)]
    idle_seconds: Option<Spanned<u32>>,
    #[serde(default)]
    age_minutes: Option<Spanned<u32>>,
    #[serde(default)]
    read_only: Option<bool>,
    #[serde(default)]
    statement_timeout_seconds: Option<Spanned<u32>>,
    #[serde(default)]
    most_rows: Option<Spanned<u32>>,
}

/// A database in a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileSection {
    file: Spanned<PathBuf>,
    #[serde(default)]
    read_only: Option<bool>,
    #[serde(default)]
    statement_timeout_seconds: Option<Spanned<u32>>,
    #[serde(default)]
    most_rows: Option<Spanned<u32>>,
}

impl ServerSection {
    /// The store of a SQL Server.
    pub(super) fn read_sql_server(&self, faults: &mut Faults<'_>) -> Option<SqlStore> {
        if let Some(tls) = self.tls.as_ref().filter(|tls| !tls.value) {
            let help = "remove `tls`; `ca_file` names the authority of its certificate";
            faults.at(tls, "a SQL Server is only asked over encrypted connections", help);
        }
        let instance = self.instance.as_ref();
        if let (Some(instance), Some(_)) = (instance, &self.port) {
            faults.at(instance, "an instance has a port of its own, and `port` names another", "remove one of the two");
        }
        if let Some(empty) = instance.filter(|instance| instance.value.trim().is_empty()) {
            faults.at(empty, "this is empty", "write a name, or remove `instance`");
        }
        let instance = instance.map(|instance| instance.value.clone());
        let server = |server| Database::SqlServer { server, instance };
        self.store(server, self.verified(faults), faults)
    }

    /// The store, as `database` makes it of another server.
    pub(super) fn read(&self, database: impl FnOnce(Server) -> Database, faults: &mut Faults<'_>) -> Option<SqlStore> {
        if let Some(instance) = &self.instance {
            faults.at(instance, "only a SQL Server has instances", "remove `instance`");
        }
        self.store(database, self.tls(faults), faults)
    }

    fn store(&self, database: impl FnOnce(Server) -> Database, tls: Tls, faults: &mut Faults<'_>) -> Option<SqlStore> {
        for named in [&self.host, &self.database, &self.user] {
            if named.value.trim().is_empty() {
                faults.at(named, "this is empty", "write a name");
            }
        }
        if is_more_than_a_name(&self.host.value) {
            let help =
                "write the name or the address alone as `host`, and `port` beside it; of a SQL Server also `instance`";
            faults.at(&self.host, "this is more than the name of a machine", help);
        }
        if let Some(none) = self.port.as_ref().filter(|port| port.value == 0) {
            faults.at(none, "nothing listens at port 0", "leave `port` out for the usual one");
        }
        let server = Server {
            host: self.host.value.clone(),
            port: self.port.as_ref().map(|port| port.value),
            database: self.database.value.clone(),
            user: self.user.value.clone(),
            password: self.password(faults)?,
            tls,
        };
        let usual = SqlSettings::of(database(server));
        let settings = SqlSettings {
            read_only: self.read_only.unwrap_or(usual.read_only),
            connect_timeout: limit(self.connect_timeout_seconds.as_ref(), usual.connect_timeout, faults),
            statement_timeout: limit(self.statement_timeout_seconds.as_ref(), usual.statement_timeout, faults),
            connections: number(self.connections.as_ref(), usual.connections, MOST_CONNECTIONS, faults),
            idle: seconds(self.idle_seconds.as_ref(), usual.idle, faults),
            age: seconds(self.age_minutes.as_ref(), usual.age / 60, faults) * 60,
            most_rows: number(self.most_rows.as_ref(), usual.most_rows, u32::MAX, faults),
            ..usual
        };
        match SqlStore::new(settings) {
            Ok(store) => Some(store),
            Err(error) => {
                let help = "name a PEM file of the authorities of your database servers";
                match &self.ca_file {
                    Some(file) => faults.at(file, error.to_string(), help),
                    None => faults.at(&self.host, error.to_string(), help),
                }
                None
            }
        }
    }

    fn password(&self, faults: &mut Faults<'_>) -> Option<Password> {
        let (written, file) = (self.password.as_ref(), self.password_file.as_ref());
        if written.is_none() && file.is_none() {
            // Servers may know their users by other things, such as the address.
            return Some(Password::new(String::new()));
        }
        let password = secret::read("password", written, file, faults)?;
        Some(Password::new(password.as_str().to_owned()))
    }

    fn tls(&self, faults: &mut Faults<'_>) -> Tls {
        let wanted = self.tls.as_ref().map(|tls| tls.value);
        match (&self.ca_file, wanted) {
            (Some(file), Some(false)) => {
                faults.at(file, "`tls: false` asks nobody for a certificate", "remove one of the two");
                Tls::Off
            }
            (Some(_), _) | (None, Some(true)) => self.verified(faults),
            (None, Some(false)) => {
                if matches!(Tls::usual(&self.host.value), Tls::Verified { .. }) {
                    faults.warn(format!(
                        "whoever listens on the way to the database server `{}` reads its password and all its answers; \
                         remove `tls: false`, and name the authority of its certificate as `ca_file`",
                        self.host.value
                    ));
                }
                Tls::Off
            }
            (None, None) => Tls::usual(&self.host.value),
        }
    }

    fn verified(&self, faults: &Faults<'_>) -> Tls {
        Tls::Verified { ca_file: self.ca_file.as_ref().map(|file| faults.path(&file.value)) }
    }
}

impl FileSection {
    /// The store.
    pub(super) fn read(&self, faults: &mut Faults<'_>) -> Option<SqlStore> {
        let path = faults.path(&self.file.value);
        if !path.is_file() {
            let message = format!("there is no file `{}`", path.display());
            faults.at(&self.file, message, "name the file of a SQLite database");
            return None;
        }
        let usual = SqlSettings::of(Database::Sqlite(path));
        let settings = SqlSettings {
            read_only: self.read_only.unwrap_or(usual.read_only),
            statement_timeout: limit(self.statement_timeout_seconds.as_ref(), usual.statement_timeout, faults),
            most_rows: number(self.most_rows.as_ref(), usual.most_rows, u32::MAX, faults),
            ..usual
        };
        SqlStore::new(settings).ok()
    }
}

/// Such as `h:5432`, `h,1433`, `h\i` or a URL.
fn is_more_than_a_name(host: &str) -> bool {
    let address = host.split_once('%').map_or(host, |(address, _zone)| address);
    host.contains(['\\', ',', '@', ' ']) || host.contains(':') && address.parse::<Ipv6Addr>().is_err()
}

fn seconds(given: Option<&Spanned<u32>>, usual: Duration, faults: &mut Faults<'_>) -> Duration {
    let Some(given) = given else { return usual };
    if given.value == 0 {
        faults.at(given, "with 0 no question could be answered", "write 1 or more");
    }
    Duration::from_secs(given.value.into())
}

fn number(given: Option<&Spanned<u32>>, usual: usize, most: u32, faults: &mut Faults<'_>) -> usize {
    let Some(given) = given else { return usual };
    if given.value == 0 || given.value > most {
        faults.at(given, format!("{} is no useful number", given.value), format!("write a number from 1 to {most}"));
    }
    usize::try_from(given.value).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::input;

    /// What is made of a section, as it is debugged: that holds everything but the password.
    fn settings(keys: &str) -> String {
        let text = format!("{{ host: 127.0.0.1, database: hr, user: reader{keys} }}");
        let source = input::decode(text.into_bytes(), "claimsmith.yaml").unwrap();
        let section: ServerSection = input::yaml(&source).unwrap();
        let mut faults = Faults::new(&source, Path::new(""));
        let store = section.read(Database::MySql, &mut faults).unwrap();
        assert!(faults.is_empty());
        format!("{store:?}")
    }

    #[test]
    fn a_store_is_only_read_and_bounded_unless_told_otherwise() {
        let usual = settings("");
        for part in [
            "port: None",
            "tls: IfOffered",
            "read_only: true",
            "connect_timeout: 5s",
            "statement_timeout: 5s",
            "connections: 8",
            "idle: 300s",
            "age: 1800s",
            "most_rows: 1000",
        ] {
            assert!(usual.contains(part), "{part}: {usual}");
        }
    }

    #[test]
    fn every_key_reaches_the_store() {
        for (key, part) in [
            ("port: 33", "port: Some(33)"),
            ("tls: false", "tls: Off"),
            ("tls: true", "tls: Verified { ca_file: None }"),
            ("read_only: false", "read_only: false"),
            ("connect_timeout_seconds: 7", "connect_timeout: 7s"),
            ("statement_timeout_seconds: 7", "statement_timeout: 7s"),
            ("connections: 7", "connections: 7"),
            ("idle_seconds: 7", "idle: 7s"),
            ("age_minutes: 7", "age: 420s"),
            ("most_rows: 7", "most_rows: 7"),
        ] {
            let told = settings(&format!(", {key}"));
            assert!(told.contains(part), "{key}: {told}");
        }
        assert!(!settings(", password: hunter2").contains("hunter2"));
    }
}
