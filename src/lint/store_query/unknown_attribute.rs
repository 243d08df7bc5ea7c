//! S002: an attribute that the directory does not have.

use super::query_parameter_count::inside;
use super::schema::{WELL_KNOWN, is_well_known, meant};
use crate::lang::ast::ActionBody;
use crate::lint::values::{Part, directory_query};
use crate::lint::{Facts, Findings, Level, Lint, Subject};

/// S002.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "S002",
    name: "unknown-attribute",
    default_level: Level::Warning,
    fixes: None,
    page: include_str!("../../../docs/lints/S002.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for rule in &subject.rule_set.rules {
        let ActionBody::Store(query) = &rule.action.body else { continue };
        let Some(text) = directory_query(query) else { continue };
        let asked = Part::attributes(&text).unwrap_or_default().into_iter().chain(filtered(&text));
        for part in asked.filter(|part| !part.text.is_empty() && !part.text.contains(['{', '('])) {
            if let Some((message, help)) = unknown(part.text, subject.facts) {
                let finding = findings.at(inside(query, part), message).with_help(help);
                findings.push(finding.with_label("an attribute that is not there gives no claim, and no error"));
            }
        }
    }
}

/// What to say of a name that is no attribute, as far as is known.
fn unknown(name: &str, facts: &Facts) -> Option<(String, String)> {
    if name.eq_ignore_ascii_case("tokenGroups") {
        return None;
    }
    let Some(schema) = &facts.attributes else {
        let near = if is_well_known(name) { None } else { meant(name, WELL_KNOWN.iter().copied()) };
        let message = format!("Active Directory has no attribute `{name}`, unless somebody added it");
        return near.map(|near| (message, format!("did you mean `{near}`?")));
    };
    if schema.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        return None;
    }
    let help = meant(name, schema.iter().map(String::as_str)).map_or_else(
        || "correct the name, or add it to the attributes in `rulecheck.yaml`".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    Some((format!("the directory has no attribute `{name}`"), help))
}

/// The attributes that the filter of a query compares.
fn filtered(query: &str) -> Vec<Part<'_>> {
    let Some(filter) = Part::split(query, ';').next() else { return Vec::new() };
    let comparisons = filter.text.match_indices('=').filter_map(|(sign, _)| {
        let before = filter.text.get(..sign)?.trim_end_matches(['>', '<', '~', ':']);
        let start = before.rfind(|c: char| !c.is_ascii_alphanumeric() && !"-.:_".contains(c)).map_or(0, |at| at + 1);
        let name = before.get(start..)?.split(':').next()?;
        let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic());
        is_name.then_some(Part { text: name, start: filter.start + start })
    });
    comparisons.collect()
}
