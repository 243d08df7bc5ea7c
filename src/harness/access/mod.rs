//! Who may take which AWS role.

mod everybody;
mod one;

pub use everybody::{Access, Holders, access};
pub use one::{HeldRole, roles_of};
