//! SQL Server as an attribute store, against a real server: `make sql-server`. What `make test` asks of a made-up one is
//! asked here of the one that these name:
//!
//! - `CLAIMSMITH_SQL_SERVER_HOST`, and `…_PORT` or `…_INSTANCE` if it is not the default instance
//! - `CLAIMSMITH_SQL_SERVER_DATABASE`: an empty database, in which tables and procedures are made and removed again
//! - `CLAIMSMITH_SQL_SERVER_USER` and `…_PASSWORD_FILE`: a login that owns the database
//! - `CLAIMSMITH_SQL_SERVER_CA_FILE`: the authority of the server's certificate, unless the machine trusts it

#[path = "../support/sql_server_cases.rs"]
mod cases;
#[path = "../support/sql_questions.rs"]
mod questions;

use claimsmith::engine::AttributeStore as _;
use claimsmith::store::directory::Password;
use claimsmith::store::sql::{Database, Server, SqlSettings, SqlStore, Tls};

use self::questions::{column, query};

/// What is made in the database, in this order.
const MADE: [&str; 9] = [
    "CREATE TABLE people (id int PRIMARY KEY, login nvarchar(40) NOT NULL, born date, active bit, department nvarchar(40), \
     amount decimal(10, 2))",
    "INSERT INTO people VALUES (1, 'alice', '1990-02-28', 1, 'Engineering', 12.5), (2, 'bob', '1985-12-31', 0, NULL, 0.05), \
     (3, 'o''brien \"x\" \\ %_', NULL, NULL, N'Ünïcode 名前 😀', NULL)",
    "CREATE TABLE roles (login nvarchar(40), role nvarchar(40))",
    "INSERT INTO roles VALUES ('alice', 'Admin'), ('alice', 'ReadOnly'), ('bob', 'ReadOnly')",
    "CREATE TABLE visits (login nvarchar(40))",
    "CREATE PROCEDURE roles_of @login nvarchar(40) AS SELECT role FROM roles WHERE login = @login ORDER BY 1",
    "CREATE PROCEDURE visit @login nvarchar(40) AS INSERT INTO visits OUTPUT inserted.login VALUES (@login)",
    "CREATE PROCEDURE two_tables @x nvarchar(40) AS BEGIN SELECT @x SELECT @x END",
    "CREATE PROCEDURE commits AS BEGIN INSERT INTO visits VALUES ('committed') COMMIT SELECT 'done' END",
];
const REMOVED: [&str; 7] = [
    "DROP PROCEDURE commits",
    "DROP PROCEDURE two_tables",
    "DROP PROCEDURE visit",
    "DROP PROCEDURE roles_of",
    "DROP TABLE visits",
    "DROP TABLE roles",
    "DROP TABLE people",
];

fn settings() -> SqlSettings {
    let read = |name: &str| std::env::var(format!("CLAIMSMITH_SQL_SERVER_{name}")).ok();
    let required = |name: &str| {
        read(name).unwrap_or_else(|| panic!("set CLAIMSMITH_SQL_SERVER_{name}; tests/sql_server/main.rs says to what"))
    };
    let password = std::fs::read_to_string(required("PASSWORD_FILE")).expect("the file of the password can be read");
    let server = Server {
        host: required("HOST"),
        port: read("PORT").map(|port| port.parse().expect("CLAIMSMITH_SQL_SERVER_PORT is a number")),
        database: required("DATABASE"),
        user: required("USER"),
        password: Password::new(password.trim_end_matches(['\r', '\n']).to_owned()),
        tls: Tls::Verified { ca_file: read("CA_FILE").map(Into::into) },
    };
    SqlSettings::of(Database::SqlServer { server, instance: read("INSTANCE") })
}

fn writing() -> SqlSettings {
    SqlSettings { read_only: false, ..settings() }
}

/// The tables, as long as the tests need them.
struct Made(SqlStore);

impl Made {
    fn new() -> Self {
        let store = SqlStore::new(writing()).unwrap();
        let there = column(&store, "SELECT name FROM sys.objects WHERE is_ms_shipped = 0", &[]);
        assert_eq!(there, [""; 0], "name an empty database");
        let made = Self(store);
        for statement in MADE {
            made.run(statement).unwrap_or_else(|error| panic!("{error}"));
        }
        made
    }

    fn run(&self, statement: &str) -> Result<(), String> {
        self.0.answer(&[query(statement, &[], 0)]).map(drop).map_err(|error| error.to_string())
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        for statement in REMOVED {
            if let Err(error) = self.run(statement) {
                eprintln!("{statement}: {error}");
            }
        }
    }
}

#[test]
fn a_real_server_does_what_the_made_up_one_does() {
    let _made = Made::new();
    cases::reads(settings);
    cases::writes(writing());
}
