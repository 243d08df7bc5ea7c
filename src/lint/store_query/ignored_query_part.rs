//! S004: a third part, as queries to Active Directory have it, in a query to an LDAP store.

use super::query_parameter_count::inside;
use crate::lang::ast::ActionBody;
use crate::lint::values::{Part, constant, is_directory};
use crate::lint::{Findings, Level, Lint, Subject};

/// S004.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "S004",
    name: "ignored-query-part",
    default_level: Level::Warning,
    fixes: None,
    page: include_str!("../../../docs/lints/S004.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for rule in &subject.rule_set.rules {
        let ActionBody::Store(query) = &rule.action.body else { continue };
        let Some(text) = constant(&query.query).filter(|_| !is_directory(query)) else { continue };
        let Some(part) = ignored(&text, query.types.len()) else { continue };
        let message = "queries to an LDAP store have no third part; this one is passed over";
        let finding = findings
            .at(inside(query, part), message)
            .with_help("take it out, with its `;` and its `param`; only the store `Active Directory` asks for a user");
        findings.push(finding);
    }
}

/// The last part of a query to an LDAP store, if it names nothing that the rule has a type for.
fn ignored(text: &str, types: usize) -> Option<Part<'_>> {
    let parts: Vec<Part<'_>> = Part::split(text, ';').collect();
    let (&[filter, ..], &last) = (parts.as_slice(), parts.last()?) else { return None };
    let asked: usize = parts.iter().skip(1).map(|part| part.text.split(',').count()).sum();
    let is_name = last.text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | ','));
    let is_ldap = filter.text.starts_with('(') && parts.len() > 2;
    (is_ldap && asked == types + 1 && (!is_name || last.text.is_empty())).then_some(last)
}
