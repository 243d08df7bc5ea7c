//! Messages of a server, looked at before the LDAP library sees them.
//!
//! The library takes every message for a good one: it panics on others, follows nested elements as deep as they go, and
//! waits for as many bytes as a length says. So only whole messages of the shapes that RFC 4511 knows get through.

/// The identifier octets of what a server may answer [RFC 4511 4].
pub(super) mod answer {
    pub(in crate::store::ldap) const BIND: u8 = 0x61;
    pub(in crate::store::ldap) const ENTRY: u8 = 0x64;
    pub(in crate::store::ldap) const SEARCH_DONE: u8 = 0x65;
    pub(in crate::store::ldap) const MODIFY: u8 = 0x67;
    pub(in crate::store::ldap) const REFERENCE: u8 = 0x73;
    pub(in crate::store::ldap) const EXTENDED: u8 = 0x78;
}

const BOOLEAN: u8 = 0x01;
const INTEGER: u8 = 0x02;
const OCTETS: u8 = 0x04;
const ENUMERATED: u8 = 0x0a;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const CONTROLS: u8 = 0xa0;
const REFERRAL: u8 = 0xa3;
const SASL_CREDENTIALS: u8 = 0x87;
const RESPONSE_NAME: u8 = 0x8a;
const RESPONSE_VALUE: u8 = 0x8b;

/// The control of searches that are answered in pages [RFC 2696].
pub(super) const PAGES: &str = "1.2.840.113556.1.4.319";

/// Why bytes are no message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Malformed {
    #[error("what the server sent is not LDAP ({0})")]
    NotLdap(&'static str),
    #[error("the server announced a message of {announced} bytes, and {most} are the most that is taken")]
    TooLarge { announced: usize, most: usize },
}

/// A message: its number, the identifier octet of its operation, and what that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Message<'a> {
    pub id: i32,
    pub operation: u8,
    pub content: &'a [u8],
}

/// How a result begins [RFC 4511 4.1.9].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ResultParts<'a> {
    pub code: u32,
    pub text: &'a str,
    pub sasl_credentials: Option<&'a [u8]>,
}

/// Elements one after the other.
struct Elements<'a>(&'a [u8]);

/// How many bytes the message at the beginning of `bytes` has, if they are all there.
pub(super) fn whole(bytes: &[u8], most: usize) -> Result<Option<usize>, Malformed> {
    match bytes.first() {
        None => return Ok(None),
        Some(&SEQUENCE) => {}
        Some(_) => return Err(Malformed::NotLdap("it does not begin as a message does")),
    }
    let Some((header, length)) = length(bytes.get(1..).unwrap_or_default())? else { return Ok(None) };
    let announced = length.saturating_add(header).saturating_add(1);
    if announced > most {
        return Err(Malformed::TooLarge { announced, most });
    }
    Ok((bytes.len() >= announced).then_some(announced))
}

/// Takes a message of a client or a server apart, without a look at what its operation holds.
pub(super) fn envelope(bytes: &[u8]) -> Result<Message<'_>, Malformed> {
    let mut outer = Elements(bytes);
    let mut parts = Elements(outer.expect(SEQUENCE)?);
    let id = signed(parts.expect(INTEGER)?)?;
    let (operation, content) = parts.next()?.ok_or(Malformed::NotLdap("a message without an operation"))?;
    Ok(Message { id, operation, content })
}

/// Takes a whole message of a server apart, if it is one down to the last byte.
pub(super) fn answer(bytes: &[u8]) -> Result<Message<'_>, Malformed> {
    let message = envelope(bytes)?;
    let mut parts = Elements(Elements(bytes).expect(SEQUENCE)?);
    parts.next()?;
    parts.next()?;
    match parts.next()? {
        None => {}
        Some((CONTROLS, controls)) => check_controls(controls)?,
        // Active Directory puts the name of its notice of disconnection here.
        Some((RESPONSE_NAME, _)) if message.operation == answer::EXTENDED => {}
        Some(_) => return Err(Malformed::NotLdap("an element after the operation")),
    }
    parts.end()?;
    match message.operation {
        answer::ENTRY => check_entry(message.content)?,
        answer::REFERENCE => check_texts(message.content)?,
        answer::BIND | answer::SEARCH_DONE | answer::MODIFY | answer::EXTENDED => {
            result(message.content)?;
        }
        _ => return Err(Malformed::NotLdap("an operation that nobody asked for")),
    }
    Ok(message)
}

/// Reads a result.
pub(super) fn result(content: &[u8]) -> Result<ResultParts<'_>, Malformed> {
    let mut parts = Elements(content);
    let code = u32::try_from(signed(parts.expect(ENUMERATED)?)?).map_err(|_| Malformed::NotLdap("a code below 0"))?;
    text(parts.expect(OCTETS)?)?;
    let text_of_result = text(parts.expect(OCTETS)?)?;
    let mut sasl_credentials = None;
    while let Some((tag, value)) = parts.next()? {
        match tag {
            REFERRAL => check_texts(value)?,
            SASL_CREDENTIALS => sasl_credentials = Some(value),
            RESPONSE_NAME => {
                text(value)?;
            }
            RESPONSE_VALUE => {}
            _ => return Err(Malformed::NotLdap("a result with more than results have")),
        }
    }
    Ok(ResultParts { code, text: text_of_result, sasl_credentials })
}

/// The cookie in the value of a paged results control; empty after the last page [RFC 2696 2].
pub(super) fn page_cookie(value: &[u8]) -> Result<&[u8], Malformed> {
    let mut parts = Elements(Elements(value).expect(SEQUENCE)?);
    parts.expect(INTEGER)?;
    parts.expect(OCTETS)
}

/// An element, written.
pub(super) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut written = vec![tag];
    let length = content.len().to_be_bytes();
    if let Ok(short @ 0..=127) = u8::try_from(content.len()) {
        written.push(short);
    } else {
        let digits: Vec<u8> = length.iter().copied().skip_while(|&byte| byte == 0).collect();
        written.push(0x80 | u8::try_from(digits.len()).unwrap_or(8));
        written.extend(digits);
    }
    written.extend_from_slice(content);
    written
}

/// A number, in as few bytes as it needs.
pub(super) fn integer(number: i32) -> Vec<u8> {
    let bytes = number.to_be_bytes();
    let is_spare = |pair: &[u8]| matches!(pair, [0, next] if *next < 0x80);
    let spare = bytes.windows(2).take_while(|pair| is_spare(pair)).count();
    element(INTEGER, bytes.get(spare..).unwrap_or(&bytes))
}

/// A message of a client, written.
pub(super) fn request(id: u8, operation: u8, content: &[u8]) -> Vec<u8> {
    element(SEQUENCE, &[element(INTEGER, &[id]), element(operation, content)].concat())
}

fn check_entry(content: &[u8]) -> Result<(), Malformed> {
    let mut parts = Elements(content);
    text(parts.expect(OCTETS)?)?;
    let mut attributes = Elements(parts.expect(SEQUENCE)?);
    parts.end()?;
    while let Some((tag, attribute)) = attributes.next()? {
        let mut parts = Elements(is(SEQUENCE, tag, attribute)?);
        text(parts.expect(OCTETS)?)?;
        let mut values = Elements(parts.expect(SET)?);
        parts.end()?;
        while let Some((tag, value)) = values.next()? {
            is(OCTETS, tag, value)?;
        }
    }
    Ok(())
}

fn check_texts(content: &[u8]) -> Result<(), Malformed> {
    let mut texts = Elements(content);
    while let Some((tag, value)) = texts.next()? {
        text(is(OCTETS, tag, value)?)?;
    }
    Ok(())
}

fn check_controls(content: &[u8]) -> Result<(), Malformed> {
    let mut controls = Elements(content);
    while let Some((tag, control)) = controls.next()? {
        let mut parts = Elements(is(SEQUENCE, tag, control)?);
        let kind = text(parts.expect(OCTETS)?)?;
        let next = match parts.next()? {
            Some((BOOLEAN, [_])) => parts.next()?,
            other => other,
        };
        if let Some((tag, value)) = next {
            let value = is(OCTETS, tag, value)?;
            if kind == PAGES {
                page_cookie(value)?;
            }
        }
        parts.end()?;
    }
    Ok(())
}

impl<'a> Elements<'a> {
    fn next(&mut self) -> Result<Option<(u8, &'a [u8])>, Malformed> {
        let Some((&tag, rest)) = self.0.split_first() else { return Ok(None) };
        if tag & 0x1f == 0x1f {
            return Err(Malformed::NotLdap("a tag of more than one byte"));
        }
        let cut_short = Malformed::NotLdap("an element longer than what holds it");
        let (header, length) = length(rest)?.ok_or(cut_short.clone())?;
        let content = rest.get(header..header.saturating_add(length)).ok_or(cut_short.clone())?;
        self.0 = rest.get(header + length..).ok_or(cut_short)?;
        Ok(Some((tag, content)))
    }

    fn expect(&mut self, tag: u8) -> Result<&'a [u8], Malformed> {
        let (found, content) = self.next()?.ok_or(Malformed::NotLdap("an element is missing"))?;
        is(tag, found, content)
    }

    fn end(&mut self) -> Result<(), Malformed> {
        if self.0.is_empty() { Ok(()) } else { Err(Malformed::NotLdap("bytes after the last element")) }
    }
}

fn is(expected: u8, found: u8, content: &[u8]) -> Result<&[u8], Malformed> {
    if expected == found { Ok(content) } else { Err(Malformed::NotLdap("an element of another kind")) }
}

fn text(content: &[u8]) -> Result<&str, Malformed> {
    std::str::from_utf8(content).map_err(|_| Malformed::NotLdap("a text that is not UTF-8"))
}

fn signed(content: &[u8]) -> Result<i32, Malformed> {
    if content.is_empty() || content.len() > 4 {
        return Err(Malformed::NotLdap("a number of no or too many bytes"));
    }
    let negative = content.first().is_some_and(|first| first & 0x80 != 0);
    Ok(content.iter().fold(if negative { -1 } else { 0 }, |number, &byte| (number << 8) | i32::from(byte)))
}

/// The bytes that a length takes, and the length. `None` if it is not all there [RFC 4511 5.1: definite lengths only].
fn length(bytes: &[u8]) -> Result<Option<(usize, usize)>, Malformed> {
    match bytes.first() {
        None => Ok(None),
        Some(&short @ 0..=0x7f) => Ok(Some((1, short.into()))),
        Some(&long @ 0x81..=0x84) => {
            let digits = usize::from(long & 0x7f);
            let Some(digits) = bytes.get(1..=digits) else { return Ok(None) };
            let length = digits.iter().fold(0_usize, |length, &digit| (length << 8) | usize::from(digit));
            Ok(Some((1 + digits.len(), length)))
        }
        Some(_) => Err(Malformed::NotLdap("a length of no or too many bytes")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn message(operation: u8, content: &[u8]) -> Vec<u8> {
        request(7, operation, content)
    }

    fn entry() -> Vec<u8> {
        let values = element(SET, &[element(OCTETS, b"alice"), element(OCTETS, &[0xff; 300])].concat());
        let attribute = element(SEQUENCE, &[element(OCTETS, b"cn"), values].concat());
        message(answer::ENTRY, &[element(OCTETS, b"CN=alice"), element(SEQUENCE, &attribute)].concat())
    }

    fn done(code: u8) -> Vec<u8> {
        message(
            answer::SEARCH_DONE,
            &[element(ENUMERATED, &[code]), element(OCTETS, b""), element(OCTETS, b"why")].concat(),
        )
    }

    #[test]
    fn good_messages_are_read() {
        for (bytes, operation) in [(entry(), answer::ENTRY), (done(32), answer::SEARCH_DONE)] {
            assert_eq!(whole(&bytes, 10_000), Ok(Some(bytes.len())));
            for part in 0..bytes.len() {
                assert_eq!(whole(&bytes[..part], 10_000), Ok(None));
            }
            let read = answer(&bytes).unwrap();
            assert_eq!((read.id, read.operation), (7, operation));
        }
        let bytes = done(32);
        let parts = result(answer(&bytes).unwrap().content).unwrap();
        assert_eq!((parts.code, parts.text), (32, "why"));
    }

    #[test]
    fn numbers_take_few_bytes() {
        for (number, bytes) in
            [(0, vec![2, 1, 0]), (127, vec![2, 1, 127]), (128, vec![2, 2, 0, 128]), (500, vec![2, 2, 1, 244])]
        {
            assert_eq!(integer(number), bytes);
        }
    }

    #[test]
    fn others_are_refused() {
        let deep = (0..10_000).fold(Vec::new(), |inner, _| element(SEQUENCE, &inner));
        for (bytes, why) in [
            (message(answer::ENTRY, &deep), "another kind"),
            (message(answer::ENTRY, b""), "missing"),
            (message(answer::SEARCH_DONE, &element(OCTETS, b"")), "another kind"),
            (message(0x79, b""), "nobody asked"),
            (request(7, answer::BIND, &[element(ENUMERATED, &[]), element(OCTETS, b"")].concat()), "number"),
            (vec![SEQUENCE, 0x80, 0, 0], "length"),
            (vec![SEQUENCE, 0x85, 0, 0, 0, 0, 0], "length"),
            (b"HTTP/1.1 400".to_vec(), "begin"),
        ] {
            let error = whole(&bytes, 1 << 20).and_then(|_| answer(&bytes).map(drop)).unwrap_err();
            assert!(error.to_string().contains(why), "{error}");
        }
        let huge = [SEQUENCE, 0x84, 0xff, 0xff, 0xff, 0xff];
        assert!(matches!(whole(&huge, 1 << 20), Err(Malformed::TooLarge { .. })));
    }

    proptest! {
        /// Whatever is let through, the library can read.
        #[test]
        fn the_library_never_panics_on_what_is_let_through(
            change in prop::collection::vec((0_usize..400, any::<u8>()), 0..4),
            cut in 0_usize..400,
            kind in 0_u8..3,
        ) {
            let mut bytes = match kind { 0 => entry(), 1 => done(0), _ => message(answer::REFERENCE, &element(OCTETS, b"ldap://x")) };
            bytes.truncate(bytes.len().max(1) - cut.min(bytes.len() - 1) * usize::from(cut % 3 == 0));
            for (at, byte) in change {
                let at = at % bytes.len();
                bytes[at] = byte;
            }
            if let Ok(read) = answer(&bytes) {
                let (rest, message) = ldap3::asn1::parse_tag(&bytes).unwrap();
                prop_assert!(rest.is_empty());
                let operation = message.expect_constructed().unwrap().remove(1);
                if read.operation == answer::ENTRY {
                    ldap3::SearchEntry::construct(ldap3::ResultEntry::new(operation));
                }
            }
        }
    }
}
