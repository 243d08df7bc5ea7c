//! The replacement text of `RegExReplace`: `$1`, `${name}`, `$&` and their like, as .NET reads them.

use super::DotNetRegex;
use super::category;

/// A parsed replacement. It belongs to the pattern that it was parsed for, because what `$10` means depends on the
/// groups there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    pub(super) parts: Vec<Part>,
}

/// A piece of what takes the place of a match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Text(String),
    /// What a group took, by slot; slot 0 is the whole match.
    Group(usize),
    /// `` $` ``: what stands before the match.
    Before,
    /// `$'`: what stands after the match.
    After,
    /// `$_`: the whole input.
    Input,
}

impl Replacement {
    /// Reads a replacement for `regex`.
    ///
    /// This never fails: a reference to a group that does not exist stays as it is written, as does a `$` that starts
    /// nothing [.NET: Substitutions in regular expressions]. (A group number above 2147483647, which .NET refuses,
    /// stays as well.)
    pub fn parse(text: &str, regex: &DotNetRegex) -> Self {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            literal.push_str(before);
            rest = after;
            match reference(after, regex) {
                Some((Part::Text(dollar), left)) => {
                    literal.push_str(&dollar);
                    rest = left;
                }
                Some((part, left)) => {
                    if !literal.is_empty() {
                        parts.push(Part::Text(std::mem::take(&mut literal)));
                    }
                    parts.push(part);
                    rest = left;
                }
                None => literal.push('$'),
            }
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            parts.push(Part::Text(literal));
        }
        Self { parts }
    }

    /// Bytes to set aside for one replacement in an input of this length; a guess that saves growing.
    pub(super) fn room(&self, input_bytes: usize) -> usize {
        let parts = self.parts.iter().map(|part| match part {
            Part::Text(text) => text.len(),
            _ => input_bytes,
        });
        input_bytes + parts.sum::<usize>().min(4096)
    }

    /// Whether it takes anything from groups, the whole match aside.
    pub(super) fn uses_groups(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Group(slot) if *slot > 0))
    }
}

/// What the text after a `$` refers to, and the text after that.
fn reference<'t>(text: &'t str, regex: &DotNetRegex) -> Option<(Part, &'t str)> {
    let groups = &regex.groups;
    if let Some(inside) = text.strip_prefix('{') {
        let (name, rest) = inside.split_once('}')?;
        let number = if name.starts_with(|first: char| first.is_ascii_digit()) {
            decimal(name)?
        } else {
            let word = |character: char| u16::try_from(u32::from(character)).is_ok_and(category::is_boundary_word);
            groups.number(name).filter(|_| name.chars().all(word))?
        };
        return Some((Part::Group(groups.slot(number)?), rest));
    }
    let digits = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    if let Some((number, rest)) = text.split_at_checked(digits)
        && digits > 0
    {
        return Some((Part::Group(groups.slot(decimal(number)?)?), rest));
    }
    let mut characters = text.chars();
    let part = match characters.next()? {
        '$' => Part::Text("$".to_owned()),
        '&' => Part::Group(0),
        '`' => Part::Before,
        '\'' => Part::After,
        '_' => Part::Input,
        // The group with the highest number, whether it matched or not.
        '+' => Part::Group(groups.len() - 1),
        _ => return None,
    };
    Some((part, characters.as_str()))
}

fn decimal(digits: &str) -> Option<u32> {
    digits.bytes().all(|digit| digit.is_ascii_digit()).then(|| digits.parse().ok())?
}
