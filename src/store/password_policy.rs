//! What a directory demands of new passwords, and which of its demands one misses.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

/// Seconds in an hour, and in a day.
const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;

/// What the rules of a directory say of new passwords.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PasswordPolicy {
    /// Least length in characters.
    pub least_characters: u32,
    /// Whether it must be made of several kinds of characters, and not of the user's name.
    pub complex: bool,
    /// How many former passwords may not be used again.
    pub remembered: u32,
    /// How old a password must be before it can be changed.
    pub least_age: SignedDuration,
}

/// One thing that a new password must be. Printed so that a person understands it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Demand {
    /// So long.
    Least {
        /// In characters.
        characters: u32,
    },
    /// No longer.
    Most {
        /// In characters.
        characters: u32,
    },
    /// Made of what can be typed.
    Typeable,
    /// Of three of the five kinds of characters.
    Kinds,
    /// Without the account's name, and without a part of the person's.
    NotTheName,
    /// None of so many former ones.
    NotUsedBefore {
        /// How many.
        remembered: u32,
    },
    /// Not before the present one is so old.
    Age(SignedDuration),
}

/// Whose password it is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Owner<'a> {
    /// The account's name, without a domain.
    pub(super) login: &'a str,
    /// How the person is called.
    pub(super) display_name: &'a str,
    /// When the present password was set. `None` if it must be changed, or cannot be read.
    pub(super) set: Option<Timestamp>,
}

impl PasswordPolicy {
    /// Everything that it demands, in the order in which people are told. Of the age only whoever is too early is told.
    #[must_use]
    pub fn demands(&self) -> Vec<Demand> {
        let mut demands = Vec::new();
        if self.least_characters > 0 {
            demands.push(Demand::Least { characters: self.least_characters });
        }
        if self.complex {
            demands.extend([Demand::Kinds, Demand::NotTheName]);
        }
        if self.remembered > 0 {
            demands.push(Demand::NotUsedBefore { remembered: self.remembered });
        }
        demands
    }

    /// The demands that a refused password misses, as far as can be told from here. If it misses none of these, it was
    /// used before, if that is remembered.
    pub(super) fn missed(&self, new: &str, owner: Owner<'_>, now: Timestamp) -> Vec<Demand> {
        let age = owner.set.map(|set| now.duration_since(set));
        if age.is_some_and(|age| age < self.least_age) {
            // Nothing helps then.
            return vec![Demand::Age(self.least_age)];
        }
        let missed = self.demands().into_iter().filter(|demand| match demand {
            Demand::Least { characters } => {
                new.encode_utf16().count() < usize::try_from(*characters).unwrap_or(usize::MAX)
            }
            Demand::Kinds => !is_of_three_kinds(new),
            Demand::NotTheName => holds_the_name(new, owner),
            _ => false,
        });
        let missed: Vec<_> = missed.collect();
        if missed.is_empty() && self.remembered > 0 {
            return vec![Demand::NotUsedBefore { remembered: self.remembered }];
        }
        missed
    }
}

/// Whether a password has characters of three of the five kinds that Windows tells apart [Windows, "Password must meet
/// complexity requirements"].
fn is_of_three_kinds(new: &str) -> bool {
    let kinds: [fn(char) -> bool; 5] = [
        char::is_uppercase,
        char::is_lowercase,
        |c| c.is_ascii_digit(),
        |c| c.is_alphabetic() && !c.is_uppercase() && !c.is_lowercase(),
        |c| !c.is_alphanumeric(),
    ];
    kinds.iter().filter(|kind| new.chars().any(kind)).count() >= 3
}

/// Whether a password holds the account's name or a part of the person's, of three characters or more [ibid.].
fn holds_the_name(new: &str, owner: Owner<'_>) -> bool {
    let new = new.to_lowercase();
    let parts = owner.display_name.split([',', '.', '-', '_', ' ', '#', '\t']);
    parts.chain([owner.login]).any(|part| part.chars().count() >= 3 && new.contains(&part.to_lowercase()))
}

impl fmt::Display for Demand {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Least { characters: 1 } => formatter.write_str("at least 1 character"),
            Self::Least { characters } => write!(formatter, "at least {characters} characters"),
            Self::Most { characters } => write!(formatter, "at most {characters} characters"),
            Self::Typeable => formatter.write_str("only characters that can be typed"),
            Self::Kinds => {
                formatter.write_str("three of these: capital letters, small letters, digits, other characters")
            }
            Self::NotTheName => formatter.write_str("not your user name, and no part of your name"),
            Self::NotUsedBefore { remembered: 1 } => formatter.write_str("not the password that you have now"),
            Self::NotUsedBefore { remembered } => write!(formatter, "none of your last {remembered} passwords"),
            Self::Age(least) => write!(formatter, "not sooner than {} after the last change", length(*least)),
        }
    }
}

/// A length of time in its largest whole unit.
fn length(time: SignedDuration) -> String {
    let seconds = time.as_secs();
    let (count, unit) = match seconds {
        DAY.. if seconds % DAY == 0 => (seconds / DAY, "day"),
        HOUR.. if seconds % HOUR == 0 => (seconds / HOUR, "hour"),
        _ => ((seconds + 59) / 60, "minute"),
    };
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: PasswordPolicy = PasswordPolicy {
        least_characters: 12,
        complex: true,
        remembered: 24,
        least_age: SignedDuration::from_hours(24),
    };

    fn missed(new: &str, age_hours: i64) -> Vec<String> {
        let set = Timestamp::from_second(1_800_000_000).unwrap();
        let owner = Owner { login: "liddell", display_name: "Alice Pleasance-Liddell (Ext.)", set: Some(set) };
        let now = set + SignedDuration::from_hours(age_hours);
        POLICY.missed(new, owner, now).iter().map(Demand::to_string).collect()
    }

    #[test]
    fn what_is_missed_is_told_and_nothing_else() {
        let [least, kinds, name] = [
            "at least 12 characters",
            "three of these: capital letters, small letters, digits, other characters",
            "not your user name, and no part of your name",
        ];
        assert_eq!(missed("Ab1", 24), [least]);
        assert_eq!(missed("abc", 24), [least, kinds]);
        assert_eq!(missed("twelve letters", 24), [kinds]);
        assert_eq!(missed("Twelve letters", 24), ["none of your last 24 passwords"]);
        assert_eq!(missed("12345678.LIDDELL", 24), [name]);
        assert_eq!(missed("pleasance.IS.here", 24), [name]);
        assert_eq!(
            missed("\u{540d}\u{524d}\u{540d}\u{524d}\u{540d}\u{524d}aa12345", 24),
            ["none of your last 24 passwords"]
        );
        assert_eq!(
            missed("\u{1f600}\u{1f600}\u{1f600}\u{1f600}\u{1f600}Ab", 24),
            ["none of your last 24 passwords"],
            "as Windows counts"
        );
        assert_eq!(missed("abc", 23), ["not sooner than 1 day after the last change"]);
    }

    #[test]
    fn a_policy_that_demands_nothing_explains_nothing() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        assert_eq!(PasswordPolicy::default().demands(), []);
        assert_eq!(PasswordPolicy::default().missed("", Owner::default(), now), []);
    }

    #[test]
    fn lengths_of_time_read_well() {
        for (minutes, told) in
            [(1, "1 minute"), (60, "1 hour"), (90, "90 minutes"), (2 * 24 * 60, "2 days"), (36 * 60, "36 hours")]
        {
            assert_eq!(length(SignedDuration::from_mins(minutes)), told);
        }
    }
}
