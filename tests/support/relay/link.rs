//! One connection through the relay: a client on one side, the directory on the other.

use std::io;
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, PoisonError};
use std::thread;

use super::State;
use super::frame::{Frames, operation};
use super::side::Side;

/// Hands messages on in both directions until one side ends.
pub fn pass(state: &Arc<State>, client: TcpStream) {
    let sockets = (|| {
        let held = client.try_clone()?;
        state.open.lock().unwrap_or_else(PoisonError::into_inner).push(held.try_clone()?);
        state.wait_while(|mood| mood.frozen);
        let directory = Arc::new(Side::directory(&state.target)?);
        let client = Arc::new(Side::client(client, &state.tls)?);
        state.open.lock().unwrap_or_else(PoisonError::into_inner).push(directory.socket()?);
        let sockets = [held, directory.socket()?];
        let (back, to, from) = (Arc::clone(state), Arc::clone(&client), Arc::clone(&directory));
        let ends = [sockets[0].try_clone()?, sockets[1].try_clone()?];
        thread::spawn(move || {
            let _ = answers(&back, &from, &to);
            end(&ends);
        });
        let _ = requests(state, &client, &directory);
        io::Result::Ok(sockets)
    })();
    if let Ok(sockets) = sockets {
        end(&sockets);
    }
}

fn end(sockets: &[TcpStream]) {
    for socket in sockets {
        let _ = socket.shutdown(Shutdown::Both);
    }
}

fn requests(state: &State, client: &Side, directory: &Side) -> io::Result<()> {
    let mut frames = Frames::default();
    loop {
        let received = client.receive()?;
        if received.is_empty() {
            return Ok(());
        }
        frames.add(&received);
        while let Some(request) = frames.next() {
            *state.counts().operations.entry(operation(&request)).or_default() += 1;
            state.wait_while(|mood| mood.frozen);
            if state.mood().cuts_request {
                state.set(|mood| mood.cuts_request = false);
                return directory.send(&request[..request.len() / 2]);
            }
            directory.send(&request)?;
        }
    }
}

fn answers(state: &State, directory: &Side, client: &Side) -> io::Result<()> {
    let mut frames = Frames::default();
    loop {
        let received = directory.receive()?;
        if received.is_empty() {
            return Ok(());
        }
        frames.add(&received);
        while let Some(answer) = frames.next() {
            *state.counts().operations.entry(operation(&answer)).or_default() += 1;
            state.wait_while(|mood| mood.frozen);
            if state.mood().cuts_answer {
                state.set(|mood| mood.cuts_answer = false);
                return client.send(&answer[..answer.len() / 2]);
            }
            client.send(&answer)?;
        }
    }
}
