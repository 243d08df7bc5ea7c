//! `passwords`: what people are told and offered about their passwords.

use serde::Deserialize;

use super::directory::DirectorySource;
use super::faults::Faults;
use crate::idp::passwords::{Help, PasswordSettings};
use crate::input::Spanned;

/// Nobody wants to hear of a password for longer than this before its end, in days.
const MOST_DAYS: u32 = 365;
/// Longest help, in characters: it stands beside a form.
const MOST_CHARACTERS: usize = 300;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Section {
    #[serde(default)]
    change: Option<Spanned<bool>>,
    #[serde(default)]
    warn_days: Option<Spanned<u32>>,
    #[serde(default)]
    help_text: Option<Spanned<String>>,
    #[serde(default)]
    help_url: Option<Spanned<String>>,
}

impl Section {
    /// Reads the section. `directory` is what passwords would be changed in, if it could be read.
    pub(super) fn read(&self, directory: Option<&DirectorySource>, faults: &mut Faults<'_>) -> PasswordSettings {
        let default = PasswordSettings::default();
        if let (Some(change), Some(source)) = (&self.change, directory)
            && change.value
            && source.directory().password_change().is_none()
        {
            let help = "write `change: false`, or let `directory` name an Active Directory";
            faults.at(change, "passwords cannot be changed in this directory", help);
        }
        if let Some(days) = &self.warn_days
            && days.value > MOST_DAYS
        {
            let help = format!("write a number from 0, which turns the warning off, to {MOST_DAYS}");
            faults.at(days, format!("{} days is too long before a password ends", days.value), help);
        }
        PasswordSettings {
            change: self.change.as_ref().map_or(default.change, |change| change.value),
            warn_days: self.warn_days.as_ref().map_or(default.warn_days, |days| days.value),
            help: Help { text: self.help_text(faults), url: self.help_url(faults) },
        }
    }

    fn help_text(&self, faults: &mut Faults<'_>) -> Option<String> {
        let text = self.help_text.as_ref()?;
        let trimmed = text.value.trim();
        let is_sentence =
            !trimmed.is_empty() && trimmed.chars().count() <= MOST_CHARACTERS && !trimmed.chars().any(char::is_control);
        if !is_sentence {
            let help = format!("write what people should do, on one line of at most {MOST_CHARACTERS} characters");
            faults.at(text, "this is no sentence for people", help);
        }
        Some(trimmed.to_owned())
    }

    fn help_url(&self, faults: &mut Faults<'_>) -> Option<String> {
        let url = self.help_url.as_ref()?;
        // People are sent there by a click: no other scheme must get into the page.
        let is_web = url::Url::parse(&url.value).is_ok_and(|url| matches!(url.scheme(), "https" | "http"));
        if !is_web {
            faults.at(url, format!("`{}` is no address of a page", url.value), "write it in full, as `https://…`");
        }
        Some(url.value.clone())
    }
}
