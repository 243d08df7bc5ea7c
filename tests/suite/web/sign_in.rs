//! Signing in: who gets what, and what the person and the audit log are told.

use claimsmith::idp::audit::{Event, Outcome};
use claimsmith::store::directory::Refusal;

use super::form::without_reference;
use crate::support::identity_provider::{AWS_SIGN_ON, ENTITY_ID, SP, TestServer, response_in};

#[test]
fn the_response_says_what_the_rules_say() {
    let server = TestServer::start();
    let response = response_in(&server.sign_in("alice"));
    assert_eq!(response.destination.as_deref(), Some("https://signin.aws.amazon.com/saml"));
    assert_eq!(response.in_response_to, None);
    let assertion = response.assertion;
    assert_eq!(assertion.issuer, ENTITY_ID);
    let name_id = assertion.name_id.unwrap();
    assert_eq!(name_id.value, r"CORP\alice");
    assert_eq!(name_id.format.as_deref(), Some("urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"));
    let confirmation = &assertion.confirmations[0];
    assert_eq!(confirmation.recipient.as_deref(), Some("https://signin.aws.amazon.com/saml"));
    let lifetime = confirmation.not_on_or_after.unwrap() - assertion.issue_instant;
    assert_eq!(lifetime.get_seconds(), 300);
    assert_eq!(confirmation.in_response_to, None);
    let attributes: Vec<(&str, &[String])> =
        assertion.attributes.iter().map(|found| (found.name.as_str(), found.values.as_slice())).collect();
    let aws = "https://aws.amazon.com/SAML/Attributes/";
    assert_eq!(
        attributes,
        [
            (format!("{aws}RoleSessionName").as_str(), ["alice@corp.example.com".to_owned()].as_slice()),
            (
                format!("{aws}Role").as_str(),
                &["arn:aws:iam::123456789012:saml-provider/ADFS,arn:aws:iam::123456789012:role/ReadOnly".to_owned()]
            ),
            (format!("{aws}SessionDuration").as_str(), &["28800".to_owned()]),
        ]
    );
}

#[test]
fn every_refusal_reads_the_same_and_the_audit_log_tells_the_cause() {
    let server = TestServer::start();
    let mut texts = Vec::new();
    let mut causes = Vec::new();
    let mut attempt = |user: &str, password: &str| {
        let page = server.client.post(AWS_SIGN_ON, &[("UserName", user), ("Password", password)]);
        texts.push(without_reference(page.error_text().unwrap()));
        let record = server.audit().pop().unwrap();
        assert!(page.body.contains(&record.reference), "the person can name the record");
        assert_eq!((record.event, record.outcome), (Event::SignIn, Outcome::Refused));
        causes.push(record.cause.unwrap());
    };
    attempt("nobody", "x");
    attempt("alice", "wrong");
    attempt("alice", "");
    attempt("", "x");
    attempt("alice\u{7}", "x");
    let refusals = [Refusal::Disabled, Refusal::LockedOut, Refusal::LogonHours, Refusal::AccountExpired];
    for refusal in refusals {
        server.people.mood.lock().unwrap().refusals.insert("carol".to_owned(), refusal);
        attempt("carol", "Passw0rd.carol");
    }
    assert!(texts.windows(2).all(|pair| pair[0] == pair[1]), "{texts:?}");
    assert_eq!(
        causes,
        [
            "unknown user",
            "wrong password",
            "empty password",
            "no usable user name",
            "no usable user name",
            "account disabled",
            "account locked out",
            "logon not allowed at this hour",
            "account expired",
        ]
    );
}

#[test]
fn the_audit_log_holds_what_joins_it_with_cloudtrail_and_no_secret() {
    let server = TestServer::start();
    let response = response_in(&server.sign_in("alice"));
    let records = server.audit();
    let [sign_in, issuance] = records.as_slice() else { panic!("{records:?}") };
    assert_eq!((sign_in.event, sign_in.outcome), (Event::SignIn, Outcome::Done));
    assert_eq!((issuance.event, issuance.outcome), (Event::Issuance, Outcome::Done));
    assert_eq!(issuance.user.as_deref(), Some(r"CORP\alice"));
    assert_eq!(issuance.assertion_id.as_deref(), Some(response.assertion.id.as_str()));
    assert_eq!(issuance.roles, ["123456789012/ReadOnly"]);
    assert_eq!(issuance.rules_sha256.as_ref().unwrap().len(), 64);
    assert_eq!(
        issuance.session.as_deref(),
        Some(response.assertion.authn_statements[0].session_index.as_deref().unwrap())
    );
    assert!(!format!("{records:?}").contains("Passw0rd"));
}

#[test]
fn whom_the_rules_do_not_permit_gets_nothing() {
    let server = TestServer::start();
    let page = server.sign_in("carol");
    assert_eq!(page.status, 403);
    assert!(page.input("SAMLResponse").is_none());
    assert!(page.body.contains("You may not use this application"));
    assert_eq!(server.last_cause(), "no authorization rule permits it");
}

#[test]
fn what_aws_would_refuse_is_shown_and_not_sent() {
    let server = TestServer::start();
    server.people.mail.lock().unwrap().insert("alice".to_owned(), "alice example".to_owned());
    let page = server.sign_in("alice");
    assert_eq!(page.status, 403);
    assert!(page.input("SAMLResponse").is_none());
    assert!(page.body.contains("AWS would refuse"), "{}", page.body);
    assert!(server.last_cause().contains("A002"), "{}", server.last_cause());
}

#[test]
fn values_that_try_to_break_out_arrive_unchanged() {
    let server = TestServer::start();
    let cookie = server.cookie_of("alice");
    for value in crate::support::saml::HOSTILE {
        server.people.mail.lock().unwrap().insert("alice".to_owned(), value.to_owned());
        let path = format!("/adfs/ls/IdpInitiatedSignOn.aspx?loginToRp={SP}");
        let reply = server.client.send("GET", &path, &[("Cookie", &cookie)], "");
        let assertion = response_in(&reply).assertion;
        let mail: Vec<_> = assertion.attributes.iter().filter(|found| found.name == "urn:mail").collect();
        assert_eq!(mail.len(), 1);
        assert_eq!(mail[0].values, [value], "the value arrives as one, and as it was");
    }
}

#[test]
fn a_character_that_xml_cannot_carry_stops_the_issuance() {
    let server = TestServer::start();
    let cookie = server.cookie_of("alice");
    server.people.mail.lock().unwrap().insert("alice".to_owned(), "a\u{1}b".to_owned());
    let path = format!("/adfs/ls/IdpInitiatedSignOn.aspx?loginToRp={SP}");
    let reply = server.client.send("GET", &path, &[("Cookie", &cookie)], "");
    assert_eq!(reply.status, 500);
    assert_eq!(server.last_cause(), "the claim `urn:mail` holds the character U+0001, which XML cannot carry");
}

#[test]
fn rules_see_the_request() {
    let server = TestServer::start();
    let cookie = server.cookie_of("alice");
    let path = format!("/adfs/ls/IdpInitiatedSignOn.aspx?loginToRp={SP}");
    let reply = server.client.send("GET", &path, &[("Cookie", &cookie), ("User-Agent", "test/1")], "");
    let assertion = response_in(&reply).assertion;
    let seen = |suffix: &str| {
        let found = assertion.attributes.iter().find(|found| found.name.ends_with(&format!("{suffix}/seen")));
        found.map(|found| found.values.join(","))
    };
    assert_eq!(seen("x-ms-forwarded-client-ip").as_deref(), Some("127.0.0.1"));
    assert_eq!(seen("x-ms-client-user-agent").as_deref(), Some("test/1"));
    assert_eq!(seen("x-ms-endpoint-absolute-path").as_deref(), Some("/adfs/ls/"));
    assert_eq!(seen("insidecorporatenetwork").as_deref(), Some("true"));
    assert_eq!(seen("relyingpartytrustid").as_deref(), Some(SP));
    let method = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";
    assert_eq!(seen("authenticationmethod").as_deref(), Some(method));
}

#[test]
fn a_directory_that_is_down_is_said_to_be_and_charges_nobody() {
    let server = TestServer::start();
    server.people.mood.lock().unwrap().down = true;
    for _ in 0..10 {
        let page = server.sign_in("alice");
        assert_eq!(page.status, 200);
        assert!(page.error_text().unwrap().contains("does not answer"));
        assert!(!page.body.contains("not checked"), "nobody knows how far the directory came");
    }
    server.people.mood.lock().unwrap().down = false;
    assert!(server.sign_in("alice").input("SAMLResponse").is_some());
}

#[test]
fn an_unknown_application_is_refused() {
    let server = TestServer::start();
    for identifier in
        ["urn:amazon:webservices2", "URN:AMAZON:WEBSERVICES", "", "%3Cscript%3E", "urn:amazon:webservices%00"]
    {
        let page = server.client.get(&format!("/adfs/ls/IdpInitiatedSignOn.aspx?loginToRp={identifier}"));
        assert_eq!(page.status, 400, "{identifier}");
        assert!(!page.body.contains("<script>"));
    }
}

#[test]
fn a_name_with_a_comment_in_it_is_one_name_and_nobodys() {
    let server = TestServer::start();
    let typed = "admin@x<!---->.evil";
    let reply = server.client.post(AWS_SIGN_ON, &[("UserName", typed), ("Password", "Passw0rd.admin")]);
    assert!(reply.cookie().is_none() && reply.input("SAMLResponse").is_none());
    assert!(!reply.body.contains("<!---->"), "{}", reply.body);
    assert_eq!(server.audit().last().unwrap().user.as_deref(), Some(typed));
}
