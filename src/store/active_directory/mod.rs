//! Active Directory over LDAP.

pub(in crate::store) mod query;
