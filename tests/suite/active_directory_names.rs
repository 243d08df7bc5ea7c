//! Names as people type them, and as attackers do, against a live domain.

use claimsmith::engine::{AttributeStore as _, Query};
use claimsmith::store::ActiveDirectory;
use claimsmith::store::directory::{Directory as _, Password, Refusal, SignInError};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;

use crate::support::samba::shared_domain;

fn connect() -> ActiveDirectory {
    ActiveDirectory::connect(shared_domain().settings()).unwrap()
}

fn password(text: &str) -> Password {
    Password::new(text.to_owned())
}

#[test]
fn people_with_odd_names_sign_in_by_each_of_them() {
    let directory = connect();
    for (login, typed, names) in [
        // Composed and decomposed, in either case.
        (
            "zoë",
            "Passw0rd.zoë",
            &["zo\u{eb}", "zoe\u{308}", "ZO\u{cb}", "CORP\\zoe\u{308}", "zoe\u{308}@corp.example.com"][..],
        ),
        ("名前", "Passw0rd.名前", &["名前", "CORP\\名前", "名前@example.co.jp", "名前@CORP"]),
        ("party\u{1f389}", "Passw0rd.party", &["party\u{1f389}", "corp.example.com\\PARTY\u{1f389}"]),
        (
            "twenty.characters.20",
            "Passw0rd.twenty.characters.20",
            &["Twenty.Characters.20", "long.name.of.somebody@example.org", "LONG.NAME.OF.SOMEBODY@EXAMPLE.ORG"],
        ),
        ("cash$", "Passw0rd.cash", &["cash$", "CORP\\CASH$"]),
        (
            "a#b{c}d%e",
            "Passw0rd.signs",
            &["a#b{c}d%e", "corp\\A#b{C}d%E", "a#b{c}d%e@corp.example.com", "o*(d)d@example.org"],
        ),
        ("o'brien (x)&!", "Passw0rd.obrien", &["o'brien (x)&!", "CORP\\O'Brien (X)&!"]),
        ("mallory", "Passw0rd.mallory", &["mallory", "mallory@CORP.example.com"]),
    ] {
        for name in names {
            let account = directory.sign_in(name, &password(typed)).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(*account.name, *format!("CORP\\{login}"), "{name}");
            assert_eq!(directory.identify(name).unwrap().as_ref(), Some(&account.mark.sid), "{name}");
            let again = directory.sign_in(name, &password(typed)).unwrap();
            assert_eq!(again, account, "{name}: from memory");
            let wrong = directory.sign_in(name, &password("wrong")).unwrap_err();
            assert_eq!(wrong, SignInError::Refused(Refusal::WrongPassword), "{name}");
            assert!(directory.sign_in(name, &password(typed)).is_ok(), "one wrong password does not lock: {name}");
        }
    }
}

#[test]
fn other_letters_are_other_people() {
    let directory = connect();
    // Cyrillic, and a letter that only looks like two.
    for name in ["\u{430}lice", "al\u{456}ce", "alice\u{200b}", "\u{202e}ecila"] {
        assert_eq!(directory.account(name).unwrap(), None, "{name:?}");
    }
}

#[test]
fn machines_do_not_sign_in() {
    let directory = connect();
    for name in ["dc1$", "CORP\\DC1$", "DC1", "krbtgt$", "Engineering", "CORP\\Domain Admins"] {
        assert_eq!(directory.account(name).unwrap(), None, "{name}");
    }
}

#[test]
fn whatever_is_typed_is_one_name_and_no_filter() {
    let directory = connect();
    let mut runner = TestRunner::deterministic();
    let hostile = "[*()\\\\&|!=<>~:;,+\"#@ \u{e9}\u{1f600}a]{1,24}|[*]|alice[)(*\\\\]{1,6}|\\PC{1,40}";
    let hostile = proptest::string::string_regex(hostile).unwrap();
    for _ in 0..250 {
        let name = hostile.new_tree(&mut runner).unwrap().current();
        let found = directory.account(&name).unwrap_or_else(|error| panic!("{name:?}: {error}"));
        assert_eq!(found, None, "{name:?}");
        let refusal = directory.sign_in(&name, &password("Passw0rd.alice")).unwrap_err();
        let expected = matches!(refusal, SignInError::Refused(Refusal::UnknownUser | Refusal::OtherDomain(_)));
        assert!(expected, "{name:?}: {refusal}");
        // As a parameter it is a value that nobody has.
        let query = Query {
            store: "AD".into(),
            text: "(|(mail={1})(&(cn={1})(objectClass=user))(proxyAddresses=smtp:{1}));mail;{0}".into(),
            parameters: vec!["CORP\\alice".into(), name.as_str().into()],
            columns: 1,
        };
        let rows = directory.answer(&[query]).unwrap_or_else(|error| panic!("{name:?}: {error}")).remove(0);
        assert!(rows.is_empty(), "{name:?}: {rows:?}");
    }
}
