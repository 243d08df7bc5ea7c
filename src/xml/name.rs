//! The namespaces that are read and written, each with the prefix that is written for it.

use std::fmt;

/// A namespace and its prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Namespace {
    pub(crate) prefix: &'static str,
    pub(crate) uri: &'static str,
}

/// `saml:` [SAML-Core 1.1].
pub(crate) const SAML: Namespace = Namespace { prefix: "saml", uri: "urn:oasis:names:tc:SAML:2.0:assertion" };
/// `samlp:` [SAML-Core 1.1].
pub(crate) const SAMLP: Namespace = Namespace { prefix: "samlp", uri: "urn:oasis:names:tc:SAML:2.0:protocol" };
/// `md:` [SAML-Metadata 1.1].
pub(crate) const MD: Namespace = Namespace { prefix: "md", uri: "urn:oasis:names:tc:SAML:2.0:metadata" };
/// `ds:` [`XMLDSig`].
pub(crate) const DS: Namespace = Namespace { prefix: "ds", uri: "http://www.w3.org/2000/09/xmldsig#" };

/// Objects of PowerShell [MS-PSRP 2.2.5]; written without a prefix.
pub(crate) const CLIXML: Namespace = Namespace { prefix: "", uri: "http://schemas.microsoft.com/powershell/2004/04" };

/// An element name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) namespace: Namespace,
    pub(crate) local: &'static str,
}

impl Namespace {
    /// The name `local` in this namespace.
    pub(crate) const fn name(self, local: &'static str) -> Name {
        Name { namespace: self, local }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.namespace.prefix {
            "" => f.write_str(self.local),
            prefix => write!(f, "{prefix}:{}", self.local),
        }
    }
}
