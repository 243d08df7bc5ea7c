//! Where one LDAP message ends and what it asks for [RFC 4511 4.1.1, 5.1].

/// What a message is, by the tag of its `protocolOp`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    Bind,
    BindResponse,
    Unbind,
    Search,
    SearchEntry,
    SearchDone,
    SearchReference,
    Modify,
    ModifyResponse,
    Abandon,
    Extended,
    ExtendedResponse,
    Other(u8),
}

/// Bytes as they arrive, given out as whole messages.
#[derive(Default)]
pub struct Frames(Vec<u8>);

impl Frames {
    pub fn add(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// The next whole message.
    pub fn next(&mut self) -> Option<Vec<u8>> {
        let (header, content) = header(&self.0)?;
        let length = header + content;
        (self.0.len() >= length).then(|| self.0.drain(..length).collect())
    }
}

/// What a whole message is.
pub fn operation(message: &[u8]) -> Operation {
    let tag = header(message).and_then(|(start, _)| {
        let number = header(message.get(start..)?)?;
        message.get(start + number.0 + number.1).copied()
    });
    match tag.unwrap_or_default() {
        0x60 => Operation::Bind,
        0x61 => Operation::BindResponse,
        0x42 => Operation::Unbind,
        0x63 => Operation::Search,
        0x64 => Operation::SearchEntry,
        0x65 => Operation::SearchDone,
        0x73 => Operation::SearchReference,
        0x66 => Operation::Modify,
        0x67 => Operation::ModifyResponse,
        0x50 => Operation::Abandon,
        0x77 => Operation::Extended,
        0x78 => Operation::ExtendedResponse,
        other => Operation::Other(other),
    }
}

/// The lengths of tag and length, and of what follows [X.690 8.1.3].
fn header(bytes: &[u8]) -> Option<(usize, usize)> {
    let first = usize::from(*bytes.get(1)?);
    if first < 0x80 {
        return Some((2, first));
    }
    let more = first & 0x7f;
    let length = bytes.get(2..2 + more)?.iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
    Some((2 + more, length))
}

#[test]
fn messages_come_out_whole_whatever_the_pieces() {
    let unbind = [0x30, 0x05, 0x02, 0x01, 0x03, 0x42, 0x00];
    let mut search = vec![0x30, 0x82, 0x01, 0x06, 0x02, 0x01, 0x02, 0x63, 0x82, 0x00, 0xff];
    search.resize(11 + 0xff, 0);
    let mut frames = Frames::default();
    let mut seen = Vec::new();
    for byte in [&unbind[..], &search, &unbind].concat() {
        frames.add(&[byte]);
        while let Some(message) = frames.next() {
            seen.push((operation(&message), message.len()));
        }
    }
    assert_eq!(seen, [(Operation::Unbind, 7), (Operation::Search, 266), (Operation::Unbind, 7)]);
}
