//! `rulecheck`: one file per subcommand.

mod check;
mod directory;
mod eval;
use super::failure;
mod fmt;
mod paths;
mod stdin;
mod test;

use std::ffi::OsString;
use std::io::Write;

use clap::{Parser, Subcommand};

use super::exit::ExitCode;
use super::output::{Colour, Output};

const EXAMPLES: &str = "\
Examples:
  rulecheck check rules/          every rule file and trust folder in rules/
  rulecheck test rules/           every *.test.yaml in rules/
  rulecheck eval rules/aws/groups --user alice --directory directory.yaml
  rulecheck fmt --diff issuance.claims

Exit codes, for every command:
  0  nothing to report
  1  findings: an error in a rule, a failed test, a file that is not formatted
  2  the work could not be done: wrong usage, unreadable files, invalid rules,
     a directory that did not answer";

/// Try out AD FS claim rules before anybody signs in with them
///
/// Rules are `.claims` files, as AD FS exports them, or trust folders: a `trust.yaml` with its rule files beside it.
///
/// Results go to standard output, everything else to standard error.
#[derive(Debug, Parser)]
#[command(name = "rulecheck", version, after_help = EXAMPLES, disable_help_subcommand = true)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// When to use colour
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = Colour::Auto)]
    color: Colour,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Arguments),
    Test(test::Arguments),
    Eval(eval::Arguments),
    Fmt(fmt::Arguments),
}

/// Runs `rulecheck` with the arguments of a process, the program's name first.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(said) => {
            // Where its text cannot be written, nobody reads; the code still tells.
            let _ = said.print();
            return if said.use_stderr() { ExitCode::Failed } else { ExitCode::Clean };
        }
    };
    let mut output = Output::standard(arguments.color);
    let outcome = match &arguments.command {
        Command::Check(arguments) => check::run(arguments, &mut output),
        Command::Test(arguments) => test::run(arguments, &mut output),
        Command::Eval(arguments) => eval::run(arguments, &mut output),
        Command::Fmt(arguments) => fmt::run(arguments, &mut output),
    };
    let outcome = outcome.and_then(|code| {
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
