//! The shipped rule packs, against groups and issuers that a directory file would not hold.

use std::path::Path;
use std::sync::Arc;

use claimsmith::aws;
use claimsmith::engine::claim::{AD_AUTHORITY, LOCAL_AUTHORITY, SELF_AUTHORITY};
use claimsmith::engine::{
    self, AttributeStore, Claim, Decision, Limits, Pipeline, Program, Query, Row, StoreError, Stores,
};
use claimsmith::lang;

const ACCOUNT_NAME: &str = "http://schemas.microsoft.com/ws/2008/06/identity/claims/windowsaccountname";

/// A store that knows one user: mail address and groups.
struct OneUser {
    mail: Option<&'static str>,
    groups: Vec<String>,
}

impl AttributeStore for OneUser {
    fn answer(&self, queries: &[Query]) -> Result<Vec<Vec<Row>>, StoreError> {
        let rows = |query: &Query| match &*query.text {
            ";mail;{0}" => self.mail.iter().map(|mail| vec![Some(Arc::from(*mail))]).collect(),
            ";tokenGroups;{0}" => self.groups.iter().map(|group| vec![Some(Arc::from(group.as_str()))]).collect(),
            other => panic!("the rules ask `{other}`"),
        };
        Ok(queries.iter().map(rows).collect())
    }
}

fn program(path: &str) -> Program {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("rules").join(path)).unwrap();
    let parsed = lang::parse(&text);
    assert_eq!(parsed.diagnostics, [], "{path}");
    Program::compile(&parsed.rule_set).unwrap()
}

/// What the pack `aws/groups` makes of a user in these groups: the issued claims, or nothing if they are denied.
fn aws_groups(groups: &[&str], input: Vec<Claim>) -> Option<Vec<Claim>> {
    let pipeline = Pipeline {
        acceptance: Arc::new(program("adfs-defaults/active-directory.claims")),
        authorization: Some(program("aws/groups/authorization.claims")),
        additional_authentication: None,
        issuance: program("aws/groups/issuance.claims"),
    };
    let groups = groups.iter().map(|group| (*group).to_owned()).collect();
    let mut stores = Stores::default();
    stores.insert("Active Directory", Arc::new(OneUser { mail: Some("alice@corp.example.com"), groups }));
    let outcome = pipeline.run(input, &stores, Limits::default()).unwrap();
    matches!(outcome.decision, Decision::Permit).then_some(outcome.issued)
}

fn alice() -> Vec<Claim> {
    vec![Claim::new(ACCOUNT_NAME, r"CORP\alice", AD_AUTHORITY)]
}

fn roles(groups: &[&str]) -> Option<Vec<String>> {
    let issued = aws_groups(groups, alice())?;
    assert_eq!(aws::check(&issued), [], "{groups:?}");
    Some(aws::roles(&issued).iter().map(ToString::to_string).collect())
}

#[test]
fn aws_groups_give_their_roles_and_others_none() {
    let groups = ["Domain Users", "AWS-123456789012-ReadOnly", "Staff", "AWS-000000000001-a_+=.@-Z"];
    assert_eq!(roles(&groups).unwrap(), ["123456789012/ReadOnly", "000000000001/a_+=.@-Z"]);
}

#[test]
fn groups_that_only_resemble_an_aws_group_give_nothing() {
    let too_long = format!("AWS-123456789012-{}", "r".repeat(65));
    for group in [
        "aws-123456789012-ReadOnly",
        "Aws-123456789012-ReadOnly",
        "Old-AWS-123456789012-Admin",
        " AWS-123456789012-Admin",
        "AWS-123456789012",
        "AWS-123456789012-",
        "AWS-12345678901-Admin",
        "AWS-1234567890123-Admin",
        "AWS-１２３４５６７８９０１２-Admin",
        "AWS-123456789012-Admin\n",
        "AWS-123456789012-Admin\nAWS-123456789012-Root",
        "x\nAWS-123456789012-Admin",
        "AWS-123456789012-Ad min",
        "AWS-123456789012-path/Admin",
        "AWS-123456789012-a,arn:aws:iam::123456789012:role/Admin",
        "AWS-123456789012-a,b",
        "AWS-123456789012-$1",
        "AWS-123456789012-Ädmin",
        "AWS-123456789012-AWS-123456789012-Admin\u{0}",
        "",
        &too_long,
    ] {
        assert_eq!(roles(&[group]), None, "{group:?}");
        let beside = roles(&[group, "AWS-123456789012-ReadOnly"]).unwrap();
        assert_eq!(beside, ["123456789012/ReadOnly"], "{group:?}");
    }
}

#[test]
fn a_name_within_a_name_is_part_of_the_role() {
    assert_eq!(roles(&["AWS-123456789012-AWS-000000000001-Admin"]).unwrap(), ["123456789012/AWS-000000000001-Admin"]);
}

#[test]
fn the_response_names_user_session_and_duration() {
    let issued = aws_groups(&["AWS-123456789012-ReadOnly"], alice()).unwrap();
    let told: Vec<(&str, &str)> = issued.iter().map(|claim| (&*claim.claim_type, &*claim.value)).collect();
    let role = "arn:aws:iam::123456789012:saml-provider/ADFS,arn:aws:iam::123456789012:role/ReadOnly";
    assert_eq!(
        told,
        [
            ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier", r"CORP\alice"),
            ("https://aws.amazon.com/SAML/Attributes/RoleSessionName", "alice@corp.example.com"),
            ("https://aws.amazon.com/SAML/Attributes/Role", role),
            ("https://aws.amazon.com/SAML/Attributes/SessionDuration", "28800"),
        ]
    );
    let format = "http://schemas.xmlsoap.org/ws/2005/05/identity/claimproperties/format";
    assert_eq!(&*issued[0].properties[format], "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent");
}

#[test]
fn claims_from_elsewhere_open_nothing() {
    let group = "AWS-123456789012-ReadOnly";
    for (claim_type, value, issuer) in [
        (ACCOUNT_NAME, r"CORP\alice", "https://evil.example"),
        (ACCOUNT_NAME, r"CORP\alice", "AD AUTHORITY\n"),
        (ACCOUNT_NAME, r"CORP\alice", LOCAL_AUTHORITY),
        ("http://temp/group", group, AD_AUTHORITY),
        ("https://aws.amazon.com/SAML/Attributes/Role", group, AD_AUTHORITY),
        ("http://schemas.microsoft.com/authorization/claims/permit", "true", AD_AUTHORITY),
    ] {
        assert_eq!(aws_groups(&[group], vec![Claim::new(claim_type, value, issuer)]), None, "{claim_type} {issuer:?}");
    }
}

#[test]
fn every_pack_is_written_as_ad_fs_prints_rules_and_has_tests_and_a_page() {
    let folders = ["adfs-defaults", "aws/abac", "aws/groups", "aws/identity-center"];
    for folder in folders.map(|folder| Path::new(env!("CARGO_MANIFEST_DIR")).join("rules").join(folder)) {
        let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        let ending = |ending: &str| files.iter().filter(|path| path.to_str().unwrap().ends_with(ending)).count();
        assert!(ending(".test.yaml") == 1 && ending("README.md") == 1, "{}", folder.display());
        for file in files.iter().filter(|path| path.extension().is_some_and(|extension| extension == "claims")) {
            let text = std::fs::read_to_string(file).unwrap();
            assert_eq!(lang::print(&lang::parse(&text).rule_set), text, "{}", file.display());
        }
    }
}

#[test]
fn the_default_acceptance_rules_pass_windows_claims_of_the_three_authorities() {
    let acceptance = program("adfs-defaults/active-directory.claims");
    let microsoft = "http://schemas.microsoft.com";
    let windows = format!("{microsoft}/ws/2008/06/identity/claims");
    let identity = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";
    let passed = [
        "windowsaccountname",
        "primarysid",
        "groupsid",
        "primarygroupsid",
        "denyonlyprimarysid",
        "denyonlyprimarygroupsid",
        "authenticationmethod",
        "authenticationinstant",
    ]
    .map(|name| format!("{windows}/{name}"))
    .into_iter()
    .chain(["name", "upn", "denyonlysid"].map(|name| format!("{identity}/{name}")))
    .chain([
        format!("{microsoft}/2012/01/requestcontext/claims/x-ms-client-application"),
        format!("{microsoft}/2014/09/requestcontext/claims/userip"),
        format!("{microsoft}/2012/01/devicecontext/claims/isregistereduser"),
        format!("{microsoft}/ws/2012/01/insidecorporatenetwork"),
    ]);
    let run = |claim: &Claim| {
        engine::evaluate(&acceptance, vec![claim.clone()], &Stores::default(), Limits::default()).unwrap().issued
    };
    for claim_type in passed {
        for issuer in [AD_AUTHORITY, SELF_AUTHORITY, LOCAL_AUTHORITY] {
            let claim = Claim::new(claim_type.as_str(), "value", issuer);
            assert_eq!(run(&claim), [claim], "{claim_type} of {issuer}");
        }
        for issuer in ["https://idp.example", "AD AUTHORITY ", "ad authority", "AD AUTHORITY\n", "NOT AD AUTHORITY"] {
            assert_eq!(run(&Claim::new(claim_type.as_str(), "value", issuer)), [], "{claim_type} of {issuer:?}");
        }
        let longer = format!("x{claim_type}");
        assert_eq!(run(&Claim::new(longer.as_str(), "value", AD_AUTHORITY)), [], "{longer}");
    }
    for claim_type in
        [&*format!("{identity}/nameidentifier"), "http://schemas.microsoft.com/authorization/claims/permit", "x"]
    {
        assert_eq!(run(&Claim::new(claim_type, "value", AD_AUTHORITY)), [], "{claim_type}");
    }
}
