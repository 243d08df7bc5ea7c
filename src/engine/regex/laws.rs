//! Laws that hold for every pattern and every input.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::linear::Linear;
use super::{DotNetRegex, MatchError, Matcher, Replacement, Steps, replace};

/// More bytes than any replacement here makes.
const MUCH: usize = 1 << 20;

fn plenty() -> Steps {
    Steps::new(usize::MAX)
}

/// Patterns of everything that the linear engine takes, and some that it does not.
fn pattern() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        4 => prop::sample::select(vec!["a", "b", "A", "k", "i", "s", "-", "é", "ß", "1", "\u{1F600}", r"\n"]),
        3 => prop::sample::select(vec![".", r"\d", r"\w", r"\s", r"\W", "[ab]", "[^a]", "[a-k-[b]]", "[^A-Z]", r"\p{Lu}"]),
        2 => prop::sample::select(vec!["^", "$", r"\b", r"\B", r"\z", r"\Z", r"\A", "(?m)^", "(?m)$", ""]),
        1 => prop::sample::select(vec!["(?i)", "(?s)", "(?n)", "(?-i)", "(?#x)"]),
    ]
    .prop_map(str::to_owned);
    leaf.prop_recursive(4, 24, 4, |inner| {
        let quantifier =
            prop::sample::select(vec!["*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,2}?", "{2,}", "{0}"]);
        prop_oneof![
            3 => prop::collection::vec(inner.clone(), 1..4).prop_map(|items| items.concat()),
            1 => prop::collection::vec(inner.clone(), 2..4).prop_map(|items| format!("(?:{})", items.join("|"))),
            2 => inner.clone().prop_map(|inner| format!("({inner})")),
            1 => inner.clone().prop_map(|inner| format!("(?<n>{inner})")),
            3 => (inner.clone(), quantifier).prop_map(|(inner, quantifier)| format!("(?:{inner}){quantifier}")),
            1 => inner.clone().prop_map(|inner| format!("(?i:{inner})")),
            1 => inner.prop_map(|inner| format!("^{inner}")),
        ]
    })
}

fn input() -> impl Strategy<Value = String> {
    let character = prop::sample::select(vec![
        'a',
        'b',
        'A',
        'B',
        'k',
        '\u{212A}',
        'i',
        'İ',
        'ı',
        's',
        'ſ',
        'é',
        'É',
        'ß',
        'ẞ',
        '-',
        '1',
        '\u{661}',
        ' ',
        '\n',
        '\u{200D}',
        '\u{1F600}',
        '_',
    ]);
    let ascii = prop::sample::select(vec!['a', 'b', 'A', 'k', 'i', '-', '1', '\n']);
    prop_oneof![
        prop::collection::vec(character, 0..8).prop_map(|characters| characters.into_iter().collect()),
        prop::collection::vec(ascii, 0..8).prop_map(|characters| characters.into_iter().collect()),
    ]
}

/// The same pattern, made to run on the backtracking engine, whatever the input starts with.
fn without_linear(regex: &DotNetRegex) -> DotNetRegex {
    DotNetRegex { linear: None, opening: None, ..regex.clone() }
}

/// Every group between marks, so that a difference in any of them shows.
fn all_groups(regex: &DotNetRegex) -> Replacement {
    let mut groups = String::new();
    for number in 0..=regex.group_count() {
        write!(groups, "<{number}:${{{number}}}>").unwrap();
    }
    Replacement::parse(&groups, regex)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_engines_agree(pattern in pattern(), inputs in prop::collection::vec(input(), 4)) {
        let Ok(regex) = DotNetRegex::new(&pattern) else { return Ok(()) };
        let slow = without_linear(&regex);
        let replacement = all_groups(&regex);
        for input in &inputs {
            // A pattern may take too many steps on the one engine; that is a refusal and no result.
            let (Ok(expected), Ok(found)) = (slow.replace(input, &replacement, MUCH, &plenty()), regex.replace(input, &replacement, MUCH, &plenty())) else {
                continue;
            };
            prop_assert_eq!(&found, &expected, "{} on {:?}", pattern, input);
            prop_assert_eq!(regex.is_match(input, &plenty()), slow.is_match(input, &plenty()), "{} on {:?}", pattern, input);
        }
    }

    #[test]
    fn the_whole_match_for_itself_changes_nothing(pattern in pattern(), input in input()) {
        let Ok(regex) = DotNetRegex::new(&pattern) else { return Ok(()) };
        for regex in [without_linear(&regex), regex] {
            let whole = Replacement::parse("$&", &regex);
            if let Ok(found) = regex.replace(&input, &whole, MUCH, &plenty()) {
                prop_assert_eq!(found.as_ref(), &input);
            }
        }
    }

    #[test]
    fn a_match_is_found_where_there_is_one(pattern in pattern(), input in input()) {
        let Ok(regex) = DotNetRegex::new(&pattern) else { return Ok(()) };
        let Ok(found) = regex.find(&input, &plenty()) else { return Ok(()) };
        prop_assert_eq!(regex.is_match(&input, &plenty()), Ok(found.is_some()), "{} on {:?}", pattern, input);
        for range in found.iter().map(|found| found.range.clone()) {
            prop_assert!(input.get(range).is_some());
        }
    }

    #[test]
    fn past_the_place_that_a_pattern_reaches_nothing_can_go_on(
        pattern in pattern(), input in input(), more in prop::collection::vec(input(), 6),
    ) {
        let Ok(regex) = DotNetRegex::new(&format!("^{pattern}")) else { return Ok(()) };
        let Some(reach) = regex.reach(&input) else { return Ok(()) };
        prop_assert!(input.get(reach.start..reach.end).is_some(), "{reach:?}");
        if !reach.exact {
            return Ok(());
        }
        prop_assert_eq!(regex.is_match(&input, &plenty()), Ok(false), "{} on {:?}: {:?}", pattern, input, reach);
        let (before, after) = input.split_at(reach.end);
        let Some(stop) = after.chars().next() else { return Ok(()) };
        for more in more {
            let longer = format!("{before}{stop}{more}");
            let goes_on = regex.program().anchored && regex.is_match(&longer, &plenty()) == Ok(true);
            prop_assert!(!goes_on, "{} on {:?}: {:?}", pattern, longer, reach);
        }
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in r"(\PC|[\\()\[\]{}?*+|^$<>'=!:#a-z0-9-]){0,40}", replacement in r"[$0-9{}&`'+_a-zé]{0,20}") {
        match DotNetRegex::new(&text) {
            Ok(regex) => {
                let replacement = Replacement::parse(&replacement, &regex);
                let _ = regex.replace("aA1-\u{1F600}é\n", &replacement, MUCH, &plenty());
            }
            Err(error) => prop_assert!(text.is_char_boundary(error.offset), "{error:?}"),
        }
    }
}

#[test]
fn the_linear_engine_is_used_where_it_can_be() {
    for pattern in [r"(?i)^AWS-([\d]{12})-", r"^(?<a>.*)@x\.com$", r"\bx\b", "(a|b)*?c", "[^,]*,", r"(?s).+\Z"] {
        let regex = DotNetRegex::new(pattern).unwrap();
        assert!(regex.is_linear() && regex.linear_for("aws-1").is_some(), "{pattern}");
    }
    for pattern in ["^(?!x)", r"(a)\1", "(a*)*", "(?>a)", r"\G", r"(\w{1,200}){1,200}", "(?<x>a)|(?<x>b)"] {
        assert!(!DotNetRegex::new(pattern).unwrap().is_linear(), "{pattern}");
    }
    let regex = DotNetRegex::new("^.é$").unwrap();
    assert!(regex.linear_for("aé").is_some());
    assert!(regex.linear_for("aé\n").is_none() && regex.linear_for("\u{1F600}é").is_none());
}

#[test]
fn a_pattern_too_large_for_an_automaton_runs_anyway() {
    let regex = DotNetRegex::new(r"^\w{1,4900}$").unwrap();
    assert!(regex.is_linear());
    assert_eq!(regex.is_match("é", &plenty()), Ok(true));
    assert_eq!(regex.is_match("a", &plenty()), Ok(true));
}

#[test]
fn hopeless_backtracking_is_given_up() {
    let regex = DotNetRegex::new(r"^(?=x)?(a+)+$").unwrap();
    assert!(regex.is_match(&format!("{}!", "a".repeat(60)), &plenty()).is_err());
    let linear = DotNetRegex::new(r"^(a+)+$").unwrap();
    assert_eq!(linear.is_match(&format!("{}!", "a".repeat(60)), &plenty()), Ok(false));
}

#[test]
fn long_inputs_and_deep_patterns_do_not_overflow_the_stack() {
    let regex = DotNetRegex::new(r"^(?:(?=.)(?:a|b))*$").unwrap();
    assert_eq!(regex.is_match(&"ab".repeat(20_000), &plenty()), Ok(true));
    for pattern in ["(".repeat(50_000), "[a-".repeat(20_000), "(?:a".repeat(10_000)] {
        assert_eq!(DotNetRegex::new(&pattern).unwrap_err().reason, super::RegexErrorReason::TooLarge);
    }
    let deep = format!("{}a{}", "(".repeat(140), ")".repeat(140));
    let deep = without_linear(&DotNetRegex::new(&deep).unwrap());
    assert_eq!(deep.is_match("xa", &plenty()), Ok(true));
    let wide = DotNetRegex::new(&"a|".repeat(30_000)).unwrap();
    assert_eq!(wide.is_match("x", &plenty()), Ok(true));
}

#[test]
fn empty_inputs_and_engines_by_hand() {
    let regex = DotNetRegex::new("a?").unwrap();
    let program = regex.program();
    assert_eq!(Matcher::new(program, &[], &plenty()).find(0, 0), Ok(Some((0, 0))));
    let linear = Linear::new(&regex.tree, &regex.groups).unwrap();
    let crate_regex = linear.regex_for(&regex.tree, "").unwrap();
    let dash = Replacement::parse("-", &regex);
    assert_eq!(replace::linear(crate_regex, &linear.captures, false, "", &dash, MUCH), Ok("-".into()));
    assert_eq!(replace::linear(crate_regex, &linear.captures, false, "ba", &dash, MUCH), Ok("-b--".into()));
}

#[test]
fn a_replacement_stops_at_the_limit_on_either_engine() {
    let input = "aé\u{FFFD}".repeat(100);
    for pattern in [".", "^a.*"] {
        let regex = DotNetRegex::new(pattern).unwrap();
        let replacement = Replacement::parse("<$_$&>", &regex);
        let whole = regex.replace(&input, &replacement, MUCH, &plenty()).unwrap().len();
        for regex in [without_linear(&regex), regex] {
            assert_eq!(regex.replace(&input, &replacement, whole, &plenty()).unwrap().len(), whole, "{pattern}");
            for limit_bytes in [0, 1, input.len(), whole - 1] {
                let found = regex.replace(&input, &replacement, limit_bytes, &plenty());
                assert_eq!(found, Err(MatchError::TooLong { limit_bytes }), "{pattern}");
            }
        }
    }
}

#[test]
fn a_text_without_a_match_has_no_limit() {
    let regex = DotNetRegex::new("x").unwrap();
    let replacement = Replacement::parse("y", &regex);
    for regex in [without_linear(&regex), regex] {
        assert_eq!(regex.replace("abc", &replacement, 2, &plenty()), Ok("abc".into()));
    }
}
