//! What a server says of a password policy in the answer to a bind [draft-behera-ldap-password-policy 6.2].

use ldap3::LdapResult;
use ldap3::controls::RawControl;

use crate::store::directory::Refusal;

/// Asks for it, and marks it in the answer.
const PASSWORD_POLICY: &str = "1.3.6.1.4.1.42.2.27.8.5.1";

/// Success [RFC 4511 A.1].
const SUCCESS: u32 = 0;
/// What 389 Directory Server answers for an account with too many wrong passwords.
const CONSTRAINT_VIOLATION: u32 = 19;
/// Wrong name or password.
const INVALID_CREDENTIALS: u32 = 49;
/// What 389 Directory Server answers for an account that is switched off.
const UNWILLING_TO_PERFORM: u32 = 53;

/// Tag of the answer [draft 6.2].
const SEQUENCE: u8 = 0x30;
/// Tag of its warning.
const WARNING: u8 = 0xa0;
/// Tag of a warning that counts the uses that are left.
const GRACE: u8 = 0x81;
/// Tag of its error.
const ERROR: u8 = 0x81;
/// The password's time is over.
const EXPIRED: u8 = 0;
/// The account is locked.
const LOCKED: u8 = 1;
/// Somebody else set the password.
const MUST_CHANGE: u8 = 2;

/// What a server says of the policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Answer {
    /// How often the old password may be used still.
    grace: Option<u8>,
    error: Option<u8>,
}

/// The control that asks for it.
pub(super) fn request() -> RawControl {
    RawControl { ctype: PASSWORD_POLICY.to_owned(), crit: false, val: None }
}

/// What the result of a bind means.
pub(super) fn meaning(result: &LdapResult) -> Result<(), Option<Refusal>> {
    let answer = answer(result);
    let error = answer.error.map(|error| match error {
        EXPIRED => Refusal::PasswordExpired,
        LOCKED => Refusal::LockedOut,
        MUST_CHANGE => Refusal::PasswordMustChange,
        other => Refusal::Other(format!("password policy error {other}")),
    });
    let says = |text: &str| result.text.to_ascii_lowercase().contains(text);
    match (result.rc, error) {
        (SUCCESS, None) => {
            if let Some(left) = answer.grace {
                tracing::warn!(left, "somebody signed in with an expired password, as the policy still allows");
            }
            Ok(())
        }
        (SUCCESS | INVALID_CREDENTIALS, Some(refusal)) => Err(Some(refusal)),
        (INVALID_CREDENTIALS, None) if says("password expired") => Err(Some(Refusal::PasswordExpired)),
        (INVALID_CREDENTIALS, None) => Err(Some(Refusal::WrongPassword)),
        (CONSTRAINT_VIOLATION, _) if says("retry limit") => Err(Some(Refusal::LockedOut)),
        (UNWILLING_TO_PERFORM, _) if says("inactivated") => Err(Some(Refusal::Disabled)),
        _ => Err(None),
    }
}

fn answer(result: &LdapResult) -> Answer {
    let found = result.ctrls.iter().map(|control| &control.1).find(|control| control.ctype == PASSWORD_POLICY);
    let value = found.and_then(|control| control.val.as_deref()).unwrap_or_default();
    decode(value).unwrap_or_default()
}

/// Reads `SEQUENCE { [0] CHOICE { [0] seconds, [1] grace } OPTIONAL, [1] error OPTIONAL }`. `None` for what is no such
/// thing.
fn decode(bytes: &[u8]) -> Option<Answer> {
    let (SEQUENCE, mut inner, []) = element(bytes)? else { return None };
    let mut answer = Answer::default();
    while !inner.is_empty() {
        let (tag, value, rest) = element(inner)?;
        match (tag, value) {
            (WARNING, warning) => {
                let (tag, number, _) = element(warning)?;
                answer.grace = (tag == GRACE).then(|| number.last().copied().unwrap_or_default());
            }
            (ERROR, &[error]) => answer.error = Some(error),
            _ => return None,
        }
        inner = rest;
    }
    Some(answer)
}

/// Tag and content of the first element, and what follows it. These are all short.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[tag, length], rest) = bytes.split_first_chunk::<2>()?;
    let (content, rest) = rest.split_at_checked(usize::from(length))?;
    (length < 0x80).then_some((tag, content, rest))
}

#[cfg(test)]
mod tests {
    use ldap3::controls::Control;
    use proptest::prelude::*;

    use super::*;

    fn result(rc: u32, text: &str, control: Option<&[u8]>) -> LdapResult {
        let control = control.map(|value| {
            Control(None, RawControl { ctype: PASSWORD_POLICY.to_owned(), crit: false, val: Some(value.to_vec()) })
        });
        LdapResult {
            rc,
            matched: String::new(),
            text: text.to_owned(),
            refs: Vec::new(),
            ctrls: control.into_iter().collect(),
        }
    }

    #[test]
    fn every_answer_has_its_meaning() {
        let error = |number: u8| [0x30, 3, 0x81, 1, number];
        for (rc, text, control, expected) in [
            (0, "", None, Ok(())),
            (0, "", Some(&[0x30, 0][..]), Ok(())),
            // A day until the password ends; two uses left after its end.
            (0, "", Some(&[0x30, 7, 0xa0, 5, 0x80, 3, 1, 0x51, 0x80]), Ok(())),
            (0, "", Some(&[0x30, 5, 0xa0, 3, 0x81, 1, 2]), Ok(())),
            (0, "", Some(&error(2)), Err(Some(Refusal::PasswordMustChange))),
            (0, "", Some(&error(0)), Err(Some(Refusal::PasswordExpired))),
            (49, "", None, Err(Some(Refusal::WrongPassword))),
            (49, "", Some(&[0x30, 0]), Err(Some(Refusal::WrongPassword))),
            (49, "", Some(&error(0)), Err(Some(Refusal::PasswordExpired))),
            (49, "", Some(&error(1)), Err(Some(Refusal::LockedOut))),
            (49, "", Some(&error(9)), Err(Some(Refusal::Other("password policy error 9".to_owned())))),
            (49, "password expired!", None, Err(Some(Refusal::PasswordExpired))),
            (19, "Exceed password retry limit. Please try later.", None, Err(Some(Refusal::LockedOut))),
            (53, "Account inactivated. Contact system administrator.", None, Err(Some(Refusal::Disabled))),
            (19, "", None, Err(None)),
            (53, "unauthenticated bind (DN with no password) disallowed", None, Err(None)),
            (34, "invalid DN", None, Err(None)),
            (48, "", None, Err(None)),
            (32, "", None, Err(None)),
        ] {
            assert_eq!(meaning(&result(rc, text, control)), expected, "{rc} {text} {control:?}");
        }
    }

    #[test]
    fn the_uses_that_are_left_are_read() {
        assert_eq!(decode(&[0x30, 5, 0xa0, 3, 0x81, 1, 2]), Some(Answer { grace: Some(2), error: None }));
        assert_eq!(
            decode(&[0x30, 8, 0xa0, 3, 0x81, 1, 2, 0x81, 1, 2]),
            Some(Answer { grace: Some(2), error: Some(2) })
        );
    }

    proptest! {
        #[test]
        fn no_bytes_do_harm(bytes in proptest::collection::vec(any::<u8>(), 0..24)) {
            let _ = decode(&bytes);
        }
    }
}
