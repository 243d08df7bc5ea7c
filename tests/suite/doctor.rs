//! `claimsmith doctor`: what it finds in files, and in a real domain.

mod bind_keytab;
mod directory;
mod files;
mod keytab;
mod ldap;

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::support::rulecheck::text;

/// Runs `claimsmith doctor` where `authorities` are those that the machine trusts.
fn doctor(configuration: &Path, authorities: &Path, more: &[&str]) -> Output {
    doctor_command(configuration, authorities, more).output().unwrap()
}

fn doctor_command(configuration: &Path, authorities: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_claimsmith"));
    command.args(["doctor", "--config"]).arg(configuration).args(more);
    command.env("SSL_CERT_FILE", authorities).env("NO_COLOR", "1");
    command
}

/// The findings as `severity: subject: message`, and the exit code.
fn findings(configuration: &Path, authorities: &Path, more: &[&str]) -> (Vec<String>, i32) {
    let output = doctor(configuration, authorities, &[&["--format", "json"], more].concat());
    let told = told(&output).into_iter().map(|(finding, _)| finding).collect();
    (told, output.status.code().unwrap())
}

/// Each finding as `severity: subject: message`, and what to do.
fn told(output: &Output) -> Vec<(String, String)> {
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output.stderr)));
    let list = report["findings"].as_array().unwrap();
    let word = |finding: &Value, name: &str| finding[name].as_str().unwrap_or_default().to_owned();
    let told = list.iter().map(|finding| {
        let [severity, subject, message] = ["severity", "subject", "message"].map(|name| word(finding, name));
        assert!(severity == "ok" || finding["help"].is_string(), "every finding says what to do: {finding}");
        (format!("{severity}: {subject}: {message}"), word(finding, "help"))
    });
    told.collect()
}

fn assert_found(findings: &[String], parts: &[&str]) {
    let fits = |finding: &&String| parts.iter().all(|part| finding.contains(part));
    assert!(findings.iter().any(|finding| fits(&finding)), "{parts:?} in {findings:#?}");
}
