//! Where AD FS sends what to a partner, and by which binding.

use super::value::{Object, Value};

/// A SAML endpoint of a trust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// `POST`, `Artifact`, `Redirect`, `SOAP`, as AD FS says it.
    pub binding: String,
    /// `SAMLAssertionConsumer`, `SAMLLogout`, `SAMLSingleSignOn`, `SAMLArtifactResolution`.
    pub protocol: String,
    /// The address.
    pub location: String,
    /// Where answers go, if elsewhere.
    pub response_location: Option<String>,
    /// Its number among those of its kind.
    pub index: Option<u32>,
    /// Used when a request names none.
    pub is_default: bool,
}

impl Endpoint {
    /// Reads an object of `SamlEndpoints`. `None` if it has no address.
    pub(super) fn read(object: &Object) -> Option<Self> {
        let binding = object.text("Binding").filter(|binding| binding.parse::<u32>().is_err());
        let binding = binding.map(str::to_owned).or_else(|| object.text("BindingUri").map(binding_of))?;
        Some(Self {
            binding,
            protocol: object.text("Protocol").unwrap_or_default().to_owned(),
            location: object.text("Location").or_else(|| object.text("Uri"))?.to_owned(),
            response_location: object.text("ResponseLocation").map(str::to_owned),
            index: object.text("Index").and_then(|index| index.parse().ok()),
            is_default: object.is_true("IsDefault"),
        })
    }

    /// Whether assertions are posted there.
    #[must_use]
    pub fn takes_posted_assertions(&self) -> bool {
        self.binding.eq_ignore_ascii_case("POST") && self.takes_assertions()
    }

    /// Whether assertions are sent there.
    #[must_use]
    pub fn takes_assertions(&self) -> bool {
        self.protocol.eq_ignore_ascii_case("SAMLAssertionConsumer")
    }

    /// Why assertions must not be posted there. `None` if they may be.
    #[must_use]
    pub fn refusal(&self) -> Option<&'static str> {
        let Ok(url) = url::Url::parse(&self.location) else { return Some("is no absolute address") };
        match url.scheme() {
            "https" if url.fragment().is_some() => Some("has a fragment, which no server sees"),
            "https" if !url.username().is_empty() || url.password().is_some() => {
                Some("carries a user name or password")
            }
            "https" => None,
            "http" => Some("is not encrypted"),
            _ => Some("is no `https` address"),
        }
    }
}

/// All endpoints of a property, and whether some were cut off.
pub(super) fn read_all(value: Option<&Value>) -> (Vec<Endpoint>, bool) {
    let items = value.map(Value::items).unwrap_or_default();
    let read = items.iter().filter_map(|item| match item {
        Value::Object(object) => Endpoint::read(object),
        _ => None,
    });
    let endpoints: Vec<Endpoint> = read.collect();
    let lost =
        items.iter().any(|item| item.text().is_none_or(|text| !text.is_empty())) && endpoints.len() < items.len();
    (endpoints, lost)
}

/// The short name of a binding [SAML-Bindings 3].
fn binding_of(uri: &str) -> String {
    match uri.rsplit(':').next().unwrap_or_default() {
        "HTTP-POST" => "POST".to_owned(),
        "HTTP-Redirect" => "Redirect".to_owned(),
        "HTTP-Artifact" => "Artifact".to_owned(),
        other => other.to_owned(),
    }
}
