//! The text of an expression for given values of the claims that it reads.

use std::collections::BTreeMap;

use super::{Demand, constant};
use crate::engine::regex::{DotNetRegex, Replacement, Steps};
use crate::lang::ast::{Expression, Identifier, Property, Rule};
use crate::lint::mentions::selector_of;

/// How long a pattern may work, and how long a text may become, in bytes.
const STEPS: usize = 100_000;
const TEXT_BYTES: usize = 100_000;

/// The text of `expression` where the claims of these names have these values. `None` if it reads anything else that is
/// not the same at all times.
pub(super) fn evaluate(expression: &Expression, rule: &Rule, values: &BTreeMap<String, String>) -> Option<String> {
    match expression {
        Expression::Literal(literal) => Some(literal.text.clone()),
        Expression::Concat(parts) => parts.iter().map(|part| evaluate(part, rule, values)).collect(),
        Expression::Access { binding, property: Property::Value, .. } => {
            values.get(&binding.text.to_ascii_lowercase()).cloned()
        }
        Expression::Access { binding, property, .. } => {
            let demand = Demand::of(&selector_of(rule, binding)?.pattern, property);
            demand.equal.first().cloned()
        }
        Expression::Call { arguments, .. } => {
            let [input, pattern, replacement] = arguments.as_slice() else { return None };
            let regex = DotNetRegex::new(&constant(pattern)?).ok()?;
            let replacement = Replacement::parse(&constant(replacement)?, &regex);
            let input = evaluate(input, rule, values)?;
            let made = regex.replace(&input, &replacement, TEXT_BYTES, &Steps::new(STEPS)).ok()?;
            Some(made.into_owned())
        }
    }
}

/// The names of the claims whose values an expression reads, each once.
pub(in crate::lint) fn values_read(expression: &Expression) -> Vec<&Identifier> {
    let mut names: Vec<&Identifier> = Vec::new();
    expression.visit(&mut |part| {
        if let Expression::Access { binding, property: Property::Value, .. } = part
            && !names.iter().any(|name| name.is(&binding.text))
        {
            names.push(binding);
        }
    });
    names
}

/// The literal patterns of `RegExReplace` that work on the value of a claim as it is.
pub(super) fn patterns_on(expression: &Expression, name: &Identifier) -> Vec<DotNetRegex> {
    let mut patterns = Vec::new();
    expression.visit(&mut |part| {
        if let Expression::Call { arguments, .. } = part
            && let [Expression::Access { binding, property: Property::Value, .. }, pattern, _] = arguments.as_slice()
            && binding.is(&name.text)
        {
            patterns.extend(constant(pattern).and_then(|pattern| DotNetRegex::new(&pattern).ok()));
        }
    });
    patterns
}
