//! Which claim of an evaluation is meant.

/// A claim's place in the evaluation set, from 0 in order of arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClaimId(pub(super) u32);

impl ClaimId {
    /// Its index in [`super::Trace::claims`].
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The id of an index. Sets are bounded far below `u32::MAX`; past it the id names no claim.
    pub(super) fn from_index(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }
}
