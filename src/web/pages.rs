//! The pages.

use askama::Template;

use crate::idp::passwords::PasswordNotice;
use crate::idp::problem::Problem;
use crate::idp::sign_on::{ChangeField, ChangePage};

use super::address::UPDATE_PASSWORD;
use super::style::style_path;

/// What all pages share.
#[derive(Clone, Copy)]
pub(super) struct Frame<'a> {
    /// Whose sign-in this is.
    pub(super) organisation: &'a str,
    /// Path of the style sheet.
    pub(super) style: &'static str,
}

impl<'a> Frame<'a> {
    pub(super) fn new(organisation: &'a str) -> Self {
        Self { organisation, style: style_path() }
    }
}

/// A hidden field. Its value is escaped here: HTML parsers change line ends that are not written as references.
pub(super) struct Hidden {
    name: &'static str,
    escaped_value: String,
}

impl Hidden {
    pub(super) fn new(name: &'static str, value: &str) -> Self {
        let mut escaped_value = String::with_capacity(value.len());
        for character in value.chars() {
            match character {
                '&' => escaped_value.push_str("&amp;"),
                '<' => escaped_value.push_str("&lt;"),
                '>' => escaped_value.push_str("&gt;"),
                '"' => escaped_value.push_str("&quot;"),
                '\'' => escaped_value.push_str("&#39;"),
                '\r' => escaped_value.push_str("&#13;"),
                '\n' => escaped_value.push_str("&#10;"),
                other => escaped_value.push(other),
            }
        }
        Self { name, escaped_value }
    }
}

/// The sign-in form, as AD FS's clients know it.
#[derive(Template)]
#[template(path = "login.html")]
pub(super) struct LoginPage<'a> {
    pub(super) frame: Frame<'a>,
    /// Path and query: never a host, clients put one before it.
    pub(super) action: &'a str,
    pub(super) application: Option<&'a str>,
    pub(super) message: Option<&'a str>,
    /// Where people get help with what the message says.
    pub(super) help_url: Option<&'a str>,
    pub(super) user_name: &'a str,
    /// Where the same is asked for with a Kerberos ticket.
    pub(super) with_ticket: Option<&'a str>,
    pub(super) hidden: Vec<Hidden>,
}

/// The form for a new password. Its form and its message have the names of the sign-in form: it is what the clients of
/// AD FS get when a password has ended, and there they look for a message.
#[derive(Template)]
#[template(path = "change_password.html")]
pub(super) struct ChangePasswordPage<'a> {
    pub(super) frame: Frame<'a>,
    /// Path and query.
    pub(super) action: &'a str,
    pub(super) hidden: Vec<Hidden>,
    pub(super) shown: &'a ChangePage,
}

impl ChangePasswordPage<'_> {
    /// What an input says of itself: what describes it, whether it is wrong, and whether the cursor belongs there.
    /// `hints` are the ids of its own descriptions.
    fn marks(&self, field: ChangeField, hints: &[&str]) -> String {
        let is_wrong = self.shown.wrong == Some(field);
        let message: &[&str] = match (self.shown.wrong.unwrap_or(self.first()) == field, self.shown.missed.is_empty()) {
            (false, _) => &[],
            (true, true) => &["errorText"],
            (true, false) => &["errorText", "missedRules"],
        };
        let described = [message, hints].concat().join(" ");
        let mut marks = if described.is_empty() { String::new() } else { format!(" aria-describedby=\"{described}\"") };
        if is_wrong {
            marks.push_str(" aria-invalid=\"true\"");
        }
        if self.first() == field {
            marks.push_str(" autofocus");
        }
        marks
    }

    /// Where to begin to type: all passwords are typed again, whichever was wrong.
    fn first(&self) -> ChangeField {
        let begins_with_name = self.shown.user_name.is_empty() || self.shown.wrong == Some(ChangeField::UserName);
        if begins_with_name { ChangeField::UserName } else { ChangeField::Old }
    }

    /// What describes the new password.
    fn new_hints(&self) -> &'static [&'static str] {
        if self.shown.rules.is_empty() { &[] } else { &["passwordRules"] }
    }
}

/// The password is changed. The form goes on to the application, if there is one to go to.
#[derive(Template)]
#[template(path = "password_changed.html")]
pub(super) struct PasswordChangedPage<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) then: Then<'a>,
}

/// Where to go after a change.
pub(super) enum Then<'a> {
    /// To the application that was waiting, with this form.
    Application {
        /// Its name.
        name: &'a str,
        /// Where the form goes.
        action: &'a str,
        /// What it carries.
        hidden: Vec<Hidden>,
    },
    /// To the applications, signed in.
    Applications,
    /// To the sign-in form, with the new password.
    SignIn {
        /// Path and query.
        address: &'a str,
    },
    /// Nowhere: what was asked cannot be done.
    Problem(&'a Problem),
}

/// A word about a password that ends soon, with where to change it.
pub(super) struct Notice<'a> {
    pub(super) text: &'a str,
    /// What else to do, where there is no address to go to.
    pub(super) help: Option<&'a str>,
    pub(super) address: Option<&'a str>,
}

impl<'a> Notice<'a> {
    pub(super) fn of(notice: &'a PasswordNotice) -> Self {
        let address = if notice.change { Some(UPDATE_PASSWORD) } else { notice.help.url.as_deref() };
        let help = notice.help.text.as_deref().filter(|_| !notice.change);
        Self { text: &notice.text, help, address }
    }
}

/// What the user may open.
#[derive(Template)]
#[template(path = "applications.html")]
pub(super) struct ApplicationsPage<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) user: &'a str,
    pub(super) applications: Vec<Application<'a>>,
    /// Where passwords are changed, if they are.
    pub(super) change_address: Option<&'static str>,
    pub(super) notice: Option<Notice<'a>>,
}

/// One of them.
pub(super) struct Application<'a> {
    pub(super) name: &'a str,
    pub(super) address: String,
}

/// A form that sends itself, or is sent by its button.
#[derive(Template)]
#[template(path = "post.html")]
pub(super) struct PostPage<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) action: &'a str,
    pub(super) application: &'a str,
    pub(super) hidden: Vec<Hidden>,
    pub(super) script: &'static str,
    /// For those who stay on the page because they run no scripts.
    pub(super) notice: Option<Notice<'a>>,
}

/// Something went wrong.
#[derive(Template)]
#[template(path = "error.html")]
pub(super) struct ErrorPage<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) title: &'a str,
    pub(super) text: &'a str,
    pub(super) details: &'a [String],
    pub(super) reference: &'a str,
}

impl<'a> ErrorPage<'a> {
    pub(super) fn of(problem: &'a Problem, frame: Frame<'a>) -> Self {
        let Problem { title, text, details, reference, .. } = problem;
        Self { frame, title, text, details, reference }
    }
}

/// Asks before it ends the session.
#[derive(Template)]
#[template(path = "sign_out.html")]
pub(super) struct SignOutPage<'a> {
    pub(super) frame: Frame<'a>,
}

/// The session has ended.
#[derive(Template)]
#[template(path = "signed_out.html")]
pub(super) struct SignedOutPage<'a> {
    pub(super) frame: Frame<'a>,
    /// Where to sign in with a password, if `/` may not ask for one.
    pub(super) with_password: Option<&'static str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hidden_value_cannot_leave_its_attribute() {
        let hidden = Hidden::new("RelayState", "\"><script>\r\n'&");
        assert_eq!(hidden.escaped_value, "&quot;&gt;&lt;script&gt;&#13;&#10;&#39;&amp;");
    }

    #[test]
    fn the_error_label_is_empty_when_there_is_no_error() {
        let page = LoginPage {
            frame: Frame::new("Example"),
            action: "/adfs/ls/",
            application: None,
            message: None,
            help_url: None,
            user_name: "",
            with_ticket: None,
            hidden: Vec::new(),
        };
        assert!(page.render().unwrap().contains(r#"<label id="errorText" for=""></label>"#));
    }
}
