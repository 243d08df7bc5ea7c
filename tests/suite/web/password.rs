//! Passwords that have ended, the way on with a new one, and the word before a password ends.

use claimsmith::idp::audit::{Event, Outcome};
use claimsmith::idp::clock::Clock as _;
use claimsmith::idp::passwords::{Help, PasswordSettings};
use claimsmith::store::directory::Refusal;

use jiff::SignedDuration;

use super::form::without_reference;
use crate::support::authn_request::AuthnRequest;
use crate::support::https::Reply;
use crate::support::identity_provider::{AWS_SIGN_ON, TestServer, response_in};
use crate::support::people::password;

pub(super) const FORM: &str = "/adfs/portal/updatepassword/";
pub(super) const NEW: &str = "Another, longer one 2";
const REFUSED_SIGN_IN: &str = "The user name or the password is not right";

pub(super) fn changing() -> TestServer {
    TestServer::with_passwords(PasswordSettings { change: true, ..PasswordSettings::default() })
}

pub(super) fn refuse(server: &TestServer, user: &str, refusal: Refusal) {
    server.people.mood.lock().unwrap().refusals.insert(user.to_owned(), refusal);
}

pub(super) fn change_at(server: &TestServer, action: &str, typed: [&str; 4], more: &[(&str, &str)]) -> Reply {
    let names = ["UserName", "OldPassword", "NewPassword", "ConfirmNewPassword"];
    let fields: Vec<_> = names.into_iter().zip(typed).chain(more.iter().copied()).collect();
    server.client.post(action, &fields)
}

pub(super) fn change(server: &TestServer, user: &str, old: &str, new: &str) -> Reply {
    change_at(server, FORM, [user, old, new, new], &[])
}

/// Fills in the form of a page, as alice.
fn follow(server: &TestServer, page: &Reply) -> Reply {
    let action = page.body.split_once(" action=\"").unwrap().1.split_once('"').unwrap().0.replace("&#38;", "&");
    assert!(action.starts_with(FORM), "{action}");
    let hidden: Vec<_> =
        ["SAMLRequest", "RelayState"].into_iter().filter_map(|name| Some((name, page.input(name)?))).collect();
    let hidden: Vec<_> = hidden.iter().map(|(name, value)| (*name, value.as_str())).collect();
    change_at(server, &action, ["alice", &password("alice"), NEW, NEW], &hidden)
}

/// What is told of an attempt, without the number.
pub(super) fn told(page: &Reply) -> String {
    assert_eq!(page.status, 200);
    let text = without_reference(page.error_text().unwrap_or_else(|| panic!("no form in {}", page.body)));
    text.replace("&#39;", "'")
}

#[test]
fn there_is_no_form_unless_it_was_configured() {
    let server = TestServer::start();
    assert_eq!(server.client.get(FORM).status, 404);
    assert_eq!(change(&server, "alice", &password("alice"), NEW).status, 404);
    assert!(server.sign_in("alice").input("SAMLResponse").is_some(), "nothing was changed");
    let cookie = server.cookie_of("alice");
    assert!(!server.client.send("GET", "/", &[("Cookie", &cookie)], "").body.contains("updatepassword"));
}

#[test]
fn only_who_knows_the_password_is_told_that_it_has_ended() {
    let help = Help { text: Some("Call 1234.".to_owned()), url: Some("https://help.example.com/?a&b".to_owned()) };
    let server = TestServer::with_passwords(PasswordSettings { help, ..PasswordSettings::default() });
    for (refusal, expected) in [
        (Refusal::PasswordExpired, "Your password has expired. Call 1234. See https://help.example.com/?a&#38;b."),
        (
            Refusal::PasswordMustChange,
            "Your password must be changed before you can sign in. Call 1234. See https://help.example.com/?a&#38;b.",
        ),
    ] {
        let cause = refusal.to_string();
        refuse(&server, "carol", refusal);
        let page = server.sign_in("carol");
        assert_eq!(told(&page), expected);
        assert!(page.body.contains(r#"<a href="https://help.example.com/?a&#38;b">Help with passwords</a>"#));
        assert!(page.body.contains(r#"id="passwordInput""#), "the sign-in form");
        let record = server.audit().pop().unwrap();
        assert_eq!((record.event, record.outcome), (Event::SignIn, Outcome::Refused));
        assert_eq!(record.cause.as_deref(), Some(cause.as_str()));
        assert!(page.body.contains(&record.reference));
        let guessed = server.client.post(AWS_SIGN_ON, &[("UserName", "carol"), ("Password", "wrong")]);
        assert!(told(&guessed).starts_with(REFUSED_SIGN_IN));
    }
    for refusal in [Refusal::Disabled, Refusal::AccountExpired, Refusal::LockedOut, Refusal::LogonHours] {
        let cause = refusal.to_string();
        refuse(&server, "bob", refusal);
        assert!(told(&server.sign_in("bob")).starts_with(REFUSED_SIGN_IN), "{cause}");
        assert_eq!(server.last_cause(), cause);
    }
}

#[test]
fn without_words_of_the_administrator_there_are_ours() {
    let server = TestServer::start();
    refuse(&server, "alice", Refusal::PasswordExpired);
    assert_eq!(told(&server.sign_in("alice")), "Your password has expired. Please ask the help desk for a new one.");
}

#[test]
fn a_password_that_has_ended_is_no_failed_guess_and_forgives_none() {
    let server = TestServer::start();
    refuse(&server, "alice", Refusal::PasswordExpired);
    for _ in 0..10 {
        assert!(told(&server.sign_in("alice")).starts_with("Your password has expired."));
    }
    let guess = || server.client.post(AWS_SIGN_ON, &[("UserName", "alice"), ("Password", "wrong")]);
    for _ in 0..4 {
        guess();
    }
    assert!(told(&server.sign_in("alice")).starts_with("Your password has expired."), "the fifth was not used up");
    guess();
    assert!(told(&server.sign_in("alice")).starts_with(REFUSED_SIGN_IN), "five guesses are five");
    assert_eq!(server.last_cause(), "too many failed sign-ins for this user");
}

#[test]
fn whoever_must_change_the_password_goes_on_to_the_application_with_the_new_one() {
    for refusal in [Refusal::PasswordExpired, Refusal::PasswordMustChange] {
        let server = changing();
        refuse(&server, "alice", refusal);
        let form = server.sign_in("alice");
        let told = told(&form);
        assert!(
            told.ends_with(
                "Choose a new one below, or with a browser at https://sts.example.com/adfs/portal/updatepassword/."
            ),
            "{told}"
        );
        assert!(form.body.contains("to continue to <strong>Amazon Web Services</strong>"));
        assert!(form.body.contains(r#"name="UserName" type="text" value="alice""#));
        assert!(form.header("set-cookie").is_none());
        let changed = follow(&server, &form);
        assert!(changed.body.contains("<h1>Your password is changed</h1>"), "{}", changed.body);
        assert!(changed.body.contains("Continue to Amazon Web Services</button>"));
        assert!(changed.body.contains(r#"action="https://signin.aws.amazon.com/saml""#));
        assert_eq!(response_in(&changed).destination.as_deref(), Some("https://signin.aws.amazon.com/saml"));
        let records = server.audit();
        let events: Vec<_> = records.iter().map(|record| (record.event, record.outcome)).collect();
        assert_eq!(
            events,
            [
                (Event::SignIn, Outcome::Refused),
                (Event::PasswordChange, Outcome::Done),
                (Event::SignIn, Outcome::Done),
                (Event::Issuance, Outcome::Done)
            ]
        );
        assert_eq!(records[1].trust.as_deref(), Some("urn:amazon:webservices"));
        assert!(
            server.client.send("GET", "/", &[("Cookie", &changed.cookie().unwrap())], "").body.contains("CORP\\alice")
        );
    }
}

#[test]
fn the_request_of_an_application_is_carried_along_by_every_binding() {
    let server = changing();
    let attempt = |page: &Reply, id: &str| {
        let action = page.body.split_once(" action=\"").unwrap().1.split_once('"').unwrap().0.replace("&#38;", "&");
        refuse(&server, "alice", Refusal::PasswordExpired);
        server.people.mood.lock().unwrap().changed.clear();
        let secret = password("alice");
        let mut fields = vec![("UserName", "alice".to_owned()), ("Password", secret)];
        for name in ["SAMLRequest", "RelayState"] {
            fields.extend(page.input(name).map(|value| (name, value)));
        }
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let changed = follow(&server, &server.client.post(&action, &fields));
        assert_eq!(response_in(&changed).in_response_to.as_deref(), Some(id));
        assert_eq!(changed.input("RelayState").as_deref(), Some("state & more"));
    };
    let request = |id: &str| AuthnRequest { id: id.to_owned(), ..AuthnRequest::default() };
    attempt(&server.client.get(&request("_first").redirected(Some("state & more"), None)), "_first");
    let fields = [("SAMLRequest", &*request("_second").posted()), ("RelayState", "state & more")];
    attempt(&server.client.post("/adfs/ls/", &fields), "_second");
}

#[test]
fn a_request_that_is_too_old_by_then_is_told_and_the_password_is_changed() {
    let server = changing();
    refuse(&server, "alice", Refusal::PasswordExpired);
    let request = AuthnRequest::default().redirected(None, None);
    let secret = password("alice");
    let form = server.client.post(&request, &[("UserName", "alice"), ("Password", &secret)]);
    server.clock.advance(SignedDuration::from_mins(30));
    let changed = follow(&server, &form);
    assert!(changed.body.contains("<h1>Your password is changed</h1>"));
    assert!(changed.body.contains("<h2>This request cannot be accepted</h2>"), "{}", changed.body);
    assert!(changed.input("SAMLResponse").is_none());
    let fields = [("UserName", "alice"), ("Password", NEW)];
    assert!(server.client.post(AWS_SIGN_ON, &fields).input("SAMLResponse").is_some());
    assert!(server.sign_in("alice").input("SAMLResponse").is_none(), "the old one is over");
}

#[test]
fn a_word_before_the_end_stands_in_nobodys_way() {
    let server = changing();
    let mut words = Vec::new();
    for days in [15, 14, 3, 1, 0] {
        let ends = server.clock.now() + SignedDuration::from_hours(24 * days + 1);
        server.people.mood.lock().unwrap().password_ends = Some(ends);
        let signed_in = server.sign_in("alice");
        assert!(signed_in.input("SAMLResponse").is_some(), "the way to AWS is free");
        let start = server.client.send("GET", "/", &[("Cookie", &signed_in.cookie().unwrap())], "").body;
        let word =
            start.split_once("<div class=\"notice\"><p>").map(|(_, rest)| rest.split_once('<').unwrap().0.to_owned());
        if let Some(word) = &word {
            assert!(
                signed_in.body.contains(&format!("<noscript><div class=\"notice\"><p>{word}</p>")),
                "{}",
                signed_in.body
            );
            assert!(start.contains(r#"<a href="/adfs/portal/updatepassword/">Change it now</a>"#));
        } else {
            assert!(!signed_in.body.contains("notice"));
        }
        words.push(word);
    }
    let word = |text: &str| Some(format!("Your password expires {text}."));
    assert_eq!(words, [None, None, word("in 3 days"), word("in 1 day"), word("in less than a day")]);
}
