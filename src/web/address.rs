//! The addresses of this server. What lies under `/adfs` is found whatever its case, as on IIS.

use super::style::style_path;
pub(super) use crate::idp::passwords::UPDATE_PASSWORD;

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Address {
    /// Sign-in page and list of applications.
    Start,
    /// Sign-on that the relying party has not asked for.
    IdpInitiated,
    /// SAML 2.0 endpoint.
    Saml,
    /// Sign-on with a Kerberos ticket, to whatever the query or the form names.
    Integrated,
    /// Metadata of this identity provider.
    Metadata,
    /// The form for a new password.
    UpdatePassword,
    /// Ends the session.
    SignOut,
    /// The style sheet.
    Style,
}

/// Path of the SAML 2.0 endpoint.
pub(super) const SAML: &str = "/adfs/ls/";
/// Path of the sign-on that the relying party has not asked for.
pub(super) const IDP_INITIATED: &str = "/adfs/ls/IdpInitiatedSignOn.aspx";
/// Path of the sign-on with a Kerberos ticket.
pub(super) const INTEGRATED: &str = "/adfs/ls/wia";

impl Address {
    /// What `path` leads to. `None` if there is nothing.
    pub(super) fn of(path: &str) -> Option<Self> {
        match path {
            "/" => return Some(Self::Start),
            "/sign-out" => return Some(Self::SignOut),
            _ if path == style_path() => return Some(Self::Style),
            _ => {}
        }
        match path.to_ascii_lowercase().trim_end_matches('/') {
            "/adfs/ls" => Some(Self::Saml),
            "/adfs/ls/idpinitiatedsignon" | "/adfs/ls/idpinitiatedsignon.aspx" | "/adfs/ls/idpinitiatedsignon.htm" => {
                Some(Self::IdpInitiated)
            }
            "/adfs/portal/updatepassword" => Some(Self::UpdatePassword),
            "/adfs/ls/wia" => Some(Self::Integrated),
            "/federationmetadata/2007-06/federationmetadata.xml" => Some(Self::Metadata),
            _ => None,
        }
    }

    /// The path that request-context claims name [AD FS `x-ms-endpoint-absolute-path`].
    pub(super) const fn endpoint_path(self) -> &'static str {
        match self {
            Self::Start | Self::SignOut | Self::Style => "/",
            // Signing in with the new password is a sign-on like any other.
            Self::IdpInitiated | Self::Integrated | Self::Saml | Self::UpdatePassword => SAML,
            Self::Metadata => "/FederationMetadata/2007-06/FederationMetadata.xml",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_ad_fs_are_found_in_any_case_and_form() {
        for path in
            ["/adfs/ls/IdpInitiatedSignOn.aspx", "/ADFS/LS/idpinitiatedsignon.htm", "/adfs/ls/idpinitiatedSignon"]
        {
            assert_eq!(Address::of(path), Some(Address::IdpInitiated), "{path}");
        }
        for path in ["/adfs/ls/wia", "/ADFS/ls/WIA", "/adfs/ls/wia/"] {
            assert_eq!(Address::of(path), Some(Address::Integrated), "{path}");
        }
        assert_eq!(Address::of("/adfs/ls/"), Some(Address::Saml));
        assert_eq!(Address::of("/Adfs/ls"), Some(Address::Saml));
        for path in ["/adfs/portal/updatepassword/", "/ADFS/Portal/UpdatePassword"] {
            assert_eq!(Address::of(path), Some(Address::UpdatePassword), "{path}");
        }
        let metadata = "/federationmetadata/2007-06/FederationMetadata.xml";
        assert_eq!(Address::of(metadata), Some(Address::Metadata));
    }

    #[test]
    fn other_paths_lead_nowhere() {
        for path in ["", "//", "/adfs", "/adfs/ls/x", "/static/", "/index.html", "/adfs/ls/../"] {
            assert_eq!(Address::of(path), None, "{path}");
        }
    }
}
