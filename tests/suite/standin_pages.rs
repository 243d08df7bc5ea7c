//! The stand-in's pages, as a browser and the command-line clients read them.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use claimsmith::saml::binding::post;
use claimsmith::standin;
use regex::Regex;
use tower::ServiceExt as _;

use super::standin::sign_in;
use crate::support::aws_response::{at, attribute, genuine, role, signed};

struct Page {
    status: StatusCode,
    headers: HeaderMap,
    html: String,
}

impl Page {
    /// What the pattern's group finds, in order.
    fn all(&self, pattern: &str) -> Vec<String> {
        Regex::new(pattern).unwrap().captures_iter(&self.html).map(|found| found[1].to_owned()).collect()
    }
}

fn ask(request: Request<Body>) -> Page {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let response = standin::router(sign_in(), || at(10)).oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let html = String::from_utf8(to_bytes(body, 1_000_000).await.unwrap().to_vec()).unwrap();
        Page { status: parts.status, headers: parts.headers, html }
    })
}

fn post_form(fields: &[(&str, &str)]) -> Page {
    let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = Request::post("/saml").header("content-type", "application/x-www-form-urlencoded");
    ask(request.body(Body::from(form)).unwrap())
}

/// The genuine response with these roles, as posted.
fn response_with(roles: &[String]) -> String {
    let mut response = genuine();
    let values: Vec<&str> = roles.iter().map(String::as_str).collect();
    response.assertion.as_mut().unwrap().attributes[1] = attribute("Role", &values);
    post::encode(&signed(&response))
}

fn three_roles() -> String {
    response_with(&[role("123456789012", "ReadOnly"), role("000000000001", "Audit"), role("123456789012", "Admin")])
}

#[test]
fn several_roles_are_offered_by_account() {
    let page = post_form(&[("SAMLResponse", &three_roles())]);
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(
        page.all(r#"<div class="saml-account-name"[^>]*>([^<]*)</div>"#),
        ["Account: 000000000001", "Account: corp-production (123456789012)"]
    );
    assert_eq!(page.all(r"<label [^>]*>([^<]*)</label>"), ["Audit", "Admin", "ReadOnly"]);
    let arns = [
        "arn:aws:iam::000000000001:role/Audit",
        "arn:aws:iam::123456789012:role/Admin",
        "arn:aws:iam::123456789012:role/ReadOnly",
    ];
    assert_eq!(page.all(r#"<label [^>]*for="([^"]*)""#), arns);
    assert_eq!(page.all(r#"<input type="radio"[^>]* name="roleIndex" value="([^"]*)""#), arns);
    assert_eq!(page.all(r#"<input type="radio"[^>]* id="([^"]*)""#), arns, "a label without its radio");
    assert!(
        Regex::new(r#"<fieldset>\s*<legend>[^<]*</legend>\s*<div class="saml-account""#).unwrap().is_match(&page.html)
    );
}

#[test]
fn the_account_names_are_where_aws_adfs_looks() {
    let page = post_form(&[("SAMLResponse", &three_roles())]);
    let names = page.all(r#"<div class="saml-account-name"[^>]*>([^<]*)</div>"#).join("\n");
    let found = Regex::new(r"Account: *([^(]+) *\(([0-9]+)\)").unwrap().captures(&names).unwrap()[2].to_owned();
    assert_eq!(found, "123456789012");
}

#[test]
fn the_chosen_role_opens_its_console() {
    let response = three_roles();
    let chooser =
        post_form(&[("SAMLResponse", &response), ("RelayState", "https://console.aws.amazon.com/s3?a=1&b=2")]);
    assert_eq!(chooser.all(r#"name="SAMLResponse" value="([^"]*)""#), [response.as_str()]);
    assert_eq!(chooser.all(r#"name="RelayState" value="([^"]*)""#), ["https://console.aws.amazon.com/s3?a=1&#38;b=2"]);
    let chosen = "arn:aws:iam::123456789012:role/Admin";
    let console = post_form(&[("SAMLResponse", &response), ("RelayState", "x"), ("roleIndex", chosen)]);
    assert_eq!(console.status, StatusCode::OK);
    assert_eq!(console.all(r#"<h1 id="role">([^<]*)</h1>"#), ["Admin"]);
    assert_eq!(console.all(r#"id="session-name">([^<]*)<"#), ["alice@corp.example.com"]);
    assert_eq!(console.all(r#"id="session-length">([^<]*)<"#), ["8 hours"]);
}

#[test]
fn one_role_needs_no_choice() {
    let page = post_form(&[("SAMLResponse", &response_with(&[role("123456789012", "ReadOnly")]))]);
    assert_eq!(page.all(r#"<h1 id="role">([^<]*)</h1>"#), ["ReadOnly"]);
    assert_eq!(page.all("(roleIndex)"), [""; 0]);
}

#[test]
fn a_role_that_the_response_does_not_offer_is_refused() {
    let page = post_form(&[("SAMLResponse", &three_roles()), ("roleIndex", "arn:aws:iam::123456789012:role/Root")]);
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert_eq!(page.all(r#"id="aws-error"[^>]*>([^<]*)<"#), ["Not authorized to perform sts:AssumeRoleWithSAML"]);
}

#[test]
fn a_refusal_shows_the_error_of_aws_and_its_cause() {
    let mut response = genuine();
    response.assertion.as_mut().unwrap().attributes[0] = attribute("RoleSessionName", &["<b>Alice</b> & co"]);
    let page = post_form(&[("SAMLResponse", &post::encode(&signed(&response)))]);
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        page.all(r#"id="aws-error"[^>]*>([^<]*)<"#),
        ["RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}"]
    );
    assert_eq!(page.all(r#"id="explanation">([^<]*)<code>"#), ["AWS refuses the RoleSessionName "]);
    assert!(page.html.contains("<code>&#60;b&#62;Alice&#60;/b&#62; &#38; co</code>"), "{}", page.html);
}

#[test]
fn a_form_without_one_response_is_refused() {
    let response = three_roles();
    let large = "A".repeat(600_000);
    for (fields, status) in [
        (&[("x", "y")][..], StatusCode::UNPROCESSABLE_ENTITY),
        (&[("SAMLResponse", &*response), ("SAMLResponse", &*response)], StatusCode::UNPROCESSABLE_ENTITY),
        (&[("SAMLResponse", &*large)], StatusCode::PAYLOAD_TOO_LARGE),
        (&[("SAMLResponse", "")], StatusCode::BAD_REQUEST),
    ] {
        let page = post_form(fields);
        assert_eq!(page.status, status);
        assert_eq!(page.all(r#"id="aws-error"[^>]*>([^<]*)<"#), ["Your request included an invalid SAML response."]);
    }
    let opened = ask(Request::get("/saml").body(Body::empty()).unwrap());
    assert_eq!(opened.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[test]
fn every_page_says_what_it_is_and_runs_no_script() {
    let response = three_roles();
    let pages = [
        post_form(&[("SAMLResponse", &response)]),
        post_form(&[("SAMLResponse", &response), ("roleIndex", "arn:aws:iam::000000000001:role/Audit")]),
        post_form(&[("SAMLResponse", "abcd")]),
        ask(Request::get("/saml").body(Body::empty()).unwrap()),
    ];
    for page in pages {
        assert!(page.html.contains("Stand-in, not AWS."), "{}", page.html);
        assert!(!page.html.contains("<script") && !page.html.contains("style="), "{}", page.html);
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        for directive in ["default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
            assert!(policy.split("; ").any(|stated| stated == directive), "{directive}: {policy}");
        }
        assert_eq!(page.headers["cache-control"], "no-store");
        assert_eq!(page.headers["x-content-type-options"], "nosniff");
        assert_eq!(page.all(r#"<link rel="stylesheet" href="([^"]*)">"#), ["standin.css"]);
    }
    let style = ask(Request::get("/standin.css").body(Body::empty()).unwrap());
    assert_eq!(style.headers["content-type"], "text/css; charset=utf-8");
    assert!(style.html.contains("@media (prefers-color-scheme: dark)"));
}
