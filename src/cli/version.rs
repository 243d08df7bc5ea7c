//! What `--version` says of a build.

use crate::kerberos::IS_BUILT_IN;

/// The version on the first line, as `-V` has it and scripts read it, and then what was built in and what left out.
pub(super) const LONG: &str = if IS_BUILT_IN {
    concat!(env!("CARGO_PKG_VERSION"), "\nfeatures: +kerberos")
} else {
    concat!(env!("CARGO_PKG_VERSION"), "\nfeatures: -kerberos")
};
