//! `claimsmith`: one file per subcommand.

mod check;
mod demo;
mod keys;
mod listening;
mod logging;
mod metadata;
mod provider;
mod serve;

use std::ffi::OsString;
use std::io::Write;

use clap::{Parser, Subcommand};

use super::exit::ExitCode;
use super::failure;
use super::output::{Colour, Output};

const EXAMPLES: &str = "\
Examples:
  claimsmith demo                                     try it: no configuration, no network, nothing to install
  claimsmith config check --config claimsmith.yaml    everything that `serve` would refuse, with its place
  claimsmith serve --config claimsmith.yaml
  claimsmith metadata --config claimsmith.yaml > idp.xml
  claimsmith keys generate --name sts.example.com --days 1095 --out-dir keys/

Exit codes, for every command:
  0  done
  1  findings of `config check`
  2  it could not be done";

/// An identity provider that runs AD FS claim rules
#[derive(Debug, Parser)]
#[command(name = "claimsmith", version, after_help = EXAMPLES, disable_help_subcommand = true)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// When to use colour
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = Colour::Auto)]
    color: Colour,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Arguments),
    Demo(demo::Arguments),
    /// The configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    Metadata(metadata::Arguments),
    /// Signing keys and password hashes
    #[command(subcommand)]
    Keys(keys::Command),
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    Check(check::Arguments),
}

/// Runs `claimsmith` with the arguments of a process, the program's name first.
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
        Command::Serve(arguments) => serve::run(arguments, &mut output),
        Command::Demo(arguments) => demo::run(arguments, &mut output),
        Command::Config(ConfigCommand::Check(arguments)) => check::run(arguments, &mut output),
        Command::Metadata(arguments) => metadata::run(arguments, &mut output),
        Command::Keys(command) => keys::run(command, &mut output),
    };
    let outcome = outcome.and_then(|code| {
        output.results.flush()?;
        Ok(code)
    });
    let code = outcome.unwrap_or_else(|error| {
        let _ = output.results.flush();
        let _ = failure::tell(&mut output.messages, &error);
        ExitCode::Failed
    });
    let _ = output.messages.flush();
    code
}
