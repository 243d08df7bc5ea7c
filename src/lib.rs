//! Claimsmith: AD FS claim rules without AD FS.
//!
//! The crate reads AD FS claim rules as they are, runs them over a user's claims, and turns the result into a
//! signed SAML response. A folder is a layer; `ARCHITECTURE.md` says which layer may name which.
//!
//! | layer | is |
//! | --- | --- |
//! | [`lang`] | text to syntax and back: grammar, syntax tree, diagnostics, printer |
//! | [`engine`] | meaning: claims, .NET regular expressions, compile, evaluate, trace, pipeline |
//! | [`input`] | bytes that people wrote, to text and values: encodings, size limits, YAML |
//! | [`store`] | attribute stores and directories: file, Active Directory |
//! | [`aws`] | what AWS demands of an assertion, and what its errors mean |
//! | [`lint`] | what is probably not meant in rules that can be read |
//! | [`config`] | trust folders and server configuration |
//! | [`harness`] | dry runs and rule tests |
//! | [`import`] | exports of AD FS, to trust folders |
//! | [`xml`] | XML of strangers, as a tree within limits |
//! | [`lsp`] | what an editor shows of rules, as pure functions |
//! | [`report`] | diagnostics and results to human and JSON text |
//! | [`kerberos`] | tickets of browsers and of our own |
//! | [`saml`] | messages, keys, metadata, bindings |
//! | [`idp`] | the sign-on: authenticate, authorize, issue |
//! | [`web`] | HTTP to `idp` and back |
//! | [`standin`] | the local stand-in for the AWS sign-in endpoint |
//! | [`cli`] | one file per subcommand |
//!
//! `lang` and `engine` need no feature, network, clock, file system or async runtime.

pub mod engine;
pub mod lang;

#[cfg(feature = "files")]
pub mod aws;
#[cfg(feature = "files")]
pub mod config;
#[cfg(feature = "files")]
pub mod harness;
#[cfg(feature = "files")]
pub mod input;
#[cfg(feature = "files")]
pub mod kerberos;
#[cfg(feature = "files")]
pub mod lint;
#[cfg(feature = "files")]
pub mod store;

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "cli")]
pub mod import;
#[cfg(feature = "cli")]
pub mod lsp;
#[cfg(feature = "cli")]
pub mod report;

#[cfg(feature = "idp")]
pub mod idp;
#[cfg(feature = "idp")]
pub mod saml;
#[cfg(feature = "idp")]
pub mod standin;
#[cfg(feature = "idp")]
pub mod web;
#[cfg(feature = "cli")]
pub mod xml;
