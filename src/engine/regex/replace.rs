//! Replacing all matches, with the advance that .NET has after an empty match.
//!
//! A search goes on where the last match ended; after an empty match, one code unit later. So `.*` matches `abc`
//! twice: all of it, and the nothing after it.

use std::borrow::Cow;

use super::backtrack::Matcher;
use super::error::MatchError;
use super::program::Program;
use super::replacement::{Part, Replacement};
use super::steps::Steps;

/// Replaces with the linear engine; `captures` gives its capture index for each slot. A pattern that is tied to the
/// start matches at most once.
pub(super) fn linear<'i>(
    regex: &regex::Regex,
    captures: &[Option<usize>],
    is_tied_to_start: bool,
    input: &'i str,
    replacement: &Replacement,
    limit_bytes: usize,
) -> Result<Cow<'i, str>, MatchError> {
    let mut output = String::new();
    let mut copied = 0;
    let mut from = Some(0);
    let mut locations = replacement.uses_groups().then(|| regex.capture_locations());
    while let Some(start) = from {
        let found = match &mut locations {
            Some(locations) => regex.captures_read_at(locations, input, start),
            None => regex.find_at(input, start),
        };
        let Some(found) = found else { break };
        let (start, end) = (found.start(), found.end());
        if output.capacity() == 0 {
            output.reserve(replacement.room(input.len()).min(limit_bytes));
        }
        output.push_str(input.get(copied..start).unwrap_or_default());
        for part in &replacement.parts {
            output.push_str(match part {
                Part::Text(text) => text,
                Part::Group(0) => found.as_str(),
                Part::Group(slot) => captures
                    .get(*slot)
                    .copied()
                    .flatten()
                    .and_then(|index| locations.as_ref()?.get(index))
                    .and_then(|(start, end)| input.get(start..end))
                    .unwrap_or_default(),
                Part::Before => input.get(..start).unwrap_or_default(),
                Part::After => input.get(end..).unwrap_or_default(),
                Part::Input => input,
            });
            check(output.len(), limit_bytes)?;
        }
        copied = end;
        from = if is_tied_to_start {
            None
        } else if start == end {
            input.get(end..).and_then(|rest| rest.chars().next()).map(|next| end + next.len_utf8())
        } else {
            Some(end)
        };
    }
    finish(input, copied, output, limit_bytes)
}

/// What was put together so far and the rest of the input; the input itself when nothing changed.
fn finish(input: &str, copied: usize, mut output: String, limit_bytes: usize) -> Result<Cow<'_, str>, MatchError> {
    if copied == 0 && output.is_empty() {
        return Ok(Cow::Borrowed(input));
    }
    output.push_str(input.get(copied..).unwrap_or_default());
    check(output.len(), limit_bytes)?;
    Ok(Cow::Owned(output))
}

fn check(length: usize, limit_bytes: usize) -> Result<(), MatchError> {
    if length > limit_bytes { Err(MatchError::TooLong { limit_bytes }) } else { Ok(()) }
}

/// Replaces with the backtracking engine. Halves of surrogate pairs that lose their other half become U+FFFD.
pub(super) fn backtracking<'i>(
    program: &Program,
    input: &'i str,
    replacement: &Replacement,
    limit_bytes: usize,
    steps: &Steps,
) -> Result<Cow<'i, str>, MatchError> {
    let units: Vec<u16> = input.encode_utf16().collect();
    let mut matcher = Matcher::new(program, &units, steps);
    let mut output: Vec<u16> = Vec::new();
    let mut changed = false;
    let mut copied = 0;
    let (mut from, mut search_start) = (0, 0);
    while from <= units.len() {
        let Some((start, end)) = matcher.find(from, search_start)? else { break };
        changed = true;
        output.extend_from_slice(units.get(copied..start).unwrap_or_default());
        for part in &replacement.parts {
            let span = match part {
                Part::Text(text) => {
                    output.extend(text.encode_utf16());
                    (0, 0)
                }
                Part::Group(slot) => matcher.groups().get(*slot).copied().flatten().unwrap_or_default(),
                Part::Before => (0, start),
                Part::After => (end, units.len()),
                Part::Input => (0, units.len()),
            };
            output.extend_from_slice(units.get(span.0..span.1).unwrap_or_default());
            // No code unit takes less than a byte.
            check(output.len(), limit_bytes)?;
        }
        copied = end;
        search_start = end;
        from = if start == end { end + 1 } else { end };
    }
    if !changed {
        return Ok(Cow::Borrowed(input));
    }
    output.extend_from_slice(units.get(copied..).unwrap_or_default());
    let output = String::from_utf16_lossy(&output);
    check(output.len(), limit_bytes)?;
    Ok(Cow::Owned(output))
}
