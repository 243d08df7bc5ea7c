//! What follows a backslash.

use std::sync::Arc;

use super::assertion::Assertion;
use super::ast::Node;
use super::class::by_letter;
use super::error::RegexError;
use super::parse::Parser;
use super::set::UnitSet;
use super::{case, category};

impl Parser<'_> {
    /// Reads on after a backslash outside of a class.
    pub(super) fn escape(&mut self, start: usize) -> Result<Node, RegexError> {
        let assertion = match self.peek() {
            None => return Err(self.invalid(start, "a single `\\` ends the pattern; write `\\\\` for the character")),
            Some('A') => Some(Assertion::Start),
            Some('b') => Some(Assertion::WordBoundary),
            Some('B') => Some(Assertion::NotWordBoundary),
            Some('G') => Some(Assertion::SearchStart),
            Some('Z') => Some(Assertion::EndOrFinalNewline),
            Some('z') => Some(Assertion::End),
            Some(_) => None,
        };
        if let Some(assertion) = assertion {
            self.at += 1;
            return Ok(Node::Assertion(assertion));
        }
        if let Some(set) = self.shorthand(start)? {
            return Ok(self.set(&set));
        }
        if let Some(reference) = self.back_reference(start)? {
            return Ok(reference);
        }
        self.character_escape(start).map(|unit| self.literal(unit))
    }

    /// `\w \W \d \D \s \S \p{…} \P{…}`; `None` leaves the place alone.
    pub(super) fn shorthand(&mut self, start: usize) -> Result<Option<Arc<UnitSet>>, RegexError> {
        let Some(letter) = self.peek() else { return Ok(None) };
        if let Some(set) = by_letter(letter) {
            self.at += 1;
            return Ok(Some(set));
        }
        if !matches!(letter, 'p' | 'P') {
            return Ok(None);
        }
        self.at += 1;
        if !self.eat('{') {
            return Err(self.invalid(start, &format!("`\\{letter}` needs a name in braces; write `\\{letter}{{L}}`")));
        }
        let place = self.at;
        while self.at_word() || self.peek() == Some('-') {
            self.at += 1;
        }
        let name = self.since(place);
        if !self.eat('}') {
            return Err(self.invalid(start, &format!("`\\{letter}{{` is not closed; write `\\{letter}{{L}}`")));
        }
        let Some(mut set) = category::by_name(&name, self.options.ignore_case) else {
            return Err(self.invalid(
                place,
                &format!("`{name}` is no Unicode category or block of .NET; use one such as `L`, `Nd` or `IsGreek`"),
            ));
        };
        if self.options.ignore_case && name.starts_with("Is") {
            set = case::with_lower(&set);
        }
        Ok(Some(Arc::new(if letter == 'P' { set.complement() } else { set })))
    }

    /// `\1`, `\k<name>`, `\<name>`; `None` leaves the place alone.
    fn back_reference(&mut self, start: usize) -> Result<Option<Node>, RegexError> {
        let place = self.at;
        let named = self.eat('k');
        let close = match self.peek() {
            Some('<') => Some('>'),
            Some('\'') => Some('\''),
            _ => None,
        };
        if named && (close.is_none() || self.peek_at(1).is_none()) {
            return Err(self.invalid(start, "`\\k` needs the name of a group; write `\\k<name>`"));
        }
        if let Some(close) = close {
            self.at += 1;
            let number = if self.peek().is_some_and(|character| character.is_ascii_digit()) {
                let number = self.decimal()?;
                (self.eat(close), self.groups.map(|groups| groups.slot(number).map(|_| number)))
            } else {
                let name = self.name();
                (!name.is_empty() && self.eat(close), self.groups.map(|groups| groups.number(&name)))
            };
            match number {
                (false, _) if named => {
                    return Err(self.invalid(start, "the group name after `\\k` is not closed; write `\\k<name>`"));
                }
                (false, _) => {}
                (true, Some(None)) => {
                    let found = self.since(start);
                    return Err(self.invalid(
                        start,
                        &format!("`{found}` refers to a group that does not exist; name one that does"),
                    ));
                }
                (true, found) => return Ok(Some(self.refer(found.flatten()))),
            }
        } else if self.peek().is_some_and(|character| matches!(character, '1'..='9')) {
            let number = self.decimal()?;
            match self.groups {
                Some(groups) if groups.slot(number).is_some() => return Ok(Some(self.refer(Some(number)))),
                Some(_) if number <= 9 => {
                    return Err(self.invalid(
                        start,
                        &format!("`\\{number}` refers to a group that does not exist; number one that does"),
                    ));
                }
                Some(_) => {}
                None => return Ok(Some(self.refer(None))),
            }
        }
        self.at = place;
        Ok(None)
    }

    fn refer(&mut self, number: Option<u32>) -> Node {
        self.found.depends_on_groups = true;
        Node::BackReference { number: number.unwrap_or_default(), ignore_case: self.options.ignore_case }
    }

    /// An escape that stands for one code unit.
    pub(super) fn character_escape(&mut self, start: usize) -> Result<u16, RegexError> {
        let word = self.at_word();
        let place = self.at;
        let Some(unit) = self.next_unit() else {
            return Err(self.invalid(start, "a single `\\` ends the pattern; write `\\\\` for the character"));
        };
        let letter = char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER);
        Ok(match letter {
            '0'..='7' => {
                self.at = place;
                self.octal()
            }
            'x' => self.hexadecimal(start, 2)?,
            'u' => self.hexadecimal(start, 4)?,
            'a' => 7,
            'b' => 8,
            't' => 9,
            'n' => 10,
            'v' => 11,
            'f' => 12,
            'r' => 13,
            'e' => 27,
            'c' => self.control(start)?,
            _ if word => {
                return Err(self.invalid(
                    start,
                    &format!("`\\{letter}` has no meaning in .NET; write `{letter}` without the backslash"),
                ));
            }
            _ => unit,
        })
    }

    fn octal(&mut self) -> u16 {
        let mut value = 0;
        for _ in 0..3 {
            let Some(digit) = self.peek().and_then(|character| character.to_digit(8)) else { break };
            self.at += 1;
            value = value * 8 + u16::try_from(digit).unwrap_or_default();
        }
        value & 0xFF
    }

    fn hexadecimal(&mut self, start: usize, digits: usize) -> Result<u16, RegexError> {
        let mut value = 0;
        for _ in 0..digits {
            let Some(digit) = self.peek().and_then(|character| character.to_digit(16)) else {
                let found = self.since(start);
                let example = if digits == 2 { "\\x41" } else { "\\u0041" };
                return Err(self.invalid(
                    start,
                    &format!("`{found}` needs exactly {digits} hexadecimal digits, as in `{example}`"),
                ));
            };
            self.at += 1;
            value = value * 16 + u16::try_from(digit).unwrap_or_default();
        }
        Ok(value)
    }

    fn control(&mut self, start: usize) -> Result<u16, RegexError> {
        match self.next() {
            Some(letter @ ('@'..='_' | 'a'..='z')) => {
                Ok(u16::try_from(u32::from(letter.to_ascii_uppercase())).unwrap_or_default() - u16::from(b'@'))
            }
            _ => Err(self.invalid(start, "`\\c` needs a letter, as in `\\cA`")),
        }
    }
}
