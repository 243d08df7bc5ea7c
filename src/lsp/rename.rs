//! Another name for a selector, everywhere in its rule.

use super::Surroundings;
use super::references::{Subject, of_binding, subject};
use crate::lang::Span;
use crate::lang::ast::Condition;

/// The name under the cursor, if it can be changed: where it stands, and what it is.
#[must_use]
pub fn renamable(around: &Surroundings, offset: usize) -> Option<(Span, String)> {
    match subject(around.current()?, offset)? {
        Subject::Binding(_, token) => Some((token.span, token.text.to_owned())),
        Subject::ClaimType(_) => None,
    }
}

/// Every place where the name under the cursor must become `name`.
///
/// # Errors
///
/// There is no such name there, or the new one cannot be used in the rule.
pub fn rename(around: &Surroundings, offset: usize, name: &str) -> Result<Vec<Span>, String> {
    let current = around.current().ok_or("there is no rule here")?;
    let Some(Subject::Binding(rule, token)) = subject(current, offset) else {
        return Err("only the name of a selector can be changed, such as `c` in `c:[…]`".to_owned());
    };
    let mut letters = name.chars();
    let is_name = letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|next| next.is_ascii_alphanumeric() || next == '_');
    if !is_name {
        return Err(format!("`{name}` is no name: use letters, digits and `_`, and begin with a letter or `_`"));
    }
    let is_taken = rule.conditions.iter().any(|condition| match condition {
        Condition::Selector(selector) => {
            selector.binding.as_ref().is_some_and(|other| other.is(name) && !other.is(token.text))
        }
        Condition::Exists { .. } | Condition::Count { .. } => false,
    });
    if is_taken {
        return Err(format!("another selector of this rule is called `{name}`"));
    }
    if super::words::KEYWORDS.iter().chain(&super::words::PROPERTIES).any(|word| word.text.eq_ignore_ascii_case(name)) {
        return Err(format!("`{name}` is a word of the language"));
    }
    Ok(of_binding(rule, token.text))
}
