//! A011: a tag that is to stay with the session, and that no rule issues.

use super::issued::issued;
use crate::aws::attribute::Attribute;
use crate::aws::tag::folded_key;
use crate::lint::produced::{at_start, output};
use crate::lint::{Findings, Level, Lint, Subject};

/// A011.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "A011",
    name: "aws-transitive-tag",
    default_level: Level::Error,
    fixes: None,
    page: include_str!("../../../docs/lints/A011.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let all = issued(subject);
    let tags: Vec<String> = all
        .iter()
        .filter_map(|issued| match issued.attribute {
            Attribute::PrincipalTag(key) => Some(folded_key(key)),
            _ => None,
        })
        .collect();
    let types = output(subject.rule_set, at_start(subject));
    for issued in all.iter().filter(|issued| issued.attribute == Attribute::TransitiveTagKeys) {
        let Some(key) = issued.fixed_value() else { continue };
        let claim_type = issued.claim_type.replace("TransitiveTagKeys", &format!("PrincipalTag:{key}"));
        if tags.contains(&folded_key(&key)) || types.may_hold(&claim_type) {
            continue;
        }
        let message = format!("TransitiveTagKeys names `{key}`, but no rule issues such a tag");
        let help = format!("issue `{claim_type}` too, or take the rule out");
        findings.push(findings.at(issued.span, message).with_help(help));
    }
}
