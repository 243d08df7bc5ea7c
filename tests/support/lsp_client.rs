//! An editor that talks to `rulecheck lsp` over its standard input and output.

use std::collections::VecDeque;
use std::io::{BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Longer than anything that works takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running server, and what it said that nobody looked at yet.
pub struct LspClient {
    child: Child,
    input: Option<ChildStdin>,
    incoming: Receiver<Value>,
    unread: VecDeque<Value>,
    next_id: i64,
}

impl LspClient {
    /// Starts the server, and says nothing.
    pub fn spawn() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_rulecheck"))
            .arg("lsp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let (sender, incoming) = channel();
        std::thread::spawn(move || {
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        Self { input: child.stdin.take(), child, incoming, unread: VecDeque::new(), next_id: 0 }
    }

    /// Starts the server for a folder, as an editor with everything that the tests ask about.
    pub fn start(folder: &Path) -> Self {
        Self::start_with(folder, &json!({}), &Value::Null)
    }

    /// The same with further capabilities and initialization options.
    pub fn start_with(folder: &Path, capabilities: &Value, options: &Value) -> Self {
        let mut client = Self::spawn();
        let mut all = json!({
            "workspace": { "workspaceEdit": { "documentChanges": true } },
            "textDocument": {
                "publishDiagnostics": { "relatedInformation": true },
                "hover": { "contentFormat": ["markdown"] },
            },
        });
        for (key, value) in capabilities.as_object().into_iter().flatten() {
            all[key] = value.clone();
        }
        client.request(
            "initialize",
            json!({
                "processId": null, "rootUri": uri(folder), "capabilities": all, "initializationOptions": options,
            }),
        );
        client.notify("initialized", &json!({}));
        client
    }

    /// Asks, and waits for the result. An error fails the test.
    pub fn request(&mut self, method: &str, parameters: Value) -> Value {
        let answer = self.answer(method, parameters);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// Asks, and waits for the error. A result fails the test.
    pub fn refused(&mut self, method: &str, parameters: Value) -> (i64, String) {
        let answer = self.answer(method, parameters);
        let error = answer.get("error").unwrap_or_else(|| panic!("{method} has a result: {answer}"));
        (error["code"].as_i64().unwrap(), error["message"].as_str().unwrap().to_owned())
    }

    /// Asks, and waits for whatever answer comes.
    pub fn answer(&mut self, method: &str, parameters: Value) -> Value {
        let id = self.ask(method, parameters);
        self.wait(|message| message["id"] == id && message.get("method").is_none())
    }

    /// Asks, and does not wait. Gives the number of the request.
    pub fn ask(&mut self, method: &str, parameters: Value) -> i64 {
        self.next_id += 1;
        let mut message = json!({ "jsonrpc": "2.0", "id": self.next_id, "method": method });
        if !parameters.is_null() {
            message["params"] = parameters;
        }
        self.send(&message);
        self.next_id
    }

    /// Tells.
    pub fn notify(&mut self, method: &str, parameters: &Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": parameters }));
    }

    /// Waits for a message from the server.
    pub fn wait(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.unread.iter().position(&wanted) {
            return self.unread.remove(at).unwrap();
        }
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let message = self
                .incoming
                .recv_timeout(left)
                .unwrap_or_else(|_| panic!("nothing comes; unread: {:#?}", self.unread));
            if wanted(&message) {
                return message;
            }
            self.unread.push_back(message);
        }
    }

    /// How many messages of a kind came that nobody looked at.
    pub fn unread(&mut self, method: &str) -> usize {
        self.unread.extend(self.incoming.try_iter());
        self.unread.iter().filter(|message| message["method"] == method).count()
    }

    /// Opens a file of the disk.
    pub fn open(&mut self, path: &Path) -> String {
        let text = std::fs::read_to_string(path).unwrap();
        self.open_text(&uri(path), &text)
    }

    /// Opens a text, and gives its URI back.
    pub fn open_text(&mut self, uri: &str, text: &str) -> String {
        let language =
            if uri.rsplit_once('.').is_some_and(|(_, extension)| extension == "yaml") { "yaml" } else { "claims" };
        let document = json!({ "uri": uri, "languageId": language, "version": 1, "text": text });
        self.notify("textDocument/didOpen", &json!({ "textDocument": document }));
        uri.to_owned()
    }

    /// Replaces the whole text of an open document.
    pub fn change(&mut self, uri: &str, version: i64, text: &str) {
        self.notify(
            "textDocument/didChange",
            &json!({
                "textDocument": { "uri": uri, "version": version }, "contentChanges": [{ "text": text }],
            }),
        );
    }

    /// What is found in a version of a document.
    pub fn diagnostics(&mut self, uri: &str, version: i64) -> Value {
        let told = self.wait(|message| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == uri
                && message["params"]["version"] == version
        });
        told["params"]["diagnostics"].clone()
    }

    /// Asks about the place of `needle` in `text`; `|` in the needle is the cursor.
    pub fn at(&mut self, method: &str, uri: &str, text: &str, needle: &str) -> Value {
        let (before, after) = needle.split_once('|').unwrap();
        let start = text.find(&format!("{before}{after}")).unwrap_or_else(|| panic!("no `{needle}`"));
        let position = position(text, start + before.len());
        self.request(method, json!({ "textDocument": { "uri": uri }, "position": position }))
    }

    /// Says `shutdown` and `exit`, and waits for the end.
    pub fn stop(mut self) -> ExitStatus {
        self.request("shutdown", Value::Null);
        self.notify("exit", &Value::Null);
        self.ended()
    }

    /// Goes without a word.
    pub fn hang_up(mut self) -> ExitStatus {
        self.input = None;
        self.ended()
    }

    /// Waits for the end of the process.
    pub fn ended(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < deadline, "the server does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Sends a message.
    pub fn send(&mut self, message: &Value) {
        let text = message.to_string();
        self.raw(format!("Content-Length: {}\r\n\r\n{text}", text.len()).as_bytes());
    }

    /// Sends bytes.
    pub fn raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().unwrap();
        input.write_all(bytes).unwrap();
        input.flush().unwrap();
    }
}

impl Drop for LspClient {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The URI of a file.
pub fn uri(path: &Path) -> String {
    url::Url::from_file_path(path).unwrap().into()
}

/// The place of a byte offset, in UTF-16.
pub fn position(text: &str, offset: usize) -> Value {
    let line_start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
    let character = text[line_start..offset].encode_utf16().count();
    json!({ "line": text[..offset].matches('\n').count(), "character": character })
}

fn read(output: &mut impl std::io::BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().strip_prefix("Content-Length: ") {
            Some(value) => length = value.parse().unwrap(),
            None if line.trim_end().is_empty() => break,
            None => panic!("the server wrote {line:?}"),
        }
    }
    let mut bytes = vec![0; length];
    output.read_exact(&mut bytes).ok()?;
    Some(serde_json::from_slice(&bytes).unwrap())
}
