//! A tree of causes that is written line by line.

use std::io::{self, Write};

use crate::report::explain::Person;

/// Where it is written, and of whom it tells.
pub(super) struct Tree<'a> {
    pub(super) out: &'a mut dyn Write,
    pub(super) person: Person<'a>,
}

impl Tree<'_> {
    /// Writes a line, so many steps further in.
    pub(super) fn line(&mut self, indent: usize, text: &str) -> io::Result<()> {
        writeln!(self.out, "{:indent$}{text}", "", indent = 2 * indent)
    }
}
