//! Whether an account may be used now: what a domain controller checks at a bind, read from the account's attributes.

use jiff::Timestamp;

use crate::store::directory::Refusal;
use crate::store::ldap::entry::Entry;
use crate::store::windows_time;

/// Flags that an administrator sets [MS-ADTS 2.2.16].
pub(super) const CONTROL: &str = "userAccountControl";
/// Flags that follow from the time and the policy [MS-ADTS 3.1.1.4.5.17].
pub(super) const COMPUTED_CONTROL: &str = "msDS-User-Account-Control-Computed";
/// When the password was set; 0 if it must be changed first.
pub(super) const PASSWORD_SET: &str = "pwdLastSet";
/// When the account ends.
pub(super) const EXPIRES: &str = "accountExpires";

/// When the password ends, by the policy that holds for the person [MS-ADTS 3.1.1.4.5.49].
pub(super) const PASSWORD_ENDS: &str = "msDS-UserPasswordExpiryTimeComputed";

/// The account is switched off.
const ACCOUNT_DISABLE: i64 = 0x2;
/// Too many wrong passwords, not long ago.
const LOCKOUT: i64 = 0x10;
/// The password is older than the policy bears, or must be changed.
const PASSWORD_EXPIRED: i64 = 0x80_0000;
/// Two ways to say that an account never ends.
const NEVER: [i64; 2] = [0, i64::MAX];

/// Another text after each change of the password; empty if it cannot be read.
pub(super) fn password_mark(person: &Entry) -> String {
    number(person, PASSWORD_SET).map_or_else(|_| String::new(), |set| set.to_string())
}

/// When the password was set. `None` if it must be changed first, or nobody may read it.
pub(super) fn password_set(person: &Entry) -> Option<Timestamp> {
    moment(number(person, PASSWORD_SET).ok()?)
}

/// When the password ends. `None` if it never does, must be changed first, or nobody may read it.
pub(super) fn password_ends(person: &Entry) -> Option<Timestamp> {
    moment(number(person, PASSWORD_ENDS).ok()?)
}

/// Whether the account may be used at this time.
///
/// # Errors
///
/// Why not; also if it cannot be read.
pub(super) fn check(person: &Entry, now: Timestamp) -> Result<(), Refusal> {
    if number(person, CONTROL)? & ACCOUNT_DISABLE != 0 {
        return Err(Refusal::Disabled);
    }
    let expires = number(person, EXPIRES)?;
    if moment(expires).is_some_and(|expires| expires <= now) {
        return Err(Refusal::AccountExpired);
    }
    let computed = number(person, COMPUTED_CONTROL)?;
    if computed & LOCKOUT != 0 {
        return Err(Refusal::LockedOut);
    }
    if computed & PASSWORD_EXPIRED != 0 {
        let must_change = number(person, PASSWORD_SET)? == 0;
        return Err(if must_change { Refusal::PasswordMustChange } else { Refusal::PasswordExpired });
    }
    Ok(())
}

/// The moment that Windows writes so. `None` for one that never comes.
fn moment(ticks: i64) -> Option<Timestamp> {
    if NEVER.contains(&ticks) { None } else { windows_time::moment(ticks) }
}

fn number(person: &Entry, attribute: &str) -> Result<i64, Refusal> {
    let text = person.text(&attribute.to_lowercase());
    text.and_then(|text| text.parse().ok()).ok_or_else(|| {
        Refusal::Other(format!("`{attribute}` cannot be read; the service account needs the right to read it"))
    })
}

#[cfg(test)]
mod tests {
    use ldap3::SearchEntry;

    use super::*;

    /// 2026-11-21T10:00:00Z
    const NOW: i64 = 1_795_255_200;

    fn person(changed: &[(&str, Option<&str>)]) -> Entry {
        let usual = [(CONTROL, "512"), (COMPUTED_CONTROL, "0"), (PASSWORD_SET, "134000000000000000"), (EXPIRES, "0")];
        let mut attrs: std::collections::HashMap<String, Vec<String>> =
            usual.iter().map(|(name, value)| ((*name).to_owned(), vec![(*value).to_owned()])).collect();
        for (name, value) in changed {
            match value {
                Some(value) => attrs.insert((*name).to_owned(), vec![(*value).to_owned()]),
                None => attrs.remove(*name),
            };
        }
        SearchEntry { dn: "CN=a".to_owned(), attrs, bin_attrs: std::collections::HashMap::new() }.into()
    }

    fn check_now(changed: &[(&str, Option<&str>)]) -> Result<(), Refusal> {
        check(&person(changed), Timestamp::from_second(NOW).unwrap())
    }

    #[test]
    fn an_account_is_usable_until_something_ends_it() {
        let ticks = |second: i64| windows_time::ticks(second).to_string();
        let (past, future) = (ticks(NOW), ticks(NOW + 1));
        assert_eq!(check_now(&[]), Ok(()));
        assert_eq!(check_now(&[(EXPIRES, Some("9223372036854775807"))]), Ok(()));
        assert_eq!(check_now(&[(EXPIRES, Some(&future))]), Ok(()));
        assert_eq!(check_now(&[(EXPIRES, Some(&past))]), Err(Refusal::AccountExpired));
        assert_eq!(check_now(&[(CONTROL, Some("514"))]), Err(Refusal::Disabled));
        assert_eq!(check_now(&[(COMPUTED_CONTROL, Some("16"))]), Err(Refusal::LockedOut));
        assert_eq!(check_now(&[(COMPUTED_CONTROL, Some("8388608"))]), Err(Refusal::PasswordExpired));
        let must_change = [(COMPUTED_CONTROL, Some("8388608")), (PASSWORD_SET, Some("0"))];
        assert_eq!(check_now(&must_change), Err(Refusal::PasswordMustChange));
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for attribute in [CONTROL, COMPUTED_CONTROL, EXPIRES] {
            for value in [None, Some(""), Some("x")] {
                let refusal = check_now(&[(attribute, value)]).unwrap_err();
                assert!(refusal.to_string().contains(attribute), "{refusal}");
            }
        }
        assert_eq!(password_mark(&person(&[(PASSWORD_SET, None)])), "");
    }
}
