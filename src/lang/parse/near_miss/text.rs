//! Words and numbers where a text in double quotes should stand.

use super::Place;
use crate::lang::parse::grammar::Rule;
use crate::lang::parse::token::{Kind, Token};
use crate::lang::{Diagnostic, code};

pub(super) fn explain(place: &Place<'_, '_>) -> Option<Diagnostic> {
    let found = place.found()?;
    if place.expects(&[Rule::integer]) {
        return number(found);
    }
    if place.expects_expression() && matches!(found.kind, Kind::Number | Kind::Word) {
        return Some(missing_quotes(found));
    }
    // A word alone: the grammar waited for `.` or `(` after it.
    if place.expects(&[Rule::dot]) && place.expects(&[Rule::open_parenthesis]) {
        return place.previous().filter(|previous| previous.kind == Kind::Word).map(bare_word);
    }
    None
}

fn bare_word(word: &Token<'_>) -> Diagnostic {
    let text = word.text;
    let message = format!("`{text}` is neither a text in double quotes nor a property of a claim (AD FS: POLICY0030)");
    let help = format!("write `\"{text}\"` for the text, or `{text}.Value` for the claim that `{text}:[…]` matched");
    Diagnostic::error(code::MISSING_QUOTES, word.span(), message).with_help(help)
}

fn missing_quotes(found: &Token<'_>) -> Diagnostic {
    let message = format!("`{}` needs quotes: every value is a text (AD FS: POLICY0030)", found.text);
    Diagnostic::error(code::MISSING_QUOTES, found.span(), message).with_help(format!("write `\"{}\"`", found.text))
}

fn number(found: &Token<'_>) -> Option<Diagnostic> {
    let message = "a count is compared with decimal digits, without quotes (AD FS: POLICY0030)";
    matches!(found.kind, Kind::Literal | Kind::Word)
        .then(|| Diagnostic::error(code::NUMBER, found.span(), message).with_help("write for example `count([…]) > 1`"))
}
