//! The form for a new password: what it takes, what it refuses, and what is told.

use claimsmith::idp::audit::{Event, Outcome};
use claimsmith::store::directory::Refusal;
use claimsmith::store::password_change::{ChangeError, Demand, PasswordPolicy};
use jiff::SignedDuration;

use super::password::{FORM, NEW, change, change_at, changing, refuse, told};
use crate::support::identity_provider::AWS_SIGN_ON;
use crate::support::people::password;

#[test]
fn the_form_is_found_in_any_case_and_knows_a_name() {
    let server = changing();
    for path in [FORM, "/ADFS/Portal/UpdatePassword", "/adfs/portal/updatepassword"] {
        let form = server.client.get(&format!("{path}?UserName=a%22%3Cb%00%40corp"));
        assert_eq!(form.status, 200, "{path}");
        assert!(form.body.contains(r#"value="a&#34;&#60;b@corp""#), "{}", form.body);
        assert_eq!(form.error_text(), Some(""));
    }
    let form = server.client.get(FORM);
    for field in [
        r#"name="UserName" type="text" value="" autocomplete="username""#,
        r#"name="OldPassword" type="password" autocomplete="current-password""#,
        r#"name="NewPassword" type="password" autocomplete="new-password""#,
        r#"name="ConfirmNewPassword" type="password" autocomplete="new-password""#,
    ] {
        assert!(form.body.contains(field), "{field}: {}", form.body);
    }
    assert_eq!(server.people.most_asking.load(std::sync::atomic::Ordering::SeqCst), 0, "no directory was asked");
}

#[test]
fn the_rules_are_told_to_whoever_has_shown_who_they_are() {
    let server = changing();
    server.people.mood.lock().unwrap().policy =
        Some(PasswordPolicy { least_characters: 12, complex: true, remembered: 24, ..PasswordPolicy::default() });
    let rules = "<li>at least 12 characters</li>";
    assert!(!server.client.get(FORM).body.contains(rules));
    assert!(!server.client.get(&format!("{FORM}?username=alice")).body.contains(rules));
    let cookie = server.cookie_of("alice");
    let own = server.client.send("GET", FORM, &[("Cookie", &cookie)], "");
    assert!(own.body.contains(rules) && own.body.contains(r#"value="CORP\alice""#), "{}", own.body);
    assert!(own.body.contains("<li>none of your last 24 passwords</li>"));
    let other = server.client.send("GET", &format!("{FORM}?username=bob"), &[("Cookie", &cookie)], "");
    assert!(!other.body.contains(rules) && other.body.contains(r#"value="bob""#));
    refuse(&server, "bob", Refusal::PasswordExpired);
    assert!(server.sign_in("bob").body.contains(rules));
    assert!(!change(&server, "bob", "wrong", NEW).body.contains(rules));
}

#[test]
fn what_is_mistyped_is_told_without_asking_anybody() {
    let server = changing();
    let secret = password("alice");
    let long = "x".repeat(1025);
    for (typed, text, field) in [
        (["", &secret, NEW, NEW], "Type your user name.", "userNameInput"),
        (["alice", "", NEW, NEW], "Type your old password, the one that you have now.", "oldPasswordInput"),
        (["alice", &secret, "", ""], "Type a new password.", "newPasswordInput"),
        (
            ["alice", &secret, NEW, "another"],
            "The two new passwords are not the same. Type all three again.",
            "confirmNewPasswordInput",
        ),
        (["alice", &secret, &secret, &secret], "The new password is the old one. Choose another.", "newPasswordInput"),
        (
            ["alice", &secret, &long, &long],
            "The new password is too long. Choose one of at most 256 characters.",
            "newPasswordInput",
        ),
    ] {
        let page = change_at(&server, FORM, typed, &[]);
        assert_eq!(told(&page), text);
        let input = page.body.split("<input").find(|tag| tag.contains(&format!("id=\"{field}\""))).unwrap();
        let input = input.split_once('>').unwrap().0;
        assert!(input.contains("aria-invalid=\"true\""), "{input}");
        assert!(input.contains("aria-describedby=\"errorText"), "{input}");
        assert_eq!(page.body.matches("autofocus").count(), 1);
        let first = if field == "userNameInput" { field } else { "oldPasswordInput" };
        let focused = page.body.split_once("autofocus").unwrap().0.rsplit_once("<input").unwrap().1;
        assert!(focused.contains(&format!("id=\"{first}\"")), "all passwords are typed again: {focused}");
        for secret in [secret.as_str(), NEW] {
            assert!(!page.body.contains(secret), "no password is written into a page");
        }
    }
    assert_eq!(server.people.mood.lock().unwrap().asked, 0);
    assert!(server.audit().is_empty());
    assert_eq!(server.client.post(FORM, &[("NewPassword", &"x".repeat(300_000))]).status, 413);
}

#[test]
fn guesses_are_counted_together_with_those_at_the_sign_in() {
    let server = changing();
    for attempt in 0..12 {
        if attempt % 2 == 0 {
            let page = change(&server, "alice", "wrong", NEW);
            assert!(told(&page).starts_with("The user name or the old password is not right, or the account cannot"));
            assert!(page.body.contains(&server.audit().pop().unwrap().reference));
        } else {
            server.client.post(AWS_SIGN_ON, &[("UserName", "a.liddell@corp.example.com"), ("Password", "wrong")]);
        }
    }
    assert_eq!(server.people.mood.lock().unwrap().asked, 5);
    let locked = change(&server, "alice", &password("alice"), NEW);
    assert!(told(&locked).starts_with("The user name or the old password is not right"), "the right one does not help");
    let record = server.audit().pop().unwrap();
    assert_eq!((record.event, record.outcome), (Event::PasswordChange, Outcome::Refused));
    assert_eq!(record.cause.as_deref(), Some("too many failed sign-ins for this user"));
    assert!(server.people.mood.lock().unwrap().changed.is_empty());
    server.clock.advance(SignedDuration::from_mins(15));
    assert!(change(&server, "alice", &password("alice"), NEW).body.contains("Your password is changed"));
}

#[test]
fn every_answer_of_the_directory_has_its_words() {
    let server = changing();
    let unavailable =
        || claimsmith::engine::StoreError::Unavailable { store: "P".to_owned(), reason: "gone".to_owned() };
    for (error, text, outcome) in [
        (
            ChangeError::Policy(vec![Demand::Least { characters: 12 }]),
            "The new password does not keep to this rule.",
            Outcome::Refused,
        ),
        (
            ChangeError::Policy(vec![Demand::Least { characters: 12 }, Demand::Kinds]),
            "The new password does not keep to these rules.",
            Outcome::Refused,
        ),
        (
            ChangeError::Policy(vec![Demand::NotUsedBefore { remembered: 24 }]),
            "The user directory does not take this password, most likely because you had it before.",
            Outcome::Refused,
        ),
        (
            ChangeError::Policy(vec![Demand::Age(SignedDuration::from_hours(24))]),
            "Your password was changed a short time ago, and it is too early for the next change.",
            Outcome::Refused,
        ),
        (
            ChangeError::Policy(Vec::new()),
            "The user directory does not take this password. It may be too short, too simple or used before: \
             choose a longer one that you never had.",
            Outcome::Refused,
        ),
        (
            ChangeError::NotAllowed,
            "Your account may not change its own password. Please ask the help desk for a new one.",
            Outcome::Refused,
        ),
        (
            ChangeError::Other("code 53".to_owned()),
            "Your password was not changed, for a reason that the user directory did not explain. \
             Please give the help desk the number.",
            Outcome::Refused,
        ),
        (
            ChangeError::Unavailable(unavailable()),
            "Your password was not changed: the user directory does not answer. Please try again in a few minutes.",
            Outcome::Failed,
        ),
        (
            ChangeError::Unasked(unavailable()),
            "Your password was not changed: the user directory does not answer. Please try again in a few minutes.",
            Outcome::Failed,
        ),
        (
            ChangeError::Undecided(unavailable()),
            "The user directory stopped answering before it was done. Your password may have been changed: \
             sign in with the new one, and if that fails with the old one.",
            Outcome::Failed,
        ),
    ] {
        let cause = error.to_string();
        let missed = if let ChangeError::Policy(missed) = &error { missed.clone() } else { Vec::new() };
        server.people.mood.lock().unwrap().change_refused = Some(error);
        // The old password is right: this is no guess, and costs none.
        for _ in 0..2 {
            let page = change(&server, "alice", &password("alice"), NEW);
            assert_eq!(told(&page), text);
            for demand in &missed {
                assert!(page.body.contains(&format!("<li>{demand}</li>")), "{}", page.body);
            }
        }
        let record = server.audit().pop().unwrap();
        assert_eq!(
            (record.event, record.outcome, record.cause.as_deref()),
            (Event::PasswordChange, outcome, Some(cause.as_str()))
        );
    }
}

#[test]
fn a_change_ends_the_sessions_that_were_there() {
    let server = changing();
    let [here, there] = [server.cookie_of("alice"), server.cookie_of("alice")];
    let fields = [
        ("UserName", "CORP\\alice"),
        ("OldPassword", &*password("alice")),
        ("NewPassword", NEW),
        ("ConfirmNewPassword", NEW),
    ];
    let changed = server.client.post_with(FORM, &fields, &[("Cookie", &here)]);
    assert!(changed.body.contains("Wherever you were signed in here with the old one, you are signed out."));
    assert!(changed.body.contains(r#"<a class="button" href="/">Continue to your applications</a>"#));
    let start = |cookie: &str| server.client.send("GET", "/", &[("Cookie", cookie)], "").body;
    assert!(start(&changed.cookie().unwrap()).contains("Your applications"));
    for old in [here, there] {
        assert!(!start(&old).contains("Your applications"));
    }
}

#[test]
fn another_site_cannot_send_the_form() {
    let server = changing();
    let secret = password("alice");
    let fields =
        [("UserName", "alice"), ("OldPassword", secret.as_str()), ("NewPassword", NEW), ("ConfirmNewPassword", NEW)];
    for header in
        [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"), ("Origin", "https://evil.example.com")]
    {
        let page = server.client.post_with(FORM, &fields, &[header]);
        assert_eq!(page.status, 403, "{header:?}");
        assert!(page.body.contains("Another site tried to change your password. It was not changed."));
    }
    assert_eq!(server.people.mood.lock().unwrap().asked, 0);
    let policy = server.client.get(FORM).header("content-security-policy").unwrap().to_owned();
    assert!(policy.contains("form-action 'self'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    let form = [("Content-Type", "text/plain")];
    assert_eq!(server.client.send("POST", FORM, &form, "UserName=alice").status, 415);
    assert_eq!(server.client.send("PUT", FORM, &[], "").status, 405);
}

#[test]
fn a_form_that_cannot_be_read_changes_nothing() {
    let server = changing();
    let typed = ["alice", &*password("alice"), NEW, NEW];
    let twice = change_at(&server, FORM, typed, &[("SAMLRequest", "a"), ("SAMLRequest", "b")]);
    assert_eq!(twice.status, 400);
    assert_eq!(change_at(&server, &format!("{FORM}?loginToRp=a&loginToRp=b"), typed, &[]).status, 400);
    assert_eq!(server.people.mood.lock().unwrap().asked, 0);
}

#[test]
fn records_and_pages_hold_no_password() {
    let server = changing();
    let secret = password("alice");
    for (old, new) in [("Wr0ng-secret", NEW), (&*secret, NEW)] {
        let page = change(&server, "alice", old, new);
        for hidden in ["Wr0ng-secret", NEW, &secret] {
            assert!(!page.body.contains(hidden));
            assert!(!format!("{:?}", server.audit()).contains(hidden));
        }
    }
}
