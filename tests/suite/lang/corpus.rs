//! Published rule files: each says in its first line whether it can be read.

use std::path::Path;

use claimsmith::lang::{Parsed, Severity, parse, print};

use crate::support::shared::shared;

#[test]
fn published_rule_files_are_read_or_refused_as_expected() {
    let Some(folder) = shared("corpus") else { return };
    let files = files(&folder);
    assert!(files.len() > 80, "the corpus has {} files", files.len());
    let wrong: Vec<String> = files.iter().filter_map(deviation).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn published_rule_files_survive_printing() {
    let Some(folder) = shared("corpus") else { return };
    for file in files(&folder) {
        let parsed = parse(&file.text);
        let printed = print(&parsed.rule_set);
        let again = parse(&printed).rule_set;
        assert_eq!(again.clone().without_places(), parsed.rule_set.without_places(), "{}\n{printed}", file.name);
        assert_eq!(print(&again), printed, "{}", file.name);
    }
}

struct File {
    name: String,
    expectation: String,
    text: String,
}

fn files(folder: &Path) -> Vec<File> {
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        let whole = claimsmith::input::read_source(path).unwrap().text;
        let (first, text) = whole.split_once('\n').unwrap();
        let expectation = first.split("expect: ").nth(1).unwrap().trim().to_owned();
        File { name: path.file_name().unwrap().to_string_lossy().into_owned(), expectation, text: text.to_owned() }
    };
    paths.iter().map(read).collect()
}

fn deviation(file: &File) -> Option<String> {
    let parsed = parse(&file.text);
    let as_expected = match file.expectation.as_str() {
        "ok" | "runtime-error" => parsed.is_ok() && !parsed.rule_set.rules.is_empty(),
        "lint" => parsed.is_ok() && parsed.diagnostics.iter().any(|found| found.severity == Severity::Warning),
        "reject" => !parsed.is_ok(),
        "reject-eof" => errors(&parsed) == ["E002"],
        "reject-newline" => errors(&parsed).contains(&"E003"),
        "reject-semantic" => !parsed.is_ok() && errors(&parsed).iter().all(|code| code.starts_with("E1")),
        other => panic!("{}: unknown expectation {other}", file.name),
    };
    (!as_expected).then(|| format!("{}: expected {}, found {:#?}", file.name, file.expectation, parsed.diagnostics))
}

fn errors(parsed: &Parsed) -> Vec<&'static str> {
    parsed.diagnostics.iter().filter(|found| found.is_error()).map(|found| found.code).collect()
}
