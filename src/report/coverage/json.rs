//! Coverage for programs.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::harness::coverage::{ConditionCoverage, Coverage, FileCoverage, RuleCoverage, Share};
use crate::lang::Source;

/// Writes one JSON object with every rule and every condition.
///
/// # Errors
///
/// `out` cannot be written.
pub fn json(out: &mut dyn Write, coverage: &Coverage) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &value(coverage))?;
    writeln!(out)
}

/// The object.
pub(in crate::report) fn value(coverage: &Coverage) -> Value {
    json!({
        "rules": share(coverage.rules()),
        "conditions": share(coverage.conditions()),
        "files": coverage.files().map(file).collect::<Vec<_>>(),
    })
}

fn share(Share { covered, total }: Share) -> Value {
    json!({ "covered": covered, "total": total })
}

fn file(file: &FileCoverage) -> Value {
    let list: Vec<Value> = file.rules.iter().map(|found| rule(&file.source, found)).collect();
    json!({
        "file": file.source.name,
        "rules": share(file.rules()),
        "conditions": share(file.conditions()),
        "list": list,
    })
}

fn rule(source: &Source, rule: &RuleCoverage) -> Value {
    json!({
        "number": rule.number,
        "name": rule.name,
        "line": source.position(rule.span.start).line,
        "fired": rule.fired,
        "conditions": rule.conditions.iter().map(|found| condition(source, found)).collect::<Vec<_>>(),
    })
}

fn condition(source: &Source, condition: &ConditionCoverage) -> Value {
    let place = source.position(condition.span.start);
    json!({
        "line": place.line,
        "column": place.column,
        "held": condition.held,
        "refused": condition.refused,
        "covered": condition.is_covered(),
    })
}
