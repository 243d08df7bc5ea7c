//! Why a command could not do its work, on the stream for messages.

use std::io::{self, Write};

use crate::cli::output::Stream;
use crate::config::trust::{Flaw, LoadError};
use crate::engine::EvalError;
use crate::input::InputError;
use crate::lang::{Diagnostic, Severity};
use crate::report;

/// Tells an error: with an excerpt where there is a place, else in one line.
pub(super) fn tell(out: &mut Stream, error: &anyhow::Error) -> io::Result<()> {
    if let Some(error) = error.downcast_ref::<LoadError>() {
        return load_error(out, error);
    }
    if let Some(error) = error.downcast_ref::<InputError>() {
        return input_error(out, error);
    }
    message(out, &chain(error))?;
    match error.downcast_ref::<EvalError>() {
        Some(error) => help(out, error.help()),
        None => Ok(()),
    }
}

/// An error and its causes in one line. A cause that the error before it tells already is not told again.
fn chain(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).fold(String::new(), |told, cause| match told.as_str() {
        "" => cause,
        before if before.contains(&cause) => told,
        _ => told + ": " + &cause,
    })
}

/// Tells everything that keeps a trust, a rule set or a test file from being used.
pub(super) fn load_error(out: &mut Stream, error: &LoadError) -> io::Result<()> {
    for flaw in &error.flaws {
        match flaw {
            Flaw::Input(error) => input_error(out, error)?,
            Flaw::Findings { source, diagnostics } => {
                let errors: Vec<Diagnostic> = diagnostics.iter().filter(|found| found.is_error()).cloned().collect();
                let colour = out.colour;
                report::human::diagnostics(out, source, &errors, colour)?;
            }
        }
    }
    Ok(())
}

/// Whether `file` itself cannot be read: then there is nothing to find anything in.
#[cfg(feature = "idp")]
pub(super) fn is_unreadable(error: &LoadError, file: &std::path::Path) -> bool {
    let is_file = |input: &InputError| input.diagnostic().is_none() && input.name() == file.display().to_string();
    matches!(error.flaws.as_slice(), [Flaw::Input(input)] if is_file(input))
}

/// Tells why a file could not be used.
pub(super) fn input_error(out: &mut Stream, error: &InputError) -> io::Result<()> {
    match error.diagnostic() {
        Some((source, diagnostic)) => {
            let colour = out.colour;
            report::human::diagnostics(out, source, std::slice::from_ref(diagnostic), colour)
        }
        None => message(out, &error.to_string()),
    }
}

/// Tells an error that has no place in a file.
pub(super) fn message(out: &mut Stream, text: &str) -> io::Result<()> {
    let (red, plain) = if out.colour { ("\u{1b}[1;31m", "\u{1b}[0m") } else { ("", "") };
    writeln!(out, "{red}{}{plain}: {text}", Severity::Error.as_str())
}

/// Tells what works, and should not be so.
pub(super) fn warning(out: &mut Stream, text: &str) -> io::Result<()> {
    let (yellow, plain) = if out.colour { ("\u{1b}[1;33m", "\u{1b}[0m") } else { ("", "") };
    writeln!(out, "{yellow}{}{plain}: {text}", Severity::Warning.as_str())
}

/// Tells what is no error, and must not be overlooked.
pub(super) fn note(out: &mut Stream, text: &str) -> io::Result<()> {
    let (bold, plain) = if out.colour { ("\u{1b}[1m", "\u{1b}[0m") } else { ("", "") };
    writeln!(out, "{bold}note{plain}: {text}")
}

/// Tells what to do about it.
fn help(out: &mut Stream, text: &str) -> io::Result<()> {
    let (bold, plain) = if out.colour { ("\u{1b}[1m", "\u{1b}[0m") } else { ("", "") };
    writeln!(out, "  {bold}help{plain}: {text}")
}
