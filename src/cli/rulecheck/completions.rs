//! `rulecheck completions`: what a shell needs to complete command lines.

use std::io::Write as _;

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::cli::{ExitCode, Output};

const EXAMPLES: &str = "\
Examples:
  rulecheck completions bash > ~/.local/share/bash-completion/completions/rulecheck
  rulecheck completions zsh > ~/.zfunc/_rulecheck
  rulecheck completions fish > ~/.config/fish/completions/rulecheck.fish
  rulecheck completions powershell >> $PROFILE

Exit codes:
  0  done
  2  there is no such shell";

/// Print a script that lets a shell complete command lines
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Which shell
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

pub(super) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    // The generator takes any failed write for a defect, so it writes to memory.
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut super::Arguments::command(), "rulecheck", &mut script);
    output.results.write_all(&script)?;
    Ok(ExitCode::Clean)
}
