//! Family T: claim types.

pub(super) mod claim_type_case;
pub(super) mod claim_type_scheme;
pub(super) mod existing;
pub(super) mod spelling;
pub(super) mod unknown_claim_type;
