//! XML as SAML writes it: canonical text. What comes in is read by [`crate::xml`].

mod escape;
pub(crate) mod time;
pub(crate) mod writer;

pub(crate) use writer::Writer;
