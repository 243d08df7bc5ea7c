//! As much of BER as LDAP messages need [RFC 4511 5.1].

/// A value with its tag.
pub fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag];
    if content.len() < 0x80 {
        bytes.push(u8::try_from(content.len()).unwrap());
    } else {
        bytes.push(0x84);
        bytes.extend(u32::try_from(content.len()).unwrap().to_be_bytes());
    }
    bytes.extend(content);
    bytes
}

/// Several values as one.
pub fn sequence(tag: u8, parts: &[Vec<u8>]) -> Vec<u8> {
    tagged(tag, &parts.concat())
}

/// A small number, as `INTEGER` (2) or `ENUMERATED` (10).
pub fn number(tag: u8, value: u32) -> Vec<u8> {
    let bytes = value.to_be_bytes();
    let skipped = bytes.iter().take(3).take_while(|byte| **byte == 0).count();
    let skipped = if bytes[skipped] >= 0x80 { skipped - 1 } else { skipped };
    tagged(tag, &bytes[skipped..])
}

/// A text.
pub fn text(value: impl AsRef<[u8]>) -> Vec<u8> {
    tagged(4, value.as_ref())
}

/// Takes values off the front of bytes.
#[derive(Clone, Copy)]
pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    /// The next value: its tag and its content. `None` at the end.
    pub fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (tag, length, head) = head(self.0)?;
        let (value, rest) = self.0.get(head..)?.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, value))
    }

    pub fn number(&mut self) -> u32 {
        self.next().unwrap().1.iter().fold(0, |value, &byte| value << 8 | u32::from(byte))
    }

    pub fn text(&mut self) -> String {
        String::from_utf8_lossy(self.next().unwrap().1).into_owned()
    }
}

/// Tag, length of the content, and length of what stands before it, of the value that begins here. `None` if more bytes
/// are needed.
pub fn head(bytes: &[u8]) -> Option<(u8, usize, usize)> {
    let (&tag, &first) = (bytes.first()?, bytes.get(1)?);
    if first < 0x80 {
        return Some((tag, usize::from(first), 2));
    }
    let count = usize::from(first & 0x7f);
    let length = bytes.get(2..2 + count)?.iter().fold(0, |length, &byte| length << 8 | usize::from(byte));
    Some((tag, length, 2 + count))
}
