//! What a message is, by its root element.

use super::Error;
use crate::xml::name::SAMLP;
use crate::xml::{Limits, Tree};

/// The messages that service providers send to an identity provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageType {
    /// Asks for a sign-on [SAML-Core 3.4.1].
    AuthnRequest,
    /// Asks to end a session [SAML-Core 3.7.1].
    LogoutRequest,
    /// Answers the wish to end a session [SAML-Core 3.7.2].
    LogoutResponse,
}

impl MessageType {
    /// What a message is. `None` if it is none of them. Nothing but the root's name is looked at.
    ///
    /// # Errors
    /// If the text is no XML within the limits of requests.
    pub fn of(xml: &str) -> Result<Option<Self>, Error> {
        let tree = Tree::parse(xml, Limits::REQUEST)?;
        let types = [
            ("AuthnRequest", Self::AuthnRequest),
            ("LogoutRequest", Self::LogoutRequest),
            ("LogoutResponse", Self::LogoutResponse),
        ];
        Ok(types.into_iter().find(|(name, _)| tree.root(SAMLP.name(name)).is_ok()).map(|(_, found)| found))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_decides_whatever_its_prefix() {
        let of = |xml: &str| MessageType::of(xml).unwrap();
        let samlp = "xmlns:p=\"urn:oasis:names:tc:SAML:2.0:protocol\"";
        assert_eq!(of(&format!("<p:AuthnRequest {samlp}/>")), Some(MessageType::AuthnRequest));
        assert_eq!(of(&format!("<p:LogoutRequest {samlp}/>")), Some(MessageType::LogoutRequest));
        assert_eq!(of(&format!("<p:LogoutResponse {samlp}/>")), Some(MessageType::LogoutResponse));
        assert_eq!(of(&format!("<p:Response {samlp}><p:AuthnRequest/></p:Response>")), None);
        assert_eq!(of("<AuthnRequest/>"), None);
        assert!(MessageType::of("AuthnRequest").is_err());
    }
}
