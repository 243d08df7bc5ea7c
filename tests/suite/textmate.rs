//! `grammar/claims.tmLanguage.json`, read by an editor's own engine.

use std::path::Path;

use claimsmith::{input, lang};
use serde_json::{Value, json};

use crate::support::python::judge;
use crate::support::shared::shared;

/// Scopes of every piece of every text that is no blank.
const TOKENS: &str = r#"
import json, os, sys, tempfile
from babi.highlight import Grammars, highlight_line
given = json.load(sys.stdin)
folder = tempfile.mkdtemp()
with open(os.path.join(folder, "source.claims.json"), "w") as file:
    file.write(given["grammar"])
compiler = Grammars(folder).compiler_for_scope("source.claims")
told = {}
for name, text in given["texts"].items():
    state, pieces = compiler.root_state, []
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")):
        line += "\n"
        state, regions = highlight_line(compiler, state, line, number == 0)
        for region in regions:
            piece = line[region.start:region.end]
            if piece.strip():
                pieces.append([piece.strip(), " ".join(region.scope[1:])])
    told[name] = pieces
json.dump(told, sys.stdout)
"#;

fn tokens(texts: &Value) -> Value {
    let grammar = std::fs::read_to_string(root().join("grammar/claims.tmLanguage.json")).unwrap();
    judge(TOKENS, &json!({ "grammar": grammar, "texts": texts }))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rule_files(folder: &Path, found: &mut serde_json::Map<String, Value>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rule_files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "claims") {
            found.insert(path.display().to_string(), std::fs::read_to_string(&path).unwrap().into());
        }
    }
}

#[test]
fn every_word_gets_its_scope() {
    let text = "@RuleName = \"Roles\"\n\
        C:[Type == \"urn:t\", Value =~ \"(?i)^A-(\\d{2}|[x-z]+)$\"] && not exists([Issuer != 'x', Properties[\"k\"] == c.Value])\n \
        => ADD(store = \"S\", types = (\"a\"), query = \";mail;{0}\", param = RegExReplace(c.Value, \"^(.)\", \"$1\") + \"b\");\n\
        count([]) >= 2 => issue(claim = type); // no comment\n";
    let told = tokens(&json!({ "text": text }));
    let lines = told["text"].as_array().unwrap().iter();
    let lines: Vec<String> =
        lines.map(|piece| format!("{:<24} {}", piece[0].as_str().unwrap(), piece[1].as_str().unwrap())).collect();
    insta::assert_snapshot!("textmate", lines.join("\n"));
}

#[test]
fn nothing_in_valid_rules_is_invalid() {
    let mut texts = serde_json::Map::new();
    rule_files(&root().join("rules"), &mut texts);
    rule_files(&root().join("testdata/lsp"), &mut texts);
    for entry in shared("corpus").iter().flat_map(|folder| std::fs::read_dir(folder).unwrap()) {
        let path = entry.unwrap().path();
        let Ok(source) = input::read_source(&path) else { continue };
        let rules = source.text.lines().skip_while(|line| line.starts_with('#')).collect::<Vec<_>>().join("\n");
        texts.insert(path.display().to_string(), rules.into());
    }
    let told = tokens(&Value::Object(texts.clone()));
    let mut valid = 0;
    for (name, text) in &texts {
        let pieces = told[name].as_array().unwrap();
        let parsed = lang::parse(text.as_str().unwrap());
        if !parsed.is_ok() || parsed.rule_set.rules.is_empty() {
            continue;
        }
        valid += 1;
        let scopes = |wanted: &str| pieces.iter().filter(|piece| piece[1].as_str().unwrap().contains(wanted)).count();
        let invalid = pieces.iter().find(|piece| piece[1].as_str().unwrap().contains("invalid"));
        assert_eq!(invalid, None, "{name}");
        assert_eq!(scopes("punctuation.terminator.rule"), parsed.rule_set.rules.len(), "{name}");
        assert_eq!(scopes("keyword.control.claims"), parsed.rule_set.rules.len(), "{name}");
    }
    assert!(valid >= 10, "only {valid} valid texts");
}
