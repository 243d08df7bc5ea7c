//! S005: a placeholder in the quotes of a query to a database.

use super::query_parameter_count::{inside, is_sql};
use crate::lang::ast::{ActionBody, Expression};
use crate::lang::{Applicability, Fix};
use crate::lint::values::{Part, constant, is_directory};
use crate::lint::{Findings, Level, Lint, Subject};

/// S005.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "S005",
    name: "quoted-placeholder",
    default_level: Level::Error,
    fixes: Some(Applicability::Unsafe),
    page: include_str!("../../../docs/lints/S005.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for rule in &subject.rule_set.rules {
        let ActionBody::Store(query) = &rule.action.body else { continue };
        let Some(text) = constant(&query.query).filter(|text| !is_directory(query) && is_sql(text)) else { continue };
        for (part, placeholder) in quoted(&text) {
            let span = inside(query, part);
            let message = format!("`{placeholder}` stands in quotes, where no value is put in");
            let mut finding = findings
                .at(span, message)
                .with_help("write it without quotes: the value is passed to the database as a text of its own");
            let is_all = part.text.len() == placeholder.len() + 2;
            if is_all && matches!(query.query, Expression::Literal(_)) {
                finding = finding.with_fix(Fix::not_safe("take the quotes away", span, placeholder));
            }
            findings.push(finding);
        }
    }
}

/// The quoted parts of a text in which a placeholder stands, with the first such placeholder.
fn quoted(text: &str) -> Vec<(Part<'_>, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find('\'')).map(|found| at + found) {
        let Some(length) = text.get(start + 1..).and_then(|rest| rest.find('\'')) else { break };
        let end = start + 1 + length + 1;
        let part = Part { text: text.get(start..end).unwrap_or_default(), start };
        if let Some(placeholder) = placeholder(part.text) {
            found.push((part, placeholder));
        }
        at = end;
    }
    found
}

fn placeholder(text: &str) -> Option<&str> {
    text.match_indices('{').find_map(|(start, _)| {
        let rest = text.get(start..)?;
        let (digits, _) = rest.get(1..)?.split_once('}')?;
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| rest.get(..digits.len() + 2)).flatten()
    })
}
