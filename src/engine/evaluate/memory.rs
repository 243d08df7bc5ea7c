//! What expressions made of texts that many users have: groups repeat from user to user, and so do their roles.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::engine::compile::Replace;
use crate::engine::fingerprints::of_text;
use crate::engine::regex::Steps;

/// How many results are remembered; a power of two. The next one with the same place takes the place of the last.
const PLACES: usize = 8192;

/// Results of `RegExReplace` from earlier users, for whoever runs the same rules for many. What is remembered is what
/// would come out again, and costs the same steps, so that nothing but the time depends on it. Runs on one thread share
/// one; it takes a few megabytes at most, unless values are long.
#[derive(Clone, Default)]
pub struct Memory(Arc<Mutex<Vec<Option<Known>>>>);

/// One call and its result.
struct Known {
    call: Arc<Replace>,
    input: Arc<str>,
    output: Arc<str>,
    steps: usize,
}

impl Memory {
    /// What the call made of a text before, if that is known, no longer than it may be, and the steps suffice; they are
    /// spent.
    pub(super) fn recall(
        &self,
        call: &Arc<Replace>,
        input: &Arc<str>,
        text_bytes: usize,
        steps: &Steps,
    ) -> Option<Arc<str>> {
        let places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = places.get(place(call, input))?.as_ref()?;
        let same_input = Arc::ptr_eq(&known.input, input) || known.input == *input;
        let is_it = same_input && Arc::ptr_eq(&known.call, call) && known.output.len() <= text_bytes;
        (is_it && steps.spend_all_of(known.steps)).then(|| Arc::clone(&known.output))
    }

    /// Notes what the call made of a text, and what that took.
    pub(super) fn note(&self, call: &Arc<Replace>, input: &Arc<str>, output: &Arc<str>, steps: usize) {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if places.is_empty() {
            places.resize_with(PLACES, || None);
        }
        if let Some(slot) = places.get_mut(place(call, input)) {
            let (call, input, output) = (Arc::clone(call), Arc::clone(input), Arc::clone(output));
            *slot = Some(Known { call, input, output, steps });
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the low bits choose a place")]
fn place(call: &Arc<Replace>, input: &str) -> usize {
    of_text(Arc::as_ptr(call).addr() as u64, input) as usize % PLACES
}

impl fmt::Debug for Memory {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Memory(…)")
    }
}
