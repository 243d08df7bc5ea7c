//! Which values the claims of a rule's selectors must have for its action to make a wanted value.
//!
//! What is found is a proposal: whoever uses it looks whether the conditions let it through.

use std::fmt::Write as _;

use crate::engine::regex::{DotNetRegex, Replacement, Steps};
use crate::harness::wanted::Wanted;
use crate::harness::whynot::walk::Pins;
use crate::lang::ast::{ActionBody, Condition, Expression, Identifier, Property, Rule};

/// How many steps the patterns may take here.
const STEPS: usize = 1_000_000;

/// A value that is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// It is known only by a test.
    Any,
    /// This text.
    Exactly(String),
    /// A value that AWS reads as this role.
    Role { account: String, name: String },
}

impl From<&Wanted> for Value {
    fn from(wanted: &Wanted) -> Self {
        match wanted {
            Wanted::Role { account, name } => Self::Role { account: account.clone(), name: name.clone() },
            Wanted::Claim { value: Some(value), .. } => Self::Exactly(value.clone()),
            Wanted::Claim { value: None, .. } => Self::Any,
        }
    }
}

/// The values that would make the action of a rule give the wanted one; none if that cannot be told.
///
/// `lenient` lets a value through that the pattern of a `RegExReplace` does not match and so leaves as it is.
pub(super) fn pins(rule: &Rule, value: &Value, lenient: bool) -> Pins {
    match (&rule.action.body, value) {
        (ActionBody::Copy(name), Value::Exactly(value)) => {
            slot(rule, name).map(|slot| pin(slot, value)).unwrap_or_default()
        }
        (ActionBody::Claim(assignments), _) => {
            let assigned = assignments.iter().find(|assignment| assignment.property == Property::Value);
            let Some(expression) = assigned.map(|assigned| &assigned.value) else { return Pins::default() };
            let targets = targets(value, expression);
            targets.iter().find_map(|target| solve(rule, expression, target, lenient)).unwrap_or_default()
        }
        _ => Pins::default(),
    }
}

/// The texts that would do.
fn targets(value: &Value, expression: &Expression) -> Vec<String> {
    match value {
        Value::Any => Vec::new(),
        Value::Exactly(text) => vec![text.clone()],
        Value::Role { account, name } => {
            let mut literals = String::new();
            expression.visit(&mut |part| {
                if let Expression::Literal(literal) = part {
                    literals.push_str(&literal.text);
                    literals.push('\n');
                }
            });
            let written = literals.split("saml-provider/").nth(1).unwrap_or_default();
            let written = written.split([',', '\n', '"']).next().unwrap_or_default();
            let providers = if written.is_empty() || written.contains('$') {
                vec![account.as_str(), name.as_str()]
            } else {
                vec![written]
            };
            let partitions = ["aws", "aws-cn", "aws-us-gov"].into_iter();
            let partitions = partitions.filter(|partition| literals.contains(&format!("arn:{partition}:")));
            let arns = partitions.flat_map(|partition| {
                providers.iter().flat_map(move |provider| {
                    let role = format!("arn:{partition}:iam::{account}:role/{name}");
                    let provider = format!("arn:{partition}:iam::{account}:saml-provider/{provider}");
                    [format!("{provider},{role}"), format!("{role},{provider}")]
                })
            });
            arns.collect()
        }
    }
}

fn solve(rule: &Rule, expression: &Expression, target: &str, lenient: bool) -> Option<Pins> {
    match expression {
        Expression::Literal(literal) => (literal.text == target).then(Pins::default),
        Expression::Access { binding, property: Property::Value, .. } => {
            slot(rule, binding).map(|slot| pin(slot, target))
        }
        Expression::Access { .. } => None,
        Expression::Call { arguments, .. } => {
            let [input, Expression::Literal(pattern), Expression::Literal(replacement)] = arguments.as_slice() else {
                return None;
            };
            let regex = DotNetRegex::new(&pattern.text).ok()?;
            let steps = Steps::new(STEPS);
            let before = regex.input_for(&Replacement::parse(&replacement.text, &regex), target, &steps);
            let stays = || lenient && regex.is_match(target, &Steps::new(STEPS)) == Ok(false);
            let (before, only) = before.or_else(|| stays().then(|| (target.to_owned(), false)))?;
            let pins = solve(rule, input, &before, lenient)?;
            Some(Pins { are_examples: pins.are_examples || !only, ..pins })
        }
        Expression::Concat(parts) => concat(rule, parts, target, lenient),
    }
}

fn pin(slot: usize, value: &str) -> Pins {
    Pins { values: [(slot, value.to_owned())].into(), are_examples: false }
}

/// Divides the target among the parts of a `+`.
fn concat(rule: &Rule, parts: &[Expression], target: &str, lenient: bool) -> Option<Pins> {
    let mut pattern = String::from(r"\A");
    for part in parts {
        match part {
            Expression::Literal(literal) => {
                for character in literal.text.chars() {
                    if character.is_ascii() && !character.is_ascii_alphanumeric() {
                        let _ = write!(pattern, "\\x{:02X}", u32::from(character));
                    } else {
                        pattern.push(character);
                    }
                }
            }
            _ => pattern.push_str(r"([\s\S]*?)"),
        }
    }
    pattern.push_str(r"\z");
    let divided = |pattern: &str| DotNetRegex::new(pattern).ok()?.find(target, &Steps::new(STEPS)).ok()?;
    let found = divided(&pattern)?;
    // Two parts can be divided otherwise if the first can take more.
    let is_unique = found.groups.len() < 2
        || found.groups.len() == 2 && divided(&pattern.replace("*?", "*")).is_some_and(|most| most == found);
    let unknown = parts.iter().filter(|part| !matches!(part, Expression::Literal(_)));
    let mut pins = Pins { are_examples: !is_unique, ..Pins::default() };
    for (part, (_, took)) in unknown.zip(found.groups) {
        let of_part = solve(rule, part, &took?, lenient)?;
        pins.are_examples |= of_part.are_examples;
        for (slot, value) in of_part.values {
            if *pins.values.entry(slot).or_insert_with(|| value.clone()) != value {
                return None;
            }
        }
    }
    Some(pins)
}

/// The place of a named selector among the selectors of its rule.
pub(super) fn slot(rule: &Rule, name: &Identifier) -> Option<usize> {
    let selectors = rule.conditions.iter().filter_map(|condition| match condition {
        Condition::Selector(selector) => Some(selector),
        _ => None,
    });
    let mut bindings = selectors.map(|selector| &selector.binding);
    bindings.position(|binding| binding.as_ref().is_some_and(|binding| binding.is(&name.text)))
}

/// The place among the selectors of a condition that is one.
pub(super) fn slot_of(rule: &Rule, condition: usize) -> Option<usize> {
    let is_selector = |condition: &Condition| matches!(condition, Condition::Selector(_));
    rule.conditions.get(condition).filter(|condition| is_selector(condition))?;
    Some(rule.conditions.iter().take(condition).filter(|condition| is_selector(condition)).count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang;

    fn solved(rule: &str, value: &Value) -> Vec<(usize, String)> {
        let parsed = lang::parse(rule);
        pins(&parsed.rule_set.rules[0], value, false).values.into_iter().collect()
    }

    fn role(account: &str, name: &str) -> Value {
        Value::Role { account: account.to_owned(), name: name.to_owned() }
    }

    #[test]
    fn the_group_behind_a_role_is_found() {
        let rule = r#"c:[] => issue(Type = "t", Value = RegExReplace(c.Value, "^AWS-([0-9]{12})-(.+)$", "arn:aws:iam::$1:saml-provider/ADFS,arn:aws:iam::$1:role/team/$2"));"#;
        let found = solved(rule, &role("111122223333", "team/Admin"));
        assert_eq!(found, [(0, "AWS-111122223333-Admin".to_owned())]);
    }

    #[test]
    fn parts_of_a_sum_are_found() {
        let rule = r#"[Type == "x"] && a:[] && b:[] => issue(Type = "t", Value = "arn:aws:iam::" + a.Value + ":role/" + b.Value + ",arn:aws:iam::" + a.Value + ":saml-provider/X");"#;
        let found = solved(rule, &role("111122223333", "Admin"));
        assert_eq!(found, [(1, "111122223333".to_owned()), (2, "Admin".to_owned())]);
        let sum = r#"c:[] => issue(Type = "t", Value = c.Value + "@" + c.Value);"#;
        let exactly = |text: &str| Value::Exactly(text.to_owned());
        assert_eq!(solved(sum, &exactly("a@a")), [(0, "a".to_owned())]);
        assert_eq!(solved(sum, &exactly("a@b")), []);
    }
}
