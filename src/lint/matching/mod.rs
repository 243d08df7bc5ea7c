//! Family M: how values are compared.

mod patterns;
mod privilege;

pub(super) mod case_mismatch;
pub(super) mod case_sensitive_value;
pub(super) mod final_newline;
pub(super) mod slow_regex;
pub(super) mod unanchored_pattern;
pub(super) mod unescaped_dot;
pub(super) mod unsupported_regex;
