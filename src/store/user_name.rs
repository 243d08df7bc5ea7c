//! The three ways in which people write who they are.

use std::collections::BTreeSet;

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};

/// A user name as typed, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UserName<'a> {
    /// `DOMAIN\user`
    Qualified { domain: &'a str, user: &'a str },
    /// `user@domain`: the text after the last `@` is the domain.
    Principal { whole: &'a str, user: &'a str, domain: &'a str },
    /// `user`
    Bare(&'a str),
}

impl<'a> UserName<'a> {
    /// Takes a name apart. `None` for a name that nobody has: an empty part, or a control character.
    pub(super) fn parse(typed: &'a str) -> Option<Self> {
        if typed.chars().any(char::is_control) {
            return None;
        }
        let name = match (typed.split_once('\\'), typed.rsplit_once('@')) {
            (Some((domain, user)), _) => Self::Qualified { domain, user },
            (None, Some((user, domain))) => Self::Principal { whole: typed, user, domain },
            (None, None) => Self::Bare(typed),
        };
        let parts = match name {
            Self::Qualified { domain, user } | Self::Principal { domain, user, .. } => [domain, user],
            Self::Bare(user) => [user, user],
        };
        parts.iter().all(|part| !part.trim().is_empty()).then_some(name)
    }
}

/// A name with its accents as typed, in one piece with their letters, and apart: keyboards and directories differ in
/// it, and nobody sees the difference. Each spelling once.
pub(super) fn spellings(name: &str) -> BTreeSet<String> {
    if name.is_ascii() {
        return BTreeSet::from([name.to_owned()]);
    }
    let composed = ComposingNormalizerBorrowed::new_nfc().normalize(name).into_owned();
    let decomposed = DecomposingNormalizerBorrowed::new_nfd().normalize(name).into_owned();
    BTreeSet::from([name.to_owned(), composed, decomposed])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_in_three_forms() {
        assert_eq!(UserName::parse("CORP\\alice"), Some(UserName::Qualified { domain: "CORP", user: "alice" }));
        assert_eq!(UserName::parse("CORP\\a@b"), Some(UserName::Qualified { domain: "CORP", user: "a@b" }));
        assert_eq!(
            UserName::parse("a@b@corp.example.com"),
            Some(UserName::Principal { whole: "a@b@corp.example.com", user: "a@b", domain: "corp.example.com" })
        );
        assert_eq!(UserName::parse("alice"), Some(UserName::Bare("alice")));
    }

    #[test]
    fn a_name_has_the_spellings_that_look_the_same() {
        assert_eq!(spellings("alice"), BTreeSet::from(["alice".to_owned()]));
        let both = BTreeSet::from(["zo\u{eb}".to_owned(), "zoe\u{308}".to_owned()]);
        assert_eq!(spellings("zo\u{eb}"), both);
        assert_eq!(spellings("zoe\u{308}"), both);
        // Letters that only look alike are other letters.
        assert_eq!(spellings("\u{430}lice").len(), 1);
        assert!(!spellings("\u{ff41}lice").contains("alice"));
    }

    #[test]
    fn a_missing_part_names_nobody() {
        for typed in ["", " ", "\\", "CORP\\", "\\alice", "@", "alice@", "@corp", "ali\0ce", "alice\n"] {
            assert_eq!(UserName::parse(typed), None, "{typed:?}");
        }
    }
}
