//! What a request demands of its answer, and what is said where it cannot be had.

use crate::idp::method::Method;
use crate::saml::AuthnRequest;
use crate::saml::authn_request::Comparison;
use crate::saml::model::{NameId, StatusCode};

/// Whoever asks for this takes any.
const UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified";
/// Whoever asks for this takes any name.
const UNSPECIFIED_NAME: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";

/// Why a request is answered by a status and no assertion [SAML-Core 3.2.2.2].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unmet {
    /// The user would have to be asked, which `IsPassive` forbids.
    #[error("the request forbids to ask the user, and there is no session that would do")]
    Passive,
    /// The user did not sign in in the way that `RequestedAuthnContext` wants.
    #[error("the request wants another authentication context than the user's")]
    AuthnContext,
    /// `Subject` names somebody else.
    #[error("the request is for another user than the one who is signed in")]
    Principal,
    /// The rules give no name of the kind that `NameIDPolicy` wants.
    #[error("the request wants a name identifier of another format than the rules issue")]
    NameIdPolicy,
}

impl Unmet {
    /// Top-level and second-level status code.
    pub(in crate::idp) const fn status(self) -> (StatusCode, &'static str) {
        match self {
            Self::Passive => (StatusCode::Responder, "urn:oasis:names:tc:SAML:2.0:status:NoPassive"),
            Self::AuthnContext => (StatusCode::Responder, "urn:oasis:names:tc:SAML:2.0:status:NoAuthnContext"),
            Self::Principal => (StatusCode::Responder, "urn:oasis:names:tc:SAML:2.0:status:UnknownPrincipal"),
            Self::NameIdPolicy => (StatusCode::Requester, "urn:oasis:names:tc:SAML:2.0:status:InvalidNameIDPolicy"),
        }
    }
}

/// What a request demands of its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::idp) struct Demands {
    issuer: String,
    subject: Option<NameId>,
    name_id_format: Option<String>,
    sp_name_qualifier: Option<String>,
    contexts: Vec<String>,
    comparison: Comparison,
}

impl Demands {
    pub(super) fn of(request: &AuthnRequest) -> Self {
        Self {
            issuer: request.issuer.clone(),
            subject: request.subject.clone(),
            name_id_format: request.name_id_format.clone(),
            sp_name_qualifier: request.sp_name_qualifier.clone(),
            contexts: request.requested_authn_context.clone(),
            comparison: request.authn_context_comparison,
        }
    }

    /// Whether a way to sign in can be enough, whatever the rules say.
    pub(super) fn method_will_do(&self, method: Method) -> bool {
        let is_of_it = |uri: &String| method.classes().contains(&uri.as_str()) || uri == UNSPECIFIED;
        self.contexts.is_empty() || (self.comparison != Comparison::Better && self.contexts.iter().any(is_of_it))
    }

    /// The class that says of a way to sign in what the request wants to hear: all of its classes are true.
    pub(in crate::idp) fn class_of(&self, method: Method) -> &'static str {
        let wanted = |class: &&&str| self.contexts.iter().any(|uri| uri == **class);
        match method.classes().iter().find(wanted) {
            Some(class) if self.comparison == Comparison::Exact => class,
            _ => method.usual_class(),
        }
    }

    /// The first demand that a name and an authentication context class do not meet.
    pub(in crate::idp) fn unmet_by(&self, name_id: Option<&NameId>, context_class: &str) -> Option<Unmet> {
        if !self.context_is_met(context_class) {
            return Some(Unmet::AuthnContext);
        }
        if let Some(wanted) = &self.subject
            && !name_id.is_some_and(|name_id| is_same(wanted, name_id))
        {
            return Some(Unmet::Principal);
        }
        (!self.name_is_of_kind(name_id)).then_some(Unmet::NameIdPolicy)
    }

    fn context_is_met(&self, class: &str) -> bool {
        let wants = |class: &str| self.contexts.iter().any(|uri| uri == class);
        let by_its_method = || {
            let is_of = |method: &Method| method.classes().contains(&class);
            Method::ALL.into_iter().find(is_of).is_some_and(|method| self.method_will_do(method))
        };
        match self.comparison {
            _ if self.contexts.is_empty() => true,
            Comparison::Exact => wants(class) || wants(UNSPECIFIED),
            Comparison::Minimum | Comparison::Maximum => wants(class) || by_its_method() || wants(UNSPECIFIED),
            Comparison::Better => false,
        }
    }

    fn name_is_of_kind(&self, name_id: Option<&NameId>) -> bool {
        let format = self.name_id_format.as_deref().filter(|format| *format != UNSPECIFIED_NAME);
        let has_format = format.is_none_or(|format| name_id.and_then(|name| name.format.as_deref()) == Some(format));
        let has_qualifier = self.sp_name_qualifier.as_ref().is_none_or(|wanted| {
            *wanted == self.issuer || name_id.and_then(|name| name.sp_name_qualifier.as_ref()) == Some(wanted)
        });
        has_format && has_qualifier
    }
}

/// Whether a name that another party wrote is this user's: the value, and whatever else both of them say.
pub(in crate::idp) fn is_same(written: &NameId, issued: &NameId) -> bool {
    let agree = |written: &Option<String>, issued: &Option<String>| match (written, issued) {
        (Some(written), Some(issued)) => written == issued,
        _ => true,
    };
    let format = written.format.as_deref().unwrap_or(UNSPECIFIED_NAME);
    written.value == issued.value
        && (format == UNSPECIFIED_NAME || issued.format.as_deref() == Some(format))
        && agree(&written.name_qualifier, &issued.name_qualifier)
        && agree(&written.sp_name_qualifier, &issued.sp_name_qualifier)
}
