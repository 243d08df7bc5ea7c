//! S001: a query that does not fit its parameters, its types, or the form that the store demands.

use crate::engine::store_key;
use crate::lang::ast::{ActionBody, Expression, StoreQuery};
use crate::lang::{Diagnostic, Span};
use crate::lint::values::{How, Maker, Part, constant, directory_query, examples};
use crate::lint::{Findings, Level, Lint, Subject};

/// S001.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "S001",
    name: "query-parameter-count",
    default_level: Level::Error,
    fixes: None,
    page: include_str!("../../../docs/lints/S001.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (index, rule) in subject.rule_set.rules.iter().enumerate() {
        let ActionBody::Store(query) = &rule.action.body else { continue };
        let mut found = unfilled(query, findings);
        found.extend(unused(query, findings));
        if let Some(text) = directory_query(query) {
            found.extend(shape(subject, index, query, &text, findings));
        }
        for finding in found {
            findings.push(finding);
        }
    }
}

/// Placeholders of a query put together from pieces that no parameter fills. Those of a literal are E122.
fn unfilled(query: &StoreQuery, findings: &Findings) -> Vec<Diagnostic> {
    if constant(&query.query).is_some() {
        return Vec::new();
    }
    let Expression::Concat(parts) = &query.query else { return Vec::new() };
    let pieces = parts.iter().filter_map(|part| match part {
        Expression::Literal(literal) => Some(literal),
        _ => None,
    });
    let is_unfilled = |number: &usize| *number >= query.parameters.len();
    let found = pieces.filter_map(|piece| {
        let number = placeholders(&piece.text).find(is_unfilled)?;
        let message = format!("the query uses `{{{number}}}`, but no `param` fills it");
        let help = "add a `param = …` for it, or correct the number; numbers start at 0";
        Some(findings.at(piece.span, message).with_help(help))
    });
    found.collect()
}

/// Parameters that the query does not use. What a store of one's own does with them is not known.
fn unused(query: &StoreQuery, findings: &Findings) -> Vec<Diagnostic> {
    let Some(text) = constant(&query.query) else { return Vec::new() };
    if directory_query(query).is_none() && !is_sql(&text) {
        return Vec::new();
    }
    let is_used = |number: usize| placeholders(&text).any(|used| used == number);
    let unused = query.parameters.iter().enumerate().filter(|(number, _)| !is_used(*number));
    let found = unused.map(|(number, parameter)| {
        let message = format!("no `{{{number}}}` of the query uses this `param`");
        findings.at(parameter.span(), message).with_help("use it, or take it out; numbers start at 0")
    });
    found.collect()
}

/// Whether a query is to a database, by its first word.
pub(super) fn is_sql(text: &str) -> bool {
    text.split_whitespace().next().is_some_and(|word| SQL.iter().any(|known| word.eq_ignore_ascii_case(known)))
}

/// Words that begin a query to a database.
const SQL: [&str; 5] = ["SELECT", "EXEC", "EXECUTE", "CALL", "WITH"];

/// The numbers in braces of a text.
fn placeholders(text: &str) -> impl Iterator<Item = usize> {
    text.split('{').skip(1).filter_map(|rest| {
        let (inside, _) = rest.split_once('}')?;
        if inside.bytes().all(|byte| byte.is_ascii_digit()) { inside.parse().ok() } else { None }
    })
}

/// What the store of Active Directory demands of a query [language reference 8.1].
fn shape(
    subject: &Subject<'_>,
    index: usize,
    query: &StoreQuery,
    text: &str,
    findings: &Findings,
) -> Option<Diagnostic> {
    let span = query.query.span();
    let parts: Vec<Part<'_>> = Part::split(text, ';').collect();
    let ([_, _, user], Some(attributes)) = (parts.as_slice(), Part::attributes(text)) else {
        let message = format!(
            "the query has {}; Active Directory wants three, `filter;attribute,…;DOMAIN\\user` (AD FS: POLICY3824)",
            counted(parts.len(), "part")
        );
        return Some(findings.at(span, message).with_help("without a filter, the query begins with `;`"));
    };
    if let Some(odd) = attributes.iter().find(|part| !is_attribute(part.text)) {
        return Some(findings.at(inside(query, *odd), format!("`{}` is no attribute name", odd.text)));
    }
    if attributes.len() != query.types.len() {
        let message = format!(
            "the query asks for {}, but `types` has {} (AD FS: POLICY0019)",
            counted(attributes.len(), "attribute"),
            counted(query.types.len(), "type")
        );
        return Some(findings.at(span, message).with_help("name one type for each attribute, in the same order"));
    }
    let value = no_account(subject, index, query, user.text)?;
    let message = format!(
        "the third part of the query becomes `{value}`; Active Directory wants `DOMAIN\\user` there (AD FS: POLICY3826)"
    );
    Some(findings.at(inside(query, *user), message).with_help("pass the value of a `windowsaccountname` claim"))
}

/// A value of the third part that is no `DOMAIN\user`, if that is how it always or mostly looks.
fn no_account(subject: &Subject<'_>, index: usize, query: &StoreQuery, text: &str) -> Option<String> {
    let is_account = |value: &str| {
        value.split_once('\\').is_some_and(|(domain, user)| !domain.trim().is_empty() && !user.trim().is_empty())
    };
    let Some(number) = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
        let is_certain = placeholders(text).next().is_none() && !is_account(text);
        return is_certain.then(|| text.to_owned());
    };
    let parameter = query.parameters.get(number.parse::<usize>().ok()?)?;
    let found = examples(subject, index, Maker::Value(Some(parameter)), "");
    let mut typical = found.into_iter().filter(|example| matches!(example.how, How::Always | How::Typical)).peekable();
    let first = typical.peek()?.made.clone();
    typical.all(|example| !is_account(&example.made)).then_some(first)
}

fn is_attribute(text: &str) -> bool {
    let forms = ["tokengroups(sid)", "tokengroups(domainqualifiedname)", "tokengroups(longdomainqualifiedname)"];
    let is_name = text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'));
    let is_parameter = text.starts_with('{') && text.ends_with('}');
    is_name || is_parameter || forms.contains(&store_key(text).as_str())
}

/// Where a part of the query stands; the whole query if it is put together from pieces.
pub(super) fn inside(query: &StoreQuery, part: Part<'_>) -> Span {
    match &query.query {
        Expression::Literal(literal) if !part.text.is_empty() => {
            let start = literal.inner().start + part.start;
            Span::new(start, start + part.text.len())
        }
        other => other.span(),
    }
}

fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
