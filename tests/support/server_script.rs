//! A script that runs a real server: it says `ready`, answers each command with `done`, and ends the server when its
//! standard input ends.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};

/// A running script. Ends when dropped, with its server.
pub struct ServerScript {
    process: Mutex<Child>,
    /// Given up when the server is to end.
    console: Mutex<Option<Console>>,
}

struct Console {
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl ServerScript {
    /// Starts it, and waits until its server answers. `server` is what messages call that.
    pub fn start(command: &mut Command, server: &str) -> Self {
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut said = Vec::new();
        loop {
            match output.next() {
                Some(Ok(line)) if line == "ready" => break,
                Some(Ok(line)) => said.push(line),
                _ => panic!("{server} did not start; `.ci/run` installs what it needs\n{}", said.join("\n")),
            }
        }
        let input = process.stdin.take().unwrap();
        Self { process: Mutex::new(process), console: Mutex::new(Some(Console { input, output })) }
    }

    /// Gives a command, and waits until it is done.
    pub fn command(&self, command: &str) {
        let mut console = self.console.lock().unwrap();
        let Console { input, output } = console.as_mut().unwrap();
        writeln!(input, "{command}").unwrap();
        let answer = output.next().expect("the server's script ended").unwrap();
        assert_eq!(answer, "done", "{command}");
    }
}

impl Drop for ServerScript {
    fn drop(&mut self) {
        // The script ends when its input does. Killing it would leave the server behind.
        drop(self.console.get_mut().unwrap_or_else(PoisonError::into_inner).take());
        let _ = self.process.get_mut().unwrap_or_else(PoisonError::into_inner).wait();
    }
}
