//! Where a pattern matches, and what its groups took: for showing it.

use std::ops::Range;

use super::backtrack::Matcher;
use super::{DotNetRegex, MatchError, Steps};

/// A match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its bytes in the input; an end inside a surrogate pair counts as the start of the character.
    pub range: Range<usize>,
    /// The groups by number or name, in the order of their numbers, with what they took; `None` for one that took no
    /// part.
    pub groups: Vec<(String, Option<String>)>,
}

impl DotNetRegex {
    /// The first match in the input.
    ///
    /// # Errors
    /// When the search takes too many steps; that is no answer.
    pub fn find(&self, input: &str, steps: &Steps) -> Result<Option<Found>, MatchError> {
        steps.read(input)?;
        let units: Vec<u16> = input.encode_utf16().collect();
        let mut matcher = Matcher::new(self.program(), &units, steps);
        let Some((start, end)) = matcher.find(0, 0)? else { return Ok(None) };
        let text = |(from, to): (usize, usize)| String::from_utf16_lossy(units.get(from..to).unwrap_or_default());
        let groups = self.groups.labels().zip(matcher.groups().iter().skip(1));
        Ok(Some(Found {
            range: byte_of(input, start)..byte_of(input, end),
            groups: groups.map(|(label, span)| (label, span.map(text))).collect(),
        }))
    }
}

/// The byte of a code unit.
pub(super) fn byte_of(input: &str, unit: usize) -> usize {
    let mut units = 0;
    for (byte, character) in input.char_indices() {
        units += character.len_utf16();
        if units > unit {
            return byte;
        }
    }
    input.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_named_as_a_replacement_names_them() {
        let regex = DotNetRegex::new("(?<name>b)(c)|(x)").unwrap();
        let found = regex.find("😀bc", &Steps::new(1000)).unwrap().unwrap();
        assert_eq!(found.range, 4..6);
        let took = |text: &str| Some(text.to_owned());
        assert_eq!(found.groups, [("1".to_owned(), took("c")), ("2".to_owned(), None), ("name".to_owned(), took("b"))]);
    }
}
