//! Passwords that have ended, and new ones.

use jiff::Timestamp;

use super::{Asked, ChangeField, ChangePage, Next, SignInPage, SignOn, application};
use crate::idp::audit::{Event, Outcome};
use crate::idp::authentication::{AuthenticatedUser, Credentials, NotChanged};
use crate::idp::client::Client;
use crate::idp::folding::refusals;
use crate::idp::identity_provider::{IdentityProvider, Transaction};
use crate::idp::passwords::{PasswordNotice, UPDATE_PASSWORD};
use crate::idp::request::ValidatedRequest;
use crate::store::directory::{Password, Refusal};
use crate::store::password_change::{ChangeError, Demand};

/// Longest user name that is put into a form, in characters.
const USER_NAME_CHARACTERS: usize = 256;
/// Longest new password that is sent to a directory, in bytes.
const PASSWORD_BYTES: usize = 1024;
/// As for a refused sign-in: whose password it is and what is wrong with the account is told to nobody.
const REFUSED: &str = "The user name or the old password is not right, or the account cannot be used now. \
                       Check both and try again; after several failures wait 15 minutes.";

/// What was typed into the form for a new password.
#[derive(Debug)]
pub struct NewPassword {
    /// The name, and the old password.
    pub old: Credentials,
    /// The new password.
    pub new: Password,
    /// The new password once more.
    pub repeated: Password,
}

impl NewPassword {
    /// Takes over what was typed.
    #[must_use]
    pub fn typed(user_name: String, old: String, new: String, repeated: String) -> Self {
        let old = Credentials::typed(user_name, old);
        Self { old, new: Password::new(new), repeated: Password::new(repeated) }
    }
}

/// What comes of it.
#[derive(Debug)]
pub enum ChangeStep {
    /// Show the form again.
    Again(ChangePage),
    /// The password is changed, and this is what came of signing in with it.
    Changed(Box<SignOn>),
}

impl IdentityProvider {
    /// Whether people can change their passwords here.
    #[must_use]
    pub fn changes_passwords(&self) -> bool {
        self.passwords.change && self.authentication.directory.password_change().is_some()
    }

    /// The form for somebody who comes by themselves. Whoever is signed in finds their name and the rules that hold for
    /// them; what a stranger's new password must be is nobody's business. Blocks while the directory is asked.
    #[must_use]
    pub fn change_page(&self, user_name: Option<&str>, sealed_session: Option<&str>) -> ChangePage {
        let session = sealed_session.and_then(|sealed| self.authentication.sessions.open(sealed, self.clock.now()));
        let own = session.map(|session| session.user);
        let is_own = user_name.is_none_or(|name| own.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name)));
        let rules = own.as_deref().filter(|_| is_own).map(|own| self.password_rules(own)).unwrap_or_default();
        let name = user_name.map(str::to_owned).or(own).unwrap_or_default();
        ChangePage { user_name: shown(&name), rules, help: self.passwords.help.clone(), ..ChangePage::default() }
    }

    /// Changes a password, and signs in with the new one for what was asked. Blocks while the directory is asked.
    #[must_use]
    pub fn change_password(&self, asked: &Asked, typed: &NewPassword, client: &Client) -> ChangeStep {
        let transaction = Transaction::new(self, client);
        let request = self.checked(asked, transaction.now).ok().flatten();
        let page = ChangePage {
            user_name: shown(&typed.old.user_name),
            application: request.as_ref().map(application),
            help: self.passwords.help.clone(),
            ..ChangePage::default()
        };
        if let Some((wrong, message)) = mistyped(typed) {
            return ChangeStep::Again(ChangePage { message: Some(message.to_owned()), wrong: Some(wrong), ..page });
        }
        let mut record = transaction.audit(Event::PasswordChange, Outcome::Done);
        record.user = Some(shown(&typed.old.user_name));
        record.trust = request.map(|request| request.trust().relying_party.identifier.to_string());
        let changed = self.authentication.change_password(&typed.old, &typed.new, client, transaction.now);
        if let Err(error) = changed {
            record.outcome = outcome(&error);
            record.cause = Some(error.to_string());
            let reference = self.record_refusal(record, refusals::of_change(&error), &transaction);
            return ChangeStep::Again(self.not_changed(&error, &page, &reference));
        }
        self.record(&record);
        let new = Credentials {
            user_name: typed.old.user_name.clone(),
            password: Password::new(typed.new.reveal().to_owned()),
        };
        ChangeStep::Changed(Box::new(self.sign_on(asked, Some(&new), None, client)))
    }

    /// What to show somebody who knows their password and can do nothing with it.
    pub(super) fn ended_password(
        &self,
        credentials: &Credentials,
        refusal: &Refusal,
        request: Option<&ValidatedRequest>,
        transaction: &Transaction<'_>,
    ) -> Next {
        let what = match refusal {
            Refusal::PasswordMustChange => "Your password must be changed before you can sign in.",
            _ => "Your password has expired.",
        };
        let (user_name, application) = (shown(&credentials.user_name), request.map(application));
        let reference = &transaction.reference;
        if self.changes_passwords() {
            return Next::ChangePassword(ChangePage {
                // Programs show the message alone: it says where people find the form.
                message: Some(format!(
                    "{what} Choose a new one below, or with a browser at {}{UPDATE_PASSWORD}. Reference: {reference}.",
                    self.base_url
                )),
                rules: self.password_rules(&credentials.user_name),
                user_name,
                application,
                help: self.passwords.help.clone(),
                ..ChangePage::default()
            });
        }
        let help = &self.passwords.help;
        Next::SignIn(SignInPage {
            message: Some(format!("{what} {} Reference: {reference}.", help.sentence())),
            user_name,
            application,
            help_url: help.url.clone(),
            ..SignInPage::default()
        })
    }

    /// What to say of the password of somebody who has signed in.
    pub(super) fn password_notice(&self, user: &AuthenticatedUser, now: Timestamp) -> Option<PasswordNotice> {
        self.passwords.notice(user.account(), now, self.changes_passwords())
    }

    /// The form after a change that was refused or failed.
    fn not_changed(&self, error: &NotChanged, page: &ChangePage, reference: &str) -> ChangePage {
        let say = |text: &str, wrong| {
            let message = Some(format!("{text} Reference: {reference}."));
            ChangePage { message, wrong, ..page.clone() }
        };
        let error = match error {
            NotChanged::Refused(_) | NotChanged::Directory(ChangeError::Refused(_)) => {
                return say(REFUSED, Some(ChangeField::Old));
            }
            NotChanged::Directory(error) => error,
        };
        match error {
            ChangeError::Policy(missed) => {
                let said = say(refused_by_policy(missed), Some(ChangeField::New));
                let missed = missed.iter().map(Demand::to_string).collect();
                ChangePage { missed, rules: self.password_rules(&page.user_name), ..said }
            }
            ChangeError::NotAllowed => {
                say("Your account may not change its own password. Please ask the help desk for a new one.", None)
            }
            ChangeError::Unavailable(_) | ChangeError::Unasked(_) => say(
                "Your password was not changed: the user directory does not answer. Please try again in a few minutes.",
                None,
            ),
            ChangeError::Undecided(_) => say(
                "The user directory stopped answering before it was done. Your password may have been changed: \
                 sign in with the new one, and if that fails with the old one.",
                None,
            ),
            ChangeError::Refused(_) | ChangeError::Other(_) => say(
                "Your password was not changed, for a reason that the user directory did not explain. \
                 Please give the help desk the number.",
                None,
            ),
        }
    }

    /// The rules for a new password of a user who has shown who they are. None if they cannot be read: they are a help,
    /// and the directory holds people to them anyway.
    fn password_rules(&self, user_name: &str) -> Vec<String> {
        let Some(directory) = self.authentication.directory.password_change() else { return Vec::new() };
        let policy = directory.password_policy(user_name.trim()).unwrap_or_else(|error| {
            tracing::warn!(%error, "the password policy cannot be read");
            None
        });
        policy.map(|policy| policy.demands().iter().map(Demand::to_string).collect()).unwrap_or_default()
    }
}

/// What can be told without asking the directory. Says nothing about any account, and is not counted.
fn mistyped(typed: &NewPassword) -> Option<(ChangeField, &'static str)> {
    let NewPassword { old, new, repeated } = typed;
    if old.user_name.trim().is_empty() {
        Some((ChangeField::UserName, "Type your user name."))
    } else if old.password.is_empty() {
        Some((ChangeField::Old, "Type your old password, the one that you have now."))
    } else if new.is_empty() {
        Some((ChangeField::New, "Type a new password."))
    } else if new.reveal() != repeated.reveal() {
        Some((ChangeField::Repeated, "The two new passwords are not the same. Type all three again."))
    } else if new.reveal() == old.password.reveal() {
        Some((ChangeField::New, "The new password is the old one. Choose another."))
    } else if new.reveal().len() > PASSWORD_BYTES {
        Some((ChangeField::New, "The new password is too long. Choose one of at most 256 characters."))
    } else {
        None
    }
}

fn refused_by_policy(missed: &[Demand]) -> &'static str {
    match missed {
        [] => {
            "The user directory does not take this password. It may be too short, too simple or used before: \
             choose a longer one that you never had."
        }
        [Demand::Age(_)] => "Your password was changed a short time ago, and it is too early for the next change.",
        [Demand::NotUsedBefore { .. }] => {
            "The user directory does not take this password, most likely because you had it before."
        }
        [_] => "The new password does not keep to this rule.",
        _ => "The new password does not keep to these rules.",
    }
}

fn outcome(error: &NotChanged) -> Outcome {
    match error {
        NotChanged::Directory(ChangeError::Unavailable(_) | ChangeError::Unasked(_) | ChangeError::Undecided(_)) => {
            Outcome::Failed
        }
        NotChanged::Refused(_) | NotChanged::Directory(_) => Outcome::Refused,
    }
}

/// A name as it goes into pages and records.
fn shown(user_name: &str) -> String {
    user_name.trim().chars().filter(|c| !c.is_control()).take(USER_NAME_CHARACTERS).collect()
}
