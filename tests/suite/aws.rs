//! What AWS demands of a response, row by row, as accepted and refused.

use claimsmith::aws::{self, Partition, Role};
use claimsmith::engine::Claim;
use claimsmith::engine::claim::LOCAL_AUTHORITY;
use proptest::prelude::*;

const ROLE: &str = "arn:aws:iam::123456789012:role/ReadOnly,arn:aws:iam::123456789012:saml-provider/ADFS";
const NAME_ID: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier";

fn attribute(name: &str, value: &str) -> Claim {
    Claim::new(format!("https://aws.amazon.com/SAML/Attributes/{name}"), value, LOCAL_AUTHORITY)
}

/// What AWS takes: one role, a session name, a name identifier.
fn complete() -> Vec<Claim> {
    vec![
        Claim::new(NAME_ID, r"CORP\alice", LOCAL_AUTHORITY),
        attribute("RoleSessionName", "alice@corp.example.com"),
        attribute("Role", ROLE),
    ]
}

/// The complete claims, with those of one attribute replaced.
fn with(name: &str, values: &[&str]) -> Vec<Claim> {
    let replaced = attribute(name, "").claim_type;
    let mut claims = complete();
    claims.retain(|claim| claim.claim_type != replaced);
    claims.extend(values.iter().map(|value| attribute(name, value)));
    claims
}

fn codes(claims: &[Claim]) -> Vec<&'static str> {
    aws::check(claims).into_iter().map(|problem| problem.code).collect()
}

#[track_caller]
fn taken(name: &str, values: &[&str]) {
    assert_eq!(aws::check(&with(name, values)), [], "{name} = {values:?}");
}

#[track_caller]
fn refused(name: &str, values: &[&str], code: &str) {
    assert_eq!(codes(&with(name, values)), [code], "{name} = {values:?}");
}

#[test]
fn complete_claims_are_taken() {
    assert_eq!(aws::check(&complete()), []);
}

#[test]
fn nothing_at_all_lacks_three_things() {
    assert_eq!(codes(&[]), ["A007", "A002", "A009"]);
}

#[test]
fn a_role_value_is_a_pair_in_either_order() {
    for value in [
        ROLE,
        "arn:aws:iam::123456789012:saml-provider/ADFS,arn:aws:iam::123456789012:role/ReadOnly",
        "arn:aws:iam::123456789012:role/team/dev/ReadOnly,arn:aws:iam::123456789012:saml-provider/A_d.f-S",
        "arn:aws:iam::123456789012:role/a,b,arn:aws:iam::123456789012:saml-provider/ADFS",
        "arn:aws:iam::000000000001:role/R,arn:aws:iam::000000000001:saml-provider/P",
        "arn:aws-cn:iam::123456789012:role/R,arn:aws-cn:iam::123456789012:saml-provider/P",
        "arn:aws-us-gov:iam::123456789012:role/R,arn:aws-us-gov:iam::123456789012:saml-provider/P",
        &format!(
            "arn:aws:iam::123456789012:role/{},arn:aws:iam::123456789012:saml-provider/{}",
            "r".repeat(64),
            "p".repeat(128)
        ),
    ] {
        taken("Role", &[value]);
    }
}

#[test]
fn a_role_value_that_is_no_pair_is_refused() {
    for value in [
        "",
        "ReadOnly",
        "aws-123456789012-readonly",
        "arn:aws:iam::123456789012:role/ReadOnly",
        "arn:aws:iam::123456789012:role/A,arn:aws:iam::123456789012:role/B",
        "arn:aws:iam::123456789012:saml-provider/A,arn:aws:iam::123456789012:saml-provider/B",
        "arn:aws:iam::123456789012:role/A, arn:aws:iam::123456789012:saml-provider/B",
        "arn:aws:iam::123456789012:role/A,arn:aws:iam::123456789012:saml-provider/B\n",
        "arn:aws:iam::123456789012:role/A;arn:aws:iam::123456789012:saml-provider/B",
        "arn:aws:iam::123456789012:user/A,arn:aws:iam::123456789012:saml-provider/B",
        "arn:aws:sts::123456789012:role/A,arn:aws:iam::123456789012:saml-provider/B",
        "arn:aws:iam::123456789012:role/,arn:aws:iam::123456789012:saml-provider/B",
        "arn:aws:iam::123456789012:role//A,arn:aws:iam::123456789012:saml-provider/B",
        "arn:aws:iam::123456789012:role/Ä,arn:aws:iam::123456789012:saml-provider/B",
        "arn:aws:iam::123456789012:role/A,arn:aws:iam::123456789012:saml-provider/",
        "arn:aws:iam::123456789012:role/A,arn:aws:iam::123456789012:saml-provider/a/b",
        "arn:aws:iam::123456789012:role/A,arn:aws:iam::123456789013:saml-provider/B",
        "arn:aws:iam::123456789012:role/A,arn:aws-cn:iam::123456789012:saml-provider/B",
        "arn:aws-iso:iam::123456789012:role/A,arn:aws-iso:iam::123456789012:saml-provider/B",
        "ARN:aws:iam::123456789012:role/A,ARN:aws:iam::123456789012:saml-provider/B",
        &format!("arn:aws:iam::123456789012:role/{},arn:aws:iam::123456789012:saml-provider/P", "r".repeat(65)),
        &format!("arn:aws:iam::123456789012:role/R,arn:aws:iam::123456789012:saml-provider/{}", "p".repeat(129)),
    ] {
        refused("Role", &[value], "A001");
    }
}

#[test]
fn an_account_number_has_twelve_digits() {
    for account in ["12345678901", "1234567890123", "12345678901x", "", "１２３４５６７８９０１２"] {
        let value = format!("arn:aws:iam::{account}:role/A,arn:aws:iam::{account}:saml-provider/B");
        refused("Role", &[&value], "A004");
    }
}

#[test]
fn roles_of_identity_center_are_refused() {
    let provider = "arn:aws:iam::123456789012:saml-provider/B";
    for role in ["AWSReservedSSO_Admin_0123456789abcdef", "aws-reserved/sso.amazonaws.com/eu-west-1/Admin"] {
        refused("Role", &[&format!("arn:aws:iam::123456789012:role/{role},{provider}")], "A008");
    }
    taken("Role", &[&format!("arn:aws:iam::123456789012:role/MyAWSReservedSSO_Admin,{provider}")]);
}

#[test]
fn every_bad_role_is_reported_and_the_good_ones_are_still_roles() {
    let claims = with("Role", &["bad", ROLE, "worse"]);
    assert_eq!(codes(&claims), ["A001", "A001"]);
    let roles: Vec<String> = aws::roles(&claims).iter().map(ToString::to_string).collect();
    assert_eq!(roles, ["123456789012/ReadOnly"]);
}

#[test]
fn a_role_that_is_offered_in_both_orders_is_one_role() {
    let turned = "arn:aws:iam::123456789012:saml-provider/ADFS,arn:aws:iam::123456789012:role/ReadOnly";
    assert_eq!(aws::roles(&with("Role", &[ROLE, turned])).len(), 1);
}

#[test]
fn a_session_name_is_one_legal_name() {
    for name in ["al", "alice@corp.example.com", "a_+=,.@-9", &"n".repeat(64)] {
        taken("RoleSessionName", &[name]);
    }
    for name in ["", "a", &"n".repeat(65), "Alice Example", "alice\n", "älice", r"CORP\alice", "a/b", "a:b", "a<b>"] {
        refused("RoleSessionName", &[name], "A002");
    }
    refused("RoleSessionName", &[], "A002");
    refused("RoleSessionName", &["alice", "alice@corp.example.com"], "A002");
    taken("RoleSessionName", &["alice", "alice"]);
}

#[test]
fn a_session_lasts_from_a_quarter_of_an_hour_to_twelve_hours() {
    for seconds in ["900", "3600", "43200", "0900"] {
        taken("SessionDuration", &[seconds]);
    }
    for seconds in ["", "899", "43201", "-900", "+900", "3600.0", " 3600", "1h", "٣٦٠٠", "99999999999999999999"] {
        refused("SessionDuration", &[seconds], "A003");
    }
    refused("SessionDuration", &["900", "3600"], "A003");
}

#[test]
fn a_source_identity_is_one_legal_name_that_is_not_of_aws() {
    for identity in ["al", "alice@corp.example.com", "aws.alice", &"n".repeat(64)] {
        taken("SourceIdentity", &[identity]);
    }
    for identity in ["a", &"n".repeat(65), "aws:alice", "Alice Example"] {
        refused("SourceIdentity", &[identity], "A012");
    }
    refused("SourceIdentity", &["alice", "bob"], "A012");
}

#[test]
fn a_tag_has_a_legal_key_and_one_legal_value() {
    for (key, value) in [
        ("Project", "Marketing"),
        ("k", ""),
        (&*"k".repeat(128), &*"v".repeat(256)),
        ("Größe", "日本語 Ⅷ _.:/=+-@"),
        ("a b", "no\u{a0}break"),
    ] {
        taken(&format!("PrincipalTag:{key}"), &[value]);
    }
    for (key, value) in [
        ("", "v"),
        (&*"k".repeat(129), "v"),
        ("k", &*"v".repeat(257)),
        ("k", "a,b"),
        ("k", "a\tb"),
        ("k", "e\u{301}"),
        ("k*", "v"),
        ("aws:k", "v"),
    ] {
        refused(&format!("PrincipalTag:{key}"), &[value], "A010");
    }
    refused("PrincipalTag:Project", &["a", "b"], "A010");
}

#[test]
fn keys_that_differ_by_case_are_one_tag() {
    let mut claims = with("PrincipalTag:Project", &["a"]);
    claims.push(attribute("PrincipalTag:PROJECT", "b"));
    assert_eq!(codes(&claims), ["A010"]);
}

#[test]
fn fifty_tags_are_enough() {
    let mut claims = complete();
    claims.extend((0..50).map(|number| attribute(&format!("PrincipalTag:k{number}"), "v")));
    assert_eq!(aws::check(&claims), []);
    claims.push(attribute("PrincipalTag:k50", "v"));
    assert_eq!(codes(&claims), ["A010"]);
}

#[test]
fn a_transitive_key_names_a_tag_of_the_same_response() {
    let mut claims = with("TransitiveTagKeys", &["Project", "Team"]);
    claims.push(attribute("PrincipalTag:Project", "a"));
    assert_eq!(codes(&claims), ["A011"]);
    claims.push(attribute("PrincipalTag:Team", "b"));
    assert_eq!(aws::check(&claims), []);
}

#[test]
fn the_subject_has_one_name() {
    let mut claims = complete();
    claims.push(Claim::new(NAME_ID, "alice", LOCAL_AUTHORITY));
    assert_eq!(codes(&claims), ["A009"]);
    claims.retain(|claim| &*claim.claim_type != NAME_ID);
    assert_eq!(codes(&claims), ["A009"]);
    claims.push(Claim::new(NAME_ID, " ", LOCAL_AUTHORITY));
    assert_eq!(codes(&claims), ["A009"]);
}

#[test]
fn attribute_names_count_exactly() {
    for (written, meant) in [
        ("https://aws.amazon.com/SAML/Attributes/role", "https://aws.amazon.com/SAML/Attributes/Role"),
        ("https://aws.amazon.com/SAML/Attributes/Roles", "https://aws.amazon.com/SAML/Attributes/Role"),
        ("http://aws.amazon.com/SAML/Attributes/Role", "https://aws.amazon.com/SAML/Attributes/Role"),
        (
            "https://aws.amazon.com/saml/attributes/rolesessionname",
            "https://aws.amazon.com/SAML/Attributes/RoleSessionName",
        ),
        (
            " https://aws.amazon.com/SAML/Attributes/SessionDuration/",
            "https://aws.amazon.com/SAML/Attributes/SessionDuration",
        ),
        (
            "https://aws.amazon.com/SAML/Attributes/principaltag:Team",
            "https://aws.amazon.com/SAML/Attributes/PrincipalTag:Team",
        ),
        ("https://www.amazonaws.cn/SAML/Attributes/Role", "http://www.amazonaws.cn/SAML/Attributes/Role"),
    ] {
        let mut claims = complete();
        claims.push(Claim::new(written, "x", LOCAL_AUTHORITY));
        let problems = aws::check(&claims);
        assert_eq!(problems.len(), 1, "{written}: {problems:?}");
        assert_eq!((problems[0].code, &*problems[0].help), ("A005", &*format!("write `{meant}`")));
    }
    for other in
        ["https://aws.amazon.com/SAML/Attributes/AccessControl:Team", "https://aws.amazon.com/", "mail", "Ⅷ", ""]
    {
        let mut claims = complete();
        claims.push(Claim::new(other, "x", LOCAL_AUTHORITY));
        assert_eq!(aws::check(&claims), [], "{other}");
    }
    assert_eq!(codes(&with("Nonsense", &["x"])), ["A005"]);
}

#[test]
fn the_prefix_of_the_chinese_documentation_is_read_too() {
    let claims: Vec<Claim> = complete()
        .into_iter()
        .map(|claim| {
            let claim_type = claim.claim_type.replace("https://aws.amazon.com/", "http://www.amazonaws.cn/");
            Claim::new(claim_type, claim.value, LOCAL_AUTHORITY)
        })
        .collect();
    assert_eq!(aws::check(&claims), []);
    assert_eq!(aws::roles(&claims).len(), 1);
}

#[test]
fn a_response_has_four_to_a_hundred_thousand_characters() {
    for length in [4, 100_000] {
        assert_eq!(aws::check_size(length), None);
    }
    for length in [0, 3, 100_001] {
        assert_eq!(aws::check_size(length).map(|problem| problem.code), Some("A006"));
    }
}

#[test]
fn more_roles_than_any_response_can_hold_are_refused_before_signing() {
    let offer = |count: u32| {
        let mut claims = complete();
        claims.extend((0..count).map(|number| attribute("Role", &ROLE.replace("ReadOnly", &format!("R{number:04}")))));
        codes(&claims)
    };
    assert!(offer(500).is_empty());
    assert_eq!(offer(900), ["A006"]);
}

#[test]
fn roles_and_sign_in_address_belong_to_one_partition() {
    let addresses = [
        (Partition::Aws, "https://signin.aws.amazon.com/saml"),
        (Partition::Aws, "https://eu-west-1.signin.aws.amazon.com/saml"),
        (Partition::Aws, "https://eu-west-1.signin.aws.amazon.com/saml/acs/SAMLSPCX3F"),
        (Partition::China, "https://signin.amazonaws.cn/saml"),
        (Partition::GovCloud, "https://signin.amazonaws-us-gov.com/saml"),
    ];
    for (theirs, address) in addresses {
        assert_eq!(aws::endpoint::partition_of(address), Some(theirs), "{address}");
        for partition in Partition::ALL {
            let roles = aws::roles(&with("Role", &[&ROLE.replace(":aws:", &format!(":{partition}:"))]));
            let codes: Vec<_> = aws::check_endpoint(&roles, address).into_iter().map(|problem| problem.code).collect();
            assert_eq!(codes.is_empty(), partition == theirs, "{partition} at {address}: {codes:?}");
        }
    }
    for address in [
        "http://signin.aws.amazon.com/saml",
        "https://signin.aws.amazon.com.evil.example/saml",
        "https://evilsignin.aws.amazon.com/saml",
        "https://evil.example/.signin.aws.amazon.com/saml",
        "https://signin.aws.amazon.com/saml/",
        "https://signin.aws.amazon.com/saml?x",
        "https://localhost:8443/saml",
    ] {
        assert_eq!(aws::endpoint::partition_of(address), None, "{address}");
    }
}

#[test]
fn every_code_is_told_once_and_problems_say_what_to_do() {
    let codes: Vec<&str> = aws::CODES.iter().map(|code| code.code).collect();
    let expected: Vec<String> = (1..=aws::CODES.len()).map(|number| format!("A{number:03}")).collect();
    assert_eq!(codes, expected);
    let problem = &aws::check(&with("RoleSessionName", &["Alice Example"]))[0];
    assert_eq!(problem.message, "AWS refuses the RoleSessionName `Alice Example`: it contains a space");
    assert!(problem.help.contains("mail address"), "{}", problem.help);
}

#[test]
fn an_error_of_the_console_is_explained_however_it_is_copied() {
    for error in aws::errors::CONSOLE_ERRORS {
        let copied = format!("  {}\n (service: AWSSecurityTokenService; status code: 400)", error.text.to_uppercase());
        assert_eq!(aws::errors::explain(&copied), Some(error), "{}", error.text);
    }
    assert_eq!(aws::errors::explain("Something else went wrong"), None);
    assert_eq!(aws::errors::explain(""), None);
}

proptest! {
    #[test]
    fn session_names_follow_the_documented_pattern(name in "[a-zA-Z_0-9+=,.@ \u{e4}-]{0,70}") {
        let legal = regex::Regex::new(r"\A[a-zA-Z_0-9+=,.@-]{2,64}\z").unwrap().is_match(&name);
        prop_assert_eq!(aws::session_name::is_legal_name(&name), legal);
    }

    #[test]
    fn a_role_is_read_back_as_it_was_written(
        account in "[0-9]{12}", path in "([a-z]{1,8}/){0,2}", name in "[A-Za-z0-9_+=,.@-]{1,64}", provider in "[A-Za-z0-9_.-]{1,128}",
    ) {
        prop_assume!(!name.starts_with("AWSReservedSSO_"));
        let value = format!("arn:aws:iam::{account}:saml-provider/{provider},arn:aws:iam::{account}:role/{path}{name}");
        let role = Role::parse(&value).unwrap();
        prop_assert_eq!(role.to_string(), format!("{account}/{path}{name}"));
        prop_assert_eq!(Role::parse(&role.value()).unwrap(), role);
    }

    #[test]
    fn no_value_makes_the_checks_fail(value in any::<String>(), name in any::<String>()) {
        let mut claims = with("Role", &[&value]);
        claims.push(attribute(&name, &value));
        claims.push(Claim::new(name, value, LOCAL_AUTHORITY));
        let _ = (aws::check(&claims), aws::roles(&claims));
    }
}
