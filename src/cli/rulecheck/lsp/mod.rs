//! `rulecheck lsp`: the language server that editors start.

mod capabilities;
mod client;
mod convert;
mod documents;
mod evaluate;
mod examiner;
mod features;
mod protocol;
mod server;
mod settings;
mod transport;
mod uri;

use std::collections::VecDeque;
use std::io;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use clap::Args;

use self::client::Client;
use self::server::{Server, Turn};
use self::transport::Incoming;
use crate::cli::{ExitCode, Output};

const EXAMPLES: &str = "\
Examples:
  rulecheck lsp     what an editor starts; docs/editors.md says how to set it up

It speaks the language server protocol over standard input and output.

Exit codes:
  0  the editor said `shutdown` before it left
  1  it left without";

/// Serve an editor with findings, fixes, completion and more
///
/// For VS Code, Neovim, Helix and every other editor that speaks the language server protocol.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Accepted, since some editors say it; there is no other way to talk
    #[arg(long, hide = true)]
    stdio: bool,
}

/// How long nobody must type before the document is examined.
const QUIET: Duration = Duration::from_millis(40);
/// So many messages may wait; then the editor must.
const WAITING_MESSAGES: usize = 256;

#[expect(clippy::unnecessary_wraps, reason = "as every command")]
pub(super) fn run(_: &Arguments, _: &mut Output) -> anyhow::Result<ExitCode> {
    let (inbox, incoming) = mpsc::sync_channel(WAITING_MESSAGES);
    let (outbox, outgoing) = mpsc::channel();
    // The reader is left behind at the end: it waits for an editor that may never say anything again.
    thread::spawn(move || transport::read_all(io::stdin().lock(), &inbox));
    let writer = thread::spawn(move || transport::write_all(io::stdout().lock(), &outgoing));
    let client = Client::new(outbox);
    let code = serve(Server::new(client.clone()), &incoming);
    client.finish();
    let _ = writer.join();
    Ok(code)
}

/// Handles messages until the editor leaves.
fn serve(mut server: Server, incoming: &Receiver<Incoming>) -> ExitCode {
    let mut waiting: VecDeque<Incoming> = VecDeque::new();
    loop {
        if waiting.is_empty() {
            let next = if server.has_work() {
                incoming.recv_timeout(QUIET)
            } else {
                incoming.recv().map_err(|_| RecvTimeoutError::Disconnected)
            };
            match next {
                Ok(message) => waiting.push_back(message),
                Err(RecvTimeoutError::Timeout) => server.work(),
                Err(RecvTimeoutError::Disconnected) => return server.left(),
            }
        }
        // Everything that is there is looked at first: a request may have been taken back already.
        waiting.extend(incoming.try_iter());
        server.cancel(&mut waiting);
        if let Some(message) = waiting.pop_front()
            && let Turn::Leave(code) = server.handle(message)
        {
            return code;
        }
    }
}
