//! What the thing under the cursor means.

use std::fmt::Write as _;

use super::mentions::{Manner, Mention, all_mentions};
use super::references::selector;
use super::role::{Role, role, rule_before, token_at};
use super::tokens::{Kind, Token};
use super::{RuleText, Surroundings, attributes, words};
use crate::config::stores::DIRECTORY_STORE;
use crate::engine::store_key;
use crate::lang::ast::{ActionBody, Rule, StoreQuery};
use crate::lang::{Diagnostic, Span};
use crate::lint::known::{self, KnownType};
use crate::lint::{self, mentions};

/// A text for people about a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// What it is about.
    pub span: Span,
    /// Markdown.
    pub text: String,
}

/// What is known about the word, sign or text at `offset`, and about what was found there.
#[must_use]
pub fn hover(around: &Surroundings, offset: usize, found: &[Diagnostic]) -> Option<Hover> {
    let current = around.current()?;
    let tokens = current.tokens();
    let about =
        token_at(&tokens, offset).and_then(|(index, token)| about(around, current, &tokens, index, token, offset));
    let pages = pages(found, offset);
    match (about, pages) {
        (Some(about), None) => Some(about),
        (Some(Hover { span, text }), Some((_, page))) => Some(Hover { span, text: format!("{text}\n\n---\n\n{page}") }),
        (None, Some((span, text))) => Some(Hover { span, text }),
        (None, None) => None,
    }
}

fn about(
    around: &Surroundings,
    current: &RuleText,
    tokens: &[Token<'_>],
    index: usize,
    token: &Token<'_>,
    offset: usize,
) -> Option<Hover> {
    let text = match token.kind {
        Kind::Literal { .. } => {
            let (inside, span) = token.inside()?;
            let before = rule_before(tokens.get(..index)?, token.span.start);
            literal(around, current, role(before), inside, offset.saturating_sub(span.start))
        }
        Kind::Word => binding(current, tokens, index).or_else(|| word(token.text)),
        Kind::Sign => word(token.text),
        Kind::Number => None,
    }?;
    Some(Hover { span: token.span, text })
}

fn word(text: &str) -> Option<String> {
    let found = words::known(text)?;
    Some(format!("```claims\n{}\n```\n{}", found.form, found.meaning))
}

fn literal(around: &Surroundings, current: &RuleText, role: Role<'_>, text: &str, within: usize) -> Option<String> {
    match role {
        Role::ClaimType => Some(claim_type(around, text)),
        Role::PropertyKey => {
            listed(known::properties(), text).map(|found| format!("Claim property: {}.", found.meaning))
        }
        Role::Store => Some(store(text)),
        Role::Query => Some(query(current, text, within)),
        Role::Issuer => {
            let issuer = words::ISSUERS.iter().find(|issuer| issuer.text == text)?;
            Some(issuer.meaning.to_owned())
        }
        Role::Pattern => Some(format!(
            "A .NET regular expression, {}.",
            match (text.starts_with('^'), text.ends_with('$') || text.ends_with("\\z")) {
                (true, true) => "for the whole text",
                (true, false) => "for the beginning of the text; what follows may be anything",
                (false, true) => "for the end of the text; what comes before may be anything",
                (false, false) => "found anywhere in the text",
            }
        )),
        Role::Replacement => Some("Takes the place of every match; `$1` is the first group of the pattern.".to_owned()),
        Role::Value(_) | Role::Label | Role::Other => {
            listed(known::values(), text).map(|found| format!("Well-known value: {}.", found.meaning))
        }
    }
}

fn listed(list: &'static [KnownType], uri: &str) -> Option<&'static KnownType> {
    list.iter().find(|known| known.uri == uri)
}

/// A claim type: its meaning, its other names, and the rules around that make or read it.
fn claim_type(around: &Surroundings, uri: &str) -> String {
    let mut text = match meaning(uri) {
        Some(meaning) => format!("Claim type: {meaning}."),
        None => "A claim type of your own.".to_owned(),
    };
    let aliases = aliases(uri);
    if !aliases.is_empty() {
        text.push_str("\n\nOther types for the same, which rules tell apart:");
        for alias in aliases {
            // INVARIANT: writing to a `String` cannot fail.
            let _ = write!(text, "\n- `{}`: {}", alias.uri, alias.meaning);
        }
    }
    let mentions: Vec<Mention<'_>> = all_mentions(around).filter(|mention| mention.literal.text == uri).collect();
    let by = |wanted: fn(&Mention<'_>) -> bool| {
        let mut titles: Vec<String> = Vec::new();
        for mention in mentions.iter().filter(|mention| wanted(mention)) {
            let title = title(around, mention);
            if !titles.contains(&title) {
                titles.push(title);
            }
        }
        titles
    };
    let made = by(|mention| !matches!(mention.manner, Manner::Tested));
    let read = by(|mention| !matches!(mention.manner, Manner::Made(_)));
    for (verb, titles) in [("Made by", made), ("Read by", read)] {
        if !titles.is_empty() {
            let _ = write!(text, "\n\n{verb} {}.", titles.join(", "));
        }
    }
    text
}

/// What people call a rule, with the rule set where it is another one.
fn title(around: &Surroundings, mention: &Mention<'_>) -> String {
    let rule = mention.rule_text.rule_title(mention.rule);
    match mention.rule_text.stage {
        Some(stage) if !around.is_current(mention.rule_text) => {
            let whose = if mention.rule_text.path.is_none() { " (of AD FS for Active Directory)" } else { "" };
            format!("{stage} {rule}{whose}")
        }
        _ => rule,
    }
}

/// What a claim type is about, if it is well known.
pub(super) fn meaning(uri: &str) -> Option<&'static str> {
    listed(known::types(), uri)
        .or_else(|| known::prefixes().iter().find(|family| uri.starts_with(family.uri)))
        .map(|known| known.meaning)
}

/// Other well-known types with the same last word, whatever its case.
fn aliases(uri: &str) -> Vec<&'static KnownType> {
    let last = |uri: &str| uri.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let wanted = last(uri);
    known::types().iter().filter(|known| known.uri != uri && last(known.uri) == wanted).collect()
}

fn store(name: &str) -> String {
    if store_key(name) == store_key(DIRECTORY_STORE) {
        "The attribute store that is always there: the Active Directory of the users.".to_owned()
    } else {
        format!(
            "The attribute store `{name}`: AD FS must know it by this name. `rulecheck` and `claimsmith` ask only `{DIRECTORY_STORE}`."
        )
    }
}

/// What a query asks, attribute by attribute; and the attribute under the cursor.
fn query(current: &RuleText, text: &str, within: usize) -> String {
    let Some((start, list)) = attributes::asked(text) else {
        return "A question to an attribute store; `{0}` is the first `param`.".to_owned();
    };
    let names: Vec<&str> = list.split(',').map(str::trim).collect();
    let store_query = current.rule_set.rules.iter().find_map(|rule| of_query(rule, text));
    let mut told = String::new();
    if let Some(attribute) = attribute_at(list, start, within)
        && let Some(meaning) = attributes::meaning(attribute)
    {
        let _ = write!(told, "`{attribute}`: {meaning}.\n\n");
    }
    let filter = text.get(..start.saturating_sub(1)).unwrap_or_default();
    let whom = if filter.is_empty() {
        let parameter = store_query.and_then(|query| query.parameters.first());
        let source = parameter.and_then(|value| current.source.text.get(value.span().start..value.span().end));
        source.map_or_else(|| "the user of the last part".to_owned(), |value| format!("the user `{value}`"))
    } else {
        format!("everybody who fits `{filter}`")
    };
    let _ = write!(told, "Asks the store about {whom}:\n\n| attribute | becomes the claim type |\n| --- | --- |");
    for (index, name) in names.iter().enumerate() {
        let claim_type = store_query.and_then(|query| query.types.get(index)).and_then(mentions::literal);
        let _ = write!(
            told,
            "\n| `{name}` | {} |",
            claim_type.map_or("?".to_owned(), |literal| format!("`{}`", literal.text))
        );
    }
    told
}

fn of_query<'a>(rule: &'a Rule, text: &str) -> Option<&'a StoreQuery> {
    match &rule.action.body {
        ActionBody::Store(query) if mentions::literal(&query.query).is_some_and(|literal| literal.text == text) => {
            Some(query)
        }
        _ => None,
    }
}

fn attribute_at(list: &str, start: usize, within: usize) -> Option<&str> {
    let mut at = start;
    list.split(',').find_map(|name| {
        let end = at + name.len();
        let here = (at..=end).contains(&within);
        at = end + 1;
        here.then(|| name.trim())
    })
}

/// For the name of a selector: the selector.
fn binding(current: &RuleText, tokens: &[Token<'_>], index: usize) -> Option<String> {
    let token = tokens.get(index)?;
    let selector = selector(current, token)?;
    let pattern = current.source.text.get(selector.span.start..selector.span.end)?;
    Some(format!("```claims\n{pattern}\n```\nThe claim that this selector matched."))
}

/// What the pages of the lints say that found something at a place.
fn pages(found: &[Diagnostic], offset: usize) -> Option<(Span, String)> {
    let here = found.iter().filter(|finding| (finding.span.start..=finding.span.end).contains(&offset));
    let mut span = None;
    let mut texts = Vec::new();
    for finding in here {
        if let Some(lint) = lint::Lint::of_code(finding.code) {
            span.get_or_insert(finding.span);
            let text = format!("**{} {}**: {} `rulecheck rule {0}` says more.", lint.code, lint.name, lint.summary());
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
    }
    span.map(|span| (span, texts.join("\n\n")))
}
