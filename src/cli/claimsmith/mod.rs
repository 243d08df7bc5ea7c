//! `claimsmith`: one file per subcommand.

mod check;
mod demo;
mod doctor;
mod kerberos;
mod keys;
mod listening;
mod logging;
mod metadata;
mod provider;
mod serve;

use std::ffi::OsString;

use clap::{Parser, Subcommand};

use super::exit::ExitCode;
use super::output::{Colour, Output};
use super::{process, version};

const EXAMPLES: &str = "\
Examples:
  claimsmith demo                                     try it: no configuration, no network, nothing to install
  claimsmith config check --config claimsmith.yaml    everything that `serve` would refuse, with its place
  claimsmith serve --config claimsmith.yaml
  claimsmith doctor --config claimsmith.yaml          what is wrong or soon will be, from DNS to the rules
  claimsmith metadata --config claimsmith.yaml > idp.xml
  claimsmith keys generate --name sts.example.com --days 1095 --out-dir keys/

Exit codes, for every command:
  0  done
  1  findings of `config check` or `doctor`
  2  it could not be done";

/// An identity provider that runs AD FS claim rules
#[derive(Debug, Parser)]
#[command(name = "claimsmith", version, long_version = version::LONG)]
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
    Serve(serve::Arguments),
    Demo(demo::Arguments),
    Doctor(doctor::Arguments),
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
    process::run(arguments, |arguments: &Arguments| arguments.color, command)
}

fn command(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    match &arguments.command {
        Command::Serve(arguments) => serve::run(arguments, output),
        Command::Demo(arguments) => demo::run(arguments, output),
        Command::Doctor(arguments) => doctor::run(arguments, output),
        Command::Config(ConfigCommand::Check(arguments)) => check::run(arguments, output),
        Command::Metadata(arguments) => metadata::run(arguments, output),
        Command::Keys(command) => keys::run(command, output),
    }
}
