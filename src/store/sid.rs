//! Security identifiers: the names that Windows really means [MS-DTYP 2.4.2].

use std::fmt;
use std::str::FromStr;

/// How many sub-authorities a SID may have [MS-DTYP 2.4.2.2].
const MOST_SUB_AUTHORITIES: usize = 15;

/// A security identifier, such as `S-1-5-21-1004336348-1177238915-682003330-513`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sid {
    /// 48 bits.
    authority: u64,
    sub_authorities: Box<[u32]>,
}

/// A text that is no SID.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no security identifier; one looks like `S-1-5-21-1004336348-1177238915-682003330-1104`")]
pub struct InvalidSid(String);

impl Sid {
    /// Reads the binary form that directories store: revision, count, authority (big-endian), sub-authorities
    /// (little-endian). `None` if it is not exactly that.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (&[revision, count], rest) = bytes.split_first_chunk::<2>()?;
        let (authority, rest) = rest.split_first_chunk::<6>()?;
        let (words, remainder) = rest.as_chunks::<4>();
        if revision != 1
            || !remainder.is_empty()
            || words.len() != usize::from(count)
            || words.len() > MOST_SUB_AUTHORITIES
        {
            return None;
        }
        let authority = authority.iter().fold(0, |value, &byte| value << 8 | u64::from(byte));
        Some(Self { authority, sub_authorities: words.iter().map(|&word| u32::from_le_bytes(word)).collect() })
    }

    /// The binary form.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let count = u8::try_from(self.sub_authorities.len()).unwrap_or(u8::MAX);
        let mut bytes = vec![1, count];
        bytes.extend(self.authority.to_be_bytes().into_iter().skip(2));
        bytes.extend(self.sub_authorities.iter().flat_map(|word| word.to_le_bytes()));
        bytes
    }

    /// The SID of an account of this domain.
    #[must_use]
    pub fn with_rid(&self, rid: u32) -> Self {
        let sub_authorities = self.sub_authorities.iter().copied().chain([rid]).collect();
        Self { authority: self.authority, sub_authorities }
    }

    /// The relative identifier: the last number. `None` for a SID without sub-authorities.
    #[must_use]
    pub fn rid(&self) -> Option<u32> {
        self.sub_authorities.last().copied()
    }

    /// The domain of a domain account: all but the last number. `None` for other identifiers.
    #[must_use]
    pub fn domain(&self) -> Option<Self> {
        let (_, rest) = self.sub_authorities.split_last()?;
        let is_domain = self.authority == 5 && rest.len() == 4 && rest.first() == Some(&21);
        is_domain.then(|| Self { authority: self.authority, sub_authorities: rest.into() })
    }

    /// Whether this is an account of `domain`.
    #[must_use]
    pub fn is_in(&self, domain: &Self) -> bool {
        self.authority == domain.authority
            && self.sub_authorities.split_last().is_some_and(|(_, rest)| *rest == *domain.sub_authorities)
    }

    /// Whether this is a group that every Windows machine has of its own, such as `BUILTIN\Users` (`S-1-5-32-…`).
    #[must_use]
    pub fn is_builtin(&self) -> bool {
        self.authority == 5 && self.sub_authorities.first() == Some(&32)
    }
}

impl FromStr for Sid {
    type Err = InvalidSid;

    fn from_str(text: &str) -> Result<Self, InvalidSid> {
        let invalid = || InvalidSid(text.to_owned());
        let mut numbers =
            text.strip_prefix("S-1-").or_else(|| text.strip_prefix("s-1-")).ok_or_else(invalid)?.split('-');
        let authority: u64 = decimal(numbers.next()).filter(|&value| value < 1 << 48).ok_or_else(invalid)?;
        let sub_authorities: Box<[u32]> =
            numbers.map(|number| decimal(Some(number)).ok_or_else(invalid)).collect::<Result<_, _>>()?;
        if sub_authorities.is_empty() || sub_authorities.len() > MOST_SUB_AUTHORITIES {
            return Err(invalid());
        }
        Ok(Self { authority, sub_authorities })
    }
}

/// A number of digits only: no sign, no blanks.
fn decimal<T: FromStr>(text: Option<&str>) -> Option<T> {
    text.filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()
}

impl fmt::Display for Sid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "S-1-{}", self.authority)?;
        self.sub_authorities.iter().try_for_each(|number| write!(formatter, "-{number}"))
    }
}

impl fmt::Debug for Sid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_bytes_are_the_same_identifier() {
        let text = "S-1-5-21-1004336348-1177238915-682003330-513";
        let sid: Sid = text.parse().unwrap();
        assert_eq!(sid.to_string(), text);
        assert_eq!(Sid::from_bytes(&sid.to_bytes()), Some(sid.clone()));
        let bytes = [1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0];
        assert_eq!(sid.to_bytes()[..12], bytes);
        assert_eq!(sid.rid(), Some(513));
    }

    #[test]
    fn other_texts_and_bytes_are_none() {
        for text in ["", "S-1", "S-1-5", "S-1-5-", "S-1-5-21-x", "S-1-5-+21", "S-1-5-4294967296", "S-2-5-21", "alice"] {
            assert!(text.parse::<Sid>().is_err(), "{text}");
        }
        for bytes in [&[][..], &[1, 1, 0, 0, 0, 0, 0, 5], &[1, 1, 0, 0, 0, 0, 0, 5, 1, 2, 3], &[2, 0, 0, 0, 0, 0, 0, 5]]
        {
            assert_eq!(Sid::from_bytes(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn an_account_belongs_to_its_domain_only() {
        let domain: Sid = "S-1-5-21-1-2-3".parse().unwrap();
        assert!(domain.with_rid(1104).is_in(&domain));
        assert!(!domain.is_in(&domain));
        let builtin: Sid = "S-1-5-32-545".parse().unwrap();
        assert!(builtin.is_builtin() && !builtin.is_in(&domain));
    }
}
