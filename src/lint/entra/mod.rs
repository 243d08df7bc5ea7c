//! Family P: Microsoft's nine portability tests for a move to Microsoft Entra ID, by name and offline. Off by default.

pub(super) mod attribute_store;
pub(super) mod condition_class;
pub(super) mod condition_function;
pub(super) mod condition_issuer;
pub(super) mod condition_parameter;
pub(super) mod issuance_class;
pub(super) mod issuance_transformation;
pub(super) mod restricted_claim;
pub(super) mod rule_type;
