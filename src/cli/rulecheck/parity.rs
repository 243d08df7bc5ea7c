//! `rulecheck parity`: what AD FS said in a captured response, against what is said here.

use std::path::PathBuf;

use anyhow::bail;
use clap::{Args, ValueEnum};

use super::stdin;
use super::subject::Subject;
use crate::cli::{ExitCode, Output};
use crate::harness::parity::{Parity, Token, capture};
use crate::harness::recording::Recording;
use crate::report::parity as report;

const EXAMPLES: &str = "\
Examples:
  rulecheck parity adfs/relying-parties/Amazon-Web-Services --user alice \\
    --directory directory.yaml --token saml.xml
  rulecheck parity issuance.claims --claims claims.yaml --token saml.txt

The token is the response as XML, as base64, or as the form that the browser
posted (`SAMLResponse=VALUE`). Nothing is sent anywhere, and its signature is not
checked. An encrypted assertion cannot be read.

The order of attributes and values does not matter. What differs from one
response to the next is not compared: identifiers, times, the request.

Exit codes:
  0  nothing differs
  1  something differs
  2  the rules could not run, or the token cannot be read";

/// Compare what rules issue with what AD FS issued
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// A file with a response of AD FS for the same person, or `-` for standard input
    #[arg(long, value_name = "FILE")]
    token: PathBuf,
    /// How to write it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,
    // Last, as its options have a heading of their own.
    #[command(flatten)]
    subject: Subject,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// A JSON object
    Json,
}

pub(super) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    let Arguments { token, format, subject } = arguments;
    if stdin::is_stdin(token) && subject.reads_stdin() {
        bail!("the token and the rules or claims cannot both come from standard input");
    }
    let token = Token::read(&capture::xml(&stdin::read_source(token)?)?)?;
    let mut loaded = subject.load()?;
    let input = std::mem::take(&mut loaded.input);
    let recording = Recording::of(&loaded.rules, input, &loaded.stores).map_err(|error| subject.failed(error))?;
    let parity = Parity::new(&loaded.rules, &recording, &loaded.stores, &token);
    match format {
        Format::Human => report::human(&mut output.results, subject.user(), &parity)?,
        Format::Json => report::json(&mut output.results, subject.user(), &parity)?,
    }
    subject.note_refusal(&loaded, &mut output.messages)?;
    Ok(if parity.is_equal() { ExitCode::Clean } else { ExitCode::Findings })
}
