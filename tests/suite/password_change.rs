//! Passwords changed in a real domain: what it takes, what it refuses, and what is told of a refusal.

use claimsmith::store::ActiveDirectory;
use claimsmith::store::directory::{Directory as _, Password, Refusal, SignInError};
use claimsmith::store::ldap::ServiceCredentials;
use claimsmith::store::password_change::{ChangeError, Demand, PasswordChange as _};
use jiff::Timestamp;

use crate::support::samba::{Samba, shared_domain};

/// Attributes of a policy that demands much.
const STRICT: &str = "replace: minPwdLength\nminPwdLength: 12\n-\nreplace: pwdProperties\npwdProperties: 1\n-\n\
                      replace: pwdHistoryLength\npwdHistoryLength: 5\n-\nreplace: minPwdAge\nminPwdAge: 0";

fn directory(domain: &Samba) -> ActiveDirectory {
    ActiveDirectory::connect(domain.settings()).unwrap()
}

fn password(text: &str) -> Password {
    Password::new(text.to_owned())
}

fn change(directory: &ActiveDirectory, user: &str, old: &str, new: &str) -> Result<(), ChangeError> {
    directory.change_password(user, &password(old), &password(new), Timestamp::now())
}

/// Why somebody is not let in. `None` if they are.
fn refusal(directory: &ActiveDirectory, user: &str, typed: &str) -> Option<Refusal> {
    match directory.sign_in(user, &password(typed)) {
        Ok(_) => None,
        Err(SignInError::Refused(refusal)) => Some(refusal),
        Err(error) => panic!("{user}: {error}"),
    }
}

#[test]
fn the_new_password_opens_the_account_and_the_old_one_does_not() {
    let domain = Samba::start();
    let directory = directory(&domain);
    for (user, name, before) in [
        ("bob", "CORP\\bob", None),
        ("carol", "carol@corp.example.com", None),
        ("mustchange", "mustchange", Some(Refusal::PasswordMustChange)),
        ("oldpassword", "corp\\OldPassword", Some(Refusal::PasswordExpired)),
    ] {
        let old = format!("Passw0rd.{user}");
        assert_eq!(refusal(&directory, user, &old), before, "{user}");
        assert_eq!(change(&directory, name, &old, "another, longer one"), Ok(()), "{user}");
        assert_eq!(refusal(&directory, user, "another, longer one"), None, "{user}");
        assert_eq!(refusal(&directory, user, &old), Some(Refusal::WrongPassword), "{user}");
    }
}

#[test]
fn a_session_that_began_with_the_old_password_ends() {
    let domain = Samba::start();
    let directory = directory(&domain);
    let account = directory.sign_in("erin", &password("Passw0rd.erin")).unwrap();
    let still = || directory.still_account("CORP\\erin", &account.mark, Timestamp::now());
    assert_eq!(still().unwrap(), account);
    change(&directory, "erin", "Passw0rd.erin", "Passw0rd.erin2").unwrap();
    assert_eq!(still(), Err(SignInError::Refused(Refusal::PasswordChanged)));
}

#[test]
fn whoever_does_not_know_the_old_password_changes_nothing() {
    let domain = Samba::start();
    let directory = directory(&domain);
    for (user, old, expected) in [
        ("alice", "wrong", Refusal::WrongPassword),
        ("alice", "", Refusal::EmptyPassword),
        ("alice", "Passw0rd.alice\0", Refusal::WrongPassword),
        ("mustchange", "wrong", Refusal::WrongPassword),
        ("oldpassword", "wrong", Refusal::WrongPassword),
        ("nobody", "Passw0rd.nobody", Refusal::UnknownUser),
        ("*", "Passw0rd.alice", Refusal::UnknownUser),
        // The directory would let the service account do it for these two.
        ("dave", "Passw0rd.dave", Refusal::Disabled),
        ("expired", "Passw0rd.expired", Refusal::AccountExpired),
        ("nohours", "Passw0rd.nohours", Refusal::LogonHours),
    ] {
        let refused = change(&directory, user, old, "another, longer one");
        assert_eq!(refused, Err(ChangeError::Refused(expected)), "{user}");
    }
    assert_eq!(refusal(&directory, "alice", "Passw0rd.alice"), None);
    assert_eq!(refusal(&directory, "dave", "another, longer one"), Some(Refusal::WrongPassword));
}

#[test]
fn guessing_here_locks_the_account_as_everywhere() {
    let domain = Samba::start();
    let directory = directory(&domain);
    for _ in 0..5 {
        let refused = change(&directory, "locked", "wrong", "another, longer one");
        assert_eq!(refused, Err(ChangeError::Refused(Refusal::WrongPassword)));
    }
    for old in ["Passw0rd.locked", "wrong"] {
        let refused = change(&directory, "locked", old, "another, longer one");
        assert_eq!(refused, Err(ChangeError::Refused(Refusal::LockedOut)), "{old}");
    }
}

#[test]
fn a_refusal_names_what_the_policy_of_the_domain_demands() {
    let domain = Samba::start();
    let directory = directory(&domain);
    domain.change_domain(STRICT);
    let policy = directory.password_policy("erin").unwrap().unwrap();
    let [least, kinds, history] =
        [Demand::Least { characters: 12 }, Demand::Kinds, Demand::NotUsedBefore { remembered: 5 }];
    assert_eq!(policy.demands(), [least.clone(), kinds.clone(), Demand::NotTheName, history.clone()]);
    let mut present = "Passw0rd.erin".to_owned();
    for (new, missed) in [
        ("Ab1.efg", vec![least.clone()]),
        ("abc", vec![least, kinds.clone()]),
        ("abcdefghijklmnop", vec![kinds.clone()]),
        ("Long enough, 1 of 3", vec![]),
        ("Long enough, 1 of 3", vec![history.clone()]),
        ("Long enough, 2 of 3", vec![]),
        ("Long enough, 1 of 3", vec![history.clone()]),
        ("Another, 3 of 3.", vec![]),
        ("Long enough, 2 of 3", vec![history]),
    ] {
        let changed = change(&directory, "erin", &present, new);
        if missed.is_empty() {
            assert_eq!(changed, Ok(()), "{new}");
            new.clone_into(&mut present);
        } else {
            assert_eq!(changed, Err(ChangeError::Policy(missed)), "{new}");
        }
    }
    assert_eq!(refusal(&directory, "erin", "Another, 3 of 3."), None);
    // What must be changed is held to the same policy.
    let refused = change(&directory, "mustchange", "Passw0rd.mustchange", "abcdefghijklmnop");
    assert_eq!(refused, Err(ChangeError::Policy(vec![kinds])));

    domain.change_domain("replace: minPwdAge\nminPwdAge: -864000000000");
    let refused = change(&directory, "erin", "Another, 3 of 3.", "Long enough, 3 of 3").unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the new password does not meet the policy: not sooner than 1 day after the last change"
    );
    assert_eq!(change(&directory, "mustchange", "Passw0rd.mustchange", "Long enough, 3 of 3"), Ok(()), "must is must");
}

#[test]
fn a_policy_for_some_people_goes_before_that_of_the_domain() {
    let domain = Samba::start();
    let directory = directory(&domain);
    domain.apply(
        "dn: CN=Strict,CN=Password Settings Container,CN=System,DC=corp,DC=example,DC=com\nchangetype: add\n\
         objectClass: msDS-PasswordSettings\nmsDS-PasswordSettingsPrecedence: 1\n\
         msDS-PasswordReversibleEncryptionEnabled: FALSE\nmsDS-PasswordHistoryLength: 3\n\
         msDS-PasswordComplexityEnabled: FALSE\nmsDS-MinimumPasswordLength: 20\nmsDS-MinimumPasswordAge: 0\n\
         msDS-MaximumPasswordAge: -8640000000000\nmsDS-LockoutThreshold: 0\nmsDS-LockoutObservationWindow: 0\n\
         msDS-LockoutDuration: 0\nmsDS-PSOAppliesTo: CN=erin,OU=People,DC=corp,DC=example,DC=com\n",
    );
    // It is shown to administrators only, until somebody gives the service account the right to read it.
    assert_eq!(directory.password_policy("erin").unwrap(), None);
    let refused = change(&directory, "erin", "Passw0rd.erin", "too short for her");
    assert_eq!(refused, Err(ChangeError::Policy(Vec::new())));
    let mut settings = domain.settings();
    let (name, password_of) = ("administrator@corp.example.com".to_owned(), password("Passw0rd.administrator"));
    settings.servers.credentials = ServiceCredentials::Password { name, password: password_of };
    let with_right = ActiveDirectory::connect(settings).unwrap();
    let demands = with_right.password_policy("erin").unwrap().unwrap().demands();
    assert_eq!(demands, [Demand::Least { characters: 20 }, Demand::NotUsedBefore { remembered: 3 }]);
    let refused = change(&with_right, "erin", "Passw0rd.erin", "too short for her");
    assert_eq!(refused, Err(ChangeError::Policy(vec![Demand::Least { characters: 20 }])));
    assert_eq!(change(&directory, "erin", "Passw0rd.erin", "long enough for her too"), Ok(()));
    assert_eq!(change(&directory, "bob", "Passw0rd.bob", "short"), Ok(()), "nobody else is held to it");
}

#[test]
fn whoever_may_not_change_their_password_is_told_so() {
    let domain = Samba::start();
    let directory = directory(&domain);
    let refused = change(&directory, "keepspassword", "Passw0rd.keepspassword", "another, longer one");
    assert_eq!(refused, Err(ChangeError::NotAllowed));
    assert_eq!(refusal(&directory, "keepspassword", "Passw0rd.keepspassword"), None);
}

#[test]
fn hostile_passwords_are_taken_as_they_are_or_refused() {
    let domain = Samba::start();
    let directory = directory(&domain);
    let mut present = "Passw0rd.grace".to_owned();
    for new in [
        "\"quoted\"",
        "\"",
        "p\u{e4}ssw\u{f6}rd \u{5bc6}\u{78bc} \u{1f600}",
        "*)(objectClass=*",
        " blanks at both ends ",
        "back\\slash,dn=x;%00&amp;+",
        &"x".repeat(256),
    ] {
        assert_eq!(change(&directory, "grace", &present, new), Ok(()), "{new}");
        assert_eq!(refusal(&directory, "grace", new), None, "{new}");
        new.clone_into(&mut present);
    }
    for (new, demand) in [
        ("", Demand::Least { characters: 1 }),
        ("a\0b", Demand::Typeable),
        ("a\nb", Demand::Typeable),
        ("caf\u{fffd}", Demand::Typeable),
        (&"x".repeat(257), Demand::Most { characters: 256 }),
    ] {
        let refused = change(&directory, "grace", &present, new);
        assert_eq!(refused, Err(ChangeError::Policy(vec![demand])), "{new:?}");
    }
    assert_eq!(refusal(&directory, "grace", &present), None);
}

#[test]
fn after_start_tls_it_works_as_well() {
    let domain = Samba::start();
    let mut settings = domain.settings();
    settings.servers.urls = vec![domain.cleartext_url()];
    settings.servers.start_tls = true;
    let directory = ActiveDirectory::connect(settings).unwrap();
    assert_eq!(change(&directory, "bob", "Passw0rd.bob", "another, longer one"), Ok(()));
    assert_eq!(change(&directory, "mustchange", "Passw0rd.mustchange", "another, longer one"), Ok(()));
    assert_eq!(refusal(&directory, "mustchange", "another, longer one"), None);
}

#[test]
fn the_end_of_a_password_is_known() {
    let directory = directory(shared_domain());
    let ends = |user: &str| directory.account(user).unwrap().unwrap().password_ends;
    let alice = ends("alice").unwrap();
    let days = alice.duration_since(Timestamp::now()).as_hours() / 24;
    assert!((3_500..=3_650).contains(&days), "the domain's passwords last ten years: {alice}");
    assert_eq!(ends("mustchange"), None, "it is no password to keep");
    assert_eq!(ends("svc-claimsmith"), None, "it never ends");
    assert!(ends("oldpassword").unwrap() < Timestamp::now());
}

#[test]
fn a_domain_that_is_gone_is_no_refusal() {
    let domain = Samba::start();
    let directory = directory(&domain);
    domain.kill();
    let error = change(&directory, "alice", "Passw0rd.alice", "another, longer one").unwrap_err();
    assert!(matches!(error, ChangeError::Unavailable(_)), "{error}");
}
