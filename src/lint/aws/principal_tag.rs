//! A010: session tags that AWS refuses.

use std::collections::BTreeMap;

use super::faults::{faults, sentence};
use super::issued::{Issued, issued};
use crate::aws::attribute::Attribute;
use crate::aws::limits::TAGS;
use crate::aws::tag::{folded_key, key_fault, value_fault};
use crate::lint::values::{Maker, Shape, column_attribute};
use crate::lint::{Findings, Level, Lint, Subject};

/// A010.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "A010",
    name: "aws-principal-tag",
    default_level: Level::Error,
    fixes: None,
    page: include_str!("../../../docs/lints/A010.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let all = issued(subject);
    let mut spellings: BTreeMap<String, &str> = BTreeMap::new();
    for issued in &all {
        let Attribute::PrincipalTag(key) = issued.attribute else { continue };
        let first = *spellings.entry(folded_key(key)).or_insert(key);
        if first != key {
            let message = format!("the tags `{first}` and `{key}` differ only by case, and are one tag to AWS");
            findings.push(findings.at(issued.span, message).with_help("spell the key in one way"));
        }
        if let Some(fault) = key_fault(key) {
            let message = format!("AWS refuses the key of the tag `{key}`: {fault}");
            findings.push(findings.at(issued.span, message).with_help("rename the tag"));
        }
        if let Some(finding) = value(issued, key, findings) {
            findings.push(finding);
        }
    }
    if let (true, Some(last)) = (spellings.len() > TAGS, all.last()) {
        let message = format!("the rules issue {} PrincipalTag attributes; AWS takes at most {TAGS}", spellings.len());
        findings.push(findings.at(last.span, message).with_help("issue fewer tags"));
    }
}

fn value(issued: &Issued<'_>, key: &str, findings: &Findings) -> Option<crate::lang::Diagnostic> {
    if let Maker::Column(query, column) = issued.maker
        && let Some(attribute) = column_attribute(query, column)
        && Shape::of_attribute(&attribute).is_some_and(|shape| shape.is_many)
    {
        let message = format!("`{attribute}` has several values, and AWS takes one value for the tag `{key}`");
        return Some(findings.at(issued.span, message).with_help("issue an attribute that has one value"));
    }
    let found = faults(issued.examples(), value_fault);
    let fault = found.first()?;
    let what = format!("value of the tag `{key}`");
    let finding = findings.at(issued.span, sentence(&fault.example, &what, &fault.reason));
    Some(
        finding.with_help(
            "a value has letters, digits, spaces and _ . : / = + - @; take the rest out with `RegExReplace`",
        ),
    )
}
