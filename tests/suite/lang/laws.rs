//! Laws of reading and printing, over rule sets that no one wrote.

use claimsmith::lang::ast::{
    Action, ActionBody, Assignment, Attribute, Comparison, Condition, CountOperator, Expression, Identifier, Number,
    Pattern, Predicate, Property, Rule, Selector, StoreQuery, StringLiteral, Verb,
};
use claimsmith::lang::{RuleSet, Span, parse, print};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

const NOWHERE: Span = Span::new(0, 0);

proptest! {
    #[test]
    fn printing_keeps_the_meaning_and_is_idempotent(rule_set in rule_set()) {
        let printed = print(&rule_set);
        let read = parse(&printed).rule_set;
        prop_assert_eq!(read.clone().without_places(), rule_set, "{}", printed);
        prop_assert_eq!(print(&read), printed);
    }

    #[test]
    fn layout_has_no_meaning(rule_set in rule_set(), blank in "[ \t\r\n]{1,3}") {
        let printed = print(&rule_set);
        let outside = printed.split('"').enumerate().map(|(index, part)| {
            if index % 2 == 0 { part.replace(' ', &blank) } else { part.to_owned() }
        });
        let spread = outside.collect::<Vec<_>>().join("\"");
        prop_assume!(!printed.contains('\''));
        prop_assert_eq!(parse(&spread).rule_set.without_places(), rule_set, "{}", spread);
    }

    #[test]
    fn any_text_is_read_without_panic_and_places_lie_in_it(text in "\\PC{0,80}") {
        check_places(&text);
    }

    #[test]
    fn any_sequence_of_tokens_is_read_without_panic(tokens in vec(token(), 0..40)) {
        check_places(&tokens.concat());
    }
}

#[test]
fn a_number_of_any_size_is_printed_as_it_was_written() {
    let rule = |number: &str| format!("count([]) == {number}\n => issue(Type = \"t\", Value = \"v\");\n");
    for (written, printed) in [("99999999999999999999", "99999999999999999999"), ("007", "7"), ("000", "0")] {
        assert_eq!(print(&parse(&rule(written)).rule_set), rule(printed));
    }
}

fn check_places(text: &str) {
    let parsed = parse(text);
    for found in parsed.diagnostics {
        let inside = found.span.start <= found.span.end && found.span.end <= text.len();
        assert!(inside && text.get(found.span.start..found.span.end).is_some(), "{found:?}");
    }
}

fn token() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "c:",
        "[",
        "]",
        "(",
        ")",
        "=>",
        "issue",
        "add",
        " ",
        "\n",
        "\"",
        "'",
        "\"a\"",
        "==",
        "=",
        "=~",
        ";",
        ",",
        "&&",
        "@RuleName = \"n\"",
        "Type",
        "Value",
        "Properties",
        "exists",
        "not ",
        "count",
        "> 1",
        "claim = c",
        "c.Value",
        "RegExReplace",
        "+",
        "store = ",
        "types = ",
        "query = ",
        "param = ",
        "//",
        "/*",
        "*/",
        "\u{A0}",
        "\u{201C}",
        "é",
        "||",
        "\u{FEFF}",
        "http://x",
        "1",
        ".",
    ])
}

fn identifier() -> impl Strategy<Value = Identifier> {
    "[a-zA-Z_][a-zA-Z0-9_]{0,5}"
        .prop_filter("reserved", |name| !["not", "exists", "count"].iter().any(|word| name.eq_ignore_ascii_case(word)))
        .prop_map(|text| Identifier { text, span: NOWHERE })
}

fn literal() -> impl Strategy<Value = StringLiteral> {
    prop_oneof!["[^\"\r\n\0]{0,12}", "[^'\r\n]{0,4}\"[^'\r\n]{0,4}", Just(r"^CORP\\".to_owned())]
        .prop_map(|text| StringLiteral { text, span: NOWHERE })
}

fn expression() -> impl Strategy<Value = Expression> {
    let leaf = prop_oneof![
        literal().prop_map(Expression::Literal),
        (identifier(), name()).prop_map(|(binding, property)| Expression::Access { binding, property, span: NOWHERE }),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let single = prop_oneof![
            inner.clone().prop_filter("flat", |part| !matches!(part, Expression::Concat(_))),
            (identifier(), inner.clone()).prop_map(|(binding, key)| Expression::Access {
                binding,
                property: Property::Properties(Box::new(key)),
                span: NOWHERE
            }),
            (identifier(), vec(inner, 1..4)).prop_map(|(function, arguments)| Expression::Call {
                function,
                arguments,
                span: NOWHERE
            }),
        ];
        prop_oneof![single.clone(), vec(single, 2..4).prop_map(Expression::Concat)]
    })
}

fn name() -> impl Strategy<Value = Property> {
    prop_oneof![
        Just(Property::Type),
        Just(Property::Value),
        Just(Property::ValueType),
        Just(Property::Issuer),
        Just(Property::OriginalIssuer),
    ]
}

fn property() -> impl Strategy<Value = Property> {
    prop_oneof![4 => name(), 1 => expression().prop_map(|key| Property::Properties(Box::new(key)))]
}

fn pattern() -> impl Strategy<Value = Pattern> {
    let comparison = prop_oneof![
        Just(Comparison::Equal),
        Just(Comparison::NotEqual),
        Just(Comparison::Matches),
        Just(Comparison::DoesNotMatch)
    ];
    let predicate = (property(), comparison, expression()).prop_map(|(property, comparison, operand)| Predicate {
        property,
        comparison,
        operand,
        span: NOWHERE,
    });
    vec(predicate, 0..3).prop_map(|predicates| Pattern { predicates, span: NOWHERE })
}

fn condition() -> impl Strategy<Value = Condition> {
    let operator = prop_oneof![
        Just(CountOperator::Greater),
        Just(CountOperator::GreaterOrEqual),
        Just(CountOperator::Equal),
        Just(CountOperator::NotEqual),
        Just(CountOperator::LessOrEqual),
        Just(CountOperator::Less)
    ];
    prop_oneof![
        (option::of(identifier()), pattern()).prop_map(|(binding, pattern)| Condition::Selector(Selector {
            binding,
            pattern,
            span: NOWHERE
        })),
        (any::<bool>(), pattern()).prop_map(|(negated, pattern)| Condition::Exists { negated, pattern, span: NOWHERE }),
        (pattern(), operator, "[1-9]?[0-9]{1,25}").prop_map(|(pattern, operator, digits)| Condition::Count {
            pattern,
            operator,
            number: Number::of(&digits),
            span: NOWHERE
        }),
    ]
}

fn body() -> impl Strategy<Value = ActionBody> {
    let assignment =
        (property(), expression()).prop_map(|(property, value)| Assignment { property, value, span: NOWHERE });
    prop_oneof![
        identifier().prop_map(ActionBody::Copy),
        vec(assignment, 1..4).prop_map(ActionBody::Claim),
        (expression(), vec(expression(), 1..3), expression(), vec(expression(), 0..3)).prop_map(
            |(store, types, query, parameters)| ActionBody::Store(StoreQuery { store, types, query, parameters })
        ),
    ]
}

fn rule() -> impl Strategy<Value = Rule> {
    let attribute = (identifier(), literal()).prop_map(|(name, value)| Attribute { name, value, span: NOWHERE });
    let verb = prop_oneof![Just(Verb::Issue), Just(Verb::Add)];
    (vec(attribute, 0..3), vec(condition(), 0..3), verb, body()).prop_map(|(attributes, conditions, verb, body)| Rule {
        attributes,
        conditions,
        action: Action { verb, body, span: NOWHERE },
        span: NOWHERE,
    })
}

fn rule_set() -> impl Strategy<Value = RuleSet> {
    vec(rule(), 0..4).prop_map(|rules| RuleSet { rules })
}
