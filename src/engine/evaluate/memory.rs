//! What regular expressions made of texts that many users have: groups repeat from user to user, and so do their roles.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::engine::compile::Replace;
use crate::engine::fingerprints::of_text;
use crate::engine::regex::{DotNetRegex, Steps};

/// How many texts are remembered; a power of two. The next one with the same place takes the place of the last.
const PLACES: usize = 8192;

/// What `=~` and `RegExReplace` said for earlier users, for whoever runs the same rules for many. What is remembered is
/// what would come out again, and costs the same steps, so that nothing but the time depends on it. Runs on one thread
/// share one; it takes a few megabytes at most, unless values are long.
#[derive(Clone, Default)]
pub struct Memory(Arc<Mutex<Vec<Place>>>);

/// One line of a processor's cache: a condition and the replacement after it mostly ask for the same one.
#[derive(Default)]
#[repr(align(64))]
struct Place(Option<Known>);

/// A regular expression and a text, and what came of them.
struct Known {
    regex: Arc<DotNetRegex>,
    input: Arc<str>,
    /// Whether it matches, and the steps that this takes.
    matched: Option<(bool, u32)>,
    replaced: Option<Replaced>,
}

struct Replaced {
    call: Arc<Replace>,
    output: Arc<str>,
    steps: u32,
}

impl Memory {
    /// Whether the text matched before, if that is known and the steps suffice; they are spent.
    pub(super) fn recall_match(&self, regex: &Arc<DotNetRegex>, input: &Arc<str>, steps: &Steps) -> Option<bool> {
        let places = self.places();
        let (is_match, spent) = places.get(of_regex(regex, input))?.known(regex, input)?.matched?;
        steps.spend_all_of(spent as usize).then_some(is_match)
    }

    /// Notes whether a text matches, and what that took.
    pub(super) fn note_match(&self, regex: &Arc<DotNetRegex>, input: &Arc<str>, is_match: bool, steps: usize) {
        let (mut places, Ok(steps)) = (self.places(), u32::try_from(steps)) else { return };
        if let Some(place) = places.get_mut(of_regex(regex, input)) {
            place.take(regex, input).matched = Some((is_match, steps));
        }
    }

    /// What the call with this regular expression made of a text before, if that is known, no longer than it may be, and
    /// the steps suffice; they are spent.
    pub(super) fn recall_replaced(
        &self,
        (call, regex): (&Arc<Replace>, &Arc<DotNetRegex>),
        input: &Arc<str>,
        text_bytes: usize,
        steps: &Steps,
    ) -> Option<Arc<str>> {
        let places = self.places();
        let at = |place: usize| {
            let replaced = places.get(place)?.known(regex, input)?.replaced.as_ref()?;
            Arc::ptr_eq(&replaced.call, call).then_some(replaced)
        };
        let replaced = at(of_regex(regex, input)).or_else(|| at(of_call(call, input)))?;
        let is_it = replaced.output.len() <= text_bytes && steps.spend_all_of(replaced.steps as usize);
        is_it.then(|| Arc::clone(&replaced.output))
    }

    /// Notes what the call made of a text, and what that took: beside the match, unless another call with the same
    /// regular expression is there.
    pub(super) fn note_replaced(
        &self,
        (call, regex): (&Arc<Replace>, &Arc<DotNetRegex>),
        input: &Arc<str>,
        output: &Arc<str>,
        steps: usize,
    ) {
        let (mut places, Ok(steps)) = (self.places(), u32::try_from(steps)) else { return };
        let beside_match = of_regex(regex, input);
        let known = places.get(beside_match).and_then(|place| place.known(regex, input));
        let has_another = known
            .is_some_and(|known| known.replaced.as_ref().is_some_and(|replaced| !Arc::ptr_eq(&replaced.call, call)));
        let place = if has_another { of_call(call, input) } else { beside_match };
        if let Some(place) = places.get_mut(place) {
            let replaced = Replaced { call: Arc::clone(call), output: Arc::clone(output), steps };
            place.take(regex, input).replaced = Some(replaced);
        }
    }

    fn places(&self) -> MutexGuard<'_, Vec<Place>> {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if places.is_empty() {
            places.resize_with(PLACES, Place::default);
        }
        places
    }
}

impl Place {
    /// What is known of a regular expression and a text.
    fn known(&self, regex: &Arc<DotNetRegex>, input: &Arc<str>) -> Option<&Known> {
        let same_text = |known: &Known| Arc::ptr_eq(&known.input, input) || known.input == *input;
        self.0.as_ref().filter(|known| Arc::ptr_eq(&known.regex, regex) && same_text(known))
    }

    /// What is known of them, for more to be noted; what was known of others is forgotten.
    fn take(&mut self, regex: &Arc<DotNetRegex>, input: &Arc<str>) -> &mut Known {
        if self.known(regex, input).is_none() {
            self.0 = None;
        }
        self.0.get_or_insert_with(|| Known {
            regex: Arc::clone(regex),
            input: Arc::clone(input),
            matched: None,
            replaced: None,
        })
    }
}

fn of_regex(regex: &Arc<DotNetRegex>, input: &str) -> usize {
    place(Arc::as_ptr(regex).addr(), input)
}

fn of_call(call: &Arc<Replace>, input: &str) -> usize {
    place(Arc::as_ptr(call).addr(), input)
}

#[expect(clippy::cast_possible_truncation, reason = "the low bits choose a place")]
fn place(seed: usize, input: &str) -> usize {
    of_text(seed as u64, input) as usize % PLACES
}

impl fmt::Debug for Memory {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Memory(…)")
    }
}
