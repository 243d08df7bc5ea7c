//! The pages, and the one style sheet.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::LazyLock;

use askama::Template;

use crate::idp::problem::Problem;

/// The style sheet.
pub(super) const STYLE: &str = include_str!("../../static/style.css");

/// Its path. Changes with its content, so that browsers may keep it.
pub(super) fn style_path() -> &'static str {
    static PATH: LazyLock<String> = LazyLock::new(|| {
        let mut hasher = DefaultHasher::new();
        STYLE.hash(&mut hasher);
        format!("/static/{:016x}.css", hasher.finish())
    });
    &PATH
}

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
    pub(super) user_name: &'a str,
    pub(super) hidden: Vec<Hidden>,
}

/// What the user may open.
#[derive(Template)]
#[template(path = "applications.html")]
pub(super) struct ApplicationsPage<'a> {
    pub(super) frame: Frame<'a>,
    pub(super) user: &'a str,
    pub(super) applications: Vec<Application<'a>>,
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
            user_name: "",
            hidden: Vec::new(),
        };
        assert!(page.render().unwrap().contains(r#"<label id="errorText" for=""></label>"#));
    }
}
