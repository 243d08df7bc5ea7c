//! A password that somebody typed.

use std::fmt;

use zeroize::Zeroizing;

/// A password as typed. Wiped on drop; never printed.
pub struct Password(Zeroizing<String>);

impl Password {
    /// Takes over a typed password.
    #[must_use]
    pub fn new(typed: String) -> Self {
        Self(Zeroizing::new(typed))
    }

    /// The characters, for the one place that checks them.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether nothing was typed. Directories take a bind without a password for an anonymous one [RFC 4513 5.1.2].
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it holds what no keyboard types into a form: a directory may take a NUL for the end of the password, and
    /// then other passwords than the right one are right.
    #[must_use]
    pub fn has_controls(&self) -> bool {
        self.0.bytes().any(|byte| byte < b' ')
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Password(…)")
    }
}
