//! The findings, and how many there are.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::idle;
use super::rulings::{Rulings, Sifted};
use super::text::Text;
use super::unit::Units;
use super::{Arguments, Format};
use crate::cli::{ExitCode, Output, failure};
use crate::lang::{Applicability, Diagnostic, Severity, Source};
use crate::report::{self, count::counted};

/// What is told of each text, and what is not.
#[derive(Default)]
struct Told<'a> {
    texts: Vec<(&'a Source, Vec<Diagnostic>)>,
    allowed: usize,
    old: usize,
    /// Old findings that are not there any more.
    gone: usize,
    /// The entries of `allow` that were needed: the file's path, and the position in it.
    used: BTreeSet<(PathBuf, usize)>,
}

/// Writes all findings. Says what could not be read.
pub(super) fn findings(
    arguments: &Arguments,
    units: &Units,
    rulings: &Rulings,
    output: &mut Output,
) -> anyhow::Result<ExitCode> {
    let mut told = told(units, rulings);
    let idle = idle::entries(arguments, units, &told.used);
    told.texts.extend(idle.iter().map(|(source, found)| (source, found.clone())));
    let is_whole = units.unreadable.is_empty();
    write(arguments.format, &told, rulings.here(), is_whole, output)?;
    output.results.flush()?;
    let unreadable = unreadable(units, output)?;
    summary(arguments, &told, output)?;
    let worst = told.all().map(|found| found.severity).max();
    let fails = worst.is_some_and(|worst| worst >= arguments.fail_level.severity()) && !arguments.exit_zero;
    Ok(unreadable.or(if fails { ExitCode::Findings } else { ExitCode::Clean }))
}

/// Says what could not be read.
pub(super) fn unreadable(units: &Units, output: &mut Output) -> anyhow::Result<ExitCode> {
    for error in &units.unreadable {
        failure::input_error(&mut output.messages, error)?;
    }
    Ok(if units.unreadable.is_empty() { ExitCode::Clean } else { ExitCode::Failed })
}

impl Told<'_> {
    fn all(&self) -> impl Iterator<Item = &Diagnostic> {
        self.texts.iter().flat_map(|(_, found)| found)
    }

    fn count(&self, severity: Severity) -> usize {
        self.all().filter(|found| found.severity == severity).count()
    }

    fn fixes(&self, applicability: Applicability) -> usize {
        self.all().filter_map(|found| found.fix.as_ref()).filter(|fix| fix.applicability == applicability).count()
    }
}

fn told<'a>(units: &'a Units, rulings: &Rulings) -> Told<'a> {
    let mut told = Told::default();
    told.texts.extend(units.others.iter().map(|(source, found)| (source, found.clone())));
    let mut texts: Vec<&Text> = Vec::new();
    for (unit, text, found) in units.wanted() {
        let Sifted { told: found, allowed, old, used } = rulings.sift(&unit.ruling, text, found);
        told.texts.push((&text.source, found));
        told.allowed += allowed;
        told.old += old;
        if let Some(file) = &unit.ruling.file {
            told.used.extend(used.into_iter().map(|position| (file.path.clone(), position)));
        }
        texts.push(text);
    }
    told.gone = rulings.old_findings(&texts).saturating_sub(told.old);
    told
}

fn write(format: Format, told: &Told<'_>, here: &Path, is_whole: bool, output: &mut Output) -> anyhow::Result<()> {
    let results = &mut output.results;
    let texts: Vec<(&Source, &[Diagnostic])> =
        told.texts.iter().map(|(source, found)| (*source, found.as_slice())).collect();
    match format {
        Format::Human => {
            let colour = results.colour;
            for (source, found) in texts {
                report::human::diagnostics(results, source, found, colour)?;
            }
        }
        Format::Concise => {
            for (source, found) in texts {
                report::concise::diagnostics(results, source, found)?;
            }
        }
        Format::Json => {
            let findings = texts.into_iter().flat_map(|(source, found)| {
                found.iter().map(|diagnostic| report::json::Finding::new(source, diagnostic))
            });
            report::json::write(results, &findings.collect::<Vec<_>>())?;
        }
        Format::Sarif => report::sarif::write(results, &texts, here, is_whole)?,
        Format::Junit => report::findings_junit::write(results, &texts)?,
        Format::Github => {
            for (source, found) in texts {
                report::github::diagnostics(results, source, found)?;
            }
        }
    }
    Ok(())
}

fn summary(arguments: &Arguments, told: &Told<'_>, output: &mut Output) -> anyhow::Result<()> {
    if told.texts.is_empty() {
        // What could not be read was said, and "0 errors" would be heard as good news.
        return Ok(());
    }
    let messages = &mut output.messages;
    let (errors, warnings) = (told.count(Severity::Error), told.count(Severity::Warning));
    let mut line = format!(
        "{} checked: {}, {}",
        counted(told.texts.len(), "file"),
        counted(errors, "error"),
        counted(warnings, "warning")
    );
    for (number, what) in
        [(told.count(Severity::Info), "worth knowing"), (told.allowed, "allowed"), (told.old, "in the baseline")]
    {
        if number > 0 {
            // INVARIANT: writing to a `String` cannot fail.
            let _ = write!(line, ", {number} {what}");
        }
    }
    writeln!(messages, "{line}")?;
    let (safe, not_safe) = (told.fixes(Applicability::Safe), told.fixes(Applicability::Unsafe));
    if safe > 0 && !arguments.fix {
        writeln!(messages, "`--fix` takes away {safe} of them; `--diff` shows how")?;
    }
    if not_safe > 0 && !arguments.unsafe_fixes {
        writeln!(messages, "`--unsafe-fixes` takes away {not_safe} of them, and changes which claims are issued")?;
    }
    if told.gone > 0 {
        let gone = counted(told.gone, "finding");
        writeln!(messages, "{gone} of the baseline are gone: write it again with `--write-baseline`")?;
    }
    Ok(())
}
