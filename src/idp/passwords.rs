//! What people are told and offered about their passwords.

use std::sync::Arc;

use jiff::Timestamp;

use crate::store::directory::Account;

/// Path of the form for a new password, where AD FS has it.
pub const UPDATE_PASSWORD: &str = "/adfs/portal/updatepassword/";

const DAY_SECONDS: i64 = 24 * 60 * 60;

/// What is offered to people whose password ends, or has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordSettings {
    /// Whether passwords can be changed here, if the directory can.
    pub change: bool,
    /// From how many days before its end a password is spoken of. 0: never.
    pub warn_days: u32,
    /// What to do about a password, where it cannot be changed here.
    pub help: Help,
}

impl Default for PasswordSettings {
    fn default() -> Self {
        Self { change: false, warn_days: 14, help: Help::default() }
    }
}

/// The administrator's words and address for people who need help with a password.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Help {
    /// What to do, in a sentence.
    pub text: Option<String>,
    /// Where to do it: an address that begins with `https://` or `http://`.
    pub url: Option<String>,
}

impl Help {
    /// The words, with the address in them: programs show text alone.
    #[must_use]
    pub fn sentence(&self) -> String {
        match (&self.text, &self.url) {
            (Some(text), None) => text.clone(),
            (Some(text), Some(url)) => format!("{text} See {url}."),
            (None, Some(url)) => format!("Choose a new one at {url}, then sign in with it."),
            (None, None) => "Please ask the help desk for a new one.".to_owned(),
        }
    }
}

/// A word about a password that ends soon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordNotice {
    /// `Your password expires in 3 days.`
    pub text: String,
    /// Whether it can be changed here.
    pub change: bool,
    /// Where else.
    pub help: Help,
}

impl PasswordSettings {
    /// Where people change their passwords: at the form of the server at `base_url`, or where the administrator sends them.
    #[must_use]
    pub fn change_url(&self, base_url: &str) -> Option<Arc<str>> {
        if self.change {
            return Some(format!("{base_url}{UPDATE_PASSWORD}").into());
        }
        self.help.url.as_deref().map(Arc::from)
    }

    /// What to say of the password of somebody who has signed in. `None` while there is time. `change` is whether this
    /// server can change it.
    #[must_use]
    pub(super) fn notice(&self, account: &Account, now: Timestamp, change: bool) -> Option<PasswordNotice> {
        let left = account.password_ends?.duration_since(now).as_secs();
        if left > i64::from(self.warn_days) * DAY_SECONDS {
            return None;
        }
        let when = match left / DAY_SECONDS {
            ..1 => "in less than a day".to_owned(),
            1 => "in 1 day".to_owned(),
            days => format!("in {days} days"),
        };
        (self.warn_days > 0).then(|| PasswordNotice {
            text: format!("Your password expires {when}."),
            change,
            help: self.help.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::directory::{AccountMark, ReadAhead};

    #[test]
    fn a_password_is_spoken_of_when_its_end_is_near() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let notice = |left: Option<i64>, warn_days: u32| {
            let password_ends = left.map(|left| Timestamp::from_second(1_800_000_000 + left).unwrap());
            let account = Account {
                name: "x".into(),
                claims: Vec::new(),
                mark: AccountMark::default(),
                password_ends,
                ahead: ReadAhead::default(),
            };
            let settings = PasswordSettings { warn_days, ..PasswordSettings::default() };
            settings.notice(&account, now, false).map(|notice| notice.text)
        };
        let told = |when: &str| Some(format!("Your password expires {when}."));
        assert_eq!(notice(None, 14), None);
        assert_eq!(notice(Some(14 * DAY_SECONDS + 1), 14), None);
        assert_eq!(notice(Some(14 * DAY_SECONDS), 14), told("in 14 days"));
        assert_eq!(notice(Some(2 * DAY_SECONDS - 1), 14), told("in 1 day"));
        assert_eq!(notice(Some(DAY_SECONDS - 1), 14), told("in less than a day"));
        assert_eq!(notice(Some(1), 0), None, "never");
    }

    #[test]
    fn passwords_are_changed_here_or_where_help_is() {
        let url = |change: bool, url: Option<&str>| {
            let help = Help { text: None, url: url.map(str::to_owned) };
            let settings = PasswordSettings { change, help, ..PasswordSettings::default() };
            settings.change_url("https://sts.example.com").map(|url| url.to_string())
        };
        assert_eq!(url(true, Some("https://x/")).unwrap(), "https://sts.example.com/adfs/portal/updatepassword/");
        assert_eq!(url(false, Some("https://x/")).unwrap(), "https://x/");
        assert_eq!(url(false, None), None);
    }

    #[test]
    fn help_is_one_sentence_or_two() {
        let help = |text: Option<&str>, url: Option<&str>| {
            Help { text: text.map(str::to_owned), url: url.map(str::to_owned) }.sentence()
        };
        assert_eq!(help(None, None), "Please ask the help desk for a new one.");
        assert_eq!(help(Some("Call 1234."), None), "Call 1234.");
        assert_eq!(help(Some("Call 1234."), Some("https://x/")), "Call 1234. See https://x/.");
        assert_eq!(help(None, Some("https://x/")), "Choose a new one at https://x/, then sign in with it.");
    }
}
