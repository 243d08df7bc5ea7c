//! All lints.

use super::{Lint, aws, flow, store_query, types};

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
    &flow::use_before_issue::LINT,
    &flow::unused_add::LINT,
    &flow::dead_rule::LINT,
    &flow::duplicate_rule::LINT,
    &flow::cross_product::LINT,
    &flow::unpinned_issuer::LINT,
    &store_query::query_parameter_count::LINT,
    &store_query::unknown_attribute::LINT,
    &store_query::unescaped_query_value::LINT,
    &types::claim_type_scheme::LINT,
];
