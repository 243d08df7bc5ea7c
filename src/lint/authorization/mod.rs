//! Family Z: who is let in.

pub(super) mod deny_cannot_fire;
pub(super) mod no_authorization;
pub(super) mod permit_everyone;

use super::mentions::types_made;
use crate::engine::claim_types::{DENY, PERMIT};
use crate::lang::ast::Rule;

/// Whether a rule makes a deny claim.
pub(super) fn is_deny(rule: &Rule) -> bool {
    types_made(rule).any(|literal| literal.text == DENY)
}

/// Whether a rule makes a permit claim.
pub(super) fn is_permit(rule: &Rule) -> bool {
    types_made(rule).any(|literal| literal.text == PERMIT)
}
