//! M002: a pattern that decides about a privilege and matches anywhere in the value.

use super::patterns::{Written, within, written};
use super::privilege::privileges;
use crate::engine::regex::{DotNetRegex, End, Language};
use crate::lang::ast::{ActionBody, Comparison, Condition, Expression, Identifier, Property, Rule};
use crate::lang::{Applicability, Fix};
use crate::lint::mentions::{each_expression, literal, uses_value};
use crate::lint::produced::needs_a_claim;
use crate::lint::{Findings, Level, Lint, Subject};

/// M002.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "M002",
    name: "unanchored-pattern",
    default_level: Level::Warning,
    fixes: Some(Applicability::Unsafe),
    page: include_str!("../../../docs/lints/M002.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let privileges = privileges(subject.rule_set);
    for (rule, privilege) in subject.rule_set.rules.iter().zip(privileges) {
        let Some(privilege) = privilege else { continue };
        for (pattern, is_carried) in
            deciding_patterns(rule, &[Property::Value, Property::Issuer, Property::OriginalIssuer])
        {
            let start = !pattern.regex.is_tied_to_start() && !pattern.regex.begins_with_anything();
            // What is carried on is looked at again; what is only asked for must be the whole name.
            let end = !is_carried && pattern.regex.end() == End::Text;
            if start || end {
                report(&pattern, start, end, &privilege, findings);
            }
        }
    }
}

/// The patterns on some properties that a rule needs to match, and whether its action goes on with the value.
pub(super) fn deciding_patterns<'a>(rule: &'a Rule, properties: &[Property]) -> Vec<(Written<'a>, bool)> {
    let mut found = Vec::new();
    for condition in rule.conditions.iter().filter(|condition| needs_a_claim(condition)) {
        let binding = match condition {
            Condition::Selector(selector) => selector.binding.as_ref(),
            Condition::Exists { .. } | Condition::Count { .. } => None,
        };
        let is_carried = binding.is_some_and(|binding| uses_value(rule, binding) && !drops_the_end(rule, binding));
        for predicate in &condition.pattern().predicates {
            if properties.contains(&predicate.property) && predicate.comparison == Comparison::Matches {
                let is_carried = is_carried && predicate.property == Property::Value;
                found.extend(
                    literal(&predicate.operand).and_then(|literal| written(literal, None)).map(|it| (it, is_carried)),
                );
            }
        }
    }
    found
}

/// Whether a rule goes on with no more of a value than a `RegExReplace` leaves that takes away what follows: then the end
/// of the value is looked at nowhere else.
fn drops_the_end(rule: &Rule, binding: &Identifier) -> bool {
    if matches!(rule.action.body, ActionBody::Copy(_)) {
        return false;
    }
    let is_value = |expression: &Expression| matches!(expression, Expression::Access { binding: of, property: Property::Value, .. } if of.is(&binding.text));
    let (mut read, mut dropped) = (0, 0);
    each_expression(rule, &mut |expression| {
        read += usize::from(is_value(expression));
        if let Expression::Call { arguments, .. } = expression
            && let [input, pattern, replacement] = arguments.as_slice()
            && is_value(input)
            && let (Some(pattern), Some(replacement)) = (literal(pattern), literal(replacement))
            && written(pattern, None).is_some_and(|pattern| pattern.regex.drops_what_follows())
            // These stand for the whole match, and for all of the value.
            && !["$&", "$0", "${0}", "$_", "$'"].iter().any(|whole| replacement.text.contains(whole))
        {
            dropped += 1;
        }
    });
    read > 0 && read == dropped
}

fn report(pattern: &Written<'_>, start: bool, end: bool, privilege: &str, findings: &mut Findings) {
    let text = &pattern.literal.text;
    let (open, close) = match (start, end, pattern.regex.has_branches()) {
        (true, true, true) => ("^(?:", r")\z"),
        (true, false, true) => ("^(?:", ")"),
        (false, true, true) => ("(?:", r")\z"),
        (true, true, false) => ("^", r"\z"),
        (true, false, false) => ("^", ""),
        (false, _, _) => ("", r"\z"),
    };
    let wanted = format!("{open}{text}{close}");
    let where_ = match (start, end) {
        (true, true) => "anywhere in the value",
        (true, false) => "anywhere in the value, also after other text",
        (false, _) => "also if more text follows",
    };
    let mut help = format!("what it lets through becomes a claim of the type `{privilege}`");
    if let Some(example) = let_through(&pattern.regex, &wanted) {
        help = format!("`{example}` matches, too, and {help}");
    }
    let mut finding = findings.at(pattern.literal.span, format!("`{text}` matches {where_}")).with_help(help);
    if DotNetRegex::new(&wanted).is_ok() {
        finding = finding.with_fix(Fix::not_safe(
            format!("write `{wanted}`"),
            within(pattern.literal, 0, text.len()),
            wanted,
        ));
    }
    findings.push(finding);
}

/// A value that the pattern matches, and the wanted one does not.
fn let_through(written: &DotNetRegex, wanted: &str) -> Option<String> {
    let matched = Language::matched_by(written)?;
    let wanted = Language::matched_by(&DotNetRegex::new(wanted).ok()?)?;
    Language::example(&[&matched, &Language::printable()], &[&wanted]).found()
}
