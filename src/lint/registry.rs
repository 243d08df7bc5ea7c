//! All lints.

use super::{Lint, types};

/// All lints, by code.
pub const ALL: &[&Lint] = &[&types::claim_type_scheme::LINT];
