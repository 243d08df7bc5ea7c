//! SAML messages as they come, before anything about them is believed.

pub use crate::saml::MessageType;
use crate::saml::binding::{post, redirect};

/// Longest message in a form field, decoded, in bytes.
pub(in crate::idp) const MESSAGE_BYTES: usize = 64 * 1024;

/// A SAML message as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// In the query of an address [SAML-Bindings 3.4].
    Redirect {
        /// The query, byte for byte: signatures cover it so.
        raw_query: String,
    },
    /// In a form [SAML-Bindings 3.5].
    Post {
        /// The field `SAMLRequest` or `SAMLResponse`.
        field: String,
        /// The field `RelayState`.
        relay_state: Option<String>,
    },
}

impl Message {
    /// What the message is. `None` if it cannot be read; whoever needs to know why reads it.
    #[must_use]
    pub fn message_type(&self) -> Option<MessageType> {
        let xml = match self {
            Self::Redirect { raw_query } => redirect::parse(raw_query).ok()?.xml,
            Self::Post { field, .. } => post::decode(field, MESSAGE_BYTES).ok()?,
        };
        MessageType::of(&xml).ok()?
    }
}
