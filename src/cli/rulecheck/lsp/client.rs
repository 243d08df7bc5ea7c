//! What the server says to the editor.

use std::sync::mpsc::Sender;

use serde::Serialize;
use serde_json::{Value, json};

/// Why a request has no result: the codes of JSON-RPC and of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The message is no JSON.
    NoJson,
    /// The message makes no sense where it came.
    InvalidRequest,
    /// Nobody knows the method.
    UnknownMethod,
    /// The parameters do not fit the method.
    InvalidParameters,
    /// A defect of the server.
    Defect,
    /// `initialize` has not been called.
    NotInitialized,
    /// The work could not be done.
    Failed,
    /// The client took the request back.
    Cancelled,
}

impl Refusal {
    const fn code(self) -> i32 {
        match self {
            Self::NoJson => -32700,
            Self::InvalidRequest => -32600,
            Self::UnknownMethod => -32601,
            Self::InvalidParameters => -32602,
            Self::Defect => -32603,
            Self::NotInitialized => -32002,
            Self::Failed => -32803,
            Self::Cancelled => -32800,
        }
    }
}

/// How grave a message is that the editor shows.
#[derive(Clone, Copy, Debug)]
pub(super) enum Gravity {
    /// Something could not be done.
    Error = 1,
    /// Something is not as expected.
    Warning = 2,
    /// A result.
    Info = 3,
}

/// The editor's end of the line. What is sent once nobody listens is dropped.
#[derive(Clone, Debug)]
pub(super) struct Client {
    outbox: Sender<Option<Value>>,
}

impl Client {
    /// A client that reads from the other end of `outbox`.
    pub(super) const fn new(outbox: Sender<Option<Value>>) -> Self {
        Self { outbox }
    }

    /// Answers a request.
    pub(super) fn reply(&self, id: &Value, result: impl Serialize) {
        match serde_json::to_value(result) {
            Ok(result) => self.send(json!({ "jsonrpc": "2.0", "id": id, "result": result })),
            Err(error) => self.refuse(id, Refusal::Defect, &error.to_string()),
        }
    }

    /// Says why a request has no result.
    pub(super) fn refuse(&self, id: &Value, refusal: Refusal, message: &str) {
        self.send(json!({ "jsonrpc": "2.0", "id": id, "error": { "code": refusal.code(), "message": message } }));
    }

    /// Tells something.
    pub(super) fn notify(&self, method: &str, parameters: impl Serialize) {
        if let Ok(parameters) = serde_json::to_value(parameters) {
            self.send(json!({ "jsonrpc": "2.0", "method": method, "params": parameters }));
        }
    }

    /// Asks something.
    pub(super) fn request(&self, id: &str, method: &str, parameters: &Value) {
        self.send(json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": parameters }));
    }

    /// Shows people a message.
    pub(super) fn show(&self, gravity: Gravity, message: &str) {
        self.notify("window/showMessage", json!({ "type": gravity as u8, "message": message }));
    }

    /// Says nothing more: what threads still find is not told.
    pub(super) fn finish(&self) {
        let _ = self.outbox.send(None);
    }

    fn send(&self, message: Value) {
        let _ = self.outbox.send(Some(message));
    }
}
