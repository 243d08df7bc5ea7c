//! What an editor should not do, and the server survives.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::example;
use crate::support::lsp_client::LspClient;

#[test]
fn the_order_of_shutdown_and_exit_decides_the_exit_code() {
    let running = || LspClient::start(&std::env::temp_dir());
    assert_eq!(running().stop().code(), Some(0));
    let mut client = running();
    client.notify("exit", &Value::Null);
    assert_eq!(client.ended().code(), Some(1));
    assert_eq!(running().hang_up().code(), Some(1));
    assert_eq!(LspClient::spawn().hang_up().code(), Some(1));
    let mut client = running();
    client.request("shutdown", Value::Null);
    let (code, message) = client.refused("textDocument/hover", json!({}));
    assert_eq!((code, message.as_str()), (-32600, "only `exit` comes after `shutdown`"));
    assert_eq!(client.hang_up().code(), Some(0));
}

#[test]
fn nothing_comes_before_initialize_and_it_comes_once() {
    let mut client = LspClient::spawn();
    assert_eq!(client.refused("textDocument/hover", json!({})).0, -32002);
    assert_eq!(client.refused("shutdown", Value::Null).0, -32002);
    client.open_text("untitled:a", "=>");
    client.request("initialize", json!({ "capabilities": {} }));
    assert_eq!(client.refused("initialize", json!({ "capabilities": {} })).0, -32600);
    assert_eq!(client.unread("textDocument/publishDiagnostics"), 0, "what came before is not open");
}

#[test]
fn garbage_is_answered_and_survived() {
    let (_copy, folder) = example();
    let mut client = LspClient::start(&folder);
    let uri = client.open(&folder.join("issuance.claims"));
    client.raw(b"this is no header\r\n\r\nContent-Length: 5\r\n\r\n{\"a\":");
    let answer = client.wait(|message| message["error"]["code"] == -32700);
    assert_eq!(answer["id"], Value::Null);
    client.raw(b"Content-Length: 4\r\n\r\n\xff\xfe\xfd\xfc");
    client.wait(|message| message["error"]["code"] == -32700);
    for odd in [json!(1), json!([]), json!({}), json!({ "id": 3 }), json!({ "id": { "a": 1 }, "method": 7 })] {
        client.send(&odd);
        client.wait(|message| message["error"]["code"] == -32600);
    }
    assert_eq!(client.refused("textDocument/nonsense", json!({})).0, -32601);
    assert_eq!(client.refused("$/nonsense", json!({})).0, -32601);
    client.notify("textDocument/nonsense", &json!({}));
    client.notify("$/nonsense", &json!({}));
    client.send(&json!({ "jsonrpc": "2.0", "id": 99_999, "result": null }));
    for method in [
        "textDocument/hover",
        "textDocument/completion",
        "textDocument/definition",
        "textDocument/references",
        "textDocument/documentSymbol",
        "textDocument/foldingRange",
        "textDocument/formatting",
        "textDocument/rename",
        "textDocument/prepareRename",
        "textDocument/codeAction",
        "textDocument/codeLens",
        "workspace/executeCommand",
    ] {
        for odd in [
            json!(null),
            json!([1]),
            json!({ "textDocument": 7 }),
            json!({ "textDocument": { "uri": uri }, "position": { "line": -1, "character": 1.5 }, "range": [] }),
        ] {
            let answer = client.answer(method, odd.clone());
            let is_fine = answer["error"]["code"] == -32602 || answer.get("result").is_some();
            assert!(is_fine, "{method} {odd}: {answer}");
        }
    }
    for method in [
        "textDocument/didOpen",
        "textDocument/didChange",
        "textDocument/didClose",
        "workspace/didChangeConfiguration",
        "workspace/didChangeWatchedFiles",
        "$/cancelRequest",
    ] {
        for odd in [
            json!(null),
            json!([1]),
            json!({ "textDocument": { "uri": 7 } }),
            json!({ "textDocument": { "uri": "x" }, "contentChanges": [] }),
        ] {
            client.notify(method, &odd);
        }
    }
    let far = json!({ "textDocument": { "uri": uri }, "position": { "line": 4_000_000_000_u32, "character": 4_000_000_000_u32 } });
    for method in
        ["textDocument/hover", "textDocument/completion", "textDocument/definition", "textDocument/references"]
    {
        client.request(method, far.clone());
    }
    assert_eq!(client.stop().code(), Some(0));
}

#[test]
fn every_request_is_answered_at_every_place_of_half_written_rules() {
    let mut client = LspClient::start(&std::env::temp_dir());
    let whole = "@RuleName = \"🦊\"\r\nc:[Type == \"urn:a\", Value =~ \"^(.)\"] && not exists([])\r => add(store = 'Active Directory', types = (\"urn:b\"), query = \";ma\u{300}il;{0}\", param = RegExReplace(c.Value, \"a\", \"$1\"));";
    let uri = client.open_text("untitled:a", "");
    let mut version = 1;
    let ends: Vec<usize> = whole.char_indices().map(|(at, _)| at).step_by(7).collect();
    for end in ends {
        version += 1;
        let text = &whole[..end];
        client.change(&uri, version, text);
        let lines = text.split(['\n', '\r']).count();
        let last = text.rsplit(['\n', '\r']).next().unwrap().encode_utf16().count();
        for (line, character) in [(lines - 1, last), (0, end / 2), (lines, 3)] {
            let place = json!({ "textDocument": { "uri": uri }, "position": { "line": line, "character": character } });
            for method in [
                "textDocument/hover",
                "textDocument/completion",
                "textDocument/definition",
                "textDocument/references",
                "textDocument/prepareRename",
            ] {
                client.request(method, place.clone());
            }
        }
        for method in [
            "textDocument/documentSymbol",
            "textDocument/foldingRange",
            "textDocument/formatting",
            "textDocument/codeLens",
        ] {
            client.request(method, json!({ "textDocument": { "uri": uri } }));
        }
    }
    client.diagnostics(&uri, version);
    assert_eq!(client.stop().code(), Some(0));
}

#[test]
fn a_request_that_was_taken_back_is_not_worked_on() {
    let mut client = LspClient::start(&std::env::temp_dir());
    // Reading this takes the server a moment, in which everything after it arrives.
    let rules = "c:[Type == \"urn:a\"] => issue(claim = c);\n".repeat(20_000);
    let uri = client.open_text("untitled:a", &rules);
    client.ask("textDocument/documentSymbol", json!({ "textDocument": { "uri": uri } }));
    let ids: Vec<i64> =
        (0..20).map(|_| client.ask("textDocument/documentSymbol", json!({ "textDocument": { "uri": uri } }))).collect();
    for id in &ids {
        client.notify("$/cancelRequest", &json!({ "id": id }));
    }
    let answers: Vec<Value> = ids.iter().map(|id| client.wait(|message| message["id"] == *id)).collect();
    let cancelled = answers.iter().filter(|answer| answer["error"]["code"] == -32800).count();
    assert!(cancelled > 0, "none of {} was", answers.len());
    client.notify("$/cancelRequest", &json!({ "id": "never asked" }));
    assert_eq!(client.stop().code(), Some(0));
}

#[test]
fn a_document_that_is_too_large_is_left_alone() {
    let mut client = LspClient::start(&std::env::temp_dir());
    let uri = client.open_text("untitled:large", &"x".repeat(100 * 1024 * 1024));
    let told = client.wait(|message| message["method"] == "window/showMessage");
    assert!(told["params"]["message"].as_str().unwrap().contains("larger than rules may be (16 MB)"), "{told}");
    assert_eq!(client.diagnostics(&uri, 1), json!([]));
    let place = json!({ "textDocument": { "uri": uri }, "position": { "line": 0, "character": 1 } });
    assert_eq!(client.request("textDocument/hover", place), Value::Null);
    client.change(&uri, 2, "=> issue(");
    assert_eq!(client.diagnostics(&uri, 2)[0]["code"], "E001", "as soon as it is small it is looked at");
    client.raw(b"Content-Length: 134217729\r\n\r\n");
    for _ in 0..128 {
        client.raw(&vec![b' '; 1024 * 1024]);
    }
    client.raw(b" ");
    let told = client.wait(|message| message["method"] == "window/showMessage");
    assert!(told["params"]["message"].as_str().unwrap().contains("128 MB"), "{told}");
    assert_eq!(client.stop().code(), Some(0));
}

#[test]
fn nobody_waits_until_a_large_rule_set_is_examined() {
    let mut client = LspClient::start(&std::env::temp_dir());
    let rule =
        "@RuleName = \"r\" c:[Type == \"urn:a\", Value =~ \"^a\"] => issue(Type = \"urn:b\", Value = c.Value);\n";
    let uri = client.open_text("untitled:large", &rule.repeat(5_000));
    std::thread::sleep(Duration::from_millis(200));
    let start = Instant::now();
    let outline = client.request("textDocument/documentSymbol", json!({ "textDocument": { "uri": uri } }));
    assert_eq!(outline.as_array().unwrap().len(), 5_000);
    let small = client.open_text("untitled:small", "=> issue(");
    client.request(
        "textDocument/hover",
        json!({ "textDocument": { "uri": small }, "position": { "line": 0, "character": 4 } }),
    );
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    assert_eq!(client.stop().code(), Some(0), "not even to leave");
}
