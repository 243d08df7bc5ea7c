//! Questions that somebody asks on threads of their own, since nothing ends them: which of them are overdue.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// So many questions for one thing may be open: people who have little time left give up on them one after the other.
const MOST_OPEN: usize = 64;

/// Questions that have no answer yet.
#[derive(Debug, Default)]
pub(super) struct Unanswered(Arc<Mutex<Questions>>);

#[derive(Debug, Default)]
struct Questions {
    next: u64,
    /// What is asked for, since when, and when the answer is due.
    open: BTreeMap<u64, (String, Instant, Instant)>,
}

/// A question that is being asked. Answered on drop, also when whoever asks panics.
#[derive(Debug)]
pub(super) struct Question {
    number: u64,
    all: Arc<Mutex<Questions>>,
}

impl Unanswered {
    /// Asks for something, unless the answer to an earlier question for it is overdue, or too many are open: then gives
    /// when the first of them began.
    pub(super) fn ask(&self, what: &str, now: Instant, due: Instant) -> Result<Question, Instant> {
        let mut questions = locked(&self.0);
        let open = || questions.open.values().filter(|(asked, ..)| asked == what);
        if let Some((_, since, _)) = open().next()
            && (open().any(|(.., due)| *due <= now) || open().count() >= MOST_OPEN)
        {
            return Err(*since);
        }
        let number = questions.next;
        questions.next += 1;
        questions.open.insert(number, (what.to_owned(), now, due));
        Ok(Question { number, all: Arc::clone(&self.0) })
    }
}

impl Drop for Question {
    fn drop(&mut self) {
        locked(&self.all).open.remove(&self.number);
    }
}

fn locked(questions: &Mutex<Questions>) -> MutexGuard<'_, Questions> {
    questions.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn nobody_asks_for_what_is_overdue_until_it_is_answered() {
        let questions = Unanswered::default();
        let start = Instant::now();
        let at = |second: u64| start + Duration::from_secs(second);
        let first = questions.ask("dc1", at(0), at(5)).unwrap();
        let second = questions.ask("dc1", at(4), at(9)).unwrap();
        assert_eq!(questions.ask("dc1", at(5), at(10)).unwrap_err(), at(0));
        assert!(questions.ask("dc2", at(5), at(10)).is_ok(), "another one is asked for");
        drop(first);
        assert!(questions.ask("dc1", at(6), at(11)).is_ok());
        assert_eq!(questions.ask("dc1", at(9), at(14)).unwrap_err(), at(4));
        drop(second);
        assert!(questions.ask("dc1", at(9), at(14)).is_ok());
        let many: Vec<_> = (0..MOST_OPEN).map(|_| questions.ask("dc3", at(10), at(15)).unwrap()).collect();
        assert_eq!(questions.ask("dc3", at(11), at(16)).unwrap_err(), at(10));
        drop(many);
        assert!(questions.ask("dc3", at(11), at(16)).is_ok());
    }
}
