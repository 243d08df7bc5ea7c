//! What every program does around its command: arguments before it, an exit code after it.

use std::ffi::OsString;
use std::io::Write as _;

use clap::Parser;

use super::exit::ExitCode;
use super::failure;
use super::output::{Colour, Output};

/// Reads the arguments of a process, the program's name first, and runs `command` with them.
pub(super) fn run<A: Parser>(
    arguments: impl IntoIterator<Item = OsString>,
    colour: fn(&A) -> Colour,
    command: fn(&A, &mut Output) -> anyhow::Result<ExitCode>,
) -> ExitCode {
    let arguments = match A::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(said) => {
            // Where its text cannot be written, nobody reads; the code still tells.
            let _ = said.print();
            return if said.use_stderr() { ExitCode::Failed } else { ExitCode::Clean };
        }
    };
    let mut output = Output::standard(colour(&arguments));
    let outcome = command(&arguments, &mut output).and_then(|code| {
        output.results.flush()?;
        Ok(code)
    });
    let code = outcome.unwrap_or_else(|error| {
        // Results that were found before the failure are still worth reading.
        let _ = output.results.flush();
        let _ = failure::tell(&mut output.messages, &error);
        ExitCode::Failed
    });
    let _ = output.messages.flush();
    code
}
