//! `claimsmith doctor`: what it finds in files, and in a real domain.

mod directory;
mod files;
mod keytab;

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::support::rulecheck::text;

/// Runs `claimsmith doctor` where `authorities` are those that the machine trusts.
fn doctor(configuration: &Path, authorities: &Path, more: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_claimsmith"))
        .args(["doctor", "--config"])
        .arg(configuration)
        .args(more)
        .env("SSL_CERT_FILE", authorities)
        .env("NO_COLOR", "1")
        .output()
        .unwrap()
}

/// The findings as `severity: subject: message`, and the exit code.
fn findings(configuration: &Path, authorities: &Path, more: &[&str]) -> (Vec<String>, i32) {
    let output = doctor(configuration, authorities, &[&["--format", "json"], more].concat());
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output.stderr)));
    let list = report["findings"].as_array().unwrap();
    let word = |finding: &Value, name: &str| finding[name].as_str().unwrap().to_owned();
    let told = list.iter().map(|finding| {
        format!("{}: {}: {}", word(finding, "severity"), word(finding, "subject"), word(finding, "message"))
    });
    for finding in list.iter().filter(|finding| finding["severity"] != "ok") {
        assert!(finding["help"].is_string(), "every finding says what to do: {finding}");
    }
    (told.collect(), output.status.code().unwrap())
}

fn assert_found(findings: &[String], parts: &[&str]) {
    let fits = |finding: &&String| parts.iter().all(|part| finding.contains(part));
    assert!(findings.iter().any(|finding| fits(&finding)), "{parts:?} in {findings:#?}");
}
