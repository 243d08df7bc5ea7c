//! What a keytab holds: names, numbers and kinds of keys. The keys themselves are not read.

use super::principal::Principal;

/// How a keytab of today begins [MIT Kerberos, "Keytab file format"].
const VERSION: [u8; 2] = [5, 2];
/// More entries than any keytab has.
const MOST_ENTRIES: usize = 10_000;

/// The kinds of keys in a keytab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keytab {
    /// In the order of the file.
    pub entries: Vec<Entry>,
}

/// One key of a keytab, without the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Whose.
    pub principal: Principal,
    /// Number of the key; goes up with each change of the password.
    pub version: u32,
    /// Number of the encryption type [IANA, "Kerberos Encryption Type Numbers"].
    pub encryption_type: u16,
}

/// Why a file is no keytab.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeytabError {
    /// It begins with something else.
    #[error("the file is no keytab")]
    Version,
    /// It ends in the middle, or says what cannot be.
    #[error("the keytab is broken at byte {0}")]
    Broken(usize),
    /// There is no key in it.
    #[error("the keytab is empty")]
    Empty,
}

/// RC4, the only kind that every Windows of this century has and the one that is broken [RFC 8429].
const RC4: [u16; 2] = [23, 24];
/// DES and triple DES [RFC 6649, RFC 8429].
const DES: [u16; 8] = [1, 2, 3, 4, 5, 6, 7, 16];

impl Entry {
    /// The encryption type, as people call it.
    #[must_use]
    pub fn encryption(&self) -> String {
        match self.encryption_type {
            17 => "aes128-cts-hmac-sha1-96".to_owned(),
            18 => "aes256-cts-hmac-sha1-96".to_owned(),
            19 => "aes128-cts-hmac-sha256-128".to_owned(),
            20 => "aes256-cts-hmac-sha384-192".to_owned(),
            23 => "arcfour-hmac".to_owned(),
            other => format!("encryption type {other}"),
        }
    }

    /// Whether the encryption type is one that should not be used any more.
    #[must_use]
    pub fn is_weak(&self) -> bool {
        RC4.contains(&self.encryption_type) || DES.contains(&self.encryption_type)
    }
}

impl Keytab {
    /// Reads a keytab.
    ///
    /// # Errors
    ///
    /// It is none, or there is no key in it.
    pub fn parse(bytes: &[u8]) -> Result<Self, KeytabError> {
        let mut rest = bytes.strip_prefix(&VERSION).ok_or(KeytabError::Version)?;
        let mut entries = Vec::new();
        while !rest.is_empty() {
            let place = bytes.len() - rest.len();
            let broken = KeytabError::Broken(place);
            let length = i32::from_be_bytes(take(&mut rest).ok_or(broken)?);
            if length == 0 || entries.len() >= MOST_ENTRIES {
                break;
            }
            let size = usize::try_from(length.unsigned_abs()).map_err(|_| broken)?;
            let (record, after) = rest.split_at_checked(size).ok_or(broken)?;
            rest = after;
            // A negative length is a hole that a removed key has left.
            if length > 0 {
                entries.push(entry(record).ok_or(broken)?);
            }
        }
        if entries.is_empty() { Err(KeytabError::Empty) } else { Ok(Self { entries }) }
    }

    /// The entries of a principal, whatever the case: Active Directory does not tell cases apart.
    pub fn of<'a>(&'a self, principal: &Principal) -> impl Iterator<Item = &'a Entry> {
        let wanted = principal.to_string().to_lowercase();
        self.entries.iter().filter(move |entry| entry.principal.to_string().to_lowercase() == wanted)
    }

    /// The principals, each once, in the order of the file.
    #[must_use]
    pub fn principals(&self) -> Vec<&Principal> {
        let mut found: Vec<&Principal> = Vec::new();
        for entry in &self.entries {
            if !found.contains(&&entry.principal) {
                found.push(&entry.principal);
            }
        }
        found
    }
}

fn entry(mut record: &[u8]) -> Option<Entry> {
    let components = u16::from_be_bytes(take(&mut record)?);
    let realm = text(&mut record)?;
    let components = (0..components).map(|_| text(&mut record)).collect::<Option<Vec<_>>>()?;
    let _name_type: [u8; 4] = take(&mut record)?;
    let _written_at: [u8; 4] = take(&mut record)?;
    let [short_version] = take(&mut record)?;
    let encryption_type = u16::from_be_bytes(take(&mut record)?);
    let key_bytes = usize::from(u16::from_be_bytes(take(&mut record)?));
    let (_key, mut record) = record.split_at_checked(key_bytes)?;
    // The number in four bytes came later; where it is there and not 0, it counts.
    let long_version = take(&mut record).map(u32::from_be_bytes).filter(|version| *version != 0);
    let version = long_version.unwrap_or_else(|| short_version.into());
    Some(Entry { principal: Principal { components, realm }, version, encryption_type })
}

fn text(bytes: &mut &[u8]) -> Option<String> {
    let length = usize::from(u16::from_be_bytes(take(bytes)?));
    let (text, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(String::from_utf8_lossy(text).into_owned())
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (first, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(name: &str, version: u32, encryption_type: u16) -> Vec<u8> {
        let principal = Principal::parse(name).unwrap();
        let mut bytes = u16::try_from(principal.components.len()).unwrap().to_be_bytes().to_vec();
        for part in std::iter::once(&principal.realm).chain(&principal.components) {
            bytes.extend(u16::try_from(part.len()).unwrap().to_be_bytes());
            bytes.extend(part.as_bytes());
        }
        bytes.extend([0, 0, 0, 1, 0, 0, 0, 0, u8::try_from(version & 0xFF).unwrap()]);
        bytes.extend(encryption_type.to_be_bytes());
        bytes.extend([0, 3, 1, 2, 3]);
        bytes.extend(version.to_be_bytes());
        let length = i32::try_from(bytes.len()).unwrap().to_be_bytes();
        [&length[..], &bytes].concat()
    }

    fn keytab(records: &[Vec<u8>]) -> Vec<u8> {
        [&VERSION[..], &records.concat()].concat()
    }

    const NAME: &str = "HTTP/sts.example.com@CORP.EXAMPLE.COM";

    #[test]
    fn keys_are_listed_without_the_keys() {
        let hole = [&(-5_i32).to_be_bytes()[..], &[0; 5]].concat();
        let bytes = keytab(&[record(NAME, 300, 18), hole, record("alice@CORP.EXAMPLE.COM", 1, 23)]);
        let keytab = Keytab::parse(&bytes).unwrap();
        assert_eq!(keytab.entries.len(), 2);
        let wanted = Principal::parse("http/STS.example.com@CORP.EXAMPLE.COM").unwrap();
        let [entry] = keytab.of(&wanted).collect::<Vec<_>>()[..] else { panic!("{keytab:?}") };
        assert_eq!((entry.version, entry.encryption().as_str()), (300, "aes256-cts-hmac-sha1-96"));
        assert!(!entry.is_weak() && keytab.entries[1].is_weak());
        assert_eq!(keytab.principals().len(), 2);
    }

    #[test]
    fn what_is_no_keytab_is_told() {
        assert_eq!(Keytab::parse(b"FILE"), Err(KeytabError::Version));
        assert_eq!(Keytab::parse(&VERSION), Err(KeytabError::Empty));
        let whole = keytab(&[record(NAME, 1, 18)]);
        for length in VERSION.len() + 1..whole.len() {
            assert_eq!(Keytab::parse(&whole[..length]), Err(KeytabError::Broken(2)), "cut to {length} bytes");
        }
    }
}
