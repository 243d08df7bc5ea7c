//! A second evaluator, as plain as the language reference: every condition of every rule is tried on every combination
//! of claims. It knows no index, no shortcut and no memory, and so says what the engine's shortcuts must not change.

use std::collections::BTreeMap;

use claimsmith::engine::claim::{LOCAL_AUTHORITY, STRING_VALUE_TYPE};
use claimsmith::engine::regex::{DotNetRegex, Replacement, Steps};
use claimsmith::engine::{Claim, Query, Row};
use claimsmith::lang::RuleSet;
use claimsmith::lang::ast::{
    ActionBody, Comparison, Condition, CountOperator, Expression, Pattern, Property, Rule, Verb,
};

/// Claims by the names of their selectors, in lower case.
type Bound = BTreeMap<String, Claim>;

/// The claims that a rule set issues. `answer` gives the rows of a store query.
pub fn evaluate(rule_set: &RuleSet, input: &[Claim], answer: &dyn Fn(&Query) -> Vec<Row>) -> Vec<Claim> {
    let mut set = Vec::new();
    for claim in input {
        insert(&mut set, claim.clone());
    }
    let mut output = Vec::new();
    for rule in &rule_set.rules {
        let mut made = Vec::new();
        join(rule, 0, &set, &Bound::new(), &mut |bound| act(rule, bound, answer, &mut made));
        for claim in made {
            if rule.action.verb == Verb::Issue {
                insert(&mut output, claim.clone());
            }
            insert(&mut set, claim);
        }
    }
    output
}

fn insert(set: &mut Vec<Claim>, claim: Claim) {
    if !set.contains(&claim) {
        set.push(claim);
    }
}

fn join(rule: &Rule, depth: usize, set: &[Claim], bound: &Bound, found: &mut dyn FnMut(&Bound)) {
    let Some(condition) = rule.conditions.get(depth) else { return found(bound) };
    let fitting = |pattern: &Pattern| set.iter().filter(|claim| fits(claim, pattern, bound)).count() as u64;
    match condition {
        Condition::Selector(selector) => {
            for claim in set.iter().filter(|claim| fits(claim, &selector.pattern, bound)) {
                let mut bound = bound.clone();
                if let Some(name) = &selector.binding {
                    bound.insert(name.text.to_lowercase(), claim.clone());
                }
                join(rule, depth + 1, set, &bound, found);
            }
        }
        Condition::Exists { negated, pattern, .. } => {
            if (fitting(pattern) > 0) != *negated {
                join(rule, depth + 1, set, bound, found);
            }
        }
        Condition::Count { pattern, operator, number, .. } => {
            let count = fitting(pattern);
            let holds = match operator {
                CountOperator::Greater => count > number.value(),
                CountOperator::GreaterOrEqual => count >= number.value(),
                CountOperator::Equal => count == number.value(),
                CountOperator::NotEqual => count != number.value(),
                CountOperator::LessOrEqual => count <= number.value(),
                CountOperator::Less => count < number.value(),
            };
            if holds {
                join(rule, depth + 1, set, bound, found);
            }
        }
    }
}

fn fits(claim: &Claim, pattern: &Pattern, bound: &Bound) -> bool {
    pattern.predicates.iter().all(|predicate| {
        let left = property(claim, &predicate.property, bound);
        let right = text(&predicate.operand, bound);
        match predicate.comparison {
            Comparison::Equal => left == right,
            Comparison::NotEqual => left != right,
            Comparison::Matches => DotNetRegex::new(&right).unwrap().is_match(&left, &Steps::new(usize::MAX)).unwrap(),
            Comparison::DoesNotMatch => {
                !DotNetRegex::new(&right).unwrap().is_match(&left, &Steps::new(usize::MAX)).unwrap()
            }
        }
    })
}

fn property(claim: &Claim, property: &Property, bound: &Bound) -> String {
    match property {
        Property::Type => claim.claim_type.to_string(),
        Property::Value => claim.value.to_string(),
        Property::ValueType => claim.value_type.to_string(),
        Property::Issuer => claim.issuer.to_string(),
        Property::OriginalIssuer => claim.original_issuer.to_string(),
        Property::Properties(key) => {
            claim.properties.get(text(key, bound).as_str()).map(ToString::to_string).unwrap_or_default()
        }
    }
}

fn text(expression: &Expression, bound: &Bound) -> String {
    match expression {
        Expression::Literal(literal) => literal.text.clone(),
        Expression::Access { binding, property: read, .. } => {
            property(&bound[&binding.text.to_lowercase()], read, bound)
        }
        Expression::Call { arguments, .. } => {
            let [input, pattern, replacement] = arguments.as_slice() else { panic!("three arguments") };
            let regex = DotNetRegex::new(&text(pattern, bound)).unwrap();
            let replacement = Replacement::parse(&text(replacement, bound), &regex);
            regex.replace(&text(input, bound), &replacement, usize::MAX, &Steps::new(usize::MAX)).unwrap().into_owned()
        }
        Expression::Concat(parts) => parts.iter().map(|part| text(part, bound)).collect(),
    }
}

fn act(rule: &Rule, bound: &Bound, answer: &dyn Fn(&Query) -> Vec<Row>, made: &mut Vec<Claim>) {
    match &rule.action.body {
        ActionBody::Copy(name) => made.push(bound[&name.text.to_lowercase()].clone()),
        ActionBody::Claim(assignments) => {
            let mut claim = Claim::new("", "", LOCAL_AUTHORITY);
            let mut original_issuer = None;
            for assignment in assignments {
                let value = text(&assignment.value, bound).into();
                match &assignment.property {
                    Property::Type => claim.claim_type = value,
                    Property::Value => claim.value = value,
                    Property::ValueType => claim.value_type = value,
                    Property::Issuer => claim.issuer = value,
                    Property::OriginalIssuer => original_issuer = Some(value),
                    Property::Properties(key) => {
                        claim.properties.insert(text(key, bound).into(), value);
                    }
                }
            }
            claim.original_issuer = original_issuer.unwrap_or_else(|| claim.issuer.clone());
            made.push(claim);
        }
        ActionBody::Store(query) => {
            let rows = answer(&Query {
                store: text(&query.store, bound).into(),
                text: text(&query.query, bound).into(),
                parameters: query.parameters.iter().map(|parameter| text(parameter, bound).into()).collect(),
                columns: query.types.len(),
            });
            for row in rows {
                for (claim_type, cell) in query.types.iter().zip(row) {
                    let Some(value) = cell else { continue };
                    let mut claim = Claim::new(text(claim_type, bound), value, LOCAL_AUTHORITY);
                    claim.value_type = STRING_VALUE_TYPE.into();
                    made.push(claim);
                }
            }
        }
    }
}
