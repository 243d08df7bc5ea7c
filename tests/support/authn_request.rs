//! `AuthnRequest` messages as service providers send them, right or wrong.

use claimsmith::saml::Signer;
use claimsmith::saml::binding::{post, redirect};

use super::identity_provider::{BASE_URL, SP};
use super::saml::NOW;

/// A request of [`SP`]; `None` leaves an attribute out.
#[derive(Clone)]
pub struct AuthnRequest {
    pub id: String,
    pub issuer: String,
    pub issue_instant: String,
    pub destination: Option<String>,
    /// Further attributes, as XML.
    pub attributes: String,
    /// Further elements, as XML.
    pub elements: String,
}

impl Default for AuthnRequest {
    fn default() -> Self {
        Self {
            id: "_request1".to_owned(),
            issuer: SP.to_owned(),
            issue_instant: NOW.to_owned(),
            destination: Some(format!("{BASE_URL}/adfs/ls/")),
            attributes: String::new(),
            elements: String::new(),
        }
    }
}

impl AuthnRequest {
    pub fn with(attributes: &str) -> Self {
        Self { attributes: attributes.to_owned(), ..Self::default() }
    }

    pub fn xml(&self) -> String {
        let Self { id, issuer, issue_instant, destination, attributes, elements } = self;
        let destination = destination.as_ref().map(|url| format!(" Destination=\"{url}\"")).unwrap_or_default();
        format!(
            "<samlp:AuthnRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
             xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"{id}\" Version=\"2.0\" \
             IssueInstant=\"{issue_instant}\"{destination} {attributes}>\
             <saml:Issuer>{issuer}</saml:Issuer>{elements}</samlp:AuthnRequest>"
        )
    }

    /// The field of a form.
    pub fn posted(&self) -> String {
        post::encode(&self.xml())
    }

    /// Path and query.
    pub fn redirected(&self, relay_state: Option<&str>, signer: Option<&dyn Signer>) -> String {
        redirect::url("/adfs/ls/", redirect::MessageKind::Request, &self.xml(), relay_state, signer).unwrap()
    }
}
