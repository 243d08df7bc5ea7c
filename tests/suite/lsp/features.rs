//! Every feature, on a trust of two rule sets.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{edited, example, stable};
use crate::support::lsp_client::{LspClient, position};

#[test]
fn initialize_says_what_the_server_can() {
    let (_copy, folder) = example();
    let mut client = LspClient::spawn();
    let answer = client.request("initialize", json!({ "capabilities": {}, "rootUri": null, "processId": 1 }));
    let mut answer = answer;
    answer["serverInfo"]["version"] = "VERSION".into();
    insta::assert_snapshot!("initialize", stable(&answer, &folder));
    assert_eq!(client.stop().code(), Some(0));
}

#[test]
fn hover_says_what_things_mean() {
    let (_copy, folder) = example();
    let mut client = LspClient::start(&folder);
    let mut told = String::new();
    for (file, places) in [
        (
            "issuance.claims",
            vec![
                "claims/emai|laddress",
                "urn:example:|department",
                "urn:example:eng|ineer\", Value",
                "RegEx|Replace",
                "=|~",
                "=> a|dd",
                "c1.Va|lue",
                "c|2.Issuer",
                "\"^E|ng\"",
                "c2|:[Type",
                "\"^(|.).*$\"",
                "@Rule|Name",
                "windows|accountname",
                " && |c2",
                "claims/Gr|oup",
            ],
        ),
        (
            "acceptance.claims",
            vec![";ma|il,dep", "mail,depart|ment", "\"Active Dir|ectory\"", "AD AUTH|ORITY", "param| ="],
        ),
    ] {
        let uri = client.open(&folder.join(file));
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        for place in places {
            let hover = client.at("textDocument/hover", &uri, &text, place);
            let range = &hover["range"];
            let range =
                format!("{}:{}-{}", range["start"]["line"], range["start"]["character"], range["end"]["character"]);
            let value = hover["contents"]["value"].as_str().unwrap_or("nothing");
            writeln!(told, "--- {file} {place} {range}\n{value}").unwrap();
        }
    }
    insta::assert_snapshot!("hover", told);
}

#[test]
fn completion_offers_what_fits() {
    let (_copy, folder) = example();
    let mut client = LspClient::start(&folder);
    let uri = client.open(&folder.join("issuance.claims"));
    let before = "@RuleName = \"first\"\nc:[Type == \"urn:example:department\"]\n => add(Type = \"urn:own\", Value = c.Value);\n";
    let mut told = String::new();
    for (half, version) in [
        "|",
        "@|",
        "@RuleName = \"x\"\n|",
        "d:[|",
        "d:[Type |",
        "d:[Type == \"|",
        "d:[Type == \"urn:|\"]",
        "d:[Type == |",
        "d:[Type == \"http://schemas.microsoft.com/ws/2012/01/insidecorporatenetwork\", Value == \"|\"]",
        "d:[Issuer == \"|",
        "d:[] |",
        "d:[] && |",
        "d:[] => |",
        "d:[] => issue(|",
        "d:[] => issue(claim = |",
        "d:[] => issue(Type = |",
        "d:[] => issue(Type = \"x\", Value = d.|",
        "d:[] => issue(Type = \"x\", Value = |",
        "d:[] => issue(Type = \"x\", |",
        "d:[] => issue(store = \"|",
        "d:[] => issue(store = \"a\", types = (|",
        "d:[] => issue(store = \"a\", |",
        "d:[] => issue(store = \"a\", types = (\"b\"), query = \";ma|",
        "d:[] => issue(store = \"a\", types = (\"b\"), query = \";mail, giv|Name;{0}",
        "d:[] => issue(store = \"a\", types = (\"b\"), query = \"|;mail;{0}",
        "d:[Properties[\"|",
        "d:[Value =~ \"|",
    ]
    .into_iter()
    .zip(2..)
    {
        let text = format!("{before}{}", half.replacen('|', "", 1));
        client.change(&uri, version, &text);
        let offset = before.len() + half.find('|').unwrap();
        let place = json!({ "textDocument": { "uri": uri }, "position": position(&text, offset) });
        let items = client.request("textDocument/completion", place);
        let items = items.as_array().unwrap();
        writeln!(told, "--- {half}: {}", items.len()).unwrap();
        for item in items.iter().take(6) {
            let edit = &item["textEdit"];
            let range = format!("{}-{}", edit["range"]["start"]["character"], edit["range"]["end"]["character"]);
            writeln!(told, "{range} {} ({})", edit["newText"], item["detail"].as_str().unwrap()).unwrap();
        }
    }
    insta::assert_snapshot!("completion", told);
}

#[test]
fn definition_and_references_lead_through_the_rule_sets() {
    let (_copy, folder) = example();
    let mut client = LspClient::start(&folder);
    let uri = client.open(&folder.join("issuance.claims"));
    let text = std::fs::read_to_string(folder.join("issuance.claims")).unwrap();
    let mut told = String::new();
    for method in ["textDocument/definition", "textDocument/references"] {
        for place in [
            "urn:example:|department",
            "Type == \"urn:example:eng|ineer",
            "c1.V|alue",
            "c|1.Value",
            "windows|accountname",
            "claims/G|roup",
            "Regex|".replace("Regex", "RegEx").as_str(),
        ] {
            let places = client.at(method, &uri, &text, place);
            writeln!(told, "--- {method} {place}").unwrap();
            for place in places.as_array().unwrap() {
                let (start, end) = (&place["range"]["start"], &place["range"]["end"]);
                let file = place["uri"].as_str().unwrap().rsplit('/').next().unwrap();
                writeln!(told, "{file} {}:{}-{}", start["line"], start["character"], end["character"]).unwrap();
            }
        }
    }
    insta::assert_snapshot!("places", told);
}

#[test]
fn the_outline_has_the_names_of_the_rules() {
    let (_copy, folder) = example();
    let mut client = LspClient::start(&folder);
    let uri = client.open(&folder.join("issuance.claims"));
    let outline = client.request("textDocument/documentSymbol", json!({ "textDocument": { "uri": uri } }));
    insta::assert_snapshot!("outline", stable(&outline, &folder));
    let folds = client.request("textDocument/foldingRange", json!({ "textDocument": { "uri": uri } }));
    assert_eq!(folds[1], json!({ "startLine": 4, "endLine": 6 }));
    client.change(&uri, 2, "c:[ => issue(claim = c);\n=> issue(Type = \"a\", Value = \"b\");\n");
    let outline = client.request("textDocument/documentSymbol", json!({ "textDocument": { "uri": uri } }));
    assert_eq!(outline[0]["name"], "rule 2", "a rule that cannot be read counts");
}

#[test]
fn formatting_prints_as_ad_fs_does_or_changes_nothing() {
    let (_copy, folder) = example();
    let mut client = LspClient::start(&folder);
    let uri = client.open(&folder.join("issuance.claims"));
    let format = json!({ "textDocument": { "uri": uri }, "options": { "tabSize": 4, "insertSpaces": true } });
    assert_eq!(client.request("textDocument/formatting", format.clone()), json!([]));
    let text = "@RuleName=\"🦊\" c:[type==\"a\"]=>ISSUE(claim=c);\r\n\r\n=>issue(Type=\"b\",Value=\"c\");";
    client.change(&uri, 2, text);
    let edits = client.request("textDocument/formatting", format.clone());
    let formatted = edited(text, &edits);
    assert_eq!(
        formatted,
        "@RuleName = \"🦊\"\nc:[Type == \"a\"]\n => issue(claim = c);\n\n=> issue(Type = \"b\", Value = \"c\");\n"
    );
    client.change(&uri, 3, "c:[type==\"a\"]=>issue(claim=c)");
    assert_eq!(client.request("textDocument/formatting", format), json!([]));
}

#[test]
fn a_selector_gets_another_name() {
    let (_copy, folder) = example();
    let mut client = LspClient::start(&folder);
    let uri = client.open(&folder.join("issuance.claims"));
    let text = std::fs::read_to_string(folder.join("issuance.claims")).unwrap();
    let ready = client.at("textDocument/prepareRename", &uri, &text, "c|2.Issuer");
    assert_eq!(ready["placeholder"], "c2");
    assert_eq!(client.at("textDocument/prepareRename", &uri, &text, "urn:example:|department"), Value::Null);
    let place = position(&text, text.find("c2.Issuer").unwrap());
    let rename = |name: &str| json!({ "textDocument": { "uri": uri }, "position": place, "newName": name });
    let edit = client.request("textDocument/rename", rename("mail"));
    let change = &edit["documentChanges"][0];
    assert_eq!(change["textDocument"], json!({ "uri": uri, "version": 1 }));
    let after = edited(&text, &change["edits"]);
    assert!(
        after.contains("&& mail:[Type") && after.contains("Issuer = mail.Issuer, Value = c1.Value + mail.Value"),
        "{after}"
    );
    for (name, reason) in
        [("C1", "another selector"), ("a b", "no name"), ("", "no name"), ("Value", "a word of the language")]
    {
        let (code, message) = client.refused("textDocument/rename", rename(name));
        assert_eq!(code, -32803);
        assert!(message.contains(reason), "{message}");
    }
}

#[test]
fn a_finding_has_its_place_its_help_and_its_fix() {
    let (_copy, folder) = example();
    let mut client = LspClient::start(&folder);
    let uri = client.open(&folder.join("issuance.claims"));
    assert_eq!(client.diagnostics(&uri, 1), json!([]));
    let text = "@RuleName = \"🦊\" c:[Type == \"https://schemas.xmlsoap.org/claims/Group\"] && c:[Type == \"a\"] => issue(claim = c);\n";
    client.change(&uri, 2, text);
    insta::assert_snapshot!("finding_error", stable(&client.diagnostics(&uri, 2), &folder));
    let text = "@RuleName = \"🦊\" c:[Type == \"https://schemas.xmlsoap.org/claims/Group\"]\n => issue(Type = \"https://schemas.xmlsoap.org/claims/UPN\", Value = c.Value);\n";
    client.change(&uri, 3, text);
    let found = client.diagnostics(&uri, 3);
    insta::assert_snapshot!("finding_lint", stable(&found, &folder));
    let actions = |client: &mut LspClient, only: Value| {
        let mut context = json!({ "diagnostics": [] });
        if !only.is_null() {
            context["only"] = only;
        }
        let range = found[0]["range"].clone();
        client.request(
            "textDocument/codeAction",
            json!({ "textDocument": { "uri": uri }, "range": range, "context": context }),
        )
    };
    let all = actions(&mut client, Value::Null);
    insta::assert_snapshot!("actions", stable(&all, &folder));
    let quick = actions(&mut client, json!(["quickfix"]));
    let after = edited(text, &quick[0]["edit"]["documentChanges"][0]["edits"]);
    assert!(after.contains("\"http://schemas.xmlsoap.org/claims/Group\""), "{after}");
    for only in ["source", "source.fixAll", "source.fixAll.rulecheck"] {
        let fix_all = actions(&mut client, json!([only]));
        assert_eq!(fix_all.as_array().unwrap().len(), 1);
        let after = edited(text, &fix_all[0]["edit"]["documentChanges"][0]["edits"]);
        assert!(!after.contains("https://"), "{after}");
    }
    assert_eq!(actions(&mut client, json!(["refactor"])), json!([]));
    let hover = client.at("textDocument/hover", &uri, text, "xmlsoap.org/claims/G|roup");
    assert!(hover["contents"]["value"].as_str().unwrap().contains("rulecheck rule T002"), "{hover}");
}

#[test]
fn rules_are_evaluated_for_the_people_of_their_tests() {
    let (_copy, folder) = example();
    let mut client = LspClient::start(&folder);
    let uri = client.open(&folder.join("issuance.claims"));
    let lenses = client.request("textDocument/codeLens", json!({ "textDocument": { "uri": uri } }));
    insta::assert_snapshot!("lenses", stable(&lenses, &folder));
    let mut told = String::new();
    for lens in lenses.as_array().unwrap() {
        let command = &lens["command"];
        let result = client.request(
            "workspace/executeCommand",
            json!({ "command": command["command"], "arguments": command["arguments"] }),
        );
        let message = client.wait(|message| message["method"] == "window/showMessage");
        writeln!(told, "--- {} {}", command["title"], command["arguments"][0]["rule"]).unwrap();
        writeln!(told, "{}\n{}", message["params"]["message"].as_str().unwrap(), stable(&result, &folder)).unwrap();
    }
    insta::assert_snapshot!("evaluate", told);
}

#[test]
fn rules_are_evaluated_as_they_are_in_the_editor() {
    let (_copy, folder) = example();
    let options = json!({ "claimsmith": { "directory": "../../directory.yaml", "user": "carol" } });
    let mut client = LspClient::start_with(&folder, &json!({}), &options);
    std::fs::remove_file(folder.join("example.test.yaml")).unwrap();
    let uri = client.open(&folder.join("authorization.claims"));
    let lenses = client.request("textDocument/codeLens", json!({ "textDocument": { "uri": uri } }));
    assert_eq!(lenses[0]["command"]["title"], "evaluate all rules as carol");
    let command = json!({ "command": "rulecheck.evaluate", "arguments": lenses[0]["command"]["arguments"] });
    assert_eq!(client.request("workspace/executeCommand", command.clone())["permit"], false);
    client.change(
        &uri,
        2,
        "=> issue(Type = \"http://schemas.microsoft.com/authorization/claims/permit\", Value = \"true\");",
    );
    assert_eq!(client.request("workspace/executeCommand", command.clone())["permit"], true);
    client.change(&uri, 3, "=> issue(");
    let (code, message) = client.refused("workspace/executeCommand", command);
    assert_eq!(code, -32803);
    assert!(message.contains("authorization.claims:1:"), "{message}");
    let nobody = json!([{ "uri": uri, "user": "carole", "directory": "../../directory.yaml" }]);
    client.change(&uri, 4, "");
    let (_, message) =
        client.refused("workspace/executeCommand", json!({ "command": "rulecheck.evaluate", "arguments": nobody }));
    assert!(message.contains("did you mean") && message.contains("carol"), "{message}");
    for arguments in [json!([]), json!([1]), json!([{ "uri": uri, "user": "carol" }])] {
        let refused = client
            .refused("workspace/executeCommand", json!({ "command": "rulecheck.evaluate", "arguments": arguments }));
        assert_eq!(refused.0, -32602);
    }
    let domain = json!([{ "uri": uri, "user": "carol", "directory": "ldaps://dc1" }]);
    let (_, message) =
        client.refused("workspace/executeCommand", json!({ "command": "rulecheck.evaluate", "arguments": domain }));
    assert!(message.contains("needs a password"), "{message}");
}

#[test]
fn the_editor_is_asked_for_its_settings() {
    let (_copy, folder) = example();
    let capabilities =
        json!({ "workspace": { "configuration": true, "didChangeWatchedFiles": { "dynamicRegistration": true } } });
    let mut client = LspClient::start_with(&folder, &capabilities, &Value::Null);
    let watch = client.wait(|message| message["method"] == "client/registerCapability");
    client.send(&json!({ "jsonrpc": "2.0", "id": watch["id"], "result": null }));
    let asked = client.wait(|message| message["method"] == "workspace/configuration");
    assert_eq!(asked["params"]["items"][0]["section"], "claimsmith");
    let settings = json!([{ "user": ["erin", "frank"] }]);
    client.send(&json!({ "jsonrpc": "2.0", "id": asked["id"], "result": settings }));
    let uri = client.open(&folder.join("issuance.claims"));
    let lenses = client.request("textDocument/codeLens", json!({ "textDocument": { "uri": uri } }));
    let titles: Vec<&str> =
        lenses.as_array().unwrap().iter().map(|lens| lens["command"]["title"].as_str().unwrap()).collect();
    assert_eq!(titles[..3], ["evaluate all rules as erin", "evaluate all rules as frank", "evaluate as erin"]);
    client.notify("workspace/didChangeConfiguration", &json!({ "settings": null }));
    client.wait(|message| message["method"] == "workspace/configuration");
}
