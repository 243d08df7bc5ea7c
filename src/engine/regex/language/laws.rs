//! What sets of texts must be true to: the engine that runs the patterns.

use super::super::{DotNetRegex, Replacement, Steps};
use super::{Language, Search};

const PATTERNS: [&str; 22] = [
    "a",
    "^a",
    "a$",
    r"a\z",
    "^a$",
    "^$",
    "",
    "a|^b",
    "(?i)ab",
    "(?m)^b$",
    r"\ba\b",
    r"\Ba",
    "^(a|b)*1$",
    "a{2,3}",
    "^[^a]+$",
    "a.b",
    r"(?s)a.b",
    r"\d",
    r"^\w\z",
    r"(a|\b)b",
    "(?m)a$",
    r"^(?:a\b)+",
];
const TEXTS: [&str; 22] = [
    "", "a", "b", "ab", "AB", "aB", "a\n", "\na", "a\nb", "b\n", "a b", "b a", "1", "ab1", "aa", "aaaa", "a\n\n", "é",
    "aé", " ", "xab", "\n",
];

fn language(pattern: &str) -> Language {
    Language::matched_by(&DotNetRegex::new(pattern).unwrap()).unwrap()
}

#[test]
fn a_text_is_in_the_set_when_the_engine_matches_it() {
    for pattern in PATTERNS {
        let regex = DotNetRegex::new(pattern).unwrap();
        let set = language(pattern);
        for text in TEXTS {
            let matches = regex.is_match(text, &Steps::new(10_000)).unwrap();
            let inside = Language::example(&[&set, &Language::text(text)], &[]);
            assert_eq!(
                inside,
                if matches { Search::Found(text.to_owned()) } else { Search::None },
                "{pattern} {text:?}"
            );
        }
    }
}

#[test]
fn an_example_is_matched_by_all_and_none() {
    for one in PATTERNS {
        for other in PATTERNS {
            if let Search::Found(text) = Language::example(&[&language(one)], &[&language(other)]) {
                let matches = |pattern: &str| DotNetRegex::new(pattern).unwrap().is_match(&text, &Steps::new(10_000));
                assert_eq!((matches(one), matches(other)), (Ok(true), Ok(false)), "{one} {other} {text:?}");
            }
        }
    }
}

#[test]
fn a_set_made_of_sets_is_what_they_have_in_common() {
    let both = Language::within(&[&language("^a"), &language("b$")], &[&language("1")]).unwrap();
    assert_eq!(Language::example(&[&both], &[]), Search::Found("ab".to_owned()));
    assert_eq!(Language::example(&[&both, &language("1")], &[]), Search::None);
    assert_eq!(Language::example(&[&both], &[&language("^a(?s:.*)b$")]), Search::None);
}

#[test]
fn examples_read_well() {
    let group = Language::example(&[&language("(?i)^AWS-([0-9]{12})-."), &Language::printable()], &[]);
    assert_eq!(group, Search::Found("aws-111111111111-a".to_owned()));
}

#[test]
fn what_a_replacement_makes_is_in_its_set() {
    for (pattern, replacement) in [
        (r"^AWS-([0-9]{2})-(.+)\z", "arn:$1:$2"),
        ("b", "<$&>"),
        ("(a)|(b)", "$2"),
        (r"@.*$", ""),
        ("(?<n>a)(b)", "${n}$1$_"),
        ("a*", "-"),
    ] {
        let regex = DotNetRegex::new(pattern).unwrap();
        let replacement = Replacement::parse(replacement, &regex);
        let set = Language::made_by(&regex, &replacement).unwrap();
        for text in TEXTS.into_iter().chain(["AWS-12-x", "AWS-12-x@y", "ab@corp"]) {
            if regex.is_match(text, &Steps::new(10_000)).unwrap() {
                let made = regex.replace(text, &replacement, 1_000, &Steps::new(10_000)).unwrap();
                let inside = Language::example(&[&set, &Language::text(&made)], &[]);
                assert_eq!(inside, Search::Found(made.to_string()), "{pattern} {text:?}");
            }
        }
    }
}

#[test]
fn what_no_automaton_has_is_not_guessed() {
    for pattern in ["(?=a)b", r"(a)\1", "(?!x)", "(?>a+)", r"\Ga"] {
        let regex = DotNetRegex::new(pattern).unwrap();
        assert!(Language::matched_by(&regex).is_none(), "{pattern}");
        assert!(Language::matched_at_most_by(&regex).is_some(), "{pattern}");
    }
}

#[test]
fn a_question_that_takes_too_long_stays_open() {
    let many = language("a.{0,3000}b");
    assert_eq!(Language::example(&[&many], &[&language("[ab]")]), Search::Open);
    assert!(Language::matched_by(&DotNetRegex::new("((a{1,200}){1,200}){1,200}").unwrap()).is_none());
}
