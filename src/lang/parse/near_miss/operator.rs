//! An operator of another language, or of another place of this one.

use super::Place;
use crate::lang::parse::grammar::Rule;
use crate::lang::parse::token::{Kind, Token};
use crate::lang::{Diagnostic, code};

pub(super) fn explain(place: &Place<'_, '_>) -> Option<Diagnostic> {
    let found = place.found()?;
    if place.expects(&[Rule::comparison]) {
        return comparison(place, found);
    }
    if place.expects(&[Rule::assign]) && found.kind == Kind::Sign {
        return assignment(found);
    }
    if found.is_word("count") && place.previous().is_some_and(|previous| previous.is_word("not")) {
        let message = "`not` applies to `exists` only (AD FS: POLICY0030)";
        let help = "turn the comparison round: instead of `not count([…]) > 1` write `count([…]) <= 1`";
        return Some(Diagnostic::error(code::NOT_COUNT, found.span(), message).with_help(help));
    }
    if found.kind == Kind::Word && (found.is_word("and") || found.is_word("or")) {
        return Some(connective(found));
    }
    None
}

fn comparison(place: &Place<'_, '_>, found: &Token<'_>) -> Option<Diagnostic> {
    if found.is_sign("=") {
        let help = if place.after(1).is_some_and(|next| next.is_sign("=")) {
            "write `==` without a blank between the signs"
        } else {
            "write `==`; a single `=` belongs into `issue(…)` and `add(…)`"
        };
        return Some(wrong(found, "`=` does not compare").with_help(help));
    }
    if [">", "<", ">=", "<="].iter().any(|sign| found.is_sign(sign)) {
        let message = format!("`{}` compares numbers, and claims are text", found.text);
        return Some(wrong(found, &message).with_help("it may follow `count([…])` only; compare text with `=~`"));
    }
    if found.is_sign("=>") {
        return Some(
            wrong(found, "`=>` does not compare").with_help("`=>` stands once, between conditions and action"),
        );
    }
    let word = (found.kind == Kind::Word).then_some(found.text)?;
    let message = format!("`{word}` is no operator of the language");
    Some(wrong(found, &message).with_help("compare with `==`, `!=`, `=~` (matches a regular expression) or `!~`"))
}

fn assignment(found: &Token<'_>) -> Option<Diagnostic> {
    let message = format!("`{}` does not assign", found.text);
    ["==", "=~", "!=", "=>", ":"]
        .iter()
        .any(|sign| found.is_sign(sign))
        .then(|| wrong(found, &message).with_help("write `=`; comparing belongs into the brackets before `=>`"))
}

fn connective(found: &Token<'_>) -> Diagnostic {
    let help = if found.is_word("and") {
        "conditions are joined by `&&`, predicates inside brackets by `,`"
    } else {
        "there is no \"or\": write two rules, or one regular expression such as `=~ \"^(a|b)$\"`"
    };
    wrong(found, &format!("`{}` is no operator of the language", found.text)).with_help(help)
}

fn wrong(found: &Token<'_>, message: &str) -> Diagnostic {
    Diagnostic::error(code::WRONG_OPERATOR, found.span(), format!("{message} (AD FS: POLICY0030)"))
}
