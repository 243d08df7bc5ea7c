//! What the grammar expected, in the words of the language.

use std::collections::BTreeSet;

use super::grammar::Rule;

/// The list after "expected": each thing once, sorted, signs and keywords in backticks.
pub(super) fn one_of(rules: &[Rule]) -> String {
    let words: BTreeSet<&str> = rules.iter().flat_map(|&rule| words(rule)).copied().collect();
    let words: Vec<&str> = words.into_iter().collect();
    match words.as_slice() {
        [] => "the end of the rule".to_owned(),
        [word] => (*word).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// How people call what a production stands for.
fn words(rule: Rule) -> &'static [&'static str] {
    match rule {
        Rule::EOI | Rule::rule_set | Rule::claim_rule | Rule::rule_body => &["a rule"],
        Rule::attribute | Rule::at => &["`@`"],
        Rule::conditions | Rule::condition | Rule::selector | Rule::exists_condition | Rule::count_condition => {
            &["a condition"]
        }
        Rule::binding | Rule::identifier | Rule::identifier_start | Rule::identifier_part => &["a name"],
        Rule::predicate | Rule::property | Rule::property_name | Rule::indexed_property | Rule::assignment => {
            &["a property (`Type`, `Value`, `ValueType`, `Issuer`, `OriginalIssuer`, `Properties[\"…\"]`)"]
        }
        Rule::action | Rule::verb => &["`issue`", "`add`"],
        Rule::copy_body | Rule::claim => &["`claim =`"],
        Rule::store_body | Rule::store_argument | Rule::store => &["`store =`"],
        Rule::types_argument | Rule::types => &["`types =`"],
        Rule::query_argument | Rule::query => &["`query =`"],
        Rule::param_argument | Rule::param => &["`param =`"],
        Rule::claim_body => &["a property and its value"],
        Rule::expression | Rule::primary | Rule::call | Rule::access => {
            &["a text in double quotes", "a property such as `c.Value`", "`RegExReplace(…)`"]
        }
        Rule::literal | Rule::double_quoted | Rule::single_quoted => &["a text in double quotes"],
        Rule::integer => &["a number"],
        Rule::issue => &["`issue`"],
        Rule::add => &["`add`"],
        Rule::not => &["`not`"],
        Rule::exists => &["`exists`"],
        Rule::count => &["`count`"],
        Rule::properties => &["`Properties`"],
        Rule::comparison => &["`==`", "`!=`", "`=~`", "`!~`"],
        Rule::count_operator => &["`>`", "`>=`", "`==`", "`!=`", "`<=`", "`<`"],
        Rule::arrow => &["`=>`"],
        Rule::assign => &["`=`"],
        Rule::and => &["`&&`"],
        Rule::plus => &["`+`"],
        Rule::dot => &["`.`"],
        Rule::comma => &["`,`"],
        Rule::colon => &["`:`"],
        Rule::semicolon => &["`;`"],
        Rule::pattern | Rule::open_bracket => &["`[`"],
        Rule::close_bracket => &["`]`"],
        Rule::open_parenthesis => &["`(`"],
        Rule::close_parenthesis => &["`)`"],
        Rule::WHITESPACE => &[],
    }
}
