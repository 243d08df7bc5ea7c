//! S003: a value put into the text of a query.

use std::fmt::Write as _;

use crate::lang::ast::{ActionBody, Expression, Property, StoreQuery};
use crate::lang::{Applicability, Fix, Span, expression_text};
use crate::lint::values::{constant, is_directory};
use crate::lint::{Findings, Level, Lint, Subject};

/// S003.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "S003",
    name: "unescaped-query-value",
    default_level: Level::Error,
    fixes: Some(Applicability::Unsafe),
    page: include_str!("../../../docs/lints/S003.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for rule in &subject.rule_set.rules {
        let ActionBody::Store(query) = &rule.action.body else { continue };
        if let Some(value) = pieces(&query.query).iter().find(|piece| reads_value(piece)) {
            let message = "a value becomes part of the query's own text; whoever can choose it can change the query";
            let finding = findings
                .at(value.span(), message)
                .with_help("write `{0}` in the query and pass the value as `param`; it then stays a value")
                .with_fix(with_parameters(query));
            findings.push(finding);
        }
    }
}

/// What a text is put together from.
fn pieces(expression: &Expression) -> &[Expression] {
    match expression {
        Expression::Concat(parts) => parts,
        other => std::slice::from_ref(other),
    }
}

fn reads_value(expression: &Expression) -> bool {
    let mut found = false;
    expression.visit(&mut |part| {
        found |= matches!(part, Expression::Access { property, .. } if *property != Property::Type);
    });
    found
}

/// The query with a placeholder for each such value, and the values as parameters.
fn with_parameters(query: &StoreQuery) -> Fix {
    let given = query.parameters.len();
    let mut number = given;
    let (mut text, mut parameters) = (String::new(), String::new());
    for piece in pieces(&query.query) {
        if let Some(literal) = constant(piece) {
            text.push_str(&literal);
        } else {
            // INVARIANT: writing to a `String` cannot fail.
            let _ = write!(text, "{{{number}}}");
            let _ = write!(parameters, ", param = {}", expression_text(piece));
            number += 1;
        }
    }
    // A database takes parameters as they are; quotes around a placeholder would make it a text of its own.
    if !is_directory(query) {
        for number in given..number {
            text = text.replace(&format!("'{{{number}}}'"), &format!("{{{number}}}"));
        }
    }
    let span = query.query.span();
    let title = "pass the value as `param`";
    match query.parameters.last() {
        None => Fix::not_safe(title, span, format!("\"{text}\"{parameters}")),
        Some(last) => {
            let end = last.span().end;
            Fix::not_safe(title, span, format!("\"{text}\"")).and(Span::new(end, end), parameters)
        }
    }
}
