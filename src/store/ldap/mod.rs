//! LDAP: connections to a directory's servers, whatever make they are of.

pub(in crate::store) mod bind;
pub(in crate::store) mod connection;
pub(in crate::store) mod entry;
pub(in crate::store) mod escape;
pub(in crate::store) mod failure;
pub(in crate::store) mod pool;
pub(in crate::store) mod ranges;
pub(in crate::store) mod settings;
pub(in crate::store) mod tls;
pub(in crate::store) mod whole;

pub use settings::{LdapServers, ServiceCredentials, SettingsError};
