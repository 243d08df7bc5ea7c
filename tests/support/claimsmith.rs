//! The program itself, as an operator starts it.

use std::io::{BufRead as _, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long the program may take to listen, or to end.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running `claimsmith`. Killed when dropped.
pub struct Claimsmith {
    process: Child,
    output: Arc<Mutex<String>>,
    /// `https://localhost:PORT`
    pub url: String,
}

impl Claimsmith {
    /// `claimsmith demo` on a free port.
    pub fn demo() -> Self {
        Self::start(&["demo", "--listen", "127.0.0.1:0"])
    }

    /// `claimsmith serve` with a configuration that listens on port 0.
    pub fn serve(configuration: &Path) -> Self {
        Self::start(&["serve", "--config", configuration.to_str().unwrap()])
    }

    /// Starts the program and waits until it says where it listens.
    pub fn start(arguments: &[&str]) -> Self {
        Self::start_with(arguments, &[])
    }

    /// As [`Self::start`], with these variables in its environment.
    pub fn start_with(arguments: &[&str], variables: &[(&str, &Path)]) -> Self {
        Self::start_into(arguments, variables, Stdio::piped())
    }

    /// As [`Self::start_with`], with its standard output going somewhere else than into a pipe.
    pub fn start_into(arguments: &[&str], variables: &[(&str, &Path)], stdout: Stdio) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_claimsmith"))
            .args(arguments)
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(stdout)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let output = Arc::new(Mutex::new(String::new()));
        if let Some(stdout) = process.stdout.take() {
            collect(stdout, &output);
        }
        collect(process.stderr.take().unwrap(), &output);
        let mut claimsmith = Self { process, output, url: String::new() };
        let started = Instant::now();
        loop {
            if let Some(port) = port_in(&claimsmith.output()) {
                claimsmith.url = format!("https://localhost:{port}");
                return claimsmith;
            }
            assert!(
                claimsmith.process.try_wait().unwrap().is_none() && started.elapsed() < PATIENCE,
                "claimsmith {arguments:?} does not listen:\n{}",
                claimsmith.output()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// What it has printed so far, both streams.
    pub fn output(&self) -> String {
        self.output.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until it has printed `text`.
    pub fn wait_for_output(&self, text: &str) -> String {
        let started = Instant::now();
        while !self.output().contains(text) {
            assert!(started.elapsed() < PATIENCE, "`{text}` was not printed:\n{}", self.output());
            std::thread::sleep(Duration::from_millis(20));
        }
        self.output()
    }

    /// The records that it has written so far, to its log and to its audit log.
    pub fn records(&self) -> Vec<Value> {
        self.output().lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// The first record that fits; waits for it.
    pub fn record(&self, fits: impl Fn(&Value) -> bool) -> Value {
        let started = Instant::now();
        loop {
            if let Some(found) = self.records().into_iter().find(|record| fits(record)) {
                return found;
            }
            assert!(started.elapsed() < PATIENCE, "no such record in:\n{}", self.output());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Where the machines of this host read how it is, if that is configured.
    pub fn management(&self) -> SocketAddr {
        let record = self.record(|record| record["fields"]["message"] == "management listening");
        record["fields"]["address"].as_str().unwrap().parse().unwrap()
    }

    /// The password that the demo prints for one of its users.
    pub fn password(&self, user: &str) -> String {
        let output = self.wait_for_output("audit log");
        output
            .lines()
            .find_map(|line| line.trim().strip_prefix(user)?.split_whitespace().next().map(str::to_owned))
            .unwrap_or_else(|| panic!("the demo prints no password for {user}:\n{output}"))
    }

    /// Its process.
    #[allow(dead_code, reason = "benches ask how much memory it takes")]
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.url.rsplit(':').next().unwrap().parse().unwrap()
    }

    /// Asks it to end, as a service manager does, and waits.
    pub fn terminate(mut self) -> (ExitStatus, String) {
        let killed = Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status().unwrap();
        assert!(killed.success());
        let started = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                return (status, self.output());
            }
            assert!(started.elapsed() < PATIENCE, "it does not end:\n{}", self.output());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Claimsmith {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn collect(stream: impl Read + Send + 'static, output: &Arc<Mutex<String>>) {
    let output = Arc::clone(output);
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            let mut output = output.lock().unwrap_or_else(PoisonError::into_inner);
            output.push_str(&line);
            output.push('\n');
        }
    });
}

/// The port in `https://HOST:PORT`, as the demo says it, or in `"address":"HOST:PORT"`, as the server logs it.
fn port_in(output: &str) -> Option<u16> {
    let said = output.split("https://").skip(1);
    let logged = output.split("\"listening\",\"address\":\"").skip(1);
    said.chain(logged).find_map(|rest| {
        let address = rest.split(|end: char| end.is_whitespace() || "/\"'`,".contains(end)).next()?;
        address.rsplit(':').next()?.parse().ok().filter(|port| *port != 0)
    })
}
