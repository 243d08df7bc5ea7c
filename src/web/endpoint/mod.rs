//! One file for each address.

pub(super) mod idp_initiated;
pub(super) mod integrated;
pub(super) mod metadata;
pub(super) mod saml;
pub(super) mod sign_on;
pub(super) mod sign_out;
pub(super) mod start;
pub(super) mod style;
pub(super) mod update_password;
