//! The outline of a rule set: its rules.

use super::RuleText;
use crate::lang::Span;
use crate::lang::ast::{ActionBody, Rule};
use crate::lint::mentions::literal;

/// One rule in the outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Its `@RuleName`, or `rule 3`.
    pub name: String,
    /// What it does: `issue Role`, `add from Active Directory`.
    pub detail: String,
    /// The whole rule.
    pub span: Span,
    /// What to select: its name, or the rule.
    pub selection: Span,
}

/// The rules that can be read, in order.
#[must_use]
pub fn symbols(rule_text: &RuleText) -> Vec<Symbol> {
    let rules = rule_text.rule_set.rules.iter().enumerate();
    rules.map(|(index, rule)| symbol(rule, || format!("rule {}", rule_text.rule_number(index)))).collect()
}

fn symbol(rule: &Rule, number: impl Fn() -> String) -> Symbol {
    let label = rule.attributes.iter().find(|attribute| attribute.name.is("RuleName"));
    let name = rule.name().map(str::trim).filter(|name| !name.is_empty()).map_or_else(number, str::to_owned);
    Symbol { name, detail: detail(rule), span: rule.span, selection: label.map_or(rule.span, |label| label.value.span) }
}

fn detail(rule: &Rule) -> String {
    let verb = rule.action.verb.word();
    let what = match &rule.action.body {
        ActionBody::Copy(name) => format!("copy of {}", name.text),
        ActionBody::Claim(_) => {
            let made = crate::lint::mentions::types_made(rule).next();
            made.map_or("a claim", |literal| last_word(&literal.text)).to_owned()
        }
        ActionBody::Store(query) => match literal(&query.store) {
            Some(store) => format!("from {}", store.text),
            None => "from a store".to_owned(),
        },
    };
    format!("{verb} {what}")
}

/// What people call a claim type: the end of its URI.
fn last_word(uri: &str) -> &str {
    let last = uri.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or(uri);
    if last.is_empty() { uri } else { last }
}
