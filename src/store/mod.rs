//! Attribute stores and directories: where claims about people come from.

mod account;
pub mod active_directory;
pub mod built_in;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod directory;
mod dn;
pub mod file;
mod filter;
#[cfg(feature = "laws")]
pub mod laws;
pub mod ldap;
pub mod ldap_directory;
mod octets;
mod open;
mod password;
pub mod password_change;
mod password_policy;
mod permits;
mod refusal;
pub mod sid;
pub mod sql;
mod user_name;
mod windows_time;

pub use active_directory::{ActiveDirectory, ActiveDirectorySettings};
pub use ldap::{LdapServers, ServiceCredentials};
pub use ldap_directory::{LdapDirectory, LdapDirectorySettings, LdapStore};
pub use open::{Location, OpenError, open};
