//! What `check --fix` makes without anybody looking at it: never a change of what rules were written to do.

use std::fs;

use crate::support::rulecheck::{folder_with, rulecheck, text};

const TRANSLATED: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress";

/// The rules after `check --fix`.
fn fixed(rules: &str, config: &str) -> String {
    let folder = folder_with(&[("a.claims", rules), ("rulecheck.yaml", config)]);
    let output = rulecheck(folder.path(), &["check", "--fix", "a.claims"], b"");
    assert_ne!(output.status.code(), Some(2), "{}", text(&output.stderr));
    fs::read_to_string(folder.path().join("a.claims")).unwrap()
}

#[test]
fn a_rule_that_translates_a_claim_type_is_left_alone() {
    let rule = |from: &str, to: &str| format!("c:[Type == \"{from}\"]\n => issue(Type = \"{to}\", Value = c.Value);\n");
    for (from, to) in [
        (TRANSLATED.replace("http:", "https:"), TRANSLATED.to_owned()),
        (TRANSLATED.replace("emailaddress", "EmailAddress"), TRANSLATED.to_owned()),
        ("http://corp.example/Team".to_owned(), "http://corp.example/team".to_owned()),
        (TRANSLATED.to_owned(), TRANSLATED.replace("http:", "https:")),
    ] {
        let rules = rule(&from, &to);
        assert_eq!(fixed(&rules, ""), rules);
    }
    // Where it is no translation, the type is mended.
    let wrong = rule(&TRANSLATED.replace("http:", "https:"), "mail");
    assert_eq!(fixed(&wrong, ""), rule(TRANSLATED, "mail"));
}

#[test]
fn a_type_that_a_claims_provider_states_is_left_alone() {
    let written = TRANSLATED.replace("http:", "https:");
    let rules = format!("c:[Type == \"{written}\"]\n => issue(Type = \"mail\", Value = c.Value);\n");
    for stated in [written.as_str(), "https://schemas.xmlsoap.org/*"] {
        assert_eq!(fixed(&rules, &format!("facts:\n  claim_types: ['{stated}']\n")), rules);
    }
}

#[test]
fn a_dot_is_only_escaped_in_what_must_be_a_domain() {
    let rule = |pattern: &str| format!("c:[Type == \"team\", Value =~ \"{pattern}\"]\n => issue(claim = c);\n");
    // The dot of these may stand for `-` or `_` on purpose.
    for kept in [r"^AWS.Admins\z", r"^GG.Cloud.Users\z", r"^a.name\z"] {
        assert_eq!(fixed(&rule(kept), ""), rule(kept));
    }
    for (dotted, escaped) in [
        (r"@corp.example.com\z", r"@corp\.example\.com\z"),
        (r"@mail.bank\z", r"@mail\.bank\z"),
        (r"^10.1.2.3\z", r"^10\.1\.2\.3\z"),
        (r"\.example.de\z", r"\.example\.de\z"),
    ] {
        assert_eq!(fixed(&rule(dotted), ""), rule(escaped));
    }
}

#[test]
fn a_session_becomes_no_longer_by_a_sign_in_its_number() {
    let rule = |seconds: &str| {
        format!(
            " => issue(Type = \"https://aws.amazon.com/SAML/Attributes/SessionDuration\", Value = \"{seconds}\");\n"
        )
    };
    for kept in ["28800,5", "3600,0", "1 2", "28800,", ",900"] {
        assert_eq!(fixed(&rule(kept), ""), rule(kept));
    }
    for (written, right) in [("28,800", "28800"), (" 3600 ", "3600"), ("3 600", "3600"), ("60", "900")] {
        assert_eq!(fixed(&rule(written), ""), rule(right));
    }
}
