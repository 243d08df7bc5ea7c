//! `rulecheck man`: the manual pages.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::anyhow;
use clap::{Args, Command, CommandFactory as _};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::cli::replace::{reason, replace};
use crate::cli::{ExitCode, Output};

const EXAMPLES: &str = "\
Examples:
  rulecheck man | man -l -             read the page of rulecheck
  rulecheck man test | man -l -        read the page of `rulecheck test`
  rulecheck man --out-dir /usr/local/share/man/man1

Exit codes:
  0  done
  2  there is no such command, or a page could not be written";

/// Print a manual page
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The command whose page is wanted, instead of the one of rulecheck itself
    #[arg(value_name = "COMMAND", conflicts_with = "out_dir")]
    command: Option<String>,
    /// Write all pages to this folder, one file for each command
    #[arg(long, value_name = "DIR")]
    out_dir: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    let mut main = super::Arguments::command().disable_help_subcommand(true);
    main.build();
    if let Some(folder) = &arguments.out_dir {
        let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(folder)
            .map_err(|error| anyhow!("cannot make the folder `{}`: {}", folder.display(), reason(&error, parent)))?;
        for command in std::iter::once(&main).chain(shown(&main)) {
            replace(&folder.join(format!("{}.1", page_name(command))), &page(command)?)?;
        }
        return Ok(ExitCode::Clean);
    }
    let command = match &arguments.command {
        None => &main,
        Some(name) => shown(&main).find(|command| command.get_name() == name).ok_or_else(|| {
            let names: Vec<&str> = shown(&main).map(Command::get_name).collect();
            anyhow!("there is no command `{name}`; there are {}", names.join(", "))
        })?,
    };
    output.results.write_all(&page(command)?)?;
    Ok(ExitCode::Clean)
}

fn shown(main: &Command) -> impl Iterator<Item = &Command> {
    main.get_subcommands().filter(|command| !command.is_hide_set())
}

/// `rulecheck` or `rulecheck-test`.
fn page_name(command: &Command) -> String {
    command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned()
}

/// A page in roff. What follows the options in `--help` is laid out by hand, and stays so.
fn page(command: &Command) -> io::Result<Vec<u8>> {
    let closing = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let usage = command.clone().render_usage().to_string();
    let source = concat!("rulecheck ", env!("CARGO_PKG_VERSION"));
    let man = Man::new(command.clone()).title(page_name(command)).source(source).manual("Claimsmith");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    let usage = usage.strip_prefix("Usage:").unwrap_or(&usage).trim_start();
    Roff::new().control("SH", ["SYNOPSIS"]).text([bold(usage)]).to_writer(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if shown(command).next().is_some() {
        man.render_subcommands_section(&mut page)?;
    }
    as_laid_out(&closing).to_writer(&mut page)?;
    Ok(page)
}

/// The text after the options: its examples, its exit codes, and what else it explains.
fn as_laid_out(text: &str) -> Roff {
    let mut roff = Roff::new();
    let mut sections: Vec<(String, Vec<&str>)> = Vec::new();
    for line in text.lines() {
        let heading =
            line.strip_suffix(':').filter(|text| text.starts_with("Examples") || text.starts_with("Exit codes"));
        let is_remark = !line.is_empty() && !line.starts_with(' ');
        match (heading, sections.last_mut()) {
            (Some(heading), _) => sections.push((heading.to_uppercase(), Vec::new())),
            (None, Some((section, lines))) if !is_remark || section == "NOTES" => lines.push(line),
            (None, _) => sections.push(("NOTES".to_owned(), vec![line])),
        }
    }
    for (heading, lines) in &sections {
        roff.control("SH", [heading.as_str()]).control("nf", []);
        let end = lines.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1);
        for line in lines.iter().take(end) {
            roff.text([roman(*line)]);
        }
        roff.control("fi", []);
    }
    roff
}
