//! The sign-in form that AD FS's command-line clients read and post [R1 to R12 of their contract].

use crate::support::https::Reply;
use crate::support::identity_provider::{AWS_SIGN_ON, TestServer, response_in};
use crate::support::people::password;

/// Every `<input …>` of a page.
fn inputs(reply: &Reply) -> Vec<&str> {
    reply.body.split("<input").skip(1).map(|rest| rest.split_once('>').unwrap().0).collect()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    Some(tag.split_once(&format!(" {name}=\""))?.1.split_once('"')?.0)
}

#[test]
fn the_form_is_as_the_clients_know_it() {
    let server = TestServer::start();
    let page = server.client.get(AWS_SIGN_ON);
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    // R1: one form, and it is this one. R2: its action is a path.
    assert_eq!(page.body.matches("<form").count(), 1);
    assert!(page.body.contains(
        r#"<form method="post" id="loginForm" action="/adfs/ls/IdpInitiatedSignOn.aspx?loginToRp=urn:amazon:webservices""#
    ));
    // R7: completely empty without an error.
    assert_eq!(page.error_text(), Some(""));
    // R3: one AuthMethod.
    let methods = inputs(&page).into_iter().filter(|tag| attribute(tag, "name") == Some("AuthMethod"));
    assert_eq!(methods.map(|tag| attribute(tag, "value")).collect::<Vec<_>>(), [Some("FormsAuthentication")]);
    assert!(page.body.contains(r#"id="userNameInput" name="UserName""#));
    assert!(page.body.contains(r#"id="passwordInput" name="Password" type="password""#));
}

#[test]
fn the_path_is_found_in_every_case_and_spelling() {
    let server = TestServer::start();
    for path in [
        "/adfs/ls/IdpInitiatedSignOn.aspx?loginToRp=urn%3Aamazon%3Awebservices",
        "/ADFS/LS/IDPINITIATEDSIGNON.ASPX?loginToRp=urn:amazon:webservices",
        "/adfs/ls/idpinitiatedsignon.htm?loginToRp=urn:amazon:webservices",
        "/adfs/ls/IdpInitiatedSignOn?loginToRp=urn:amazon:webservices",
        "/adfs/ls/IdpInitiatedSignOn.aspx?loginToRp=urn:amazon:webservices&RedirectToIdentityProvider=AD+AUTHORITY",
    ] {
        let page = server.client.get(path);
        assert!(page.body.contains("Amazon Web Services"), "{path}: {}", page.body);
    }
}

#[test]
fn no_hidden_field_is_one_that_clients_drop_or_overwrite() {
    let server = TestServer::start();
    let request = crate::support::authn_request::AuthnRequest::default().posted();
    let page = server.client.post("/adfs/ls/", &[("SAMLRequest", &request), ("RelayState", "x")]);
    let hidden: Vec<_> = inputs(&page).into_iter().filter(|tag| attribute(tag, "type") == Some("hidden")).collect();
    assert!(hidden.iter().any(|tag| attribute(tag, "name") == Some("SAMLRequest")));
    for tag in hidden {
        let name = attribute(tag, "name").unwrap().to_lowercase();
        let is_state = !attribute(tag, "value").unwrap().is_empty();
        assert!(!is_state || !["user", "email", "pass"].iter().any(|part| name.contains(part)), "{name}");
    }
}

#[test]
fn the_first_request_may_be_the_post() {
    let server = TestServer::start();
    let page = server.sign_in("alice");
    assert_eq!(page.status, 200, "no form was fetched before, no cookie sent");
    let response = response_in(&page);
    assert_eq!(response.assertion.audiences, [["urn:amazon:webservices"]]);
}

#[test]
fn the_probe_without_credentials_gets_the_plain_form_or_the_response() {
    let server = TestServer::start();
    let probe = [("AuthMethod", "FormsAuthentication")];
    let stranger = server.client.post(AWS_SIGN_ON, &probe);
    assert_eq!((stranger.status, stranger.error_text()), (200, Some("")));
    let cookie = server.cookie_of("alice");
    let known = server.client.post_with(AWS_SIGN_ON, &probe, &[("Cookie", &cookie)]);
    assert!(known.input("SAMLResponse").is_some());
}

#[test]
fn a_refusal_is_a_page_with_status_200_and_a_label() {
    let server = TestServer::start();
    let page = server.client.post(AWS_SIGN_ON, &[("UserName", "alice"), ("Password", "wrong")]);
    assert_eq!(page.status, 200);
    assert!(page.error_text().unwrap().contains("is not right"));
    // R8: every input has a name. The name typed is kept, the password is not.
    assert!(inputs(&page).iter().all(|tag| attribute(tag, "name").is_some()));
    assert_eq!(page.input("UserName"), None, "it stands behind other attributes");
    assert!(page.body.contains(r#"type="email" value="alice""#));
    assert!(!page.body.contains("wrong"));
}

#[test]
fn doubled_and_foreign_field_names_are_borne() {
    let server = TestServer::start();
    let secret = password("alice");
    for fields in [
        [("UserName", ""), ("UserName", "alice"), ("Password", secret.as_str()), ("AuthMethod", "")],
        [("UserName", "alice"), ("UserName", "alice"), ("Password", &secret), ("Kmsi", "true")],
        [
            ("ctl00$ContentPlaceHolder1$UsernameTextBox", "alice"),
            ("ctl00$ContentPlaceHolder1$PasswordTextBox", &secret),
            ("UserName", ""),
            ("Password", ""),
        ],
    ] {
        let page = server.client.post(AWS_SIGN_ON, &fields);
        assert!(page.input("SAMLResponse").is_some(), "{fields:?}");
    }
}

#[test]
fn the_result_is_a_form_that_works_without_script() {
    let server = TestServer::start();
    let page = server.sign_in("alice");
    assert!(page.body.contains(r#"<form method="post" name="hiddenform""#));
    assert!(page.body.contains(r#"action="https://signin.aws.amazon.com/saml""#));
    assert!(page.body.contains(r#"<button type="submit">Continue</button>"#));
    assert!(inputs(&page).iter().all(|tag| attribute(tag, "name").is_some()));
    let field = page.input("SAMLResponse").unwrap();
    assert!(field.chars().all(|c| c.is_ascii_alphanumeric() || "+/=".contains(c)), "the standard alphabet");
}

#[test]
fn after_too_many_failures_the_directory_is_left_alone() {
    let server = TestServer::start();
    let attempt = || server.client.post(AWS_SIGN_ON, &[("UserName", "alice"), ("Password", "wrong")]);
    let texts: Vec<String> = (0..12).map(|_| without_reference(attempt().error_text().unwrap())).collect();
    assert!(texts.windows(2).all(|pair| pair[0] == pair[1]), "the text does not tell that the account is locked");
    assert_eq!(server.people.mood.lock().unwrap().asked, 5);
    assert_eq!(server.last_cause(), "too many failed sign-ins for this user");
    let right = server.sign_in("alice");
    assert!(right.input("SAMLResponse").is_none(), "the right password does not help now");
    server.assert_serves();
    server.clock.advance(jiff::SignedDuration::from_mins(15));
    assert!(server.sign_in("alice").input("SAMLResponse").is_some());
}

#[test]
fn failures_are_counted_by_account_whatever_name_is_typed() {
    let server = TestServer::start();
    for attempt in 0..12 {
        let name = ["alice", "a.liddell@corp.example.com", "\u{e1}lice", "\u{ff41}lice"][attempt % 4];
        server.client.post(AWS_SIGN_ON, &[("UserName", name), ("Password", "wrong")]);
    }
    assert_eq!(server.people.mood.lock().unwrap().asked, 5);
    assert_eq!(server.last_cause(), "too many failed sign-ins for this user");
    server.assert_serves();
}

pub fn without_reference(text: &str) -> String {
    text.split(" Reference: ").next().unwrap().to_owned()
}
