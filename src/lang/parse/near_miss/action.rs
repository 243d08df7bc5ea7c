//! Actions that do not exist, and arguments in another order.

use super::{Place, syntax};
use crate::lang::parse::grammar::Rule;
use crate::lang::parse::token::{Kind, Token};
use crate::lang::{Diagnostic, code};

pub(super) fn explain(place: &Place<'_, '_>) -> Option<Diagnostic> {
    let found = place.found()?;
    if place.expects(&[Rule::verb, Rule::action, Rule::issue, Rule::add]) && found.kind == Kind::Word {
        return Some(unknown_action(found));
    }
    if place.expects(&[Rule::arrow]) && (found.is_word("issue") || found.is_word("add")) {
        let help = "write `=>` between the conditions and the action";
        return Some(syntax(found, "there is no `=>` before the action").with_help(help));
    }
    if place.expected == [Rule::semicolon] && (found.is_word("issue") || found.is_word("add")) || found.is_sign(",") {
        return second_action(place, found);
    }
    if !place.is_in_action() {
        return None;
    }
    let fixed = [Rule::store_argument, Rule::types_argument, Rule::query_argument, Rule::param_argument];
    let keywords = [Rule::store, Rule::types, Rule::query, Rule::param];
    let is_argument = ["store", "types", "query", "param"].iter().any(|word| found.is_word(word))
        && place.backwards().any(|earlier| earlier.is_word("store"));
    if is_argument && (place.expects(&fixed) || place.expects(&keywords) || place.expects(&[Rule::property])) {
        let help = "the order is fixed: `store = …, types = (…), query = …, param = …, param = …`";
        return Some(syntax(found, &format!("`{}` is not expected here", found.text)).with_help(help));
    }
    if found.is_sign(")")
        && place.previous().is_some_and(|previous| previous.is_sign("("))
        && place.before(3).is_some_and(|word| word.is_word("types"))
    {
        let help = "name one for every column that the query asks for: `types = (\"…\", \"…\")`";
        return Some(syntax(found, "`types` names no claim type").with_help(help));
    }
    (place.expects(&[Rule::open_parenthesis]) && place.before(2).is_some_and(|token| token.is_word("types"))).then(
        || syntax(found, "the claim types of a store need parentheses").with_help("write `types = (\"…\", \"…\")`"),
    )
}

fn unknown_action(found: &Token<'_>) -> Diagnostic {
    let message = format!("`{}` is no action; a rule can `issue` or `add` (AD FS: POLICY0030)", found.text);
    let verdict = ["permit", "deny"].iter().find(|word| found.is_word(word));
    let help = verdict.map_or_else(
        || "write `issue(…)` for claims that leave the rule set, `add(…)` for claims that later rules use".to_owned(),
        |word| {
            format!(
                "write `issue(Type = \"http://schemas.microsoft.com/authorization/claims/{word}\", Value = \"true\")`"
            )
        },
    );
    Diagnostic::error(code::UNKNOWN_ACTION, found.span(), message).with_help(help)
}

fn second_action(place: &Place<'_, '_>, found: &Token<'_>) -> Option<Diagnostic> {
    if place.expected != [Rule::semicolon] {
        return None;
    }
    let help = "end the rule with `;` and repeat its conditions in a second rule; one `issue` makes one kind of claim";
    Some(syntax(found, "a rule has one action, and it ended before this").with_help(help))
}
