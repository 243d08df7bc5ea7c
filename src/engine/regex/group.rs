//! What follows `(`: captures, options, look-around, conditions.

use super::ast::Node;
use super::error::{RegexError, RegexErrorReason};
use super::parse::{Parser, alternation};

impl Parser<'_> {
    /// Reads on after `(`. `None` is `(?i)` and its like, which leave nothing but options.
    pub(super) fn group(&mut self, start: usize) -> Result<Option<Node>, RegexError> {
        let outside = self.options;
        if self.peek() != Some('?') || self.peek_at(1) == Some(')') {
            if self.options.explicit_capture {
                return self.body(start, outside).map(Some);
            }
            self.found.unnamed += 1;
            let number = self.found.unnamed;
            let body = self.body(start, outside)?;
            return Ok(Some(Node::Capture { number, body: Box::new(body) }));
        }
        self.at += 1;
        let node = match self.next() {
            Some(':') => self.body(start, outside)?,
            Some('>') => Node::Atomic(Box::new(self.body(start, outside)?)),
            Some('=') => self.look(start, false, false)?,
            Some('!') => self.look(start, false, true)?,
            Some('<') if self.eat('=') => self.look(start, true, false)?,
            Some('<') if self.eat('!') => self.look(start, true, true)?,
            Some('<') => self.named(start, '>')?,
            Some('\'') => self.named(start, '\'')?,
            Some('(') => self.condition(start)?,
            Some(_) => {
                self.at -= 1;
                self.scan_options();
                match self.next() {
                    Some(')') => return Ok(None),
                    Some(':') => self.body(start, outside)?,
                    _ => return Err(self.unknown(start)),
                }
            }
            None => return Err(self.unknown(start)),
        };
        Ok(Some(node))
    }

    /// Up to and with the closing parenthesis; then the options of outside hold again.
    fn body(&mut self, start: usize, outside: super::parse::Options) -> Result<Node, RegexError> {
        let branches = self.branches()?;
        self.close(start)?;
        self.options = outside;
        Ok(alternation(branches))
    }

    fn close(&mut self, start: usize) -> Result<(), RegexError> {
        if self.eat(')') {
            return Ok(());
        }
        Err(self.invalid(start, "the group is not closed; add `)`, or write `\\(` for the character"))
    }

    fn look(&mut self, start: usize, behind: bool, negative: bool) -> Result<Node, RegexError> {
        let outside = self.options;
        let body = Box::new(self.body(start, outside)?);
        Ok(Node::Look { behind, negative, body })
    }

    /// `(?<name>…)` from the name on.
    fn named(&mut self, start: usize, close: char) -> Result<Node, RegexError> {
        let place = self.at;
        self.found.depends_on_groups = true;
        let number = match self.peek() {
            Some(digit) if digit.is_ascii_digit() => {
                let number = self.decimal()?;
                if number == 0 {
                    return Err(self.invalid(place, "group 0 is the whole match; number groups from 1"));
                }
                self.found.numbers.insert(number);
                number
            }
            Some(_) if self.at_word() => {
                let name = self.name();
                let number = self.groups.and_then(|groups| groups.number(&name));
                self.found.names.push(name);
                number.unwrap_or_default()
            }
            Some('-') => return Err(self.balancing(start)),
            _ => {
                return Err(
                    self.invalid(place, "a group name consists of letters, digits and `_`; write it as `(?<name>…)`")
                );
            }
        };
        if self.peek() == Some('-') {
            return Err(self.balancing(start));
        }
        if !self.eat(close) {
            return Err(self.invalid(
                place,
                "a group name consists of letters, digits and `_`, and is closed as it was opened; write `(?<name>…)`",
            ));
        }
        let outside = self.options;
        let body = Box::new(self.body(start, outside)?);
        Ok(Node::Capture { number, body })
    }

    fn balancing(&self, start: usize) -> RegexError {
        self.error(
            start,
            "balancing groups `(?<a-b>…)` are not supported; write the pattern without them",
            RegexErrorReason::Unsupported,
        )
    }

    /// `(?(…)yes|no)` from the second parenthesis on.
    fn condition(&mut self, start: usize) -> Result<Node, RegexError> {
        let outside = self.options;
        let number = self.group_condition(start)?;
        let tested = match number {
            Some(_) => None,
            None => Some(self.tested_expression(start)?),
        };
        let mut branches = self.branches()?;
        self.close(start)?;
        self.options = outside;
        if branches.len() > 2 {
            return Err(
                self.invalid(start, "a condition `(?(…)yes|no)` has at most two branches; group others in `(?:…)`")
            );
        }
        let no = Box::new(if branches.len() == 2 { branches.pop().unwrap_or(Node::Empty) } else { Node::Empty });
        let yes = Box::new(branches.pop().unwrap_or(Node::Empty));
        Ok(match (number, tested) {
            (_, Some(condition)) => Node::IfMatches { condition: Box::new(condition), yes, no },
            (number, None) => Node::IfGroup { number: number.unwrap_or_default(), yes, no },
        })
    }

    /// The number of the group that is tested, if the condition names one.
    fn group_condition(&mut self, start: usize) -> Result<Option<u32>, RegexError> {
        let place = self.at;
        self.found.depends_on_groups = true;
        if self.peek().is_some_and(|character| character.is_ascii_digit()) {
            let number = self.decimal()?;
            if !self.eat(')') {
                return Err(self.invalid(start, "the group number of a condition is not closed; write `(?(1)yes|no)`"));
            }
            if self.groups.is_some_and(|groups| groups.slot(number).is_none()) {
                return Err(self.invalid(place, &format!("there is no group {number}; number an existing group")));
            }
            return Ok(Some(number));
        }
        let name = self.name();
        // Before names are known, every word counts as one: it has no groups inside either way.
        let number = match self.groups {
            Some(groups) => groups.number(&name),
            None => (!name.is_empty()).then_some(0),
        };
        if number.is_some() && self.eat(')') {
            return Ok(number);
        }
        self.at = place;
        Ok(None)
    }

    /// The expression of `(?(expression)yes|no)`, read as a group that does not capture.
    fn tested_expression(&mut self, start: usize) -> Result<Node, RegexError> {
        let outside = self.options;
        if self.peek() != Some('?') || self.peek_at(1) == Some(')') {
            return self.body(start, outside);
        }
        let captures = self.peek_at(1) == Some('\'')
            || self.peek_at(1) == Some('<') && !matches!(self.peek_at(2), Some('=' | '!'));
        if captures || self.peek_at(1) == Some('#') {
            return Err(self.invalid(
                start,
                "the test of a condition is neither a capturing group nor a comment; use `(?(?=…)yes|no)`",
            ));
        }
        if !matches!(self.peek_at(1), Some(':' | '>' | '=' | '!' | '<' | '(')) {
            return Err(self.unknown(start));
        }
        let place = self.at - 1;
        let node = self.nested(place, |parser| parser.group(place))?;
        Ok(node.unwrap_or(Node::Empty))
    }

    /// `imnsx-imnsx`, up to the first character that is no option.
    fn scan_options(&mut self) {
        let mut value = true;
        while let Some(character) = self.peek() {
            match character.to_ascii_lowercase() {
                '-' => value = false,
                '+' => value = true,
                'i' => self.options.ignore_case = value,
                'm' => self.options.multiline = value,
                'n' => self.options.explicit_capture = value,
                's' => self.options.single_line = value,
                'x' => self.options.extended = value,
                _ => return,
            }
            self.at += 1;
        }
    }

    fn unknown(&self, start: usize) -> RegexError {
        let found = self.since(start);
        self.invalid(
            start,
            &match found.as_str() {
                "(?P" => "`(?P` starts no group in .NET; write `(?<name>…)`".to_owned(),
                _ => {
                    format!("`{found}` starts no group in .NET; write `(?:…)`, `(?<name>…)` or options out of `imnsx`")
                }
            },
        )
    }
}
