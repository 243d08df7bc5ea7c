//! The outcome of rule tests, for people and for programs.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::harness::bless::Revision;
use crate::harness::coverage::Coverage;
use crate::harness::expectation::Mismatch;
use crate::harness::run::{CaseReport, FileReport, Verdict};

/// How many tests ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// As expected.
    pub passed: usize,
    /// Not as expected, or passed in spite of `todo`.
    pub failed: usize,
    /// Not as expected, and now what came out is expected.
    pub blessed: usize,
    /// Not as expected, as `todo` says.
    pub todo: usize,
    /// Test files that could not be run.
    pub broken_files: usize,
}

impl Counts {
    /// Counts the tests of `reports`.
    #[must_use]
    pub fn of(reports: &[FileReport]) -> Self {
        let mut counts = Self::default();
        for report in reports {
            let Ok(cases) = &report.cases else {
                counts.broken_files += 1;
                continue;
            };
            for case in cases {
                match case.verdict {
                    Verdict::Passed => counts.passed += 1,
                    Verdict::Failed(_) | Verdict::Done { .. } => counts.failed += 1,
                    Verdict::Blessed(_) => counts.blessed += 1,
                    Verdict::Todo { .. } => counts.todo += 1,
                }
            }
        }
        counts
    }

    /// How many tests were run.
    #[must_use]
    pub const fn run(&self) -> usize {
        self.passed + self.failed + self.blessed + self.todo
    }
}

/// Writes failures with what was expected, and a last line with the counts, unless no test could be run. `verbose` names
/// the tests that pass, too.
///
/// # Errors
///
/// `out` cannot be written.
pub fn human(out: &mut dyn Write, reports: &[FileReport], verbose: bool) -> io::Result<()> {
    for FileReport { file, cases, .. } in reports {
        let Ok(cases) = cases else { continue };
        let shown = |case: &&CaseReport| verbose || case.verdict != Verdict::Passed;
        if cases.iter().any(|case| shown(&case)) {
            writeln!(out, "{file}")?;
        }
        for case in cases.iter().filter(shown) {
            human_case(out, case)?;
        }
    }
    let counts = Counts::of(reports);
    if counts.run() == 0 && counts.broken_files > 0 {
        return Ok(());
    }
    write!(out, "{} passed, {} failed", counts.passed, counts.failed)?;
    if counts.blessed > 0 {
        write!(out, ", {} blessed", counts.blessed)?;
    }
    if counts.todo > 0 {
        write!(out, ", {} to do", counts.todo)?;
    }
    if counts.broken_files > 0 {
        let files = if counts.broken_files == 1 { "file" } else { "files" };
        write!(out, "; {} test {files} could not be run", counts.broken_files)?;
    }
    writeln!(out)
}

fn human_case(out: &mut dyn Write, case: &CaseReport) -> io::Result<()> {
    let CaseReport { name, line, verdict, .. } = case;
    match verdict {
        Verdict::Passed => writeln!(out, "  ok    {name}"),
        Verdict::Todo { reason } => writeln!(out, "  todo  {name} (line {line}): {reason}"),
        Verdict::Done { reason } => {
            writeln!(out, "  FAIL  {name} (line {line})\n        it passes: remove `todo: {reason}`")
        }
        Verdict::Blessed(revisions) => {
            writeln!(out, "  blessed  {name} (line {line})")?;
            revisions.iter().try_for_each(|revision| human_revision(out, revision))
        }
        Verdict::Failed(mismatches) => {
            writeln!(out, "  FAIL  {name} (line {line})")?;
            mismatches.iter().try_for_each(|mismatch| human_mismatch(out, mismatch))
        }
    }
}

/// What is expected no more, and what is now, as a difference.
fn human_revision(out: &mut dyn Write, revision: &Revision) -> io::Result<()> {
    writeln!(out, "        {}", revision.key)?;
    if revision.gone.is_empty() && revision.come.is_empty() {
        return writeln!(out, "          + nothing");
    }
    revision.gone.iter().try_for_each(|gone| writeln!(out, "          - {gone}"))?;
    revision.come.iter().try_for_each(|come| writeln!(out, "          + {come}"))
}

fn human_mismatch(out: &mut dyn Write, mismatch: &Mismatch) -> io::Result<()> {
    writeln!(out, "        {}", mismatch.key)?;
    lines(out, "expected", &mismatch.expected)?;
    lines(out, "got", &mismatch.got)?;
    match &mismatch.nearest {
        Some(nearest) => lines(out, "nearest", std::slice::from_ref(nearest)),
        None => Ok(()),
    }
}

fn lines(out: &mut dyn Write, label: &str, values: &[String]) -> io::Result<()> {
    if values.is_empty() {
        return writeln!(out, "          {label:<9} nothing");
    }
    values.iter().enumerate().try_for_each(|(index, value)| {
        let label = if index == 0 { label } else { "" };
        writeln!(out, "          {label:<9} {value}")
    })
}

/// Writes one JSON object with every test, and with what they exercised if that was asked for.
///
/// # Errors
///
/// `out` cannot be written.
pub fn json(out: &mut dyn Write, reports: &[FileReport], coverage: Option<&Coverage>) -> io::Result<()> {
    let counts = Counts::of(reports);
    let mut object = json!({
        "passed": counts.passed,
        "failed": counts.failed,
        "blessed": counts.blessed,
        "todo": counts.todo,
        "files": reports.iter().map(json_file).collect::<Vec<_>>(),
    });
    if let (Some(coverage), Some(members)) = (coverage, object.as_object_mut()) {
        members.insert("coverage".to_owned(), super::coverage::value(coverage));
    }
    serde_json::to_writer_pretty(&mut *out, &object)?;
    writeln!(out)
}

fn json_file(report: &FileReport) -> Value {
    match &report.cases {
        Ok(cases) => json!({
            "file": report.file,
            "error": null,
            "tests": cases.iter().map(json_case).collect::<Vec<_>>(),
        }),
        Err(error) => json!({ "file": report.file, "error": error.to_string(), "tests": [] }),
    }
}

fn json_case(case: &CaseReport) -> Value {
    let (mut todo, mut mismatches, mut revisions) = (None, [].as_slice(), [].as_slice());
    let outcome = match &case.verdict {
        Verdict::Passed => "passed",
        Verdict::Failed(found) => {
            mismatches = found;
            "failed"
        }
        Verdict::Blessed(made) => {
            revisions = made;
            "blessed"
        }
        Verdict::Todo { reason } => {
            todo = Some(reason);
            "todo"
        }
        Verdict::Done { reason } => {
            todo = Some(reason);
            "failed"
        }
    };
    let failure = |Mismatch { key, expected, got, nearest }: &Mismatch| json!({ "key": key, "expected": expected, "got": got, "nearest": nearest });
    let change = |revision: &Revision| json!({ "key": revision.key, "gone": revision.gone, "come": revision.come });
    json!({
        "name": case.name,
        "line": case.line,
        "outcome": outcome,
        "todo": todo,
        "seconds": case.time.as_secs_f64(),
        "failures": mismatches.iter().map(failure).collect::<Vec<_>>(),
        "changes": revisions.iter().map(change).collect::<Vec<_>>(),
    })
}
