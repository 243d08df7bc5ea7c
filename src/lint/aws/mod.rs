//! Family A: what AWS would refuse in the assertions that rules make.
//!
//! The codes and names are those of [`crate::aws::CODES`], which a sign-in is checked for: the lints say beforehand
//! what can be seen in the rules.

mod faults;
mod issued;

pub(super) mod account_id;
pub(super) mod attribute_name;
pub(super) mod endpoint;
pub(super) mod name_id;
pub(super) mod no_role;
pub(super) mod principal_tag;
pub(super) mod reserved_role;
pub(super) mod role_count;
pub(super) mod role_name;
pub(super) mod role_pair;
pub(super) mod session_duration;
pub(super) mod session_name;
pub(super) mod source_identity;
pub(super) mod transitive_tag;
