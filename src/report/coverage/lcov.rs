//! Coverage as lcov's tracefile, which editors and build servers read [man geninfo, FILES].
//!
//! A rule is a function, and a condition is a branch that held or refused.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::harness::coverage::{Coverage, FileCoverage, RuleCoverage};

/// Writes a record for each rule file.
///
/// # Errors
///
/// `out` cannot be written.
pub fn lcov(out: &mut dyn Write, coverage: &Coverage) -> io::Result<()> {
    coverage.files().try_for_each(|file| record(out, file))
}

fn record(out: &mut dyn Write, file: &FileCoverage) -> io::Result<()> {
    let line_of = |offset| file.source.position(offset).line;
    writeln!(out, "TN:\nSF:{}", one_line(&file.source.name))?;
    for rule in &file.rules {
        writeln!(out, "FN:{},{}", line_of(rule.span.start), function(rule))?;
    }
    for rule in &file.rules {
        writeln!(out, "FNDA:{},{}", rule.fired, function(rule))?;
    }
    let rules = file.rules();
    writeln!(out, "FNF:{}\nFNH:{}", rules.total, rules.covered)?;
    let mut branches = (0, 0);
    let mut lines: BTreeMap<usize, usize> = BTreeMap::new();
    for rule in &file.rules {
        for (index, condition) in rule.conditions.iter().enumerate() {
            let line = line_of(condition.span.start);
            let reached = condition.held.max(condition.refused);
            lines.entry(line).and_modify(|known| *known = reached.min(*known)).or_insert(reached);
            for (branch, taken) in [condition.held, condition.refused].into_iter().enumerate() {
                // A condition that was never reached has neither branch.
                let told = if reached == 0 { "-".to_owned() } else { taken.to_string() };
                writeln!(out, "BRDA:{line},{},{},{told}", rule.number, 2 * index + branch)?;
                branches = (branches.0 + 1, branches.1 + usize::from(taken > 0));
            }
        }
        lines.insert(line_of(rule.action.start), rule.fired);
    }
    writeln!(out, "BRF:{}\nBRH:{}", branches.0, branches.1)?;
    for (line, times) in &lines {
        writeln!(out, "DA:{line},{times}")?;
    }
    let hit = lines.values().filter(|&&times| times > 0).count();
    writeln!(out, "LF:{}\nLH:{hit}\nend_of_record", lines.len())
}

/// The number makes it unlike every other, and nothing in it is taken for a separator.
fn function(rule: &RuleCoverage) -> String {
    let name = rule.name.as_ref().map_or_else(String::new, |name| format!(" {}", one_line(name).replace(',', " ")));
    format!("rule {}{name}", rule.number)
}

fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}
