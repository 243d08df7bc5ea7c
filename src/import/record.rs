//! `adfs.yaml`: everything that AD FS said about a trust beside its rules, for people to look up. Nothing reads it.

use std::fmt::Write as _;

use super::endpoint::Endpoint;
use super::trust::Trust;
use super::yaml_text::yaml_text;

/// The text. `signing` and `encryption` name the files with certificates.
pub(super) fn text(trust: &Trust, signing: &[String], encryption: Option<&str>) -> String {
    let mut yaml = format!(
        "# What AD FS said about this {}, as `rulecheck import` found it in {}. Nothing reads this file.\n",
        trust.kind.words(),
        yaml_text(&trust.export)
    );
    // INVARIANT: writing to a `String` cannot fail.
    let _ = writeln!(yaml, "name: {}", yaml_text(&trust.name));
    list(&mut yaml, "", "identifiers", &trust.identifiers);
    endpoints(&mut yaml, &trust.endpoints);
    if let Some(address) = &trust.ws_federation {
        let _ = writeln!(yaml, "ws_federation_endpoint: {}", yaml_text(address));
    }
    if let Some(policy) = &trust.policy {
        let _ = writeln!(yaml, "access_control_policy:\n  name: {}", yaml_text(&policy.name));
        list(&mut yaml, "  ", "parameters", &policy.parameters);
    }
    if !signing.is_empty() {
        list(&mut yaml, "", "signing_certificates", signing);
    }
    if let Some(file) = encryption {
        let _ = writeln!(yaml, "encryption_certificate: {file}");
    }
    let _ = writeln!(yaml, "requires_signed_requests: {}", trust.requires_signed_requests);
    settings(&mut yaml, &trust.settings);
    yaml
}

fn endpoints(yaml: &mut String, endpoints: &[Endpoint]) {
    if endpoints.is_empty() {
        return;
    }
    yaml.push_str("saml_endpoints:\n");
    for endpoint in endpoints {
        // INVARIANT: writing to a `String` cannot fail.
        let _ = writeln!(yaml, "  - protocol: {}", yaml_text(&endpoint.protocol));
        let _ = writeln!(yaml, "    binding: {}", yaml_text(&endpoint.binding));
        let _ = writeln!(yaml, "    location: {}", yaml_text(&endpoint.location));
        if let Some(location) = &endpoint.response_location {
            let _ = writeln!(yaml, "    response_location: {}", yaml_text(location));
        }
        if let Some(index) = endpoint.index {
            let _ = writeln!(yaml, "    index: {index}");
        }
        let _ = writeln!(yaml, "    default: {}", endpoint.is_default);
    }
}

fn settings(yaml: &mut String, settings: &[(String, Vec<String>)]) {
    if settings.is_empty() {
        return;
    }
    yaml.push_str("settings:\n");
    for (name, values) in settings {
        match values.as_slice() {
            // INVARIANT: writing to a `String` cannot fail.
            [only] => drop(writeln!(yaml, "  {}: {}", yaml_text(name), yaml_text(only))),
            _ => list(yaml, "  ", name, values),
        }
    }
}

fn list(yaml: &mut String, indent: &str, name: &str, items: &[String]) {
    if items.is_empty() {
        // INVARIANT: writing to a `String` cannot fail.
        let _ = writeln!(yaml, "{indent}{}: []", yaml_text(name));
        return;
    }
    let _ = writeln!(yaml, "{indent}{}:", yaml_text(name));
    for item in items {
        let _ = writeln!(yaml, "{indent}  - {}", yaml_text(item));
    }
}
