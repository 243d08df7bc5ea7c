//! Expressions that are the same text at all times.

use crate::lang::ast::Expression;

/// The text of an expression, if it is the same for every match.
pub(in crate::lint) fn constant(expression: &Expression) -> Option<String> {
    match expression {
        Expression::Literal(literal) => Some(literal.text.clone()),
        Expression::Concat(parts) => parts.iter().map(constant).collect(),
        Expression::Access { .. } | Expression::Call { .. } => None,
    }
}
