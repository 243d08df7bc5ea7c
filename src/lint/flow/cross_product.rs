//! F005: two selectors that have nothing to do with each other, each with many matches.

use crate::aws::attribute::{Attribute, Recognized, recognize};
use crate::lang::ast::{ActionBody, Condition, Expression, Pattern, Property, Rule, Selector};
use crate::lint::mentions::{literal, types_given};
use crate::lint::values::{constant, is_many};
use crate::lint::{Findings, Level, Lint, Subject};

/// F005.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "F005",
    name: "cross-product",
    default_level: Level::Warning,
    fixes: None,
    page: include_str!("../../../docs/lints/F005.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for (index, rule) in subject.rule_set.rules.iter().enumerate() {
        if makes_roles(rule) {
            continue;
        }
        let many: Vec<&Selector> = rule
            .conditions
            .iter()
            .filter_map(|condition| match condition {
                Condition::Selector(selector) => Some(selector),
                _ => None,
            })
            .filter(|selector| {
                is_read(rule, selector) && !refers(&selector.pattern) && is_many(subject, index, selector)
            })
            .collect();
        if let [first, second, ..] = many.as_slice() {
            let message = "the rule fires for every combination of these two claims, and users have many of each";
            let finding = findings
                .at(second.span, message)
                .with_related(first.span, "the other one")
                .with_help("tie them together with a comparison such as `Value == c.Value`, or use two rules");
            findings.push(finding);
        }
    }
}

/// Rules that make roles for AWS: A006 looks at those.
fn makes_roles(rule: &Rule) -> bool {
    let is_role = |text: &str| matches!(recognize(text), Recognized::Known(Attribute::Role));
    types_given(rule).filter_map(literal).any(|made| is_role(&made.text))
}

/// Whether the action reads the claim of a selector. One that it does not read asks only whether there is such a claim.
fn is_read(rule: &Rule, selector: &Selector) -> bool {
    let Some(name) = &selector.binding else { return false };
    let mut found = false;
    let mut look = |expression: &Expression| {
        expression.visit(&mut |part| {
            found |= matches!(part, Expression::Access { binding, .. } if binding.is(&name.text));
        });
    };
    match &rule.action.body {
        ActionBody::Copy(copied) => return copied.is(&name.text),
        ActionBody::Claim(assignments) => {
            for assignment in assignments {
                look(&assignment.value);
                if let Property::Properties(key) = &assignment.property {
                    look(key);
                }
            }
        }
        ActionBody::Store(query) => {
            [&query.store, &query.query].into_iter().chain(&query.types).chain(&query.parameters).for_each(look);
        }
    }
    found
}

/// Whether a pattern compares with another claim.
fn refers(pattern: &Pattern) -> bool {
    pattern.predicates.iter().any(|predicate| constant(&predicate.operand).is_none())
}
