//! How many steps the searches of one evaluation may take together.

use std::cell::Cell;

use super::error::MatchError;

/// Bytes of input for which a search is charged one step, whichever engine runs.
const BYTES_PER_STEP: usize = 64;

/// Steps that searches share: what one takes, the others lack.
#[derive(Clone, Debug, Default)]
pub struct Steps {
    left: Cell<usize>,
}

impl Steps {
    /// So many steps of the backtracking engine, each of some 50 nanoseconds.
    #[must_use]
    pub const fn new(steps: usize) -> Self {
        Self { left: Cell::new(steps) }
    }

    /// How many are left.
    #[must_use]
    pub const fn left(&self) -> usize {
        self.left.get()
    }

    pub(super) fn spend(&self, steps: usize) {
        self.left.set(self.left().saturating_sub(steps));
    }

    /// Takes so many steps if there are more left.
    pub(in crate::engine) fn spend_all_of(&self, steps: usize) -> bool {
        let suffice = steps < self.left();
        if suffice {
            self.spend(steps);
        }
        suffice
    }

    /// Charges for reading a whole input.
    #[inline]
    pub(super) fn read(&self, input: &str) -> Result<(), MatchError> {
        let left = self.left().checked_sub(input.len() / BYTES_PER_STEP).ok_or(MatchError::StepsUsedUp)?;
        self.left.set(left);
        Ok(())
    }
}
