//! The attributes of an entry, packed: a large directory has millions of values, and most are never asked for.

use std::collections::HashMap;

/// An attribute's number; equal numbers mean equal names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NameId(u32);

/// The attribute names of a directory, in lower case.
#[derive(Debug, Default)]
pub(super) struct Names {
    ids: HashMap<Box<str>, NameId>,
}

impl Names {
    /// The number of a name, new if need be.
    pub(super) fn intern(&mut self, name: &str) -> NameId {
        if let Some(known) = self.find(name) {
            return known;
        }
        let id = NameId(u32::try_from(self.ids.len()).unwrap_or(u32::MAX));
        self.ids.insert(name.into(), id);
        id
    }

    /// The number of a name that some entry has.
    pub(super) fn find(&self, name: &str) -> Option<NameId> {
        self.ids.get(name).copied()
    }
}

/// Attributes and their values: for each its number, how many values it has, and their lengths and bytes.
#[derive(Clone, Debug, Default)]
pub(super) struct Attributes(Box<[u8]>);

impl Attributes {
    /// Packs attributes, each with all its values.
    pub(super) fn pack<'a, V>(attributes: impl IntoIterator<Item = (NameId, V)>) -> Self
    where
        V: IntoIterator<Item = &'a [u8], IntoIter: ExactSizeIterator>,
    {
        let mut packed = Vec::new();
        for (NameId(name), values) in attributes {
            let values = values.into_iter();
            push_number(&mut packed, name as usize);
            push_number(&mut packed, values.len());
            for value in values {
                push_number(&mut packed, value.len());
                packed.extend_from_slice(value);
            }
        }
        Self(packed.into())
    }

    /// The values of an attribute; `None` if the entry does not have it.
    pub(super) fn values(&self, wanted: NameId) -> Option<Vec<&[u8]>> {
        let mut rest = &*self.0;
        loop {
            let name = take_number(&mut rest)?;
            let count = take_number(&mut rest)?;
            let mut values = Vec::new();
            for _ in 0..count {
                let length = take_number(&mut rest)?;
                let (value, behind) = rest.split_at_checked(length)?;
                rest = behind;
                if name == wanted.0 as usize {
                    values.push(value);
                }
            }
            if name == wanted.0 as usize {
                return Some(values);
            }
        }
    }
}

/// Seven bits in a byte, the lowest first; all bytes but the last have the highest bit set.
fn push_number(packed: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        packed.push(low_bits(number) | 0x80);
        number >>= 7;
    }
    packed.push(low_bits(number));
}

fn low_bits(number: usize) -> u8 {
    u8::try_from(number & 0x7f).unwrap_or_default()
}

fn take_number(packed: &mut &[u8]) -> Option<usize> {
    let mut number = 0;
    for shift in (0..usize::BITS).step_by(7) {
        let (&byte, rest) = packed.split_first()?;
        *packed = rest;
        number |= usize::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            break;
        }
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_found() {
        let mut names = Names::default();
        let (mail, photo, empty) = (names.intern("mail"), names.intern("photo"), names.intern("empty"));
        assert_eq!((names.intern("mail"), names.find("photo"), names.find("sn")), (mail, Some(photo), None));
        let long = vec![0xff; 70_000];
        let attributes =
            Attributes::pack([(mail, vec![&b"a"[..], b"", b"b@c"]), (empty, vec![]), (photo, vec![&long[..]])]);
        assert_eq!(attributes.values(mail), Some(vec![&b"a"[..], b"", b"b@c"]));
        assert_eq!(attributes.values(photo), Some(vec![&long[..]]));
        assert_eq!(attributes.values(empty), Some(vec![]));
        assert_eq!(attributes.values(names.intern("sn")), None);
        assert_eq!(Attributes::default().values(mail), None);
    }

    #[test]
    fn numbers_survive() {
        for number in [0, 1, 127, 128, 16_383, 16_384, usize::MAX] {
            let mut packed = Vec::new();
            push_number(&mut packed, number);
            assert_eq!(take_number(&mut packed.as_slice()), Some(number));
        }
    }
}
