//! The texts that patterns match, as sets: whether two patterns can meet, and an example where they do.
//!
//! A set is a finite automaton over UTF-16 code units. Patterns with look-around, back references or conditions have
//! none; questions that take too many states stay open. Neither is ever answered with a guess.

mod automaton;
mod build;
mod class;
mod determined;
#[cfg(test)]
mod laws;
mod product;

use super::DotNetRegex;
use super::assertion::Assertion;
use super::ast::Node;
use super::replacement::{Part, Replacement};
use super::set::UnitSet;
use automaton::Automaton;
use build::Precision;
use product::Product;

/// A set of texts.
#[derive(Debug, Clone)]
pub struct Language(Automaton);

/// What a search for a text in several sets came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Search {
    /// The shortest one.
    Found(String),
    /// There is none.
    None,
    /// It takes too long to tell.
    Open,
}

impl Search {
    /// The text that was found.
    #[must_use]
    pub fn found(self) -> Option<String> {
        match self {
            Self::Found(text) => Some(text),
            Self::None | Self::Open => None,
        }
    }
}

impl Language {
    /// Every text.
    #[must_use]
    pub fn all() -> Self {
        Self(Automaton::many(UnitSet::all()))
    }

    /// Texts without control characters, line ends and what is half of a character: what a directory holds as a name.
    #[must_use]
    pub fn printable() -> Self {
        let units = vec![(0x20, 0x7E), (0xA1, 0x1FFF), (0x2010, 0x2027), (0x2030, 0xD7FF), (0xF900, 0xFFEF)];
        Self(Automaton::many(UnitSet::new(units)))
    }

    /// One text.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self(Automaton::text(text))
    }

    /// Exactly the texts in which the pattern matches, as `=~` says. `None` if that cannot be told.
    #[must_use]
    pub fn matched_by(regex: &DotNetRegex) -> Option<Self> {
        build::found_in(&regex.tree, Precision::Exact).map(Self)
    }

    /// The texts in which the pattern matches, and perhaps more. `None` if the pattern is too large.
    #[must_use]
    pub fn matched_at_most_by(regex: &DotNetRegex) -> Option<Self> {
        build::found_in(&regex.tree, Precision::AtLeast).map(Self)
    }

    /// The texts that `RegExReplace` can give where the pattern matches, and perhaps more: the replacement, with
    /// what its groups can take, between what an unanchored pattern leaves alone. `None` if the pattern is too large.
    #[must_use]
    pub fn made_by(regex: &DotNetRegex, replacement: &Replacement) -> Option<Self> {
        let mut made = Automaton::empty_text();
        for part in &replacement.parts {
            let next = match part {
                Part::Text(text) => Automaton::text(text),
                Part::Group(0) => build::taken_by(&regex.tree)?,
                Part::Group(slot) => group(regex, *slot)?,
                Part::Before | Part::After | Part::Input => Automaton::many(UnitSet::all()),
            };
            made = made.then(&next);
        }
        let anything = Automaton::many(UnitSet::all());
        made = match last_of(&regex.tree) {
            Some(Node::Assertion(Assertion::End)) => made,
            Some(Node::Assertion(Assertion::EndOrFinalNewline)) => {
                made.then(&Automaton::empty_text().or(&Automaton::text("\n")))
            }
            _ => made.then(&anything),
        };
        let made = if regex.opening.is_some() { made } else { anything.then(&made) };
        (!made.is_too_large()).then_some(Self(made))
    }

    /// A text of this set, then one of `other`.
    #[must_use]
    pub fn then(self, other: &Self) -> Self {
        Self(self.0.then(&other.0))
    }

    /// The texts of this set and those of `other`.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        Self(self.0.or(&other.0))
    }

    /// The texts that are in all of some sets and in none of others. `None` if that takes too many states.
    #[must_use]
    pub fn within(all_of: &[&Self], none_of: &[&Self]) -> Option<Self> {
        product(all_of, none_of).automaton().map(Self)
    }

    /// The shortest text that is in all of some sets and in none of others; of those, one that reads well.
    #[must_use]
    pub fn example(all_of: &[&Self], none_of: &[&Self]) -> Search {
        product(all_of, none_of).example()
    }
}

fn product<'a>(all_of: &[&'a Language], none_of: &[&'a Language]) -> Product<'a> {
    let automata = |languages: &[&'a Language]| languages.iter().map(|language| &language.0).collect::<Vec<_>>();
    Product::new(&automata(all_of), &automata(none_of))
}

fn last_of(tree: &Node) -> Option<&Node> {
    match tree {
        Node::Concat(items) => items.last(),
        _ => None,
    }
}

/// What a group can take: nothing where it does not take part, otherwise what any group of its number can.
fn group(regex: &DotNetRegex, slot: usize) -> Option<Automaton> {
    let mut taken = Automaton::empty_text();
    let mut is_certain = false;
    let mut bodies = Vec::new();
    regex.tree.captures(&mut |number, body, certain| {
        if regex.groups.slot(number) == Some(slot) {
            bodies.push(body);
            is_certain |= certain;
        }
    });
    for (index, body) in bodies.into_iter().enumerate() {
        let body = build::taken_by(body)?;
        taken = if index == 0 && is_certain { body } else { taken.or(&body) };
    }
    Some(taken)
}
