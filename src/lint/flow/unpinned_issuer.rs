//! F006: acceptance rules that believe anybody about what gives power.

use crate::aws::attribute::{Recognized, recognize};
use crate::engine::{Stage, claim_types};
use crate::lang::ast::{ActionBody, Assignment, Expression, Pattern, Property, Rule, Selector, Verb};
use crate::lang::{Applicability, Fix, Span};
use crate::lint::mentions::selector_of;
use crate::lint::values::{Demand, admits, constant};
use crate::lint::{Findings, Level, Lint, Subject};

/// F006.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "F006",
    name: "unpinned-issuer",
    default_level: Level::Warning,
    fixes: Some(Applicability::Unsafe),
    page: include_str!("../../../docs/lints/F006.md"),
    check,
};

/// Whoever may state these has power.
const PRIVILEGED: [&str; 11] = [
    claim_types::AWS_ROLE,
    claim_types::GROUP,
    claim_types::ROLE,
    claim_types::GROUP_SID,
    claim_types::PRIMARY_GROUP_SID,
    claim_types::PRIMARY_SID,
    claim_types::UPN,
    claim_types::UPN_1X,
    claim_types::WINDOWS_ACCOUNT_NAME,
    claim_types::PERMIT,
    claim_types::INSIDE_CORPORATE_NETWORK,
];

/// The issuers that AD FS itself lets through for Active Directory [language reference 3].
const FOR_ACTIVE_DIRECTORY: &str = r#"Issuer =~ "^(AD AUTHORITY|SELF AUTHORITY|LOCAL AUTHORITY)\z""#;

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    if subject.stage != Some(Stage::Acceptance) {
        return;
    }
    let issuing = subject.rule_set.rules.iter().filter(|rule| rule.action.verb == Verb::Issue);
    for (selector, claim_type) in issuing.filter_map(believed) {
        let place = Span::new(selector.pattern.span.end.saturating_sub(1), selector.pattern.span.end.saturating_sub(1));
        let comma = if selector.pattern.predicates.is_empty() { "" } else { ", " };
        let finding = findings
            .at(selector.pattern.span, format!("`{claim_type}` is believed whoever states it"))
            .with_help("say in the condition which `Issuer` may state it")
            .with_fix(Fix::not_safe("believe Active Directory alone", place, format!("{comma}{FOR_ACTIVE_DIRECTORY}")));
        findings.push(finding);
    }
}

/// The selector whose claims a rule passes on without asking who states them, and a type with power that it passes.
fn believed(rule: &Rule) -> Option<(&Selector, String)> {
    let (selector, made) = match &rule.action.body {
        ActionBody::Copy(name) => (selector_of(rule, name)?, None),
        ActionBody::Claim(assignments) => {
            let Expression::Access { binding, property: Property::Value, .. } = of(assignments, &Property::Value)?
            else {
                return None;
            };
            let made = match of(assignments, &Property::Type)? {
                Expression::Access { property: Property::Type, .. } => None,
                made => Some(constant(made)?),
            };
            (selector_of(rule, binding)?, made)
        }
        ActionBody::Store(_) => return None,
    };
    if is_pinned(&selector.pattern) {
        return None;
    }
    let claim_type = match made {
        Some(made) => has_power(&made).then_some(made)?,
        None => passed(&selector.pattern)?,
    };
    Some((selector, claim_type))
}

fn of<'a>(assignments: &'a [Assignment], property: &Property) -> Option<&'a Expression> {
    assignments.iter().find(|assignment| assignment.property == *property).map(|assignment| &assignment.value)
}

fn passed(pattern: &Pattern) -> Option<String> {
    let asked = Demand::of(pattern, &Property::Type).equal.into_iter().find(|asked| has_power(asked));
    asked
        .filter(|asked| admits(pattern, asked))
        .or_else(|| PRIVILEGED.iter().find(|known| admits(pattern, known)).map(|known| (*known).to_owned()))
}

fn has_power(claim_type: &str) -> bool {
    PRIVILEGED.contains(&claim_type) || matches!(recognize(claim_type), Recognized::Known(_))
}

fn is_pinned(pattern: &Pattern) -> bool {
    [Property::Issuer, Property::OriginalIssuer].iter().any(|property| Demand::of(pattern, property).describes())
        || pattern.predicates.iter().any(|predicate| {
            matches!(predicate.property, Property::Issuer | Property::OriginalIssuer)
                && constant(&predicate.operand).is_none()
        })
}
