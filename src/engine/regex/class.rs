//! Character classes: `[a-z]`, `[^…]`, `[a-z-[aeiou]]`.

use std::sync::Arc;

use super::error::RegexError;
use super::parse::Parser;
use super::set::UnitSet;
use super::{case, category};

/// A class while it is read.
#[derive(Default)]
struct Members {
    ranges: Vec<(u16, u16)>,
    named: Vec<Arc<UnitSet>>,
    subtracted: Option<Arc<UnitSet>>,
    negated: bool,
}

impl Members {
    fn finish(self, ignore_case: bool) -> Arc<UnitSet> {
        let single = self.ranges.is_empty() && self.named.len() == 1 && !self.negated && self.subtracted.is_none();
        if let (true, Some(set)) = (single, self.named.first()) {
            return set.clone();
        }
        let mut set = UnitSet::new(self.ranges);
        if ignore_case {
            set = case::with_lower(&set);
        }
        for named in &self.named {
            set = set.union(named);
        }
        if self.negated {
            set = set.complement();
        }
        if let Some(subtracted) = &self.subtracted {
            set = set.minus(subtracted);
        }
        Arc::new(set)
    }
}

impl Parser<'_> {
    /// Reads on after `[`. With `(?i)` its ranges hold the lower case too.
    pub(super) fn class(&mut self, start: usize) -> Result<Arc<UnitSet>, RegexError> {
        let mut members = Members { negated: self.eat('^'), ..Members::default() };
        let mut range_from: Option<(u16, usize)> = None;
        let mut first = true;
        loop {
            let place = self.at;
            let Some(mut unit) = self.next_unit() else {
                return Err(
                    self.invalid(start, "the class `[…` is not closed; add `]`, or write `\\[` for the character")
                );
            };
            let mut escaped = false;
            if unit == u16::from(b']') && !first {
                return Ok(members.finish(self.options.ignore_case));
            }
            let after_first = !std::mem::take(&mut first);
            if unit == u16::from(b'\\') && self.peek().is_some() {
                match self.class_escape(place, range_from.is_some())? {
                    Escaped::Set(set) => {
                        members.named.push(set);
                        continue;
                    }
                    Escaped::Hyphen => {
                        members.ranges.push((u16::from(b'-'), u16::from(b'-')));
                        continue;
                    }
                    Escaped::Unit(escape) => {
                        unit = escape;
                        escaped = true;
                    }
                }
            } else if unit == u16::from(b'[') && self.peek() == Some(':') && range_from.is_none() {
                self.skip_posix_name();
            }
            if let Some((from, from_place)) = range_from.take() {
                if unit == u16::from(b'[') && !escaped && after_first {
                    members.ranges.push((from, from));
                    members.subtracted = Some(self.subtraction(place)?);
                } else if from > unit {
                    let found = self.since(from_place);
                    return Err(self
                        .invalid(from_place, &format!("the range `{found}` is in reverse order; exchange its ends")));
                } else {
                    members.ranges.push((from, unit));
                }
            } else if self.peek() == Some('-') && self.peek_at(1).is_some_and(|next| next != ']') {
                range_from = Some((unit, place));
                self.at += 1;
            } else if unit == u16::from(b'-') && !escaped && self.peek() == Some('[') && after_first {
                self.at += 1;
                members.subtracted = Some(self.subtraction(place)?);
            } else {
                members.ranges.push((unit, unit));
            }
        }
    }

    fn subtraction(&mut self, place: usize) -> Result<Arc<UnitSet>, RegexError> {
        let set = self.nested(place, |parser| parser.class(place))?;
        if self.peek().is_some_and(|next| next != ']') {
            return Err(self.invalid(place, "a subtraction `-[…]` ends its class; move it to the end"));
        }
        Ok(set)
    }

    /// .NET skips `[:name:]` inside a class, so that only its `[` is a member.
    fn skip_posix_name(&mut self) {
        let start = self.at;
        self.at += 1;
        self.name();
        if !(self.eat(':') && self.eat(']')) {
            self.at = start;
        }
    }

    fn class_escape(&mut self, place: usize, in_range: bool) -> Result<Escaped, RegexError> {
        if self.eat('-') {
            return Ok(Escaped::Hyphen);
        }
        let Some(set) = self.shorthand(place)? else {
            return self.character_escape(place).map(Escaped::Unit);
        };
        if in_range {
            let found = self.since(place);
            return Err(
                self.invalid(place, &format!("`{found}` is a class and cannot end a range; write `\\-` before it"))
            );
        }
        Ok(Escaped::Set(set))
    }
}

enum Escaped {
    Set(Arc<UnitSet>),
    Hyphen,
    Unit(u16),
}

/// `\w` and its like, by their letter.
pub(super) fn by_letter(letter: char) -> Option<Arc<UnitSet>> {
    let complement = |set: &UnitSet| Arc::new(set.complement());
    Some(match letter {
        'w' => category::WORD.clone(),
        'W' => complement(&category::WORD),
        'd' => category::DIGIT.clone(),
        'D' => complement(&category::DIGIT),
        's' => category::SPACE.clone(),
        'S' => complement(&category::SPACE),
        _ => return None,
    })
}
