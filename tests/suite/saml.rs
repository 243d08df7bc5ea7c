//! The SAML layer: what it writes, what it reads, what it refuses.

mod canonical;
mod elliptic;
mod keys;
mod redirect;
mod requests;
mod signatures;
mod wrapping;
