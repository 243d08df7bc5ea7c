//! The memory in which passwords are hashed: much for each, so few at once, and kept for the next.

use std::num::NonZero;
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread::available_parallelism;
use std::time::Duration;

use argon2::Block;

/// How long a check waits for memory before it gives up.
const WAIT: Duration = Duration::from_secs(10);
/// Memory beyond this many KiB is given back after use: the hash that wanted it is an exception.
const KEPT_KIB: usize = 64 * 1024;

/// As many pieces of memory as there are cores; each is used by one check at a time.
pub(super) struct HashMemory {
    free: Mutex<Vec<Vec<Block>>>,
    freed: Condvar,
    wait: Duration,
}

/// All memory is in use, and has been for as long as a check waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are being checked at once")]
pub(super) struct Busy;

impl HashMemory {
    fn new(pieces: usize, wait: Duration) -> Self {
        Self { free: Mutex::new(vec![Vec::new(); pieces]), freed: Condvar::new(), wait }
    }

    /// Runs `work` with `blocks` blocks of memory. Their content is whatever the last check left. Blocks.
    ///
    /// # Errors
    ///
    /// No memory became free in time.
    pub(super) fn with<T>(&self, blocks: usize, work: impl FnOnce(&mut [Block]) -> T) -> Result<T, Busy> {
        let mut lent = self.lend().ok_or(Busy)?;
        if lent.piece.len() < blocks {
            lent.piece.resize(blocks, Block::new());
        }
        Ok(work(lent.piece.get_mut(..blocks).unwrap_or_default()))
    }

    fn lend(&self) -> Option<Lent<'_>> {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut free, _) = self
            .freed
            .wait_timeout_while(free, self.wait, |free| free.is_empty())
            .unwrap_or_else(PoisonError::into_inner);
        free.pop().map(|piece| Lent { memory: self, piece })
    }
}

impl Default for HashMemory {
    fn default() -> Self {
        Self::new(available_parallelism().map_or(1, NonZero::get), WAIT)
    }
}

/// A piece in use; goes back when dropped, also by a panic.
struct Lent<'a> {
    memory: &'a HashMemory,
    piece: Vec<Block>,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let mut piece = std::mem::take(&mut self.piece);
        if piece.len() > KEPT_KIB {
            piece = Vec::new();
        }
        self.memory.free.lock().unwrap_or_else(PoisonError::into_inner).push(piece);
        self.memory.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn no_more_run_at_once_than_there_are_pieces() {
        let memory = HashMemory::new(2, Duration::from_mins(1));
        let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let work = |_: &mut [Block]| {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(5));
            now.fetch_sub(1, Ordering::SeqCst);
        };
        std::thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| memory.with(8, work).unwrap());
            }
        });
        assert_eq!(most.into_inner(), 2);
    }

    #[test]
    fn who_waits_too_long_is_told() {
        let memory = HashMemory::new(1, Duration::from_millis(10));
        assert_eq!(memory.with(8, |_| memory.with(8, |_| ())), Ok(Err(Busy)));
        assert_eq!(memory.with(8, |blocks| blocks.len()), Ok(8));
    }

    #[test]
    fn memory_is_used_again_unless_it_is_huge() {
        let memory = HashMemory::new(1, Duration::from_millis(10));
        let place = |blocks: usize| memory.with(blocks, |piece| piece.as_ptr() as usize).unwrap();
        assert_eq!(place(64), place(64));
        assert_eq!(place(64), place(8));
        place(KEPT_KIB + 1);
        assert!(memory.free.lock().unwrap().iter().all(Vec::is_empty));
    }

    #[test]
    fn a_panic_gives_the_memory_back() {
        let memory = HashMemory::new(1, Duration::from_millis(10));
        let panicked = std::thread::scope(|scope| scope.spawn(|| memory.with(8, |_| panic!("mistake"))).join());
        assert!(panicked.is_err());
        assert_eq!(memory.with(8, |_| ()), Ok(()));
    }
}
