//! Documents: how they change, where they lie, what is around them.

use serde_json::{Value, json};

use super::example;
use crate::support::lsp_client::{LspClient, uri};
use crate::support::rulecheck::folder_with;

/// The codes and ranges of findings.
fn short(found: &Value) -> Vec<String> {
    let range = |range: &Value| {
        let place = |place: &Value| format!("{}:{}", place["line"], place["character"]);
        format!("{}-{}", place(&range["start"]), place(&range["end"]))
    };
    // Warnings come and go with the lints; these tests are about places.
    let found = found.as_array().unwrap().iter().filter(|finding| finding["severity"] == 1);
    found.map(|finding| format!("{} {}", finding["code"].as_str().unwrap(), range(&finding["range"]))).collect()
}

#[test]
fn places_are_counted_as_the_client_counts() {
    let text = "@RuleName = \"é🦊\" c:[Type == \"a\"] => issue(claim = d);\n";
    for (offered, encoding, column) in [
        (json!(null), "utf-16", 51),
        (json!(["utf-16", "utf-32"]), "utf-32", 50),
        (json!(["utf-16", "utf-8"]), "utf-8", 54),
    ] {
        let mut client = LspClient::spawn();
        let capabilities = json!({ "general": { "positionEncodings": offered } });
        let answer = client.request("initialize", json!({ "capabilities": capabilities }));
        assert_eq!(answer["capabilities"]["positionEncoding"], encoding);
        client.notify("initialized", &json!({}));
        let uri = client.open_text("untitled:Untitled-1", text);
        assert_eq!(short(&client.diagnostics(&uri, 1)), [format!("E101 0:{column}-0:{}", column + 1)], "{encoding}");
        // `d` becomes `c` where the client says it stands.
        let range =
            json!({ "start": { "line": 0, "character": column }, "end": { "line": 0, "character": column + 1 } });
        client.notify(
            "textDocument/didChange",
            &json!({
                "textDocument": { "uri": uri, "version": 2 }, "contentChanges": [{ "range": range, "text": "c" }],
            }),
        );
        assert_eq!(short(&client.diagnostics(&uri, 2)), Vec::<String>::new(), "{encoding}");
    }
}

#[test]
fn many_edits_give_the_findings_of_the_last() {
    let mut client = LspClient::start(std::env::temp_dir().as_path());
    let uri = client.open_text("untitled:a", "");
    for version in 2..500 {
        let text = if version == 499 { "x" } else { "c:[] => issue(claim = c);\n" };
        let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } });
        client.notify("textDocument/didChange", &json!({
            "textDocument": { "uri": uri, "version": version }, "contentChanges": [{ "range": range, "text": text }],
        }));
    }
    let last = client.diagnostics(&uri, 499);
    assert_eq!(last[0]["code"], "E101", "{last}");
    let others = client.unread("textDocument/publishDiagnostics");
    assert!(others < 100, "{others} of 500 versions were examined");
}

#[test]
fn open_documents_come_before_files() {
    let (_copy, folder) = example();
    let mut client = LspClient::start(&folder);
    let issuance = client.open(&folder.join("issuance.claims"));
    let text = std::fs::read_to_string(folder.join("issuance.claims")).unwrap();
    client.diagnostics(&issuance, 1);
    let places = client.at("textDocument/definition", &issuance, &text, "urn:example:|department");
    assert_eq!(places.as_array().unwrap().len(), 1);
    let acceptance = client.open(&folder.join("acceptance.claims"));
    client.change(&acceptance, 2, "=> issue(Type = \"urn:example:other\", Value = \"v\");\n");
    assert_eq!(client.at("textDocument/definition", &issuance, &text, "urn:example:|department"), json!([]));
    // The neighbour is examined again, as it is judged with this one.
    client.diagnostics(&issuance, 1);
    client.notify("textDocument/didClose", &json!({ "textDocument": { "uri": acceptance } }));
    let places = client.at("textDocument/definition", &issuance, &text, "urn:example:|department");
    assert_eq!(places.as_array().unwrap().len(), 1);
    let closed =
        client.wait(|message| message["params"]["uri"] == acceptance && message["params"].get("version").is_none());
    assert_eq!(closed["params"]["diagnostics"], json!([]));
}

#[test]
fn the_files_around_rules_are_examined_too() {
    let (_copy, folder) = example();
    let mut client = LspClient::start(&folder);
    let trust = client.open(&folder.join("trust.yaml"));
    assert_eq!(client.diagnostics(&trust, 1), json!([]));
    let yaml = "name: é\nidentifier: urn:example\nendpoints: []\nrules: { issuance: nothing.claims }\n";
    client.change(&trust, 2, yaml);
    let found = client.diagnostics(&trust, 2);
    assert!(short(&found).contains(&"config 3:19-3:33".to_owned()), "{:?}", short(&found));
    client.change(&trust, 3, "name: [\n");
    assert_eq!(client.diagnostics(&trust, 3)[0]["code"], "Y001");
    let tests = client.open(&folder.join("example.test.yaml"));
    assert_eq!(client.diagnostics(&tests, 1), json!([]));
    client.change(&tests, 2, "rules: .\ntests: []\nx: 1\n");
    let found = client.diagnostics(&tests, 2);
    assert!(found[0]["message"].as_str().unwrap().contains("unknown field `x`"), "{found}");
    let other = client.open_text(&uri(&folder.join("other.yaml")), "a: [");
    assert_eq!(client.diagnostics(&other, 1), json!([]));
}

#[test]
fn the_nearest_settings_say_what_findings_weigh() {
    let (_copy, folder) = example();
    let mut client = LspClient::start(&folder);
    let rules = "@RuleName = \"one\"\n=> issue(Type = \"https://schemas.xmlsoap.org/claims/Group\", Value = \"v\");\n";
    let issuance = client.open_text(&uri(&folder.join("issuance.claims")), rules);
    assert_eq!(client.diagnostics(&issuance, 1)[0]["severity"], 1);
    let settings = client.open_text(&uri(&folder.parent().unwrap().join("rulecheck.yaml")), "levels: { T002: info }\n");
    assert_eq!(client.diagnostics(&settings, 1), json!([]));
    assert_eq!(client.diagnostics(&issuance, 1)[0]["severity"], 3);
    client.change(&settings, 2, "allow: [{ code: T002, rule: one, reason: example }]\n");
    assert_eq!(client.diagnostics(&issuance, 1), json!([]));
    client.change(&settings, 3, "levels: { T999: info }\n");
    assert_eq!(short(&client.diagnostics(&settings, 3)), ["config 0:16-0:20"]);
    assert_eq!(client.diagnostics(&issuance, 1)[0]["severity"], 1);
}

#[test]
fn a_document_may_lie_anywhere() {
    let mut client = LspClient::spawn();
    client.request("initialize", json!({ "capabilities": {} }));
    client.notify("initialized", &json!({}));
    for uri in [
        "untitled:Untitled-1",
        "git:/a/b.claims?ref",
        "file:///c%3A/Rules%20of%20ours/x.claims",
        "file://server/share/x.claims",
        "vscode-remote://wsl+Debian/home/x.claims",
        "x",
        "%%%",
        "",
    ] {
        let uri = client.open_text(uri, "c:[] => issue(claim = d);");
        assert_eq!(short(&client.diagnostics(&uri, 1)), ["E101 0:22-0:23"], "{uri}");
        let outline = client.request("textDocument/documentSymbol", json!({ "textDocument": { "uri": uri } }));
        assert_eq!(outline[0]["name"], "rule 1");
        assert_eq!(client.at("textDocument/definition", &uri, "c:[] => issue(claim = c);", "c|:["), {
            let start = json!({ "line": 0, "character": 0 });
            json!([{ "uri": uri, "range": { "start": start, "end": { "line": 0, "character": 1 } } }])
        });
    }
}

#[test]
fn spellings_of_one_uri_are_one_document() {
    let folder = folder_with(&[("a b.claims", "")]);
    let mut client = LspClient::start(folder.path());
    let plain = uri(&folder.path().join("a b.claims"));
    client.open_text(&plain, "c:[] => issue(claim = c);");
    client.diagnostics(&plain, 1);
    let other = plain.replace("claims", "%63laims");
    client.change(&other, 2, "=> issue(");
    assert_eq!(client.diagnostics(&plain, 2)[0]["code"], "E001", "it is told under the name that it was opened with");
}
