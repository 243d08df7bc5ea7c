//! An entry as the directory sent it.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ldap3::SearchEntry;

use crate::store::octets::is_of_octets;
use crate::store::sid::Sid;

/// An entry with the attributes that were asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) struct Entry {
    pub dn: String,
    /// By name in lower case. Options such as `;range=0-1499` are part of the name.
    attributes: BTreeMap<String, Vec<Vec<u8>>>,
}

impl From<SearchEntry> for Entry {
    /// The library sorts attributes by whether all their values happen to be UTF-8; here they are together again, in the
    /// order of their names, and so are those whose names differ only by case.
    fn from(entry: SearchEntry) -> Self {
        let texts =
            entry.attrs.into_iter().map(|(name, values)| (name, values.into_iter().map(String::into_bytes).collect()));
        let sorted: BTreeMap<(String, bool), Vec<Vec<u8>>> = texts
            .map(|(name, values)| ((name, false), values))
            .chain(entry.bin_attrs.into_iter().map(|(name, values)| ((name, true), values)))
            .collect();
        let mut attributes: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
        for ((name, _), values) in sorted {
            attributes.entry(name.to_lowercase()).or_default().extend(values);
        }
        Self { dn: entry.dn, attributes }
    }
}

impl Entry {
    /// The values of an attribute, its name in lower case.
    pub(in crate::store) fn values(&self, name: &str) -> &[Vec<u8>] {
        self.attributes.get(name).map_or(&[], Vec::as_slice)
    }

    /// The first value, if it is text.
    pub(in crate::store) fn text(&self, name: &str) -> Option<&str> {
        self.values(name).first().and_then(|value| std::str::from_utf8(value).ok())
    }

    /// The values that are SIDs.
    pub(in crate::store) fn sids(&self, name: &str) -> Vec<Sid> {
        self.values(name).iter().filter_map(|value| Sid::from_bytes(value)).collect()
    }

    /// The values as claims carry them: text as it is, a SID as `S-1-…`, a GUID and other bytes as Base64.
    pub(in crate::store) fn claim_values(&self, name: &str) -> Vec<Arc<str>> {
        let name = name.to_lowercase();
        self.values(&name).iter().map(|value| claim_value(&name, value)).collect()
    }

    /// An attribute of which the directory sent only a part: its name, and the place of the first missing value
    /// [MS-ADTS 3.1.1.3.1.3.3]. An attribute that came to its end under such a name is put under its own.
    pub(in crate::store) fn next_range(&mut self) -> Option<(String, u64)> {
        loop {
            let (key, name, last) = self.attributes.keys().find_map(|key| {
                let (name, range) = key.split_once(";range=")?;
                Some((key.clone(), name.to_owned(), range.split_once('-')?.1.to_owned()))
            })?;
            let values = self.attributes.remove(&key).unwrap_or_default();
            self.attributes.entry(name.clone()).or_default().extend(values);
            // No attribute has so many values that there is no next one.
            if let Some(next) = last.parse::<u64>().ok().and_then(|last| last.checked_add(1)) {
                return Some((name, next));
            }
        }
    }

    /// Adds what another answer has of the same entry.
    pub(in crate::store) fn absorb(&mut self, other: Self) {
        for (name, values) in other.attributes {
            self.attributes.entry(name).or_default().extend(values);
        }
    }
}

fn claim_value(name: &str, value: &[u8]) -> Arc<str> {
    match (name, Sid::from_bytes(value), std::str::from_utf8(value)) {
        ("objectsid", Some(sid), _) => sid.to_string().into(),
        // Bytes may happen to be text; they are bytes all the same.
        (_, _, Ok(text)) if !is_of_octets(name) => text.into(),
        _ => STANDARD.encode(value).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(attributes: &[(&str, &[&[u8]])]) -> Entry {
        let attributes = attributes
            .iter()
            .map(|(name, values)| ((*name).to_owned(), values.iter().map(|value| value.to_vec()).collect()));
        Entry { dn: "CN=a".to_owned(), attributes: attributes.collect() }
    }

    #[test]
    fn partial_attributes_are_asked_for_until_their_end() {
        let mut first = entry(&[("member;range=0-1", &[b"a", b"b"]), ("mail", &[b"m"])]);
        assert_eq!(first.next_range(), Some(("member".to_owned(), 2)));
        first.absorb(entry(&[("member;range=2-*", &[b"c"])]));
        assert_eq!(first.next_range(), None);
        assert_eq!(first.claim_values("MEMBER"), ["a".into(), "b".into(), "c".into()]);
        assert_eq!(first.text("mail"), Some("m"));
    }

    #[test]
    fn a_name_in_two_cases_is_one_attribute() {
        let values = |value: &str| vec![value.to_owned()];
        let attrs = [("cn".to_owned(), values("a")), ("CN".to_owned(), values("b"))].into();
        let bin_attrs = [("Cn".to_owned(), vec![vec![0xff]])].into();
        let entry = Entry::from(SearchEntry { dn: "CN=a".to_owned(), attrs, bin_attrs });
        assert_eq!(entry.claim_values("cn"), ["b".into(), "/w==".into(), "a".into()]);
    }

    #[test]
    fn ranges_that_no_server_has_are_taken_for_whole() {
        let mut last = entry(&[("member;range=0-18446744073709551615", &[b"a"])]);
        assert_eq!(last.next_range(), None);
        assert_eq!(last.claim_values("member"), ["a".into()]);
        let names: Vec<String> = (0..20_000).map(|number| format!("a{number};range=0-*")).collect();
        let many: Vec<(&str, &[&[u8]])> = names.iter().map(|name| (name.as_str(), &[][..])).collect();
        assert_eq!(entry(&many).next_range(), None);
    }

    #[test]
    fn bytes_become_text() {
        let sid: &[u8] = &[1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0];
        let entry = entry(&[("objectsid", &[sid]), ("objectguid", &[b"0123456789abcdef"]), ("photo", &[&[0xff]])]);
        assert_eq!(entry.claim_values("objectSid"), ["S-1-5-18".into()]);
        assert_eq!(entry.claim_values("objectGUID"), ["MDEyMzQ1Njc4OWFiY2RlZg==".into()]);
        assert_eq!(entry.claim_values("photo"), ["/w==".into()]);
    }

    #[test]
    fn bytes_that_happen_to_be_text_are_bytes() {
        let guid: &[u8] = b"0123456789abcdef";
        let entry = entry(&[("ms-ds-consistencyguid", &[guid]), ("usercertificate;binary", &[b"0"]), ("cn", &[guid])]);
        assert_eq!(entry.claim_values("mS-DS-ConsistencyGuid"), ["MDEyMzQ1Njc4OWFiY2RlZg==".into()]);
        assert_eq!(entry.claim_values("userCertificate;binary"), ["MA==".into()]);
        assert_eq!(entry.claim_values("cn"), ["0123456789abcdef".into()]);
    }
}
