//! The syntax tree as AD FS prints it [language reference 7, Printing].

use super::RuleSet;
use super::ast::{
    Action, ActionBody, Assignment, Condition, Expression, Pattern, Predicate, Property, Rule, StoreQuery,
};

/// The rule set in the form in which AD FS stores it: attributes on lines of their own, then the conditions, then the
/// action, and an empty line between rules.
///
/// Parsing the result gives the same rule set again, places aside; printing that gives the same text.
pub fn print(rule_set: &RuleSet) -> String {
    let mut out = String::new();
    for rule in &rule_set.rules {
        if !out.is_empty() {
            out.push('\n');
        }
        print_rule(&mut out, rule);
    }
    out
}

/// One condition, as [`print`] writes it.
pub fn condition_text(condition: &Condition) -> String {
    text_of(condition, print_condition)
}

/// One predicate, as [`print`] writes it.
pub fn predicate_text(predicate: &Predicate) -> String {
    text_of(predicate, print_predicate)
}

/// One assignment, as [`print`] writes it.
pub fn assignment_text(assignment: &Assignment) -> String {
    text_of(assignment, print_assignment)
}

/// One expression, as [`print`] writes it.
pub fn expression_text(expression: &Expression) -> String {
    text_of(expression, print_expression)
}

/// What a rule does, as [`print`] writes it, from its verb to the closing parenthesis.
pub fn action_text(action: &Action) -> String {
    text_of(action, print_action)
}

fn text_of<T>(node: &T, print_node: impl Fn(&mut String, &T)) -> String {
    let mut out = String::new();
    print_node(&mut out, node);
    out
}

fn print_rule(out: &mut String, rule: &Rule) {
    for attribute in &rule.attributes {
        out.push('@');
        out.push_str(&attribute.name.text);
        out.push_str(" = ");
        print_literal(out, &attribute.value.text);
        out.push('\n');
    }
    for (index, condition) in rule.conditions.iter().enumerate() {
        if index > 0 {
            out.push_str(" && ");
        }
        print_condition(out, condition);
        out.push('\n');
    }
    if !rule.conditions.is_empty() {
        out.push(' ');
    }
    out.push_str("=> ");
    print_action(out, &rule.action);
    out.push_str(";\n");
}

fn print_action(out: &mut String, action: &Action) {
    out.push_str(action.verb.word());
    out.push('(');
    match &action.body {
        ActionBody::Copy(name) => {
            out.push_str("claim = ");
            out.push_str(&name.text);
        }
        ActionBody::Claim(assignments) => print_list(out, assignments, print_assignment),
        ActionBody::Store(query) => print_store_query(out, query),
    }
    out.push(')');
}

fn print_condition(out: &mut String, condition: &Condition) {
    match condition {
        Condition::Selector(selector) => {
            if let Some(binding) = &selector.binding {
                out.push_str(&binding.text);
                out.push(':');
            }
            print_pattern(out, &selector.pattern);
        }
        Condition::Exists { negated, pattern, .. } => {
            out.push_str(if *negated { "not exists(" } else { "exists(" });
            print_pattern(out, pattern);
            out.push(')');
        }
        Condition::Count { pattern, operator, number, .. } => {
            out.push_str("count(");
            print_pattern(out, pattern);
            out.push_str(") ");
            out.push_str(operator.sign());
            out.push(' ');
            out.push_str(number.digits());
        }
    }
}

fn print_pattern(out: &mut String, pattern: &Pattern) {
    out.push('[');
    print_list(out, &pattern.predicates, print_predicate);
    out.push(']');
}

fn print_predicate(out: &mut String, predicate: &Predicate) {
    print_property(out, &predicate.property);
    out.push(' ');
    out.push_str(predicate.comparison.sign());
    out.push(' ');
    print_expression(out, &predicate.operand);
}

fn print_assignment(out: &mut String, assignment: &Assignment) {
    print_property(out, &assignment.property);
    out.push_str(" = ");
    print_expression(out, &assignment.value);
}

fn print_store_query(out: &mut String, query: &StoreQuery) {
    out.push_str("store = ");
    print_expression(out, &query.store);
    out.push_str(", types = (");
    print_list(out, &query.types, print_expression);
    out.push_str("), query = ");
    print_expression(out, &query.query);
    for parameter in &query.parameters {
        out.push_str(", param = ");
        print_expression(out, parameter);
    }
}

fn print_property(out: &mut String, property: &Property) {
    out.push_str(property.name());
    if let Property::Properties(key) = property {
        out.push('[');
        print_expression(out, key);
        out.push(']');
    }
}

fn print_expression(out: &mut String, expression: &Expression) {
    match expression {
        Expression::Literal(literal) => print_literal(out, &literal.text),
        Expression::Access { binding, property, .. } => {
            out.push_str(&binding.text);
            out.push('.');
            print_property(out, property);
        }
        Expression::Call { function, arguments, .. } => {
            out.push_str(&function.text);
            out.push('(');
            print_list(out, arguments, print_expression);
            out.push(')');
        }
        Expression::Concat(parts) => {
            for (index, part) in parts.iter().enumerate() {
                if index > 0 {
                    out.push_str(" + ");
                }
                print_expression(out, part);
            }
        }
    }
}

/// DECISION: double quotes, except around a text that holds one; such a text can only have come from `'…'`.
fn print_literal(out: &mut String, text: &str) {
    let quote = if text.contains('"') { '\'' } else { '"' };
    out.push(quote);
    out.push_str(text);
    out.push(quote);
}

fn print_list<T>(out: &mut String, items: &[T], print_item: impl Fn(&mut String, &T)) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        print_item(out, item);
    }
}
