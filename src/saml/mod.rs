//! SAML 2.0: messages, XML, keys, metadata, bindings. Bytes in, bytes out; time is a value.

pub mod model;
