//! `--write-baseline`: what is found now is old from then on.

use std::io::Write as _;
use std::path::Path;

use super::rulings::Rulings;
use super::unit::Units;
use super::{baseline, tell};
use crate::cli::{ExitCode, Output};
use crate::lang;
use crate::lint::baseline::Baseline;
use crate::lint::rules::rule_at;
use crate::report::count::counted;

/// Writes all findings that are not allowed. Errors of the language are left out: such rules cannot be used.
pub(super) fn run(path: &Path, units: &Units, rulings: &Rulings, output: &mut Output) -> anyhow::Result<ExitCode> {
    let mut found_now = Baseline::default();
    for (unit, text, found) in units.wanted() {
        let rule_set = lang::parse(&text.source.text).rule_set;
        for finding in rulings.sift(&unit.ruling, text, found).told {
            if !finding.code.starts_with('E') {
                found_now.insert(rulings.key(text, &finding, rule_at(&rule_set, finding.span)), 1);
            }
        }
    }
    let code = tell::unreadable(units, output)?;
    if code != ExitCode::Clean {
        return Ok(code);
    }
    baseline::write(path, &found_now)?;
    writeln!(output.messages, "{} written to `{}`", counted(found_now.left(), "finding"), path.display())?;
    Ok(ExitCode::Clean)
}
