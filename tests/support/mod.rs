//! What several topics need.

pub mod aws_response;
pub mod browser;
pub mod claimsmith;
pub mod detour;
pub mod naive;
pub mod python;
pub mod random_rules;
pub mod rule_case;
pub mod samba;
pub mod saml;
pub mod shared;
