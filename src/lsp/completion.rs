//! What could be written at a place.

use std::collections::BTreeMap;

use super::hover::meaning;
use super::mentions::{Mention, mentions};
use super::role::{Role, role, rule_before};
use super::tokens::{Kind, Token};
use super::words::{self, Word};
use super::{Surroundings, attributes};
use crate::config::stores::DIRECTORY_STORE;
use crate::engine::claim_types;
use crate::lang::Span;
use crate::lint::known::{self, KnownType};

/// What an offered text is, for the picture beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKind {
    /// A word or sign of the language.
    Keyword,
    /// A property of a claim, or an attribute of a directory.
    Property,
    /// A function.
    Function,
    /// The name of a selector.
    Variable,
    /// A claim type, or a well-known value.
    Constant,
    /// An attribute store.
    Module,
}

/// A text that is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What people see, and what their typing is compared with.
    pub label: String,
    /// Its picture.
    pub kind: ItemKind,
    /// What it is, in a few words.
    pub detail: String,
    /// What is replaced.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

/// What could stand at `offset`: the likeliest first.
#[must_use]
pub fn completion(around: &Surroundings, offset: usize) -> Vec<Item> {
    let Some(current) = around.current() else { return Vec::new() };
    let tokens = current.tokens();
    let index = tokens.partition_point(|token| token.span.end < offset);
    // The word or text that is being written, if the cursor is in or behind one.
    let written = tokens.get(index..).unwrap_or_default().iter().take(2).find(|token| holds(token, offset));
    if let Some(((text, span), literal)) = written.and_then(Token::inside).zip(written) {
        let role = role(rule_before(&tokens, literal.span.start));
        return in_literal(around, role, &Inside { text, span, offset });
    }
    let span = written.map_or(Span::new(offset, offset), |word| word.span);
    in_code(around, rule_before(&tokens, span.start), span)
}

/// Whether the cursor writes this token.
fn holds(token: &Token<'_>, offset: usize) -> bool {
    let Span { start, end } = token.span;
    match token.kind {
        Kind::Literal { is_closed } => start < offset && (offset < end || !is_closed && offset == end),
        Kind::Word => start < offset && offset <= end,
        Kind::Number | Kind::Sign => false,
    }
}

struct Inside<'a> {
    text: &'a str,
    span: Span,
    offset: usize,
}

fn in_literal(around: &Surroundings, role: Role<'_>, inside: &Inside<'_>) -> Vec<Item> {
    let span = inside.span;
    match role {
        Role::ClaimType => types(around, span, str::to_owned),
        Role::PropertyKey => constants(known::properties().iter(), span),
        Role::Store => vec![Item {
            label: DIRECTORY_STORE.to_owned(),
            kind: ItemKind::Module,
            detail: "the directory of the users".to_owned(),
            span,
            text: DIRECTORY_STORE.to_owned(),
        }],
        Role::Query => in_query(inside),
        Role::Issuer => items(&words::ISSUERS, ItemKind::Constant, span, |word| word.text.to_owned()),
        Role::Value(claim_type) => values(claim_type, span),
        Role::Pattern | Role::Replacement | Role::Label | Role::Other => Vec::new(),
    }
}

/// Types that the rules before use, then the well-known ones.
fn types(around: &Surroundings, span: Span, written: impl Fn(&str) -> String) -> Vec<Item> {
    let mut used: BTreeMap<&str, Mention<'_>> = BTreeMap::new();
    for mention in around.visible().flat_map(mentions) {
        let kept = used.entry(mention.literal.text.as_str()).or_insert(mention);
        if mention.is_made() && !kept.is_made() {
            *kept = mention;
        }
    }
    // What the cursor stands in is no use of a type.
    used.retain(|_, mention| !around.is_current(mention.rule_text) || !holds_span(mention.literal.span, span));
    let own = used.iter().map(|(uri, mention)| {
        let made = if mention.is_made() { "made by" } else { "used in" };
        let rule = mention.rule_text.rule_title(mention.rule);
        let stage = mention.rule_text.stage.filter(|_| !around.is_current(mention.rule_text));
        let stage = stage.map_or_else(String::new, |stage| format!("{stage} "));
        let meaning = meaning(uri).map_or_else(String::new, |meaning| format!("{meaning}; "));
        (*uri, format!("{meaning}{made} {stage}{rule}"))
    });
    let others = known::types().iter().chain(known::prefixes()).filter(|known| !used.contains_key(known.uri));
    let others = others.map(|known| (known.uri, known.meaning.to_owned()));
    own.chain(others)
        .map(|(uri, detail)| Item { label: uri.to_owned(), kind: ItemKind::Constant, detail, span, text: written(uri) })
        .collect()
}

const fn holds_span(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

fn constants(list: impl Iterator<Item = &'static KnownType>, span: Span) -> Vec<Item> {
    list.map(|known| Item {
        label: known.uri.to_owned(),
        kind: ItemKind::Constant,
        detail: known.meaning.to_owned(),
        span,
        text: known.uri.to_owned(),
    })
    .collect()
}

fn values(claim_type: Option<&str>, span: Span) -> Vec<Item> {
    let truth = |detail: &str| {
        let item = |text: &str| Item {
            label: text.to_owned(),
            kind: ItemKind::Constant,
            detail: detail.to_owned(),
            span,
            text: text.to_owned(),
        };
        vec![item("true"), item("false")]
    };
    match claim_type {
        Some(claim_types::PERMIT | claim_types::DENY) => truth("any value decides").into_iter().take(1).collect(),
        Some(claim_types::INSIDE_CORPORATE_NETWORK) => truth("where the user is"),
        Some(claim_types::AUTHENTICATION_METHOD | claim_types::AUTHENTICATION_METHODS_REFERENCES) | None => {
            constants(known::values().iter(), span)
        }
        Some(_) => Vec::new(),
    }
}

/// Attributes, in the middle part of a query.
fn in_query(inside: &Inside<'_>) -> Vec<Item> {
    let Inside { text, span, offset } = *inside;
    let Some((start, list)) = attributes::asked(text) else { return Vec::new() };
    let within = offset.saturating_sub(span.start);
    if within < start || start + list.len() < within {
        return Vec::new();
    }
    let before = list.get(..within - start).unwrap_or_default();
    let from = before.rfind(',').map_or(0, |comma| comma + 1);
    let from = from + before.get(from..).map_or(0, |rest| rest.len() - rest.trim_start().len());
    let rest = list.get(from..).unwrap_or_default();
    let end = from + rest.find(',').unwrap_or(rest.len());
    let attribute = Span::new(span.start + start + from, span.start + start + end);
    let item = |&(name, meaning): &(&str, &str)| Item {
        label: name.to_owned(),
        kind: ItemKind::Property,
        detail: meaning.to_owned(),
        span: attribute,
        text: name.to_owned(),
    };
    attributes::ATTRIBUTES.iter().map(item).collect()
}

/// Outside of quotes: what may follow the words before.
fn in_code(around: &Surroundings, before: &[Token<'_>], span: Span) -> Vec<Item> {
    let word = |list, kind| items(list, kind, span, |word: &Word| word.text.to_owned());
    let Some(last) = before.last() else { return [conditions(span), labels(span, "@"), arrow(span)].concat() };
    match last.text {
        "@" => labels(span, ""),
        "." => word(&words::PROPERTIES, ItemKind::Property),
        "&&" => conditions(span),
        "=>" => items(words::KEYWORDS.get(..2).unwrap_or_default(), ItemKind::Keyword, span, |word| {
            format!("{}(", word.text)
        }),
        "]" if in_action(before) => Vec::new(),
        "]" | ")" => [keyword("&&", "and another condition", span), keyword("=>", "then", span)].concat(),
        "[" if !matches!(role(before), Role::PropertyKey) => word(&words::PROPERTIES, ItemKind::Property),
        "(" | "," => match enclosing(before) {
            Some("issue" | "add") => in_action_list(before, span),
            Some("[") => word(&words::PROPERTIES, ItemKind::Property),
            Some("types") => types(around, span, |uri| format!("\"{uri}\"")),
            _ => expressions(before, span),
        },
        "==" | "!=" | "=" if role(before) == Role::ClaimType => {
            let mut found = types(around, span, |uri| format!("\"{uri}\""));
            found.extend(expressions(before, span));
            found
        }
        "=" if before.iter().rev().nth(1).is_some_and(|word| word.is_word("claim")) => bindings(before, span, ""),
        "==" | "!=" | "=~" | "!~" | "=" | "+" => expressions(before, span),
        _ if last.kind == Kind::Word && !in_action(before) && enclosing(before) == Some("[") => {
            word(&words::COMPARISONS, ItemKind::Keyword)
        }
        _ if last.is_literal() && is_label(before) => [conditions(span), arrow(span)].concat(),
        _ => Vec::new(),
    }
}

fn keyword(text: &str, detail: &str, span: Span) -> Vec<Item> {
    vec![Item {
        label: text.to_owned(),
        kind: ItemKind::Keyword,
        detail: detail.to_owned(),
        span,
        text: text.to_owned(),
    }]
}

fn arrow(span: Span) -> Vec<Item> {
    keyword("=>", "the action, without a condition", span)
}

fn labels(span: Span, at: &str) -> Vec<Item> {
    let mut found = items(&words::ATTRIBUTES, ItemKind::Keyword, span, |word| format!("{at}{} = \"\"", word.text));
    for item in &mut found {
        item.label = format!("{at}{}", item.label);
    }
    found
}

fn conditions(span: Span) -> Vec<Item> {
    let condition = |text: &str, detail: &str| Item {
        label: text.to_owned(),
        kind: ItemKind::Keyword,
        detail: detail.to_owned(),
        span,
        text: text.to_owned(),
    };
    vec![
        condition("c:[Type == \"\"]", "once for every claim that fits"),
        condition("exists([Type == \"\"])", "a claim fits"),
        condition("not exists([Type == \"\"])", "no claim fits"),
        condition("count([Type == \"\"]) > 1", "so many claims fit"),
    ]
}

/// What may stand in `issue(…)`: its first word decides what may follow.
fn in_action_list(before: &[Token<'_>], span: Span) -> Vec<Item> {
    let mut found = items(&words::PROPERTIES, ItemKind::Property, span, |word| match word.text {
        "Properties" => "Properties[\"\"] = ".to_owned(),
        text => format!("{text} = "),
    });
    let asks_store = before.iter().any(|token| token.is_word("store"));
    let keywords = |names: &[&str]| {
        let wanted = words::KEYWORDS.iter().filter(|word| names.contains(&word.text));
        wanted
            .flat_map(|word| {
                items(std::slice::from_ref(word), ItemKind::Keyword, span, |word| format!("{} = ", word.text))
            })
            .collect()
    };
    if before.last().is_some_and(|last| last.is_sign("(")) {
        let first: Vec<Item> = keywords(&["claim", "store"]);
        found = [first, found].concat();
    } else if asks_store {
        found = keywords(&["types", "query", "param"]);
    }
    found
}

/// Names of selectors, and functions.
fn expressions(before: &[Token<'_>], span: Span) -> Vec<Item> {
    let mut found = bindings(before, span, ".Value");
    found.extend(items(&words::FUNCTIONS, ItemKind::Function, span, |word| format!("{}(", word.text)));
    found
}

/// The selectors before the cursor, as `c.Value` or `c`.
fn bindings(before: &[Token<'_>], span: Span, property: &str) -> Vec<Item> {
    let mut names: Vec<&str> = Vec::new();
    for window in before.windows(3) {
        if let [name, colon, bracket] = window
            && name.kind == Kind::Word
            && colon.is_sign(":")
            && bracket.is_sign("[")
            && !names.contains(&name.text)
        {
            names.push(name.text);
        }
    }
    let item = |name: &str| Item {
        label: format!("{name}{property}"),
        kind: ItemKind::Variable,
        detail: "of the claim that the selector matched".to_owned(),
        span,
        text: format!("{name}{property}"),
    };
    names.into_iter().map(item).collect()
}

fn items(list: &'static [Word], kind: ItemKind, span: Span, written: impl Fn(&'static Word) -> String) -> Vec<Item> {
    list.iter()
        .map(|word| Item {
            label: word.text.to_owned(),
            kind,
            detail: word.meaning.to_owned(),
            span,
            text: written(word),
        })
        .collect()
}

fn in_action(before: &[Token<'_>]) -> bool {
    before.iter().any(|token| token.is_sign("=>"))
}

/// Whether the last literal is the text of a label.
fn is_label(before: &[Token<'_>]) -> bool {
    matches!(before, [.., at, _, equal, _] if at.is_sign("@") && equal.is_sign("="))
}

/// What opened the brackets around the end of `before`: `[`, or the word before `(`.
fn enclosing<'a>(before: &[Token<'a>]) -> Option<&'a str> {
    let mut depth = 0_usize;
    for (index, token) in before.iter().enumerate().rev() {
        match token.text {
            ")" | "]" => depth += 1,
            "[" if depth == 0 => return Some("["),
            "(" if depth == 0 => {
                let earlier = before.get(..index)?;
                let word = earlier.iter().rev().find(|token| !token.is_sign("="))?;
                return ["issue", "add", "types"].into_iter().find(|known| word.is_word(known)).or(Some(word.text));
            }
            "(" | "[" => depth -= 1,
            _ => {}
        }
    }
    None
}
