//! All lints.

use super::{Lint, aws, types};

/// All lints, by code.
pub const ALL: &[&Lint] = &[
    &aws::role_pair::LINT,
    &aws::session_name::LINT,
    &aws::session_duration::LINT,
    &aws::account_id::LINT,
    &aws::attribute_name::LINT,
    &aws::role_count::LINT,
    &aws::no_role::LINT,
    &aws::reserved_role::LINT,
    &aws::name_id::LINT,
    &aws::principal_tag::LINT,
    &aws::transitive_tag::LINT,
    &aws::source_identity::LINT,
    &aws::endpoint::LINT,
    &aws::role_name::LINT,
    &types::claim_type_scheme::LINT,
];
