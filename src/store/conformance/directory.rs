//! What every authority for sign-in does.

use jiff::Timestamp;

use super::deviation::{Deviation, Deviations};
use crate::engine::claim::AD_AUTHORITY;
use crate::engine::claim_types::WINDOWS_ACCOUNT_NAME;
use crate::store::directory::{Account, AccountMark, Directory, Password, Refusal, SignInError};

/// Names that are nobody's, and mean something in some query language.
const NOBODY: [&str; 10] = [
    "",
    "*",
    "no-such-user",
    "*)(|(cn=*",
    "no-such-user)(objectClass=*",
    "no-such-domain\\*",
    "\\",
    "@",
    "no-such-user\0",
    "' OR '1'='1",
];

/// Somebody who may sign in.
#[derive(Clone, Debug)]
pub struct Member {
    /// `DOMAIN\user`, as the directory spells it.
    pub account: String,
    /// Everything that may be typed for it.
    pub names: Vec<String>,
    /// The password.
    pub password: String,
}

/// Where a directory does otherwise than directories do. None: it conforms. `members` may sign in `now`; a wrong password
/// is typed for each a few times, fewer than a usual policy bears.
#[must_use]
pub fn directory(directory: &dyn Directory, members: &[Member], now: Timestamp) -> Vec<Deviation> {
    let mut deviations = Deviations::default();
    let listed = directory.user_names();
    for member in members {
        one(directory, member, now, &mut deviations);
        let is_listed = listed.as_ref().is_ok_and(|names| names.contains(&member.account));
        deviations.hold(is_listed, format_args!("the list of users, for {}", member.account), "their name", &listed);
    }
    for name in NOBODY {
        let asked = name.escape_debug();
        deviations.expect(format_args!("the account of `{asked}`"), &directory.account(name), &Ok(None));
        let refused = directory.sign_in(name, &password("anything")).map_err(refusal);
        let is_nobody = matches!(refused, Err(Some(Refusal::UnknownUser | Refusal::OtherDomain(_))));
        deviations.hold(is_nobody, format_args!("a sign-in as `{asked}`"), "that nobody has the name", &refused);
    }
    strangers(directory, members, now, &mut deviations);
    deviations.0
}

fn one(directory: &dyn Directory, member: &Member, now: Timestamp, deviations: &mut Deviations) {
    let Member { account: name, names, password: right } = member;
    let account = match directory.account(name) {
        Ok(Some(account)) => account,
        found => return deviations.hold(false, format_args!("the account of {name}"), "an account", &found),
    };
    deviations.expect(format_args!("the name of {name}"), &&*account.name, &name.as_str());
    let own: Vec<&str> = values(&account, WINDOWS_ACCOUNT_NAME);
    deviations.expect(format_args!("the Windows account name of {name}"), &own, &vec![name.as_str()]);
    let foreign = account.claims.iter().find(|claim| &*claim.issuer != AD_AUTHORITY);
    deviations.expect(format_args!("claims of {name} by another issuer than `{AD_AUTHORITY}`"), &foreign, &None);
    for typed in names {
        deviations.expect(
            format_args!("the account of {typed}"),
            &directory.account(typed),
            &Ok(Some(account.clone())),
        );
        let signed_in = directory.sign_in(typed, &password(right)).map_err(refusal);
        deviations.expect(format_args!("a sign-in as {typed}"), &signed_in, &Ok(account.clone()));
        let known = directory.identify(typed);
        deviations.expect(format_args!("who {typed} is"), &known, &directory.identify(name));
    }
    for (typed, expected) in [
        (String::new(), Refusal::EmptyPassword),
        (format!("{right}x"), Refusal::WrongPassword),
        // A directory may take a NUL for the end.
        (format!("{right}\0"), Refusal::WrongPassword),
    ] {
        let asked = format!("a password of {name} that is {expected}");
        let refused = directory.sign_in(name, &password(&typed)).map_err(refusal);
        deviations.expect(asked, &refused, &Err(Some(expected)));
    }
    let still = directory.still_account(name, &account.mark, now).map_err(refusal);
    deviations.expect(format_args!("the session of {name}"), &still, &Ok(account.clone()));
    let unmarked = directory.still_account(name, &AccountMark::default(), now);
    deviations.hold(unmarked.is_err(), format_args!("a session of {name} that says nothing"), "a refusal", &unmarked);
}

/// A session is good for one account only.
fn strangers(directory: &dyn Directory, members: &[Member], now: Timestamp, deviations: &mut Deviations) {
    let [first, second, ..] = members else { return };
    if let Ok(Some(other)) = directory.account(&second.account) {
        let found = directory.still_account(&first.account, &other.mark, now).map_err(refusal);
        let asked = format!("a session of {} with the mark of {}", first.account, second.account);
        deviations.expect(asked, &found, &Err(Some(Refusal::AnotherAccount)));
    }
}

fn values<'a>(account: &'a Account, claim_type: &str) -> Vec<&'a str> {
    account.claims.iter().filter(|claim| &*claim.claim_type == claim_type).map(|claim| &*claim.value).collect()
}

/// Why somebody was refused. `None` if the directory did not answer.
fn refusal(error: SignInError) -> Option<Refusal> {
    match error {
        SignInError::Refused(refusal) => Some(refusal),
        SignInError::Unavailable(_) | SignInError::Unfinished(_) => None,
    }
}

fn password(text: &str) -> Password {
    Password::new(text.to_owned())
}
