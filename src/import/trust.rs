//! A trust as an export has it.

use std::path::Path;

use super::certificate::{self, Certificate};
use super::endpoint::{self, Endpoint};
use super::policy::Policy;
use super::remark::Remark;
use super::rule_set::{RuleSetKind, RuleText};
use super::value::{Object, Value};

/// Which side of AD FS a trust is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TrustKind {
    /// Somebody who is told claims.
    RelyingParty,
    /// Somebody who tells claims.
    ClaimsProvider,
}

impl TrustKind {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::RelyingParty => "relying party trust",
            Self::ClaimsProvider => "claims provider trust",
        }
    }

    /// The folder that holds the folders of such trusts.
    #[must_use]
    pub const fn folder(self) -> &'static str {
        match self {
            Self::RelyingParty => "relying-parties",
            Self::ClaimsProvider => "claims-providers",
        }
    }

    /// The command that exports trusts of this kind whole.
    #[must_use]
    pub const fn export_command(self) -> &'static str {
        match self {
            Self::RelyingParty => {
                "Get-AdfsRelyingPartyTrust | ConvertTo-Json -Depth 5 | Out-File -Encoding utf8 relying-parties.json"
            }
            Self::ClaimsProvider => {
                "Get-AdfsClaimsProviderTrust | ConvertTo-Json -Depth 5 | Out-File -Encoding utf8 claims-providers.json"
            }
        }
    }
}

/// A relying party trust or a claims provider trust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trust {
    /// Which of them.
    pub kind: TrustKind,
    /// For people; may be empty.
    pub name: String,
    /// Who it is; a relying party may have several.
    pub identifiers: Vec<String>,
    /// Its rules.
    pub rule_sets: Vec<RuleText>,
    /// Its SAML endpoints.
    pub endpoints: Vec<Endpoint>,
    /// Where WS-Federation leads.
    pub ws_federation: Option<String>,
    /// Of the keys that sign its requests; for a claims provider, its tokens.
    pub signing_certificates: Vec<Certificate>,
    /// Of the key that it decrypts with.
    pub encryption_certificate: Option<Certificate>,
    /// Instead of authorization rules.
    pub policy: Option<Policy>,
    /// Unsigned requests are refused.
    pub requires_signed_requests: bool,
    /// Every other simple property, by name, in the order exported.
    pub settings: Vec<(String, Vec<String>)>,
    /// What was not carried.
    pub remarks: Vec<Remark>,
    /// The export that it came from.
    pub export: String,
}

/// Properties that stand elsewhere than among the settings.
const ELSEWHERE: [&str; 13] = [
    "Name",
    "Identifier",
    "SamlEndpoints",
    "SamlEndpoint",
    "WSFedEndpoint",
    "RequestSigningCertificate",
    "TokenSigningCertificates",
    "TokenSigningCertificate",
    "EncryptionCertificate",
    "AccessControlPolicyName",
    "AccessControlPolicyParameters",
    "SignedSamlRequestsRequired",
    "ResultantPolicy",
];

impl Trust {
    /// Whether an object is a trust: it has rules. Those that ask for another factor also stand by themselves, for all
    /// trusts; then they have no name.
    pub(super) fn is_one(object: &Object) -> bool {
        let named = object.property("Identifier").is_some() || object.property("Name").is_some();
        let has = |kind: &&RuleSetKind| object.property(kind.property()).is_some();
        RuleSetKind::ALL.iter().filter(has).any(|kind| named || *kind != RuleSetKind::AdditionalAuthentication)
    }

    /// Reads one. `export` is the name of the file.
    pub(super) fn read(object: &Object, export: &str) -> Self {
        let accepts = object.property(RuleSetKind::Acceptance.property()).is_some();
        let kind = if accepts { TrustKind::ClaimsProvider } else { TrustKind::RelyingParty };
        let mut remarks = Vec::new();
        let mut lost = |property: &str, what: &str| remarks.push(cut_off(kind, property, what));
        let (endpoints, endpoints_lost) = endpoint::read_all(either(object, ["SamlEndpoints", "SamlEndpoint"]));
        if endpoints_lost {
            lost("SamlEndpoints", "endpoints");
        }
        let signing = ["RequestSigningCertificate", "TokenSigningCertificates"];
        let (signing_certificates, certificates_lost) = certificate::read_all(either(object, signing));
        if certificates_lost {
            lost(if accepts { "TokenSigningCertificates" } else { "RequestSigningCertificate" }, "certificates");
        }
        let (mut encryption, encryption_lost) = certificate::read_all(object.property("EncryptionCertificate"));
        if encryption_lost {
            lost("EncryptionCertificate", "certificate");
        }
        let identifier = object.property("Identifier");
        if identifier.is_some_and(Value::is_cut_off) {
            lost("Identifier", "identifiers");
        }
        if object.property("AccessControlPolicyParameters").is_some_and(Value::is_cut_off) {
            lost("AccessControlPolicyParameters", "parameters of the access control policy");
        }
        let mut trust = Self {
            kind,
            name: object.text("Name").unwrap_or_default().to_owned(),
            identifiers: identifiers(identifier),
            rule_sets: rule_sets(object),
            endpoints,
            ws_federation: object.text("WSFedEndpoint").map(str::to_owned),
            signing_certificates,
            encryption_certificate: encryption.pop(),
            policy: Policy::read(
                object.text("AccessControlPolicyName"),
                object.property("AccessControlPolicyParameters"),
            ),
            requires_signed_requests: object.is_true("SignedSamlRequestsRequired"),
            settings: settings(object),
            remarks,
            export: export.to_owned(),
        };
        if trust.title().trim().is_empty() {
            // Somebody exported the rules of one trust, and named the file for it.
            let stem = Path::new(export).file_stem().and_then(|stem| stem.to_str());
            stem.unwrap_or_default().clone_into(&mut trust.name);
        }
        trust
    }

    /// A setting that has one value.
    #[must_use]
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.values(name).and_then(|values| values.first()).map(String::as_str)
    }

    /// All values of a setting.
    #[must_use]
    pub fn values(&self, name: &str) -> Option<&[String]> {
        let found = self.settings.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        Some(found.1.as_slice())
    }

    /// Whether a setting says `true`.
    #[must_use]
    pub fn is_set(&self, name: &str) -> bool {
        self.setting(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// The text of a rule set, if the trust has it.
    #[must_use]
    pub fn rules(&self, kind: RuleSetKind) -> Option<&str> {
        self.rule_sets.iter().find(|set| set.kind == kind).map(|set| set.text.as_str())
    }

    /// What people call it: its name, or else its identifier.
    #[must_use]
    pub fn title(&self) -> &str {
        let identifier = self.identifiers.first().map_or("", String::as_str);
        if self.name.trim().is_empty() { identifier } else { &self.name }
    }
}

fn either<'a>(object: &'a Object, names: [&str; 2]) -> Option<&'a Value> {
    names.into_iter().find_map(|name| object.property(name))
}

fn identifiers(value: Option<&Value>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let items = value.map(Value::items).unwrap_or_default().into_iter().filter(|item| !item.is_cut_off());
    for text in items.filter_map(Value::text).filter(|text| !text.is_empty()) {
        if !found.iter().any(|known| known == text) {
            found.push(text.to_owned());
        }
    }
    found
}

/// The rule sets that have a text. One that is empty decides as one that is absent.
fn rule_sets(object: &Object) -> Vec<RuleText> {
    let of = |kind: RuleSetKind| object.text(kind.property()).map(|text| RuleText { kind, text: text.to_owned() });
    RuleSetKind::ALL.into_iter().filter_map(of).collect()
}

fn settings(object: &Object) -> Vec<(String, Vec<String>)> {
    let is_rules = |name: &str| RuleSetKind::ALL.iter().any(|kind| kind.property().eq_ignore_ascii_case(name));
    let is_elsewhere = |name: &str| ELSEWHERE.iter().any(|known| known.eq_ignore_ascii_case(name));
    let rest = object.properties.iter().filter(|(name, _)| !is_rules(name) && !is_elsewhere(name));
    let simple = rest.filter_map(|(name, value)| {
        let texts: Vec<String> = value.texts().into_iter().map(str::to_owned).collect();
        (!texts.is_empty() && !value.is_cut_off()).then(|| (name.clone(), texts))
    });
    simple.collect()
}

/// Part of a trust was not exported.
fn cut_off(kind: TrustKind, property: &str, what: &str) -> Remark {
    let command = kind.export_command();
    Remark::attention(
        property,
        format!("the export does not go deep enough to hold the {what}; export with `{command}`"),
    )
}
