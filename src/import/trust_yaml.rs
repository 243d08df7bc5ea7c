//! `trust.yaml` of a relying party: what runs here.

use std::fmt::Write as _;

use super::endpoint::Endpoint;
use super::rule_set::RuleSetKind;
use super::trust::Trust;
use super::yaml_text::yaml_text;

/// The text, with the rule sets and certificates that lie beside it.
///
/// Addresses to which nothing may be posted are left out: a remark says so.
pub(super) fn text(trust: &Trust, rule_sets: &[RuleSetKind], certificates: &[String]) -> String {
    let mut yaml = format!(
        "# Written by `rulecheck import` from {}.\n# What AD FS said beside this is recorded in `adfs.yaml`.\n",
        yaml_text(&trust.export)
    );
    let identifier = trust.identifiers.first().map_or("", String::as_str);
    // INVARIANT: writing to a `String` cannot fail.
    let _ = writeln!(yaml, "name: {}", yaml_text(trust.title()));
    let _ = writeln!(yaml, "identifier: {}", yaml_text(identifier));
    endpoints(&mut yaml, &trust.endpoints);
    if is_aws(identifier) {
        yaml.push_str("profile: aws\n");
    }
    if !certificates.is_empty() {
        let _ = writeln!(yaml, "request_certificates: [{}]", certificates.join(", "));
    }
    if trust.requires_signed_requests {
        yaml.push_str("requires_signed_requests: true\n");
    }
    yaml.push_str("rules:\n");
    for kind in rule_sets.iter().filter(|kind| kind.runs()) {
        let _ = writeln!(yaml, "  {}: {}", kind.word(), kind.file());
    }
    yaml
}

/// Those that assertions are posted to, in the order of their numbers; one of them is the default [SAML-Metadata 2.2.3].
fn endpoints(yaml: &mut String, endpoints: &[Endpoint]) {
    let mut used: Vec<&Endpoint> = Vec::new();
    for endpoint in
        endpoints.iter().filter(|endpoint| endpoint.takes_posted_assertions() && endpoint.refusal().is_none())
    {
        if !used.iter().any(|known| known.location == endpoint.location) {
            used.push(endpoint);
        }
    }
    used.sort_by_key(|endpoint| endpoint.index);
    if used.is_empty() {
        yaml.push_str("endpoints: []\n");
        return;
    }
    yaml.push_str("endpoints:\n");
    let default = used.iter().position(|endpoint| endpoint.is_default).unwrap_or_default();
    for (place, endpoint) in used.iter().enumerate() {
        let default = if place == default { ", default: true" } else { "" };
        // INVARIANT: writing to a `String` cannot fail.
        let _ = writeln!(yaml, "  - {{ binding: post, url: {}{default} }}", quoted(&endpoint.location));
    }
}

/// Inside braces, a plain scalar could end at a comma or a brace.
fn quoted(text: &str) -> String {
    let scalar = yaml_text(text);
    if scalar.starts_with('"') || !text.contains([',', '{', '}', '[', ']']) { scalar } else { format!("\"{scalar}\"") }
}

/// Whether this is the entity ID of the AWS sign-in, of any partition.
fn is_aws(identifier: &str) -> bool {
    let identifier = identifier.trim().to_ascii_lowercase();
    identifier.strip_prefix("urn:amazon:webservices").is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
}
