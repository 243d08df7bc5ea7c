//! Family T: claim types.

pub(super) mod claim_type_scheme;
