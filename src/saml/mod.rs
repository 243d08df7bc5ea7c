//! SAML 2.0: messages, XML, keys, metadata, bindings. Bytes in, bytes out; time is a value.
//!
//! | module | is |
//! | --- | --- |
//! | [`model`] | what the identity provider says, before it is XML |
//! | [`response`], [`logout`], [`metadata`] | the model as signed XML |
//! | [`authn_request`], [`logout`] | what service providers ask |
//! | [`binding`] | HTTP Redirect and HTTP POST, without HTTP |
//! | [`sign`], [`key`] | our signatures |
//! | [`verify`] | signatures of others |
//! | [`xml`] | canonical text out |
//!
//! What goes out is written as text that is its own exclusive canonical form, so nothing has to be parsed to be
//! signed. What comes in is parsed once; the values are read from the very tree whose signature was checked.

mod assertion;
pub mod authn_request;
pub mod binding;
mod error;
pub mod id;
pub mod key;
pub mod logout;
mod message_type;
pub mod metadata;
pub mod model;
mod protocol;
pub mod response;
pub mod sign;
pub mod verify;
pub mod xml;

pub use authn_request::AuthnRequest;
pub use error::{Error, PeerFault};
pub use logout::{LogoutRequest, LogoutResponse};
pub use message_type::MessageType;
pub use sign::{SignatureAlgorithm, SignedPart, Signer};
