//! Whether an account may be used now, read from its attributes: what the server checks at a bind, and what Unix
//! accounts say of themselves.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::store::directory::Refusal;
use crate::store::ldap::entry::Entry;

/// When the account was locked [draft-behera-ldap-password-policy 5.3.3].
const LOCKED_SINCE: &str = "pwdAccountLockedTime";
/// `TRUE` after somebody else set the password [draft 5.3.6].
const RESET: &str = "pwdReset";
/// When the password was set [draft 5.3.2].
const CHANGED: &str = "pwdChangedTime";
/// The account may be used from here [draft 5.3.8].
const STARTS: &str = "pwdStartTime";
/// … to here [draft 5.3.9].
const ENDS: &str = "pwdEndTime";
/// The policy of this account.
pub(super) const POLICY: &str = "pwdPolicySubentry";
/// Times at which the old password was used after its end.
const GRACE_USED: &str = "pwdGraceUseTime";
/// Days since 1970 at which the account ends [RFC 2307 3].
const SHADOW_EXPIRES: &str = "shadowExpire";
/// Days since 1970 at which the password was set; 0 if it must be changed [RFC 2307 3].
const SHADOW_CHANGED: &str = "shadowLastChange";
/// Days for which a password may be used [RFC 2307 3].
const SHADOW_MOST_DAYS: &str = "shadowMax";

/// What is asked of a person. Most are shown only if they are asked for by name.
pub(super) const OF_A_PERSON: [&str; 10] =
    [LOCKED_SINCE, RESET, CHANGED, STARTS, ENDS, POLICY, GRACE_USED, SHADOW_EXPIRES, SHADOW_CHANGED, SHADOW_MOST_DAYS];

/// Seconds for which a password may be used.
const MOST_AGE: &str = "pwdMaxAge";
/// Seconds for which an account stays locked.
const LOCKED_FOR: &str = "pwdLockoutDuration";
/// Uses of an expired password.
const GRACE_USES: &str = "pwdGraceAuthNLimit";
/// Whether a password that somebody else set must be changed.
const MUST_CHANGE: &str = "pwdMustChange";

/// What is asked of a policy.
pub(super) const OF_A_POLICY: [&str; 4] = [MOST_AGE, LOCKED_FOR, GRACE_USES, MUST_CHANGE];

/// Locked by an administrator, for good [draft 5.3.3].
const FOR_GOOD: &str = "000001010000Z";
const SECONDS_PER_DAY: i64 = 86_400;

/// Whether the account may be used at this time. Without its policy, what only the policy could end lasts.
///
/// # Errors
///
/// Why not; also if what there is cannot be read.
pub(super) fn check(person: &Entry, policy: Option<&Entry>, now: Timestamp) -> Result<(), Refusal> {
    if is_locked_for_good(person) {
        return Err(Refusal::Disabled);
    }
    if let Some(ends) = time(person, ENDS)?
        && ends <= now
    {
        return Err(Refusal::AccountExpired);
    }
    if let Some(expires) = days(person, SHADOW_EXPIRES)?
        && now.as_second() >= expires.saturating_mul(SECONDS_PER_DAY)
    {
        return Err(Refusal::AccountExpired);
    }
    if time(person, STARTS)?.is_some_and(|starts| starts > now) {
        return Err(Refusal::Other("the account's time has not come".to_owned()));
    }
    if is_locked(person, policy, now)? {
        return Err(Refusal::LockedOut);
    }
    check_password_age(person, policy, now)
}

/// Whether an administrator has locked the account.
pub(super) fn is_locked_for_good(person: &Entry) -> bool {
    text(person, LOCKED_SINCE) == Some(FOR_GOOD)
}

/// When the password's time is over, by the policy. `None` if it never is, or nobody can tell.
pub(super) fn password_ends(person: &Entry, policy: &Entry) -> Option<Timestamp> {
    Some(later(time(person, CHANGED).ok()??, seconds(policy, MOST_AGE).ok()??))
}

fn is_locked(person: &Entry, policy: Option<&Entry>, now: Timestamp) -> Result<bool, Refusal> {
    let Some(since) = time(person, LOCKED_SINCE)? else { return Ok(false) };
    // Nobody takes the mark away when the time is over.
    Ok(match policy.map(|policy| seconds(policy, LOCKED_FOR)).transpose()?.flatten() {
        Some(lasts) => later(since, lasts) > now,
        None => true,
    })
}

fn check_password_age(person: &Entry, policy: Option<&Entry>, now: Timestamp) -> Result<(), Refusal> {
    let must_change = policy.is_none_or(|policy| is_true(policy, MUST_CHANGE));
    if is_true(person, RESET) && must_change || days(person, SHADOW_CHANGED)? == Some(0) {
        return Err(Refusal::PasswordMustChange);
    }
    if let (Some(changed), Some(most)) = (days(person, SHADOW_CHANGED)?, days(person, SHADOW_MOST_DAYS)?)
        && now.as_second() >= changed.saturating_add(most).saturating_add(1).saturating_mul(SECONDS_PER_DAY)
    {
        return Err(Refusal::PasswordExpired);
    }
    let Some(policy) = policy else { return Ok(()) };
    if let (Some(changed), Some(most)) = (time(person, CHANGED)?, seconds(policy, MOST_AGE)?)
        && later(changed, most) <= now
        && seconds(policy, GRACE_USES)?.unwrap_or(0) <= uses(person)
    {
        return Err(Refusal::PasswordExpired);
    }
    Ok(())
}

fn text<'a>(entry: &'a Entry, attribute: &str) -> Option<&'a str> {
    entry.text(&attribute.to_lowercase())
}

fn is_true(entry: &Entry, attribute: &str) -> bool {
    text(entry, attribute).is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

fn uses(person: &Entry) -> i64 {
    i64::try_from(person.values(&GRACE_USED.to_lowercase()).len()).unwrap_or(i64::MAX)
}

fn later(time: Timestamp, seconds: i64) -> Timestamp {
    time.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}

/// A number of seconds; 0 is none.
fn seconds(policy: &Entry, attribute: &str) -> Result<Option<i64>, Refusal> {
    number(policy, attribute).map(|number| number.filter(|&number| number > 0))
}

/// A number of days; a negative one is none.
fn days(person: &Entry, attribute: &str) -> Result<Option<i64>, Refusal> {
    number(person, attribute).map(|number| number.filter(|&number| number >= 0))
}

fn number(entry: &Entry, attribute: &str) -> Result<Option<i64>, Refusal> {
    text(entry, attribute).map(|text| text.parse().map_err(|_| unreadable(attribute, text))).transpose()
}

fn time(entry: &Entry, attribute: &str) -> Result<Option<Timestamp>, Refusal> {
    text(entry, attribute).map(|text| generalized_time(text).ok_or_else(|| unreadable(attribute, text))).transpose()
}

fn unreadable(attribute: &str, text: &str) -> Refusal {
    Refusal::Other(format!("`{attribute}` of the account is `{text}`, which cannot be read"))
}

/// `20261121160200Z`, perhaps with a fraction of the second and without the seconds [RFC 4517 3.3.13]. Servers write
/// no other zone than Z here.
fn generalized_time(text: &str) -> Option<Timestamp> {
    let digits = text.strip_suffix('Z')?.split(['.', ',']).next()?;
    let mut numbers = digits.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok()?.parse::<i8>().ok());
    let mut next = || numbers.next().flatten();
    let (century, years) = (i16::from(next()?), i16::from(next()?));
    let (month, day, hour, minute) = (next()?, next()?, next()?, next()?);
    let second = if digits.len() > 12 { next()? } else { 0 };
    let is_whole = matches!(digits.len(), 12 | 14);
    let time = DateTime::new(century * 100 + years, month, day, hour, minute, second, 0).ok().filter(|_| is_whole)?;
    Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use ldap3::SearchEntry;

    use super::*;

    /// 2026-11-21T10:00:00Z
    const NOW: i64 = 1_795_255_200;
    /// The day of it.
    const TODAY: i64 = NOW / SECONDS_PER_DAY;

    fn entry(attributes: &[(&str, &str)]) -> Entry {
        let mut attrs: HashMap<String, Vec<String>> = HashMap::new();
        for (name, value) in attributes {
            attrs.entry((*name).to_owned()).or_default().push((*value).to_owned());
        }
        SearchEntry { dn: "uid=a".to_owned(), attrs, bin_attrs: HashMap::new() }.into()
    }

    fn check_now(person: &[(&str, &str)], policy: Option<&[(&str, &str)]>) -> Result<(), Refusal> {
        let policy = policy.map(entry);
        check(&entry(person), policy.as_ref(), Timestamp::from_second(NOW).unwrap())
    }

    #[test]
    fn an_account_without_any_of_it_is_usable() {
        assert_eq!(check_now(&[], None), Ok(()));
        assert_eq!(check_now(&[(SHADOW_EXPIRES, "-1"), (RESET, "FALSE")], None), Ok(()));
    }

    #[test]
    fn locks_last_as_long_as_the_policy_says() {
        let locked = [(LOCKED_SINCE, "20261121095900Z")];
        assert_eq!(check_now(&[(LOCKED_SINCE, FOR_GOOD)], None), Err(Refusal::Disabled));
        assert_eq!(check_now(&locked, None), Err(Refusal::LockedOut), "nobody says how long");
        assert_eq!(check_now(&locked, Some(&[])), Err(Refusal::LockedOut));
        assert_eq!(check_now(&locked, Some(&[(LOCKED_FOR, "0")])), Err(Refusal::LockedOut));
        assert_eq!(check_now(&locked, Some(&[(LOCKED_FOR, "61")])), Err(Refusal::LockedOut));
        assert_eq!(check_now(&locked, Some(&[(LOCKED_FOR, "60")])), Ok(()));
    }

    #[test]
    fn accounts_and_passwords_end() {
        let (today, tomorrow) = (TODAY.to_string(), (TODAY + 1).to_string());
        for (person, expected) in [
            ([(ENDS, "20261121100000Z")], Err(Refusal::AccountExpired)),
            ([(ENDS, "20261121100001Z")], Ok(())),
            ([(SHADOW_EXPIRES, today.as_str())], Err(Refusal::AccountExpired)),
            ([(SHADOW_EXPIRES, tomorrow.as_str())], Ok(())),
            ([(STARTS, "20261121100001Z")], Err(Refusal::Other("the account's time has not come".to_owned()))),
            ([(STARTS, "20261121100000Z")], Ok(())),
            ([(RESET, "TRUE")], Err(Refusal::PasswordMustChange)),
            ([(SHADOW_CHANGED, "0")], Err(Refusal::PasswordMustChange)),
            ([(SHADOW_CHANGED, today.as_str())], Ok(())),
        ] {
            assert_eq!(check_now(&person, None), expected, "{person:?}");
        }
        let aged = |days: i64| (TODAY - days).to_string();
        assert_eq!(check_now(&[(SHADOW_CHANGED, &aged(90)), (SHADOW_MOST_DAYS, "90")], None), Ok(()));
        let old = check_now(&[(SHADOW_CHANGED, &aged(91)), (SHADOW_MOST_DAYS, "90")], None);
        assert_eq!(old, Err(Refusal::PasswordExpired));
        assert_eq!(check_now(&[(RESET, "TRUE")], Some(&[(MUST_CHANGE, "FALSE")])), Ok(()));
        assert_eq!(check_now(&[(RESET, "TRUE")], Some(&[(MUST_CHANGE, "TRUE")])), Err(Refusal::PasswordMustChange));
    }

    #[test]
    fn a_policy_ends_passwords_after_the_uses_that_it_leaves() {
        let person = [(CHANGED, "20261121095900Z")];
        assert_eq!(check_now(&person, None), Ok(()), "the server tells at the next sign-in");
        assert_eq!(check_now(&person, Some(&[(MOST_AGE, "0")])), Ok(()));
        assert_eq!(check_now(&person, Some(&[(MOST_AGE, "61")])), Ok(()));
        assert_eq!(check_now(&person, Some(&[(MOST_AGE, "60")])), Err(Refusal::PasswordExpired));
        let grace: &[(&str, &str)] = &[(MOST_AGE, "60"), (GRACE_USES, "2")];
        let used = (GRACE_USED, "20261121095930Z");
        assert_eq!(check_now(&[person[0], used], Some(grace)), Ok(()));
        assert_eq!(check_now(&[person[0], used, used], Some(grace)), Err(Refusal::PasswordExpired));
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for person in [(LOCKED_SINCE, "yesterday"), (ENDS, "20261340000000Z"), (SHADOW_EXPIRES, "x"), (ENDS, "2026Z")] {
            let refusal = check_now(&[person], None).unwrap_err();
            assert!(refusal.to_string().contains(person.0), "{refusal}");
        }
    }

    #[test]
    fn times_come_with_and_without_seconds() {
        for text in ["20261121100000Z", "202611211000Z", "20261121100000.123456Z"] {
            assert_eq!(generalized_time(text), Timestamp::from_second(NOW).ok(), "{text}");
        }
        for text in
            ["", "Z", "20261121100000", "20261121100000+0100", "202611211Z", "2026112110000é0Z", "-2026112110000Z"]
        {
            assert_eq!(generalized_time(text), None, "{text}");
        }
    }
}
