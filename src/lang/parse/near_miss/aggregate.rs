//! `exists`, `not exists` and `count`: what stands before them, and in their parentheses.

use super::{Place, syntax};
use crate::lang::Diagnostic;
use crate::lang::parse::grammar::Rule;
use crate::lang::parse::token::{Kind, Token};

pub(super) fn explain(place: &Place<'_, '_>) -> Option<Diagnostic> {
    let (found, previous) = (place.found()?, place.previous()?);
    if found.is_word("not") && previous.is_word("not") {
        let help = "remove both: `not not exists([…])` would say what `exists([…])` says";
        return Some(syntax(found, "`not` stands twice").with_help(help));
    }
    if !place.expects(&[Rule::pattern, Rule::open_bracket]) {
        return None;
    }
    if previous.is_sign(":") && ["exists", "not", "count"].iter().any(|word| found.is_word(word)) {
        let name = place.before(2).filter(|name| name.kind == Kind::Word)?;
        return Some(named(name, found.text));
    }
    let word = place.before(2).filter(|word| word.is_word("exists") || word.is_word("count"))?;
    if !previous.is_sign("(") || found.kind != Kind::Word {
        return None;
    }
    let word = word.text;
    if place.after(1).is_some_and(|next| next.is_sign(":")) {
        return Some(named(found, word));
    }
    let message = format!("the predicates of `{word}` need brackets");
    Some(syntax(found, &message).with_help(format!("write `{word}([Type == \"…\"])`")))
}

/// A name where an aggregate binds none.
fn named(name: &Token<'_>, word: &str) -> Diagnostic {
    let text = name.text;
    let message = format!("`{word}` asks about the whole set; there is no claim that `{text}` could name");
    let help = format!("remove `{text}:`; to use a claim, select it with `{text}:[…]` instead");
    syntax(name, &message).with_help(help)
}
