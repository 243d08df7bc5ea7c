//! What a made-up server holds, and how it answers searches.

use std::collections::BTreeMap;

use super::ber::Reader;

/// An entry. Names of attributes as they are to be sent.
#[derive(Clone, Debug, Default)]
pub struct FakeEntry {
    pub dn: String,
    pub attributes: BTreeMap<String, Vec<Vec<u8>>>,
}

impl FakeEntry {
    pub fn new(dn: &str) -> Self {
        Self { dn: dn.to_owned(), ..Self::default() }
    }

    /// With an attribute of text.
    pub fn with(self, name: &str, values: &[&str]) -> Self {
        self.with_bytes(name, values.iter().map(|value| value.as_bytes().to_vec()).collect())
    }

    /// With an attribute of bytes.
    pub fn with_bytes(mut self, name: &str, values: Vec<Vec<u8>>) -> Self {
        self.attributes.insert(name.to_owned(), values);
        self
    }

    pub fn set(&mut self, name: &str, values: &[&str]) {
        let values = values.iter().map(|value| value.as_bytes().to_vec()).collect();
        self.attributes.insert(name.to_owned(), values);
    }

    fn values(&self, name: &str) -> &[Vec<u8>] {
        let found = self.attributes.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map_or(&[], |(_, values)| values)
    }

    /// Whether a filter in BER holds of the entry.
    pub fn matches(&self, (tag, filter): (u8, &[u8])) -> bool {
        let mut parts = Reader(filter);
        match tag {
            0xa0 => std::iter::from_fn(|| parts.next()).all(|part| self.matches(part)),
            0xa1 => std::iter::from_fn(|| parts.next()).any(|part| self.matches(part)),
            0xa2 => !self.matches(parts.next().unwrap()),
            0xa3 => {
                let (name, wanted) = (parts.text(), parts.next().unwrap().1.to_ascii_lowercase());
                self.values(&name).iter().any(|value| value.to_ascii_lowercase() == wanted)
            }
            0x87 => {
                let name = String::from_utf8_lossy(filter);
                name.eq_ignore_ascii_case("objectClass") || !self.values(&name).is_empty()
            }
            _ => false,
        }
    }

    /// The attributes asked for. Of those with more values than `most`, a part [MS-ADTS 3.1.1.3.1.3.3].
    pub fn shown(&self, asked: &[String], most: usize) -> Vec<(String, Vec<Vec<u8>>)> {
        let mut shown = Vec::new();
        for wanted in asked {
            let (name, range) = wanted.split_once(";range=").map_or((wanted.as_str(), None), |(n, r)| (n, Some(r)));
            let Some((name, values)) = self.attributes.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))
            else {
                continue;
            };
            let first: usize = range.map_or(0, |range| range.split('-').next().unwrap().parse().unwrap());
            let part: Vec<Vec<u8>> = values.iter().skip(first).take(most).cloned().collect();
            let name = if first + part.len() < values.len() {
                format!("{name};range={first}-{}", first + part.len() - 1)
            } else if range.is_some() {
                format!("{name};range={first}-*")
            } else {
                name.clone()
            };
            shown.push((name, part));
        }
        shown
    }
}

/// Whether `dn` is `base` or below it, as far as `scope` (0 base, 1 one level, 2 subtree) reaches.
pub fn in_scope(dn: &str, base: &str, scope: u32) -> bool {
    let (dn, base) = (dn.to_lowercase(), base.to_lowercase());
    match scope {
        0 => dn == base,
        // The name of the server itself is no entry of it.
        _ if dn.is_empty() => false,
        1 => dn.strip_suffix(&format!(",{base}")).is_some_and(|first| !first.replace("\\,", "").contains(',')),
        _ => base.is_empty() || dn == base || dn.ends_with(&format!(",{base}")),
    }
}
