//! What must hold of the readers of this layer, whatever they are given: cargo feature `laws`, for the targets in `fuzz/`.

mod directory_query;
mod distinguished_name;

pub use directory_query::directory_query;
pub use distinguished_name::distinguished_name;
