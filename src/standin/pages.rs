//! The pages that a person sees.

use askama::Template;

use super::accept::Accepted;
use super::accounts::Account;
use super::error::AwsError;
use crate::aws::Role;

/// The role chooser.
#[derive(Template)]
#[template(path = "standin/chooser.html")]
pub(super) struct Chooser<'a> {
    pub(super) accounts: Vec<Account<'a>>,
    pub(super) saml_response: &'a str,
    pub(super) relay_state: &'a str,
    pub(super) session_name: &'a str,
}

/// Where the console would open.
#[derive(Template)]
#[template(path = "standin/console.html")]
pub(super) struct Console<'a> {
    pub(super) role: &'a Role,
    pub(super) alias: Option<&'a str>,
    pub(super) accepted: &'a Accepted,
}

impl Console<'_> {
    /// `8 hours`, `1 hour 30 minutes`, `59 seconds`.
    fn session_length(&self) -> String {
        let seconds = self.accepted.session_seconds;
        let parts = [(seconds / 3600, "hour"), (seconds % 3600 / 60, "minute"), (seconds % 60, "second")];
        let told: Vec<String> = parts
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, unit)| format!("{count} {unit}{}", if count == 1 { "" } else { "s" }))
            .collect();
        told.join(" ")
    }
}

/// AWS's error text, with its cause.
#[derive(Template)]
#[template(path = "standin/error.html")]
pub(super) struct Refusal<'a> {
    pub(super) error: &'a AwsError,
}

impl Refusal<'_> {
    fn explanation(&self) -> Vec<Span> {
        sentence(&self.error.explanation)
    }

    fn help(&self) -> Vec<Span> {
        sentence(&self.error.help)
    }
}

/// A stretch of a sentence.
struct Span {
    text: String,
    /// A value, as it stood between backticks.
    is_code: bool,
}

/// An error's text as a sentence of a page: a capital first, a period last, and values set apart.
fn sentence(text: &str) -> Vec<Span> {
    let mut characters = text.chars();
    let sentence: String =
        characters.next().into_iter().flat_map(char::to_uppercase).chain(characters).chain(['.']).collect();
    sentence
        .split('`')
        .enumerate()
        .filter(|(_, stretch)| !stretch.is_empty())
        .map(|(index, stretch)| Span { text: stretch.to_owned(), is_code: index % 2 == 1 })
        .collect()
}
