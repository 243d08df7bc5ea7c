//! What was asked, and what happens next.

use crate::idp::passwords::{Help, PasswordNotice};
use crate::idp::problem::Problem;
use crate::idp::request::Message;
use crate::idp::ticket::TicketOffer;

/// What somebody wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The list of applications.
    Applications,
    /// An application, which has not asked for it.
    Application {
        /// Identifier of its trust.
        identifier: String,
        /// What to hand on to it.
        relay_state: Option<String>,
    },
    /// What an application asks for.
    Request(Message),
}

/// What happens next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Show the form.
    SignIn(SignInPage),
    /// Show the form for a new password.
    ChangePassword(ChangePage),
    /// Show what the user may open.
    Applications(ApplicationsPage),
    /// Have the browser post a response.
    Post(Posting),
    /// Show what went wrong.
    Problem(Problem),
}

/// The form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignInPage {
    /// What was wrong with the last attempt. `None` if there was none.
    pub message: Option<String>,
    /// The name as typed before.
    pub user_name: String,
    /// Name of the application that is waiting.
    pub application: Option<String>,
    /// Where people get help, if the message is about their password's end.
    pub help_url: Option<String>,
    /// Whether a Kerberos ticket would do as well.
    pub ticket: TicketOffer,
}

/// The form for a new password.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangePage {
    /// What was wrong with the last attempt, or why there is a form. `None` if somebody came by themselves.
    pub message: Option<String>,
    /// The field with which something is wrong.
    pub wrong: Option<ChangeField>,
    /// The rules that the new password breaks.
    pub missed: Vec<String>,
    /// The name as typed before.
    pub user_name: String,
    /// Name of the application that is waiting.
    pub application: Option<String>,
    /// The rules for new passwords. None if they are not known, or are nobody's business yet.
    pub rules: Vec<String>,
    /// What else can be done.
    pub help: Help,
}

/// A field of the form for a new password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeField {
    /// The user name.
    UserName,
    /// The old password.
    Old,
    /// The new password.
    New,
    /// The new password once more.
    Repeated,
}

/// The applications.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicationsPage {
    /// `DOMAIN\user`.
    pub user: String,
    /// Name and identifier of each.
    pub applications: Vec<(String, String)>,
    /// Whether passwords can be changed here.
    pub change_password: bool,
    /// What to know about the user's password.
    pub notice: Option<PasswordNotice>,
}

/// A response for the browser to post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// Where to.
    pub url: String,
    /// Name of the application.
    pub application: String,
    /// The field `SAMLResponse`.
    pub saml_response: String,
    /// The field `RelayState`.
    pub relay_state: Option<String>,
    /// What to know about the user's password. It keeps nobody from going on.
    pub notice: Option<PasswordNotice>,
}

/// What becomes of the session's cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CookieChange {
    /// Stays as it is.
    Keep,
    /// Gets this sealed value.
    Set(String),
    /// Goes.
    Clear,
}

/// The answer to one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignOn {
    /// What happens next.
    pub next: Next,
    /// What becomes of the cookie.
    pub cookie: CookieChange,
}
