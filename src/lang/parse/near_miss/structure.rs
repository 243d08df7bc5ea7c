//! Brackets, commas and connectives in the wrong place.

use super::{Place, syntax};
use crate::lang::parse::grammar::Rule;
use crate::lang::parse::token::{Kind, Token};
use crate::lang::{Diagnostic, code};

pub(super) fn explain(place: &Place<'_, '_>) -> Option<Diagnostic> {
    if place.index == place.first {
        return place.found().and_then(first);
    }
    if let Some(explained) = no_rule(place) {
        return Some(explained);
    }
    let found = place.found()?;
    let previous = place.previous()?;
    if previous.is_sign(",") && (found.is_sign("]") || found.is_sign(")")) {
        return Some(syntax(previous, "nothing follows this comma").with_help("remove the comma"));
    }
    if previous.is_sign("&&") && found.is_sign("=>") {
        return Some(syntax(previous, "no condition follows this `&&`").with_help("remove the `&&`"));
    }
    if found.is_sign("(") && place.expects(&[Rule::colon]) && (previous.is_word("issue") || previous.is_word("add")) {
        let help = "write `=>` before the action, also in a rule without conditions";
        return Some(syntax(previous, "there is no `=>` before the action").with_help(help));
    }
    let is_inside = place.expects(&[Rule::comma, Rule::close_bracket]);
    if found.is_sign("&&") && is_inside {
        let help = "inside brackets write `,`; `&&` joins one `[…]` with the next";
        return Some(syntax(found, "`&&` does not join predicates").with_help(help));
    }
    if found.is_sign(",") && previous.is_sign("]") && place.expects(&[Rule::and]) {
        let help = "write `&&` between conditions; `,` joins predicates inside brackets";
        return Some(syntax(found, "`,` does not join conditions").with_help(help));
    }
    if place.expects(&[Rule::and, Rule::arrow]) && begins_condition(place, found) {
        return Some(syntax(found, "nothing joins this condition with the one before").with_help("write `&&` between"));
    }
    if place.expects(&[Rule::colon, Rule::pattern]) && found.kind == Kind::Word && previous.kind == Kind::Word {
        return Some(begins_no_rule(previous));
    }
    property(place, found)
}

/// A rule that was given up without a sign of its conditions or its action.
fn no_rule(place: &Place<'_, '_>) -> Option<Diagnostic> {
    let rule = place.tokens.get(place.first..)?;
    let is_rule = |token: &Token<'_>| ["=>", "[", "("].iter().any(|sign| token.is_sign(sign));
    if rule.iter().any(is_rule) {
        return None;
    }
    let (first, at_end) = (rule.first()?, place.found().is_none_or(|found| found.is_sign(";")));
    if first.is_sign("@") && at_end && place.previous().is_some_and(|previous| previous.kind == Kind::Literal) {
        let help = "write what the rule does after its attributes: conditions, `=>` and an action; or remove them";
        return Some(syntax(first, "a rule has attributes and nothing else").with_help(help));
    }
    (first.kind == Kind::Word).then(|| begins_no_rule(first))
}

fn begins_no_rule(word: &Token<'_>) -> Diagnostic {
    let help = "a rule is `@RuleName = \"…\"` lines, conditions, `=>`, and an action; remove what is not part of it; \
                is this the right file?";
    syntax(word, &format!("`{}` begins no rule", word.text)).with_help(help)
}

fn first(found: &Token<'_>) -> Option<Diagnostic> {
    if found.is_sign(";") {
        let help = "remove this `;`: every rule has one, and nothing stands between rules";
        return Some(syntax(found, "there is no rule before this `;`").with_help(help));
    }
    None
}

fn begins_condition(place: &Place<'_, '_>, found: &Token<'_>) -> bool {
    let begins_selector = found.kind == Kind::Word && place.after(1).is_some_and(|next| next.is_sign(":"));
    let begins_aggregate = ["exists", "not", "count"].iter().any(|word| found.is_word(word));
    found.is_sign("[") || begins_selector || begins_aggregate
}

/// A word where a claim property should stand.
fn property(place: &Place<'_, '_>, found: &Token<'_>) -> Option<Diagnostic> {
    const PROPERTIES: [&str; 6] = ["Type", "Value", "ValueType", "Issuer", "OriginalIssuer", "Properties"];
    let is_wanted = place.expects(&[
        Rule::property,
        Rule::property_name,
        Rule::indexed_property,
        Rule::predicate,
        Rule::assignment,
        Rule::claim_body,
    ]);
    if !is_wanted || found.kind != Kind::Word {
        return None;
    }
    let near = PROPERTIES.into_iter().find(|property| is_near(&found.text.to_ascii_lowercase(), property));
    let help = near.map_or_else(
        || format!("the properties of a claim are {}", PROPERTIES.map(|name| format!("`{name}`")).join(", ")),
        |near| format!("did you mean `{near}`?"),
    );
    let message = format!("`{}` is no property of a claim (AD FS: POLICY0030)", found.text);
    Some(Diagnostic::error(code::UNKNOWN_PROPERTY, found.span(), message).with_help(help))
}

/// Whether a word is a property with one letter more, less, or changed, or with an `s` or `claim` too many.
fn is_near(word: &str, property: &str) -> bool {
    let property = property.to_ascii_lowercase();
    let word = word.strip_prefix("claim").unwrap_or(word);
    let same_start = word.bytes().zip(property.bytes()).take_while(|(a, b)| a == b).count();
    let same_end = word.bytes().rev().zip(property.bytes().rev()).take_while(|(a, b)| a == b).count();
    let longer = word.len().max(property.len());
    word.len().abs_diff(property.len()) <= 1 && same_start + same_end + 1 >= longer
}
