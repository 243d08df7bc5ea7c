//! `rulecheck`: one file per subcommand.

mod can;
mod check;
mod clock;
mod completions;
mod diff;
mod directory;
mod eval;
mod everybody;
mod explain;
mod fmt;
mod import;
mod lsp;
mod man;
mod parity;
mod patch;
mod paths;
mod revision;
mod rule;
mod stdin;
mod subject;
mod test;
mod wanted;
mod who;
mod whynot;

use std::ffi::OsString;

use clap::{Parser, Subcommand};

use super::exit::ExitCode;
use super::failure;
use super::output::{Colour, Output};
use super::{process, version};

const EXAMPLES: &str = "\
Examples:
  rulecheck check rules/          every rule file and trust folder in rules/
  rulecheck test rules/           every *.test.yaml in rules/
  rulecheck eval rules/aws/groups --user alice --directory directory.yaml
  rulecheck diff main:rules/aws rules/aws --directory corp.ldif
  rulecheck who rules/aws --directory corp.ldif --format csv
  rulecheck fmt --diff issuance.claims

Exit codes, for every command:
  0  nothing to report
  1  findings: an error in a rule, a failed test, a file that is not formatted,
     a difference that --fail-on asks for
  2  the work could not be done: wrong usage, unreadable files, invalid rules,
     a directory that did not answer";

/// Try out AD FS claim rules before anybody signs in with them
///
/// Rules are `.claims` files, as AD FS exports them, or trust folders: a `trust.yaml` with its rule files beside it.
///
/// Results go to standard output, everything else to standard error.
#[derive(Debug, Parser)]
#[command(name = "rulecheck", version, long_version = version::LONG)]
#[command(after_help = EXAMPLES, disable_help_subcommand = true)]
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
    Rule(rule::Arguments),
    Test(test::Arguments),
    Eval(eval::Arguments),
    Explain(explain::Arguments),
    Whynot(whynot::Arguments),
    Diff(diff::Arguments),
    Who(who::Arguments),
    Can(can::Arguments),
    Fmt(fmt::Arguments),
    Import(import::Arguments),
    Lsp(lsp::Arguments),
    Parity(parity::Arguments),
    Completions(completions::Arguments),
    Man(man::Arguments),
}

/// Runs `rulecheck` with the arguments of a process, the program's name first.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    process::run(arguments, |arguments: &Arguments| arguments.color, command)
}

fn command(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    match &arguments.command {
        Command::Check(arguments) => check::run(arguments, output),
        Command::Rule(arguments) => rule::run(arguments, output),
        Command::Test(arguments) => test::run(arguments, output),
        Command::Eval(arguments) => eval::run(arguments, output),
        Command::Explain(arguments) => explain::run(arguments, output),
        Command::Whynot(arguments) => whynot::run(arguments, output),
        Command::Diff(arguments) => diff::run(arguments, output),
        Command::Who(arguments) => who::run(arguments, output),
        Command::Can(arguments) => can::run(arguments, output),
        Command::Fmt(arguments) => fmt::run(arguments, output),
        Command::Import(arguments) => import::run(arguments, output),
        Command::Lsp(arguments) => lsp::run(arguments, output),
        Command::Parity(arguments) => parity::run(arguments, output),
        Command::Completions(arguments) => completions::run(arguments, output),
        Command::Man(arguments) => man::run(arguments, output),
    }
}
