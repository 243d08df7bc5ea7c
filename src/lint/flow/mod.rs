//! Family F: rules that cannot work together as they stand.

mod made;

pub(super) mod cross_product;
pub(super) mod dead_rule;
pub(super) mod duplicate_rule;
pub(super) mod unpinned_issuer;
pub(super) mod unused_add;
pub(super) mod use_before_issue;
