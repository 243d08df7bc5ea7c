//! Messages over standard input and output: a `Content-Length` header, an empty line, and so many bytes of JSON.

use std::io::{self, BufRead, Read, Write};
use std::sync::mpsc::{Receiver, SyncSender};

use serde_json::Value;

/// A larger message is skipped without being kept, in bytes.
const MESSAGE_LIMIT_BYTES: u64 = 128 * 1024 * 1024;
/// A header line longer than this is no header, in bytes.
const HEADER_LIMIT_BYTES: u64 = 4096;

/// What came in.
#[derive(Debug, PartialEq)]
pub(super) enum Incoming {
    /// JSON, whatever it says.
    Message(Value),
    /// No JSON, and why.
    Garbage(String),
    /// A message that is too large to be looked at.
    TooLarge,
}

/// Reads messages until the input ends, and hands them on.
pub(super) fn read_all(mut input: impl BufRead, inbox: &SyncSender<Incoming>) {
    while let Ok(Some(incoming)) = read(&mut input) {
        if inbox.send(incoming).is_err() {
            return;
        }
    }
}

/// Writes messages up to the first `None`, or until nobody reads.
pub(super) fn write_all(mut output: impl Write, outbox: &Receiver<Option<Value>>) {
    for message in outbox.iter().map_while(|message| message) {
        if write(&mut output, &message).is_err() {
            return;
        }
    }
}

/// The next message; `None` at the end of the input.
fn read(input: &mut impl BufRead) -> io::Result<Option<Incoming>> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        if input.by_ref().take(HEADER_LIMIT_BYTES).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim();
        if !text.is_empty() {
            // A line that is no header is passed over: whatever it is, a message may follow.
            let value = text.split_once(':').filter(|(name, _)| name.trim().eq_ignore_ascii_case("content-length"));
            length = value.and_then(|(_, value)| value.trim().parse::<u64>().ok()).or(length);
        } else if let Some(length) = length {
            return content(input, length).map(Some);
        }
    }
}

fn content(input: &mut impl BufRead, length: u64) -> io::Result<Incoming> {
    if length > MESSAGE_LIMIT_BYTES {
        io::copy(&mut input.by_ref().take(length), &mut io::sink())?;
        return Ok(Incoming::TooLarge);
    }
    // Room is made for what comes, not for what the header promises.
    let mut bytes = Vec::new();
    input.by_ref().take(length).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()) != Ok(length) {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(serde_json::from_slice(&bytes).map_or_else(|error| Incoming::Garbage(error.to_string()), Incoming::Message))
}

fn write(output: &mut impl Write, message: &Value) -> io::Result<()> {
    let text = message.to_string();
    write!(output, "Content-Length: {}\r\n\r\n{text}", text.len())?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn all(mut input: &[u8]) -> Vec<Incoming> {
        std::iter::from_fn(|| read(&mut input).ok().flatten()).collect()
    }

    #[test]
    fn what_is_written_is_read_again() {
        let messages = [json!({ "a": "é" }), json!([1])];
        let mut bytes = Vec::new();
        for message in &messages {
            write(&mut bytes, message).unwrap();
        }
        assert_eq!(all(&bytes), messages.map(Incoming::Message));
    }

    #[test]
    fn garbage_does_not_end_it() {
        let bytes = b"hello\n\ncontent-length:2\r\nX: y\r\n\r\n{]Content-Length: 4\r\nContent-Length: zwei\r\n\r\nnull";
        let found = all(bytes);
        assert!(matches!(&found[0], Incoming::Garbage(_)), "{found:?}");
        assert_eq!(found[1], Incoming::Message(Value::Null));
    }

    #[test]
    fn a_message_that_stops_short_is_the_end() {
        assert_eq!(all(b"Content-Length: 99999999\r\n\r\n{}"), []);
        assert_eq!(all(b"Content-Length: 18446744073709551615\r\n\r\n{}"), [Incoming::TooLarge]);
    }

    #[test]
    fn a_message_beyond_the_limit_is_skipped() {
        let size = MESSAGE_LIMIT_BYTES + 1;
        let header = format!("Content-Length: {size}\r\n\r\n");
        let next = b"Content-Length: 2\r\n\r\n{}";
        let mut input = header.as_bytes().chain(io::repeat(b' ').take(size)).chain(next.as_slice());
        let mut input = io::BufReader::new(&mut input);
        assert_eq!(read(&mut input).unwrap(), Some(Incoming::TooLarge));
        assert_eq!(read(&mut input).unwrap(), Some(Incoming::Message(json!({}))));
    }
}
