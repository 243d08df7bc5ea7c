//! Where what runs here does something else than AD FS did, by what a trust says beside its rules.

use super::remark::Remark;
use super::rule_set::RuleSetKind;
use super::trust::{Trust, TrustKind};

/// Adds a remark for every property of AD FS that has an effect and is not carried.
pub(super) fn remark(trust: &mut Trust) {
    let mut found = Vec::new();
    if trust.identifiers.is_empty() {
        let text = "the export names no identifier, so `trust.yaml` has none: write the entity ID there";
        found.push(Remark::attention("Identifier", text));
    }
    if trust.setting("Enabled").is_some_and(|enabled| enabled.eq_ignore_ascii_case("false")) {
        let text = "the trust is switched off in AD FS; a folder that the server's `trusts` names is on";
        found.push(Remark::attention("Enabled", text));
    }
    match trust.kind {
        TrustKind::RelyingParty => relying_party(trust, &mut found),
        TrustKind::ClaimsProvider => claims_provider(trust, &mut found),
    }
    metadata(trust, &mut found);
    trust.remarks.extend(found);
}

fn relying_party(trust: &Trust, found: &mut Vec<Remark>) {
    access(trust, found);
    protocols(trust, found);
    secrecy(trust, found);
    time(trust, found);
    for kind in [RuleSetKind::Delegation, RuleSetKind::Impersonation] {
        if trust.rules(kind).is_some() {
            let text = format!("kept in `{}`, which no sign-on by SAML runs", kind.file());
            found.push(Remark::note(kind.property(), text));
        }
    }
}

/// Who may use it, and how they must have signed in.
fn access(trust: &Trust, found: &mut Vec<Remark>) {
    if let Some(policy) = &trust.policy {
        found.push(policy_remark(trust, policy));
    } else if trust.rules(RuleSetKind::Authorization).is_none() {
        let text = "there are no authorization rules and no access control policy, so nobody may use it, as in AD FS";
        found.push(Remark::note("IssuanceAuthorizationRules", text));
    }
    if trust.rules(RuleSetKind::Issuance).is_none() {
        found.push(Remark::note("IssuanceTransformRules", "there are none, so nothing is issued, as in AD FS"));
    }
    if trust.is_set("AlwaysRequireAuthentication") {
        let text = "AD FS asks for the password at every sign-on; here a session is enough";
        found.push(Remark::attention("AlwaysRequireAuthentication", text));
    }
    if let Some(classes) = trust.values("AllowedAuthenticationClassReferences") {
        let text = format!("AD FS lets only {} in; here only passwords over TLS are checked", in_backticks(classes));
        found.push(Remark::attention("AllowedAuthenticationClassReferences", text));
    }
    if let Some(providers) = trust.values("ClaimsProviderName") {
        let text =
            format!("AD FS lets only users of {} in; here everybody of the directory may try", in_backticks(providers));
        found.push(Remark::attention("ClaimsProviderName", text));
    }
    if trust.is_set("RequestMFAFromClaimsProviders") {
        let text = "other claims providers are not asked for another factor: there are none here";
        found.push(Remark::note("RequestMFAFromClaimsProviders", text));
    }
}

fn policy_remark(trust: &Trust, policy: &super::policy::Policy) -> Remark {
    let given = match policy.parameters.as_slice() {
        [] => String::new(),
        parameters => format!(" with {}", in_backticks(parameters)),
    };
    let said =
        format!("the access control policy `{}`{given} is no rule set, so nobody may use the trust", policy.name);
    let said = if trust.rules(RuleSetKind::Authorization).is_some() {
        format!(
            "the export has the policy `{}`{given} beside authorization rules; only the rules are carried",
            policy.name
        )
    } else {
        said
    };
    let Some(rules) = policy.nearest_rules() else {
        let command =
            format!("(Get-AdfsAccessControlPolicy -Name '{}').PolicyMetadata", policy.name.replace('\'', "''"));
        return Remark::attention("AccessControlPolicyName", format!("{said}; `{command}` tells what it asks for"));
    };
    let differs = rules.differs.map(|differs| format!(" ({differs})")).unwrap_or_default();
    let mut text = format!("# authorization.claims\n{}", rules.authorization);
    if let Some(additional) = rules.additional_authentication {
        text.push_str("\n# additional_authentication.claims\n");
        text.push_str(&additional);
    }
    let text_said = format!("{said}; if nobody changed the policy, these rules come nearest{differs}");
    Remark::attention("AccessControlPolicyName", text_said).with_rules(text)
}

/// How the assertion gets there.
fn protocols(trust: &Trust, found: &mut Vec<Remark>) {
    let served =
        trust.endpoints.iter().any(|endpoint| endpoint.takes_posted_assertions() && endpoint.refusal().is_none());
    for endpoint in trust.endpoints.iter().filter(|endpoint| endpoint.takes_posted_assertions()) {
        if let Some(reason) = endpoint.refusal() {
            let text = format!("the endpoint `{}` {reason}, so no assertion is posted there", endpoint.location);
            found.push(Remark::attention("SamlEndpoints", text));
        }
    }
    let others: Vec<String> = trust
        .endpoints
        .iter()
        .filter(|endpoint| !endpoint.takes_posted_assertions())
        .map(|endpoint| format!("`{}` ({}, {})", endpoint.location, endpoint.protocol, endpoint.binding))
        .collect();
    if !others.is_empty() {
        let text = format!("assertions are posted, and nothing else: {} is not used", others.join(", "));
        found.push(Remark::note("SamlEndpoints", text));
    }
    if let Some(address) = &trust.ws_federation {
        let text = format!("`{address}` speaks WS-Federation, which is not spoken here");
        found.push(if served { Remark::note("WSFedEndpoint", text) } else { Remark::attention("WSFedEndpoint", text) });
    }
    let told = trust.remarks.iter().any(|remark| remark.about == "SamlEndpoints");
    if !served && trust.ws_federation.is_none() && trust.endpoints.is_empty() && !told {
        found.push(Remark::attention("SamlEndpoints", "there is no endpoint to post an assertion to"));
    }
    if trust.is_set("EnableJWT") {
        found.push(Remark::attention("EnableJWT", "JSON Web Tokens are not issued here, only SAML assertions"));
    }
    if let [first, others @ ..] = trust.identifiers.as_slice()
        && !others.is_empty()
    {
        let text = format!("only `{first}` answers; requests by {} find no trust", in_backticks(others));
        found.push(Remark::attention("Identifier", text));
    }
}

/// Signatures and encryption.
fn secrecy(trust: &Trust, found: &mut Vec<Remark>) {
    let encrypts = trust.setting("EncryptClaims").is_none_or(|value| value.eq_ignore_ascii_case("true"));
    if trust.encryption_certificate.is_some() && encrypts {
        let text = "AD FS encrypts the assertion; here it is signed, sent over TLS, and not encrypted";
        found.push(Remark::attention("EncryptClaims", text));
    }
    if trust.is_set("EncryptedNameIdRequired") {
        found.push(Remark::attention("EncryptedNameIdRequired", "the name identifier is not encrypted here"));
    }
    if let Some(part) = trust.setting("SamlResponseSignature").filter(|part| part.starts_with("Message")) {
        let text = format!("AD FS signs `{part}`; here the assertion is signed, and the response around it is not");
        found.push(Remark::attention("SamlResponseSignature", text));
    }
    if let Some(algorithm) = trust.setting("SignatureAlgorithm").filter(|algorithm| algorithm.ends_with("rsa-sha1")) {
        let text = format!("AD FS signs with `{algorithm}`; here with SHA-256, which the relying party must accept");
        found.push(Remark::attention("SignatureAlgorithm", text));
    }
    if trust.requires_signed_requests && trust.signing_certificates.is_empty() {
        let text = "signed requests are required, but no certificate was exported that could verify one: \
                    the trust does not load until `request_certificates` of `trust.yaml` names one";
        found.push(Remark::attention("SignedSamlRequestsRequired", text));
    }
}

/// How long what is said holds.
fn time(trust: &Trust, found: &mut Vec<Remark>) {
    if let Some(minutes) = trust.setting("TokenLifetime").filter(|minutes| *minutes != "0") {
        let text = format!(
            "AD FS lets a token live for {minutes} minutes; here an assertion can be used for 5, \
             and sessions end as `sessions` of the server's configuration says"
        );
        found.push(Remark::note("TokenLifetime", text));
    }
    if let Some(minutes) = trust.setting("NotBeforeSkew").filter(|minutes| *minutes != "0") {
        let text =
            format!("AD FS dates tokens back by {minutes} minutes for slow clocks; here it is one minute, always");
        found.push(Remark::note("NotBeforeSkew", text));
    }
}

fn claims_provider(trust: &Trust, found: &mut Vec<Remark>) {
    if trust.identifiers.iter().any(|identifier| identifier == ACTIVE_DIRECTORY) {
        return;
    }
    let text = "people sign in with the directory here; what this claims provider says is not asked for, \
                and its rules are kept for reading and checking";
    found.push(Remark::attention("AcceptanceTransformRules", text));
}

/// The identifier of the claims provider trust for Active Directory.
pub(super) const ACTIVE_DIRECTORY: &str = "AD AUTHORITY";

fn metadata(trust: &Trust, found: &mut Vec<Remark>) {
    let Some(address) = trust.setting("MetadataUrl") else { return };
    if trust.is_set("AutoUpdateEnabled") || trust.is_set("MonitoringEnabled") {
        let text =
            format!("metadata at `{address}` is not followed: new certificates and endpoints are written by hand");
        found.push(Remark::note("MetadataUrl", text));
    }
}

fn in_backticks(texts: &[String]) -> String {
    texts.iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join(", ")
}
