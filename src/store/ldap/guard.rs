//! Between a server and the LDAP library: passes messages on, and ends the connection when one is not fit to be.
//!
//! The library speaks to one end of a pair of local sockets, the guard sits at the other end and at the server's
//! connection. See `docs/decisions/0014-several-ldap-servers.md`.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::UnixStream;

use super::ber::{self, answer};
use super::counters::{Operations, request};
use super::transport::Wire;

/// How much is read at a time.
const CHUNK_BYTES: usize = 16 << 10;

/// Why a connection ended.
#[derive(Clone, Debug)]
pub(super) enum End {
    /// The server did something that another one would not do.
    Lost(String),
    /// The server did what all would do.
    Refused(String),
}

impl From<String> for End {
    fn from(reason: String) -> Self {
        Self::Lost(reason)
    }
}

/// What the guard of a connection tells its owner.
#[derive(Debug)]
pub(super) struct Watch {
    /// Why the connection ended.
    ended: Mutex<Option<End>>,
    /// Bytes of the answer to the current question.
    received: AtomicUsize,
    /// Most of them.
    most: usize,
}

impl Watch {
    pub(super) fn new(most: usize) -> Self {
        Self { ended: Mutex::default(), received: AtomicUsize::new(0), most }
    }

    /// Another question begins.
    pub(super) fn begin(&self) {
        self.received.store(0, Ordering::Relaxed);
    }

    /// Bytes of the answer to the question that was last begun.
    pub(super) fn received(&self) -> usize {
        self.received.load(Ordering::Relaxed)
    }

    /// Most bytes of one answer.
    pub(super) fn most(&self) -> usize {
        self.most
    }

    pub(super) fn ended(&self) -> Option<End> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn end(&self, end: End) {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(end);
    }

    fn take_in(&self, bytes: usize) -> Result<(), End> {
        let received = self.received.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if received > self.most {
            return Err(End::Refused(format!(
                "the answer is larger than {} KiB, which is the most that is taken; ask for less at a time",
                self.most >> 10
            )));
        }
        Ok(())
    }
}

/// Passes messages on until either side ends.
pub(super) async fn stand(wire: Wire, library: UnixStream, watch: Arc<Watch>, operations: Arc<Operations>) {
    let pending = Mutex::default();
    let (from_server, mut to_server) = tokio::io::split(wire);
    let (from_library, to_library) = library.into_split();
    let down = answers(from_server, to_library, &watch, &pending);
    let up = requests(from_library, &mut to_server, &operations, &pending);
    let end = tokio::select! { end = down => end, end = up => end };
    match end {
        Err(end) => watch.end(end),
        // The library has said all it had to.
        Ok(()) => drop(to_server.shutdown().await),
    }
}

/// The operations that wait for an answer, by the number of their message.
type Pending = Mutex<BTreeMap<i32, u8>>;

async fn requests(
    mut library: impl AsyncRead + Unpin,
    server: &mut (impl AsyncWrite + Unpin),
    operations: &Operations,
    pending: &Pending,
) -> Result<(), End> {
    let mut buffer = Vec::new();
    loop {
        let mut start = 0;
        while let Some(message) = next_message(&buffer, start, usize::MAX)? {
            let sent = ber::envelope(message).map_err(|error| error.to_string())?;
            let mut pending = pending.lock().unwrap_or_else(PoisonError::into_inner);
            match sent.operation {
                request::ABANDON => pending.clear(),
                operation => drop(pending.insert(sent.id, operation)),
            }
            operations.sent(sent);
            start += message.len();
        }
        let (whole, part) = buffer.split_at_checked(start).unwrap_or_default();
        server.write_all(whole).await.map_err(|error| told(&error))?;
        server.flush().await.map_err(|error| told(&error))?;
        buffer = part.to_vec();
        buffer.reserve(CHUNK_BYTES);
        if library.read_buf(&mut buffer).await.unwrap_or_default() == 0 {
            return Ok(());
        }
    }
}

async fn answers(
    mut server: impl AsyncRead + Unpin,
    mut library: impl AsyncWrite + Unpin,
    watch: &Watch,
    pending: &Pending,
) -> Result<(), End> {
    let mut buffer = Vec::new();
    loop {
        let mut start = 0;
        while let Some(message) = next_message(&buffer, start, watch.most)? {
            start += message.len();
            let read = ber::answer(message).map_err(|error| error.to_string())?;
            if read.id == 0 {
                return Err(End::Lost(farewell(read)));
            }
            if is_expected(read, pending)? {
                watch.take_in(message.len())?;
                // If the library is gone, the other half ends this one.
                let _ = library.write_all(message).await;
            }
        }
        buffer.drain(..start);
        buffer.reserve(CHUNK_BYTES);
        if server.read_buf(&mut buffer).await.map_err(|error| told(&error))? == 0 {
            return Err(End::Lost("the server closed the connection".to_owned()));
        }
    }
}

fn next_message(buffer: &[u8], start: usize, most: usize) -> Result<Option<&[u8]>, String> {
    let rest = buffer.get(start..).unwrap_or_default();
    let length = ber::whole(rest, most).map_err(|error| error.to_string())?;
    Ok(length.and_then(|length| rest.get(..length)))
}

/// Whether somebody waits for the message. An answer to what was given up is none that anybody waits for; one of another
/// kind than the question would end the library.
fn is_expected(message: ber::Message<'_>, pending: &Pending) -> Result<bool, String> {
    let mut pending = pending.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(asked) = pending.get(&message.id) else { return Ok(false) };
    let fits = match *asked {
        request::SEARCH => matches!(message.operation, answer::ENTRY | answer::REFERENCE | answer::SEARCH_DONE),
        request::BIND => message.operation == answer::BIND,
        request::MODIFY => message.operation == answer::MODIFY,
        request::EXTENDED => message.operation == answer::EXTENDED,
        _ => false,
    };
    if !fits {
        return Err("what the server sent is not LDAP (an answer to another kind of question)".to_owned());
    }
    if !matches!(message.operation, answer::ENTRY | answer::REFERENCE) {
        pending.remove(&message.id);
    }
    Ok(true)
}

/// A server says why it ends the connection [RFC 4511 4.4.1].
fn farewell(message: ber::Message<'_>) -> String {
    let reason = ber::result(message.content).map(|result| format!("code {}: {}", result.code, result.text));
    format!(
        "the server ended the connection ({})",
        reason.as_deref().unwrap_or("no reason given").trim_end_matches('\0')
    )
}

fn told(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::UnexpectedEof | std::io::ErrorKind::BrokenPipe => {
            "the server closed the connection".to_owned()
        }
        std::io::ErrorKind::ConnectionReset => "the server reset the connection".to_owned(),
        _ => error.to_string(),
    }
}
