//! When two claims are the same claim [language reference 4.6].

/// Which claims of an output set count as duplicates; the first one is kept.
///
/// The evaluation set always uses [`Duplicates::Full`]: it never holds two claims that are equal in every field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duplicates {
    /// Equal in type, value, value type, issuer, original issuer and properties.
    Full,
    /// Equal in type and value.
    TypeValue,
}

impl Duplicates {
    /// How an output set is condensed unless the conventions say otherwise.
    ///
    /// AD FS is said to condense claims "with identical namespace and value", but no run of a real AD FS has confirmed
    /// that issuer and properties play no part. Until one does, nothing that differs in any field is dropped here; what
    /// writes a token collapses values that would look the same in it.
    #[must_use]
    pub const fn of_output() -> Self {
        Self::Full
    }
}
