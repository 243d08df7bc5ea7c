//! Rules for everybody: laws of comparisons, people who vanish, rules that fail, directories that stop answering.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use claimsmith::engine::{AttributeStore, Query, Row, StoreError, Stores};
use claimsmith::harness::diff::{Diff, Side, Version, What, diff};
use claimsmith::harness::dry_run::{Rules, stores};
use claimsmith::harness::population::{Interrupted, People};
use claimsmith::input;
use claimsmith::lang::Source;
use claimsmith::store::directory::{Account, Directory, Password, SignInError};
use claimsmith::store::file::FileDirectory;
use jiff::Timestamp;
use proptest::prelude::*;

fn people_of_the_tests() -> FileDirectory {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/directory.yaml");
    FileDirectory::from_yaml(&input::read_source(&path).unwrap()).unwrap()
}

fn version(name: &str, text: &str) -> Version {
    Version::new(name.to_owned(), Rules::from_source(Source::new(name, text)).unwrap())
}

/// A directory in which people vanish, and which may stop answering.
struct Fickle {
    inner: FileDirectory,
    vanished: &'static str,
    answers: usize,
    asked: AtomicUsize,
}

impl Fickle {
    fn new(vanished: &'static str, answers: usize) -> Self {
        Self { inner: people_of_the_tests(), vanished, answers, asked: AtomicUsize::new(0) }
    }
}

impl AttributeStore for Fickle {
    fn answer(&self, queries: &[Query]) -> Result<Vec<Vec<Row>>, StoreError> {
        self.inner.answer(queries)
    }
}

impl Directory for Fickle {
    fn account(&self, user_name: &str) -> Result<Option<Account>, StoreError> {
        if self.asked.fetch_add(1, Ordering::Relaxed) >= self.answers {
            return Err(StoreError::Unavailable { store: "Active Directory".into(), reason: "it is gone".into() });
        }
        if user_name.ends_with(self.vanished) { Ok(None) } else { self.inner.account(user_name) }
    }
    fn identify(&self, user_name: &str) -> Result<Option<String>, StoreError> {
        self.inner.identify(user_name)
    }
    fn sign_in(&self, user_name: &str, password: &Password) -> Result<Account, SignInError> {
        self.inner.sign_in(user_name, password)
    }
    fn admit(&self, user_name: &str, now: Timestamp) -> Result<Account, SignInError> {
        self.inner.admit(user_name, now)
    }
    fn user_names(&self) -> Result<Vec<String>, StoreError> {
        self.inner.user_names()
    }
}

fn compare<'p>(old: &str, new: &str, people: &'p People<'p>, stores: &Stores) -> Result<Diff<'p>, Interrupted> {
    diff(&version("old", old), &version("new", new), people, stores, 2, &mut |_| {})
}

fn with_people<T>(directory: impl Directory + 'static, all: bool, look: impl FnOnce(&People<'_>, &Stores) -> T) -> T {
    let directory: Arc<dyn Directory> = Arc::new(directory);
    let stores = stores(Some(&directory));
    let people = People::of(directory.as_ref(), all, Timestamp::UNIX_EPOCH).unwrap();
    look(&people, &stores)
}

#[test]
fn who_vanishes_is_told_and_the_others_run() {
    with_people(Fickle::new("\\carol", usize::MAX), true, |people, stores| {
        let found = compare("=> issue(Type = \"a\", Value = \"1\");", "", people, stores).unwrap();
        let vanished: Vec<&str> = found.tally.vanished.iter().map(|&user| people.name(user)).collect();
        assert_eq!(vanished, ["carol"]);
        assert_eq!((found.tally.ran, people.count()), (7, 8));
        assert_eq!(found.groups.len(), 1);
        assert_eq!(found.groups[0].users.len(), 7);
    });
}

#[test]
fn a_directory_that_stops_answering_gives_no_result() {
    with_people(Fickle::new("nobody", 5), true, |people, stores| {
        let error = compare("", "=> issue(Type = \"a\", Value = \"1\");", people, stores).err().unwrap();
        assert_eq!(error.all, 8);
        let told = error.to_string();
        assert!(told.starts_with("the directory failed after ") && told.contains("of 8 users"), "{told}");
        assert!(told.ends_with("did not answer: it is gone"), "{told}");
    });
}

const ASK: &str = "c:[Type == \"http://schemas.microsoft.com/ws/2008/06/identity/claims/windowsaccountname\"]\n \
                   => add(store = \"Active Directory\", types = (\"department\"), query = \";department;{0}\", \
                   param = c.Value);\n";
/// Mallory's department is no regular expression.
const FAILS: &str = "c:[Type == \"department\"] && [Value =~ c.Value] => issue(Type = \"a\", Value = \"1\");\n";

#[test]
fn rules_that_fail_in_one_version_are_a_difference_of_their_own() {
    with_people(people_of_the_tests(), false, |people, stores| {
        for (old, new, side) in
            [(ASK.to_owned(), ASK.to_owned() + FAILS, Side::New), (ASK.to_owned() + FAILS, ASK.to_owned(), Side::Old)]
        {
            let found = compare(&old, &new, people, stores).unwrap();
            let failure = found.groups.iter().find(|group| matches!(group.what, What::Failure { .. })).unwrap();
            let What::Failure { side: fails, error } = &failure.what else { panic!("it is a failure") };
            assert_eq!(*fails, side);
            assert!(error.contains("is not a .NET regular expression"), "{error}");
            assert_eq!(failure.users.iter().map(|&user| people.name(user)).collect::<Vec<_>>(), ["mallory"]);
            assert!(failure.cause.change.is_some());
        }
        let both = ASK.to_owned() + FAILS;
        let found = compare(&both, &(both.clone() + "=> issue(Type = \"b\", Value = \"1\");"), people, stores).unwrap();
        assert_eq!(found.fails_in_both.iter().map(|&user| people.name(user)).collect::<Vec<_>>(), ["mallory"]);
        assert_eq!(found.changed, 6, "everybody else gets the new claim");
    });
}

#[test]
fn the_cause_is_found_through_claims_that_only_rules_see() {
    let group = |pattern: &str| {
        format!(
            "@RuleName = \"Mark\"\nc:[Type == \"upn\", Value =~ \"{pattern}\"] => add(Type = \"m\", Value = c.Value);\n"
        )
    };
    let upn = "@RuleName = \"Upn\"\nc:[Type == \"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn\"]\n \
               => add(Type = \"upn\", Value = c.Value);\n";
    let give = "@RuleName = \"Give\"\nc:[Type == \"m\"] => issue(Type = \"x\", Value = \"1\");\n";
    let hold = "@RuleName = \"Hold\"\nnot exists([Type == \"m\"]) => issue(Type = \"y\", Value = \"1\");\n";
    let (old, new) =
        (format!("{upn}{}{give}{hold}", group("^alice")), format!("{upn}{}{give}{hold}", group("^(alice|bob)@")));
    with_people(people_of_the_tests(), false, |people, stores| {
        let found = compare(&old, &new, people, stores).unwrap();
        assert_eq!(found.groups.len(), 2, "bob gains x and loses y");
        for group in &found.groups {
            assert_eq!(group.users.iter().map(|&user| people.name(user)).collect::<Vec<_>>(), ["bob"]);
            let change = &found.rules[group.cause.change.unwrap()];
            assert_eq!(change.new.as_ref().unwrap().name.as_deref(), Some("Mark"));
            let rule = found.rule(group.cause.rule.unwrap()).unwrap().name.clone().unwrap();
            assert!(rule == "Give" || rule == "Hold");
        }
    });
}

#[test]
fn a_claim_with_many_values_is_one_group() {
    let people = (0..50).map(|number| format!("  u{number}: {{}}")).collect::<Vec<_>>().join("\n");
    let text = format!("domain: {{ netbios: C, dns: c.example.com, sid: S-1-5-21-1-2-3 }}\nusers:\n{people}");
    let directory = FileDirectory::from_yaml(&Source::new("d.yaml", text)).unwrap();
    let copy = |to: &str| {
        format!(
            "c:[Type == \"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn\"] => \
             issue(Type = \"{to}\", Value = c.Value);"
        )
    };
    with_people(directory, false, |people, stores| {
        let found = compare(&copy("a"), &(copy("a") + &copy("b")), people, stores).unwrap();
        assert_eq!(found.groups.len(), 1);
        assert_eq!(found.groups[0].users.len(), 50);
        let What::Claim { varies: true, new: Some(first), .. } = &found.groups[0].what else { panic!("a claim") };
        assert_eq!(&*first.value, "u0@c.example.com");
    });
}

/// Rules of which a random set makes a version: roles from groups with patterns of several widths, claims, and rules that
/// depend on each other.
const RULES: [&str; 10] = [
    "c:[Type == \"g\", Value =~ \"^AWS-([0-9]{12})-(Admin|Billing)\\z\"] => issue(Type = \"https://aws.amazon.com/SAML/Attributes/Role\", Value = RegExReplace(c.Value, \"^AWS-([0-9]{12})-(Admin|Billing)\\z\", \"arn:aws:iam::$1:role/$2,arn:aws:iam::$1:saml-provider/ADFS\"));\n",
    "c:[Type == \"g\", Value =~ \"^X?AWS-([0-9]{12})-([A-Za-z]+)\\z\"] => issue(Type = \"https://aws.amazon.com/SAML/Attributes/Role\", Value = RegExReplace(c.Value, \"^X?AWS-([0-9]{12})-([A-Za-z]+)\\z\", \"arn:aws:iam::$1:role/$2,arn:aws:iam::$1:saml-provider/ADFS\"));\n",
    "@RuleName = \"n\"\n=> issue(Type = \"n\", Value = \"1\");\n",
    "@RuleName = \"n\"\n=> issue(Type = \"n\", Value = \"2\");\n",
    "@RuleName = \"m\"\nexists([Type == \"g\", Value =~ \"Admin\"]) => add(Type = \"admin\", Value = \"1\");\n",
    "exists([Type == \"admin\"]) => issue(Type = \"is-admin\", Value = \"yes\");\n",
    "not exists([Type == \"admin\"]) => issue(Type = \"is-admin\", Value = \"no\");\n",
    "count([Type == \"g\"]) > 3 => issue(Type = \"many\", Value = \"1\");\n",
    "c:[Type == \"g\"] => issue(Type = \"group\", Value = c.Value);\n",
    "c:[Type == \"g\", Value =~ \"^AWS\"] => issue(Type = \"group\", Value = c.Value, Issuer = \"me\");\n",
];
const GROUPS: &str = "c:[Type == \"http://schemas.microsoft.com/ws/2008/06/identity/claims/windowsaccountname\"]\n \
                      => add(store = \"Active Directory\", types = (\"g\"), query = \";tokenGroups;{0}\", \
                      param = c.Value);\n";

/// Every difference with its users. Seen from the other side, gains are losses.
fn differences(found: &Diff<'_>, reversed: bool) -> BTreeMap<String, Vec<String>> {
    let mut seen: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for group in &found.groups {
        let key = match &group.what {
            What::Role { role, gained } => format!("{role} {}", *gained != reversed),
            What::Claim { old, new, varies } => {
                let (old, new) = if reversed { (new, old) } else { (old, new) };
                format!("{old:?} {new:?} {varies}")
            }
            other => format!("{other:?}"),
        };
        let users = group.users.iter().map(|&user| found.people.name(user).to_owned());
        seen.entry(key).or_default().extend(users);
    }
    for users in seen.values_mut() {
        users.sort();
    }
    seen
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Nothing differs from itself, and what one direction gains the other loses.
    #[test]
    fn comparisons_keep_their_laws(
        old in prop::collection::vec(0..RULES.len(), 0..6),
        new in prop::collection::vec(0..RULES.len(), 0..6),
    ) {
        let text = |rules: &[usize]| {
            GROUPS.to_owned() + &rules.iter().map(|&rule| RULES[rule]).collect::<String>()
        };
        let (old, new) = (text(&old), text(&new));
        with_people(people_of_the_tests(), true, |people, stores| {
            let same = compare(&old, &old, people, stores).unwrap();
            prop_assert!(same.groups.is_empty() && same.rules.is_empty() && same.changed == 0 && same.reordered == 0);
            prop_assert_eq!(same.tally.ran, 8);
            let forth = compare(&old, &new, people, stores).unwrap();
            let back = compare(&new, &old, people, stores).unwrap();
            prop_assert_eq!(differences(&forth, false), differences(&back, true));
            prop_assert_eq!(forth.changed, back.changed);
            for found in [&forth, &back] {
                for group in &found.groups {
                    prop_assert!(group.cause.change.is_some(), "no cause for {:?}", group.what);
                    prop_assert!(group.users.is_sorted());
                }
            }
            Ok(())
        })?;
    }
}
