//! Family S: questions to attribute stores that cannot be answered, or that users can change.

mod schema;

pub(super) mod ignored_query_part;
pub(super) mod query_parameter_count;
pub(super) mod quoted_placeholder;
pub(super) mod unescaped_query_value;
pub(super) mod unknown_attribute;
