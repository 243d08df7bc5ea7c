//! The change of a password by whoever knows it, over LDAP.
//!
//! One operation takes the old password away and adds the new one; the directory looks at both. `replace` would be a
//! reset, which asks for no old password and for a right over other people's accounts: it is never sent
//! [MS-ADTS 3.1.1.3.1.5.1].

use std::collections::HashSet;
use std::time::Instant;

use jiff::Timestamp;
use ldap3::{LdapResult, Mod};

use super::ActiveDirectory;
use super::password_policy::{self, Rules};
use crate::engine::StoreError;
use crate::store::directory::{Password, Refusal};
use crate::store::ldap::connection::{BUSY, Connection};
use crate::store::ldap::failure::Failure;
use crate::store::password_change::{ChangeError, Demand, PasswordChange, PasswordPolicy};
use crate::store::user_name::UserName;

/// Longest password in characters, as Windows counts them.
const MOST_CHARACTERS: u32 = 256;
/// Takes a password in quotes, as UTF-16 [MS-ADTS 3.1.1.3.1.5.1].
const PASSWORD: &[u8] = b"unicodePwd";
/// Stands for bytes that were no UTF-8: nobody has typed it.
const REPLACEMENT: char = '\u{fffd}';

/// What the directory answers to a change.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Answer {
    Changed,
    /// The old password is not right after all, or the account was locked meanwhile.
    Refused(Refusal),
    /// Length, complexity, history or age.
    AgainstThePolicy,
    NotAllowed,
    Other(String),
    Busy(String),
}

impl PasswordChange for ActiveDirectory {
    fn password_policy(&self, user_name: &str) -> Result<Option<PasswordPolicy>, StoreError> {
        let Some(name) = UserName::parse(user_name) else { return Ok(None) };
        let deadline = self.deadline();
        self.pool.run(deadline, |connection| {
            let Some(person) = self.find(user_name, name, connection, deadline)? else { return Ok(None) };
            Ok(self.rules_for(&person.dn, connection, deadline)?.policy)
        })
    }

    fn change_password(
        &self,
        user_name: &str,
        old: &Password,
        new: &Password,
        now: Timestamp,
    ) -> Result<(), ChangeError> {
        let name = UserName::parse(user_name).ok_or(Refusal::UnknownUser)?;
        let deadline = self.deadline();
        let found = self.pool.run(deadline, |connection| self.find(user_name, name, connection, deadline));
        let person = found?.ok_or_else(|| self.nobody(name))?;
        let mut connection = match self.pool.open_as(&person.dn, old, deadline)? {
            Ok(connection) => connection,
            // Nobody can bind with such a password to change it. The service account asks for the change; the directory
            // wants the old password all the same, and the right to change it is everybody's [MS-ADTS 5.1.3.2.1].
            Err(Refusal::PasswordExpired | Refusal::PasswordMustChange) => {
                self.pool.open_as_service(deadline).map_err(ChangeError::Unasked)?
            }
            Err(refusal) => return Err(refusal.into()),
        };
        if let Some(demand) = unusable(new.reveal()) {
            return Err(ChangeError::Policy(vec![demand]));
        }
        let changes = vec![
            Mod::Delete(PASSWORD.to_vec(), HashSet::from([quoted(old)])),
            Mod::Add(PASSWORD.to_vec(), HashSet::from([quoted(new)])),
        ];
        let result = connection.modify(&person.dn, changes, deadline);
        let result = result.map_err(|failure| ChangeError::Undecided(self.pool.error(&failure)))?;
        match Answer::read(&result) {
            Answer::Changed => Ok(()),
            Answer::Refused(refusal) => Err(refusal.into()),
            Answer::AgainstThePolicy => Err(ChangeError::Policy(self.missed(&person.dn, new, now, deadline))),
            Answer::NotAllowed => Err(ChangeError::NotAllowed),
            Answer::Other(reason) => Err(ChangeError::Other(reason)),
            Answer::Busy(reason) => Err(ChangeError::Unasked(self.pool.error(&Failure::Lost(reason)))),
        }
    }
}

impl ActiveDirectory {
    /// Which demands of the policy a refused password misses. None if the policy cannot be read.
    fn missed(&self, dn: &str, new: &Password, now: Timestamp, deadline: Instant) -> Vec<Demand> {
        let rules = self.pool.run(deadline, |connection| self.rules_for(dn, connection, deadline));
        let rules = rules.unwrap_or_else(|error| {
            tracing::warn!(%error, "the password policy cannot be read");
            Rules::default()
        });
        rules.policy.as_ref().map(|policy| policy.missed(new.reveal(), rules.owner(), now)).unwrap_or_default()
    }

    fn rules_for(&self, dn: &str, connection: &mut Connection, deadline: Instant) -> Result<Rules, Failure> {
        let base = self.domain(connection, deadline)?.base.clone();
        password_policy::read(dn, &base, connection, deadline)
    }
}

/// What no new password can be, whatever the policy says.
fn unusable(new: &str) -> Option<Demand> {
    if new.is_empty() {
        return Some(Demand::Least { characters: 1 });
    }
    if new.chars().any(|c| c.is_control() || c == REPLACEMENT) {
        return Some(Demand::Typeable);
    }
    let characters = u32::try_from(new.encode_utf16().count()).unwrap_or(u32::MAX);
    (characters > MOST_CHARACTERS).then_some(Demand::Most { characters: MOST_CHARACTERS })
}

fn quoted(password: &Password) -> Vec<u8> {
    let quoted = ["\"", password.reveal(), "\""];
    quoted.iter().flat_map(|part| part.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

impl Answer {
    /// Reads the Windows error number with which the text of a refusal begins [MS-ERREF 2.2].
    fn read(result: &LdapResult) -> Self {
        let text = result.text.trim_end_matches(['\0', '\n']);
        let reason = || format!("code {}: {text}", result.rc);
        let number = text.split(':').next().and_then(|start| u32::from_str_radix(start.trim(), 16).ok());
        match (result.rc, number) {
            (0, _) => Self::Changed,
            (rc, _) if BUSY.contains(&rc) => Self::Busy(reason()),
            // ERROR_INVALID_PASSWORD
            (_, Some(0x56)) => Self::Refused(Refusal::WrongPassword),
            // ERROR_ACCOUNT_LOCKED_OUT
            (_, Some(0x775)) => Self::Refused(Refusal::LockedOut),
            // ERROR_ACCOUNT_DISABLED
            (_, Some(0x533)) => Self::Refused(Refusal::Disabled),
            // ERROR_PASSWORD_RESTRICTION
            (_, Some(0x52d)) => Self::AgainstThePolicy,
            // ERROR_ACCESS_DENIED; insufficientAccessRights; constraintViolation [RFC 4511 A.1], of which Samba numbers
            // all causes but the missing right.
            (_, Some(0x5)) | (50, _) | (19, None) => Self::NotAllowed,
            _ => Self::Other(reason()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(rc: u32, text: &str) -> Answer {
        let (matched, text) = (String::new(), text.to_owned());
        Answer::read(&LdapResult { rc, matched, text, refs: Vec::new(), ctrls: Vec::new() })
    }

    #[test]
    fn answers_of_windows_and_samba_are_understood() {
        let windows = |number: &str, problem: &str| {
            format!(
                "{number}: AtrErr: DSID-03190F80, #1:\n\t0: {number}: DSID-03190F80, problem {problem}, data 0, Att 9005a (unicodePwd)\n\0"
            )
        };
        let restricted = windows("0000052D", "1005 (CONSTRAINT_ATT_TYPE)");
        let wrong = windows("00000056", "1005 (CONSTRAINT_ATT_TYPE)");
        assert_eq!(read(0, ""), Answer::Changed);
        assert_eq!(read(19, &restricted), Answer::AgainstThePolicy);
        assert_eq!(read(19, &wrong), Answer::Refused(Refusal::WrongPassword));
        assert_eq!(
            read(19, "0000052D: Constraint violation - check_password_restrictions: the password is too short."),
            Answer::AgainstThePolicy
        );
        assert_eq!(
            read(
                19,
                "00000056: Constraint violation - check_password_restrictions: The old password specified doesn't match!"
            ),
            Answer::Refused(Refusal::WrongPassword)
        );
        assert_eq!(read(19, "00000775: Constraint violation"), Answer::Refused(Refusal::LockedOut));
        assert_eq!(
            read(50, "00000005: SecErr: DSID-031A1190, problem 4003 (INSUFF_ACCESS_RIGHTS), data 0"),
            Answer::NotAllowed
        );
        assert_eq!(read(50, ""), Answer::NotAllowed);
        let denied = "error in module acl: Constraint violation during LDB_MODIFY (19)";
        assert_eq!(read(19, denied), Answer::NotAllowed);
        let unencrypted = "0000001F: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0";
        assert_eq!(read(53, unencrypted), Answer::Other(format!("code 53: {unencrypted}")));
        let illegal = "0000202B: RefErr: DSID-0310082F, data 0, 1 access points";
        assert_eq!(read(10, illegal), Answer::Other(format!("code 10: {illegal}")));
        assert!(matches!(read(51, "busy"), Answer::Busy(_)));
    }

    #[test]
    fn what_nobody_can_type_is_no_password() {
        assert_eq!(unusable("p\u{e4}ssw\u{f6}rd \"quoted\" \u{1f600}"), None);
        assert_eq!(unusable(""), Some(Demand::Least { characters: 1 }));
        for text in ["a\0", "\u{7f}", "a\nb", "caf\u{fffd}"] {
            assert_eq!(unusable(text), Some(Demand::Typeable), "{text:?}");
        }
        assert_eq!(unusable(&"x".repeat(256)), None);
        assert_eq!(unusable(&"x".repeat(257)), Some(Demand::Most { characters: 256 }));
        assert_eq!(unusable(&"\u{1f600}".repeat(129)), Some(Demand::Most { characters: 256 }));
    }

    #[test]
    fn a_password_goes_out_in_quotes() {
        assert_eq!(quoted(&Password::new("a\"\u{e9}".to_owned())), b"\"\0a\0\"\0\xe9\0\"\0");
    }
}
