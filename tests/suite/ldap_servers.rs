//! The way to a directory's servers: several of them, found by DNS or named, good ones and bad ones.

mod discovery;
mod failover;
mod faults;
mod hostile;

use std::time::Duration;

use claimsmith::store::active_directory::ActiveDirectory;
use claimsmith::store::directory::{Directory as _, Password};
use claimsmith::store::ldap::{LdapServers, ServerStanding};
use claimsmith::store::{ActiveDirectorySettings, ServiceCredentials};

/// A sign-in must be over in this time, whatever one of two servers does.
const FAILOVER: Duration = Duration::from_secs(2);

fn directory(servers: LdapServers) -> ActiveDirectory {
    ActiveDirectory::new(over(servers)).unwrap()
}

fn over(servers: LdapServers) -> ActiveDirectorySettings {
    ActiveDirectorySettings { servers, ..ActiveDirectorySettings::default() }
}

/// The service account of made-up servers.
fn service() -> ServiceCredentials {
    ServiceCredentials::Password {
        name: "svc@corp.example.com".to_owned(),
        password: Password::new("Passw0rd.svc".to_owned()),
    }
}

/// Why the directory does not answer.
fn told(servers: LdapServers) -> String {
    directory(servers).check().unwrap_err().to_string()
}

fn signs_in(directory: &ActiveDirectory) {
    directory.sign_in("alice", &Password::new("Passw0rd.alice".to_owned())).unwrap();
}

fn is_down(directory: &ActiveDirectory, url: &str) -> bool {
    let health = directory.health();
    let server = health.iter().find(|server| server.server == url).unwrap_or_else(|| panic!("{url}: {health:?}"));
    matches!(server.standing, ServerStanding::Down { .. })
}
