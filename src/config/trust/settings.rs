//! `trust.yaml`: its keys, and what must hold for their values.

use std::sync::Arc;

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use serde::Deserialize;

use super::error::{Flaw, LoadError};
use super::files::Files;
use super::{FILE_NAME, RuleSetKind};
use crate::engine::trust::{Binding, Endpoint, Profile, RelyingParty};
use crate::input::{self, InputError, Spanned};
use crate::lang::{Diagnostic, Source};

/// The code of findings in configuration files.
const CODE: &str = "config";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TrustFile {
    name: Spanned<String>,
    identifier: Spanned<String>,
    endpoints: Spanned<Vec<EndpointEntry>>,
    #[serde(default)]
    profile: Option<ProfileName>,
    #[serde(default)]
    rules: RuleFiles,
    #[serde(default)]
    request_certificates: Vec<Spanned<String>>,
    #[serde(default)]
    requires_signed_requests: Option<Spanned<bool>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EndpointEntry {
    binding: BindingName,
    url: Spanned<String>,
    #[serde(default)]
    default: Option<Spanned<bool>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum BindingName {
    Post,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum ProfileName {
    Aws,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFiles {
    #[serde(default)]
    acceptance: Option<Spanned<String>>,
    #[serde(default)]
    authorization: Option<Spanned<String>>,
    #[serde(default)]
    additional_authentication: Option<Spanned<String>>,
    #[serde(default)]
    issuance: Option<Spanned<String>>,
}

/// A valid `trust.yaml`: the relying party, and which file holds which rule set.
#[derive(Debug)]
pub struct Settings {
    /// Everything but the rules.
    pub relying_party: RelyingParty,
    /// The file of each rule set that there is, relative to the folder.
    pub rule_files: Vec<(RuleSetKind, String)>,
}

/// Reads and validates the `trust.yaml` among `files`. Names every fault, not only the first.
pub(super) fn read(files: &impl Files) -> Result<Settings, LoadError> {
    let Some(source) = files.read(FILE_NAME) else {
        let missing = InputError::whole(files.name(), format!("there is no `{FILE_NAME}`, so this is no trust folder"));
        return Err(missing.with_help("name a folder that has one, or a single `.claims` file").into());
    };
    let source = source?;
    let file: TrustFile = input::yaml(&source)?;
    let mut faults = Faults { source: &source, found: Vec::new() };
    let endpoints = faults.endpoints(&file.endpoints);
    faults.names(&file);
    let request_certificates = faults.certificates(&file, files);
    let rule_files = faults.rule_files(&file, files);
    let mut found = faults.found;
    found.sort_by_key(|fault| fault.span);
    if !found.is_empty() {
        return Err(LoadError { flaws: vec![Flaw::Findings { source, diagnostics: found }] });
    }
    let relying_party = RelyingParty {
        name: file.name.value,
        identifier: Arc::from(file.identifier.value),
        endpoints,
        profile: file.profile.map(|ProfileName::Aws| Profile::Aws),
        request_certificates,
        requires_signed_requests: file.requires_signed_requests.is_some_and(|wanted| wanted.value),
    };
    Ok(Settings { relying_party, rule_files })
}

struct Faults<'a> {
    source: &'a Source,
    found: Vec<Diagnostic>,
}

impl Faults<'_> {
    fn at<T>(&mut self, value: &Spanned<T>, message: impl Into<String>, help: &str) {
        let span = input::span(self.source, value);
        self.found.push(Diagnostic::error(CODE, span, message).with_help(help));
    }

    fn names(&mut self, file: &TrustFile) {
        if file.name.value.trim().is_empty() {
            self.at(&file.name, "the name is empty", "give the name that people see, such as `Amazon Web Services`");
        }
        if file.identifier.value.trim().is_empty() {
            let help = "give the relying party's entity ID, such as `urn:amazon:webservices`";
            self.at(&file.identifier, "the identifier is empty", help);
        }
        if file.profile.is_none() && is_aws(&file.identifier.value) {
            let help = "add `profile: aws`: it refuses to sign what AWS would refuse";
            self.at(&file.identifier, "this is AWS, and nothing checks what AWS is told", help);
        }
    }

    fn endpoints(&mut self, entries: &Spanned<Vec<EndpointEntry>>) -> Vec<Endpoint> {
        let single = entries.value.len() == 1;
        let mut endpoints: Vec<Endpoint> = Vec::new();
        for entry in &entries.value {
            let BindingName::Post = entry.binding;
            let url = &entry.url.value;
            if let Some(reason) = refused_url(url) {
                let help = "an assertion opens the user's account: write the full `https://` address of the service";
                self.at(&entry.url, format!("the endpoint `{url}` {reason}"), help);
            }
            if endpoints.iter().any(|known| known.url == *url) {
                self.at(&entry.url, format!("the endpoint `{url}` is given twice"), "remove one of them");
            }
            let default = entry.default.as_ref();
            if let Some(second) = default.filter(|wanted| wanted.value && endpoints.iter().any(|known| known.default)) {
                self.at(second, "there are two default endpoints", "keep `default: true` on one of them");
            }
            endpoints.push(Endpoint {
                binding: Binding::Post,
                url: url.clone(),
                default: default.map_or(single, |wanted| wanted.value),
            });
        }
        if !endpoints.is_empty() && !endpoints.iter().any(|endpoint| endpoint.default) {
            self.at(
                entries,
                "no endpoint is the default",
                "add `default: true` to the one that requests without a choice get",
            );
        }
        endpoints
    }

    fn certificates(&mut self, file: &TrustFile, files: &impl Files) -> Vec<Vec<u8>> {
        let mut certificates = Vec::new();
        for name in &file.request_certificates {
            match certificates_of(files, &name.value) {
                Ok(found) => certificates.extend(found),
                Err(reason) => {
                    let help = "name a PEM file that holds the relying party's signing certificate";
                    self.at(name, format!("the certificate file `{}` {reason}", name.value), help);
                }
            }
        }
        if let Some(wanted) = file.requires_signed_requests.as_ref()
            && wanted.value
            && file.request_certificates.is_empty()
        {
            let help = "add `request_certificates: [FILE]` with the certificate of the key that signs the requests";
            self.at(wanted, "signed requests are required, but no certificate could verify one", help);
        }
        certificates
    }

    /// The named files, and those of the default name that are there. No rule set that lies there may go unread: its
    /// author believes that it holds.
    fn rule_files(&mut self, file: &TrustFile, files: &impl Files) -> Vec<(RuleSetKind, String)> {
        let mut found = Vec::new();
        for kind in RuleSetKind::ALL {
            let named = match kind {
                RuleSetKind::Acceptance => &file.rules.acceptance,
                RuleSetKind::Authorization => &file.rules.authorization,
                RuleSetKind::AdditionalAuthentication => &file.rules.additional_authentication,
                RuleSetKind::Issuance => &file.rules.issuance,
            };
            match named {
                Some(name) if !lies_beside(&name.value) => {
                    let message = format!("the rule file `{}` does not lie beside `trust.yaml`", name.value);
                    self.at(name, message, "put it into the folder of the trust, and give its name without a path");
                }
                Some(name) if files.has(&name.value) => found.push((kind, name.value.clone())),
                Some(name) => {
                    let message = format!("there is no rule file `{}`", files.display(&name.value));
                    self.at(name, message, "name a file that lies beside `trust.yaml`");
                }
                None if files.has(kind.default_file()) => found.push((kind, kind.default_file().to_owned())),
                None => {}
            }
        }
        let issues = found.iter().any(|(kind, _)| *kind == RuleSetKind::Issuance);
        if !issues && file.rules.issuance.is_none() {
            let help =
                "write the issuance rules to `issuance.claims` beside `trust.yaml`, or name their file under `rules`";
            self.at(&file.identifier, "this trust has no issuance rules, so it could never say anything", help);
        }
        for name in files.rule_files() {
            if !found.iter().any(|(_, read)| *read == name) {
                let message = format!("nothing reads the rule file `{}`", files.display(&name));
                let help = "say under `rules` what it decides, such as `additional_authentication: mfa.claims`, \
                            or move it out of the folder";
                self.at(&file.identifier, message, help);
            }
        }
        found
    }
}

/// Whether `name` can only be a file of the trust's own folder: the digest and the reviewers of a trust look nowhere else.
fn lies_beside(name: &str) -> bool {
    !name.contains(['/', '\\']) && name != ".."
}

/// Whether this is the entity ID of the AWS sign-in, of any partition.
fn is_aws(identifier: &str) -> bool {
    let identifier = identifier.trim().to_ascii_lowercase();
    identifier.strip_prefix("urn:amazon:webservices").is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
}

/// Why assertions must not be posted to `url`. `None` if they may be.
fn refused_url(url: &str) -> Option<&'static str> {
    let Ok(parsed) = url::Url::parse(url) else {
        return Some("is no absolute URL");
    };
    let local = match parsed.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    match parsed.scheme() {
        "https" => {}
        "http" if local => {}
        "http" => return Some("is not encrypted"),
        _ => return Some("is no `https` address"),
    }
    if parsed.fragment().is_some() {
        return Some("has a fragment, which no server sees");
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Some("carries a user name or password");
    }
    None
}

fn certificates_of(files: &impl Files, name: &str) -> Result<Vec<Vec<u8>>, String> {
    let Some(read) = files.read(name) else {
        return Err("is not there".to_owned());
    };
    let text = read.map_err(|error| format!("cannot be read: {error}"))?.text;
    let mut certificates = Vec::new();
    for certificate in CertificateDer::pem_slice_iter(text.as_bytes()) {
        let certificate = certificate.map_err(|_| "is no valid PEM text".to_owned())?;
        if x509_parser::parse_x509_certificate(&certificate).is_err() {
            return Err("holds something that is no X.509 certificate".to_owned());
        }
        certificates.push(certificate.to_vec());
    }
    if certificates.is_empty() {
        return Err("holds no certificate".to_owned());
    }
    Ok(certificates)
}
