//! What the result of a bind says about a password.

use ldap3::LdapResult;

use super::connection::BUSY;
use super::failure::Failure;
use crate::store::directory::Refusal;

/// What a make of server says by the result of a bind: `Ok` if the password opens the account, the cause if it does
/// not, and `Err(None)` for a result that says nothing about the account.
pub(in crate::store) type BindMeaning = fn(&LdapResult) -> Result<(), Option<Refusal>>;

/// The outcome of a user's bind. Whatever the directory answers is an answer about this password, and counts as a
/// failed one unless it succeeds; only a directory that has no time has not looked.
pub(super) fn of_user(meaning: BindMeaning, result: &LdapResult) -> Result<Option<Refusal>, Failure> {
    let text = result.text.trim_end_matches(['\0', '\n']);
    match meaning(result) {
        Ok(()) => Ok(None),
        Err(Some(refusal)) => Ok(Some(refusal)),
        Err(None) if BUSY.contains(&result.rc) => {
            Err(Failure::Lost(format!("checking a password: the directory answered with code {}: {text}", result.rc)))
        }
        Err(None) => Ok(Some(Refusal::Other(format!("code {}: {text}", result.rc)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_definite_answer_to_a_user_is_a_refusal() {
        let answer = |rc: u32| LdapResult {
            rc,
            matched: String::new(),
            text: "no\0".to_owned(),
            refs: Vec::new(),
            ctrls: Vec::new(),
        };
        let meaning: BindMeaning = |result| match result.rc {
            0 => Ok(()),
            49 => Err(Some(Refusal::WrongPassword)),
            _ => Err(None),
        };
        assert_eq!(of_user(meaning, &answer(0)), Ok(None));
        assert_eq!(of_user(meaning, &answer(49)), Ok(Some(Refusal::WrongPassword)));
        for code in [1, 8, 14, 19, 32, 34, 48, 50, 53, 80] {
            assert_eq!(of_user(meaning, &answer(code)), Ok(Some(Refusal::Other(format!("code {code}: no")))));
        }
        for code in BUSY {
            assert!(matches!(of_user(meaning, &answer(code)), Err(Failure::Lost(_))), "{code}");
        }
    }
}
