//! The rules of the trusts, checked with what this server can do.

use std::fs;

use super::Folder;

#[test]
fn a_trust_without_an_endpoint_is_not_served() {
    let folder = Folder::new();
    let trust = folder.path("aws/trust.yaml");
    let text = fs::read_to_string(&trust).unwrap();
    let without =
        text.replace("\n  - { binding: post, url: https://signin.aws.amazon.com/saml, default: true }", " []");
    assert_ne!(text, without);
    fs::write(&trust, without).unwrap();
    let told = folder.error("level: info", "level: warn");
    assert!(told.contains("claimsmith.yaml:6:10: this trust has no endpoint to send an assertion to"), "{told}");
}

#[test]
fn rules_are_checked_with_the_stores_that_they_ask() {
    let folder = Folder::new();
    let rules = fs::read_to_string(folder.path("aws/issuance.claims")).unwrap();
    folder.write("aws/issuance.claims", &rules.replace("\"Active Directory\"", "\"Personnel\""));
    let checked = folder.check();
    assert_eq!(checked.status.code(), Some(1));
    let told = String::from_utf8(checked.stderr).unwrap();
    assert!(told.contains("a store `Personnel` that is not configured"), "{told}");
    assert!(told.contains("aws/issuance.claims:"), "the place in the rules: {told}");
    folder.write("aws/issuance.claims", "=> nonsense;");
    let told = String::from_utf8(folder.check().stderr).unwrap();
    assert!(told.contains("issuance.claims:1:"), "{told}");
}

#[test]
fn a_rule_that_waits_for_a_claim_that_is_never_made_is_refused() {
    let folder = Folder::new();
    let context = "http://schemas.microsoft.com/2012/01/requestcontext/claims/";
    let rules = |claim_type: &str| {
        format!(
            "=> issue(Type = \"http://schemas.microsoft.com/authorization/claims/permit\", Value = \"true\");\n\
             exists([Type == \"{context}{claim_type}\"]) \
             => issue(Type = \"http://schemas.microsoft.com/authorization/claims/deny\", Value = \"true\");\n"
        )
    };
    folder.write("aws/authorization.claims", &rules("x-ms-client-application"));
    let checked = folder.check();
    let told = String::from_utf8_lossy(&checked.stderr).into_owned() + &String::from_utf8_lossy(&checked.stdout);
    assert_ne!(checked.status.code(), Some(0), "{told}");
    assert!(told.contains("rule 2 of") && told.contains("x-ms-client-application`, which this server never"), "{told}");
    folder.write("aws/authorization.claims", &rules("x-ms-proxy"));
    assert_eq!(folder.check().status.code(), Some(0));
}
