//! Trust folders: what `trust.yaml` may say, and where its faults are pointed out.

use claimsmith::config::trust::{self, RuleSetKind};

const RULES: &str = "=> issue(Type = \"urn:t\", Value = \"v\");\n";

const GOOD: &str = "\
name: Example
identifier: urn:example
endpoints:
  - { binding: post, url: https://sp.example.com/acs }
";

/// All faults of a trust whose rules are fine, one a line.
fn faults(trust_yaml: &str) -> String {
    match trust::from_texts("t", &[("trust.yaml", trust_yaml), ("issuance.claims", RULES)]) {
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn rule_sets_are_found_by_their_default_names() {
    let texts = [("trust.yaml", GOOD), ("issuance.claims", RULES), ("authorization.claims", RULES)];
    let folder = trust::from_texts("t", &texts).unwrap();
    let kinds: Vec<_> = folder.rule_sets.iter().map(|set| set.kind).collect();
    assert_eq!(kinds, [RuleSetKind::Acceptance, RuleSetKind::Authorization, RuleSetKind::Issuance]);
    assert!(folder.pipeline.authorization.is_some());
    assert!(folder.pipeline.additional_authentication.is_none());
    assert!(folder.relying_party.endpoints[0].default, "a single endpoint is the default");
}

#[test]
fn a_named_rule_file_replaces_the_default_name() {
    let yaml = format!("{GOOD}rules: {{ acceptance: mine.claims, issuance: other.claims }}\n");
    let texts = [("trust.yaml", yaml.as_str()), ("mine.claims", RULES), ("other.claims", RULES)];
    let folder = trust::from_texts("t", &texts).unwrap();
    let names: Vec<_> = folder.rule_sets.iter().map(|set| set.source.name.as_str()).collect();
    assert_eq!(names, ["t/mine.claims", "t/other.claims"]);
}

#[test]
fn a_rule_file_lies_beside_trust_yaml() {
    let files = tempfile::tempdir().unwrap();
    let folder = files.path().join("t");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(files.path().join("g.claims"), RULES).unwrap();
    std::fs::write(folder.join("g.claims"), RULES).unwrap();
    let absolute = folder.join("g.claims").display().to_string();
    for name in ["../g.claims", "./g.claims", "..", "x/../g.claims", "..\\g.claims", absolute.as_str()] {
        std::fs::write(folder.join("trust.yaml"), format!("{GOOD}rules: {{ issuance: '{name}' }}\n")).unwrap();
        let told = trust::load(&folder).err().map(|error| error.to_string()).unwrap_or_default();
        let wanted = format!("trust.yaml:5:20: the rule file `{name}` does not lie beside `trust.yaml`");
        assert!(told.contains(&wanted), "{name}: {told}");
    }
    std::fs::write(folder.join("trust.yaml"), format!("{GOOD}rules: {{ issuance: g.claims }}\n")).unwrap();
    assert!(trust::load(&folder).is_ok());
}

#[test]
fn the_digest_tells_rule_texts_and_their_kinds_apart() {
    let digest = |texts: &[(&str, &str)]| {
        let mut all = vec![("trust.yaml", GOOD), ("issuance.claims", RULES)];
        all.extend(texts);
        trust::from_texts("t", &all).unwrap().rules_sha256
    };
    let plain = digest(&[]);
    assert_eq!(plain.len(), 64);
    assert_eq!(plain, digest(&[]));
    let authorization = digest(&[("authorization.claims", RULES)]);
    let additional = digest(&[("additional_authentication.claims", RULES)]);
    assert_ne!(plain, authorization);
    assert_ne!(authorization, additional);
    assert_ne!(authorization, digest(&[("authorization.claims", &format!("{RULES}\n"))]));
}

#[test]
fn every_fault_has_its_place() {
    let yaml = "\
name: ' '
identifier: urn:example
endpoints:
  - { binding: post, url: http://sp.example.com/acs, default: true }
  - { binding: post, url: /acs, default: true }
rules: { authorization: missing.claims }
requires_signed_requests: true
";
    insta::assert_snapshot!(faults(yaml));
}

#[test]
fn an_assertion_goes_only_where_it_stays_secret() {
    let with_url = |url: &str| faults(&GOOD.replace("https://sp.example.com/acs", &format!("{url:?}")));
    for good in
        ["https://sp.example.com/acs", "http://localhost:8080/acs", "http://127.0.0.1/acs", "http://[::1]:9/acs"]
    {
        assert_eq!(with_url(good), "", "{good}");
    }
    for bad in [
        "http://sp.example.com/acs",
        "http://localhost.example.com/acs",
        "http://127.0.0.1.example.com/",
        "javascript:alert(1)",
        "ftp://localhost/acs",
        "//sp.example.com/acs",
        "https://user:secret@sp.example.com/acs",
        "https://sp.example.com/acs#part",
    ] {
        assert!(with_url(bad).starts_with("t/trust.yaml:4:"), "{bad}: {}", with_url(bad));
    }
}

#[test]
fn one_endpoint_is_the_default() {
    let two = GOOD.to_owned() + "  - { binding: post, url: https://sp.example.com/other }\n";
    assert!(faults(&two).contains("no endpoint is the default"), "{}", faults(&two));
    let none = GOOD.replace("acs }", "acs, default: false }");
    assert!(faults(&none).contains("no endpoint is the default"), "{}", faults(&none));
    let empty = "name: a\nidentifier: b\nendpoints: []\n";
    assert_eq!(faults(empty), "", "its rules can be tried out; the server refuses it");
}

#[test]
fn a_trust_without_issuance_rules_is_refused() {
    let error = trust::from_texts("t", &[("trust.yaml", GOOD)]).map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("no issuance rules"), "{error}");
}

#[test]
fn a_broken_rule_set_is_named_with_its_place() {
    let texts = [("trust.yaml", GOOD), ("issuance.claims", "=> issue(Type = );\n"), ("authorization.claims", "c:[\n")];
    let error = trust::from_texts("t", &texts).map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("t/issuance.claims:1:"), "{error}");
    assert!(error.contains("t/authorization.claims:"), "{error}");
}

#[test]
fn a_certificate_file_must_hold_certificates() {
    let yaml = format!("{GOOD}request_certificates: [sp.pem]\n");
    let with = |pem: Option<&str>| {
        let mut texts = vec![("trust.yaml", yaml.as_str()), ("issuance.claims", RULES)];
        texts.extend(pem.map(|pem| ("sp.pem", pem)));
        trust::from_texts("t", &texts).map(|folder| folder.relying_party.request_certificates.len())
    };
    let error = |pem| with(pem).unwrap_err().to_string();
    assert!(
        error(None).starts_with("t/trust.yaml:5:24: the certificate file `sp.pem` is not there"),
        "{}",
        error(None)
    );
    assert!(error(Some("")).contains("holds no certificate"));
    let rubbish = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert!(error(Some(rubbish)).contains("no X.509 certificate"));
    let key = rcgen::generate_simple_self_signed(vec!["sp.example.com".to_owned()]).unwrap();
    assert_eq!(with(Some(&(key.cert.pem() + &key.cert.pem()))).unwrap(), 2);
}

#[test]
fn no_rule_file_goes_unread() {
    let leftover = |yaml: &str, name: &str| {
        let texts = [("trust.yaml", yaml), ("issuance.claims", RULES), (name, RULES)];
        trust::from_texts("t", &texts).err().map(|error| error.to_string()).unwrap_or_default()
    };
    let told = leftover(GOOD, "mfa.claims");
    assert!(told.starts_with("t/trust.yaml:2:13: nothing reads the rule file `t/mfa.claims`; "), "{told}");
    assert!(told.contains("`additional_authentication: mfa.claims`"), "{told}");
    let named = format!("{GOOD}rules: {{ additional_authentication: mfa.claims }}\n");
    assert_eq!(leftover(&named, "mfa.claims"), "");
    let replaced = format!("{GOOD}rules: {{ authorization: issuance.claims }}\n");
    assert!(leftover(&replaced, "authorization.claims").contains("`t/authorization.claims`"));
    assert_eq!(leftover(GOOD, "notes.txt"), "");
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("trust.yaml", GOOD), ("issuance.claims", RULES), ("MFA.Claims", RULES)] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let told = trust::load(folder.path()).err().unwrap().to_string();
    assert!(told.contains("MFA.Claims`"), "{told}");
}

#[test]
fn a_trust_of_aws_is_checked_as_one() {
    for partition in ["", ":cn-north-1", ":govcloud"] {
        let yaml = GOOD.replace("urn:example", &format!("urn:amazon:webservices{partition}"));
        let told = faults(&yaml);
        assert!(told.starts_with("t/trust.yaml:2:13: ") && told.contains("`profile: aws`"), "{told}");
        assert_eq!(faults(&format!("{yaml}profile: aws\n")), "");
    }
    assert_eq!(faults(&GOOD.replace("urn:example", "urn:amazon:webservices2")), "");
}
