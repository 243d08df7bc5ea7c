//! What `rulecheck` does not read: pipes, devices, texts without end, test files without tests.

use std::fs;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

use crate::support::rulecheck::{folder_with, rulecheck, text};

fn pipe(folder: &Path, name: &str) {
    assert!(Command::new("mkfifo").arg(folder.join(name)).status().unwrap().success());
}

#[test]
fn a_folder_is_searched_for_files_only() {
    let folder = folder_with(&[("good.claims", "c:[]\n => issue(claim = c);\n")]);
    pipe(folder.path(), "x.claims");
    pipe(folder.path(), "x.test.yaml");
    let _socket = UnixListener::bind(folder.path().join("y.claims")).unwrap();
    std::os::unix::fs::symlink("good.claims", folder.path().join("link.claims")).unwrap();
    std::os::unix::fs::symlink("x.claims", folder.path().join("pipe-link.claims")).unwrap();
    let output = rulecheck(folder.path(), &["check", "."], b"");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stderr).starts_with("1 file checked"), "{}", text(&output.stderr));
    assert_eq!(rulecheck(folder.path(), &["fmt", "--check", "."], b"").status.code(), Some(0));
    let output = rulecheck(folder.path(), &["test", "."], b"");
    assert!(text(&output.stderr).contains("there is no test file"), "{}", text(&output.stderr));
}

#[test]
fn a_link_to_a_missing_file_is_told() {
    let folder = folder_with(&[]);
    std::os::unix::fs::symlink("nowhere.claims", folder.path().join("link.claims")).unwrap();
    let output = rulecheck(folder.path(), &["check", "."], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("link.claims: there is no such file"), "{}", text(&output.stderr));
}

#[test]
fn what_is_named_must_be_a_file() {
    let folder = folder_with(&[]);
    pipe(folder.path(), "x.claims");
    let _socket = UnixListener::bind(folder.path().join("y.claims")).unwrap();
    for (name, kind) in
        [("x.claims", "a named pipe"), ("y.claims", "a socket"), ("/dev/null", ""), ("/dev/zero", "a device")]
    {
        for arguments in [vec!["check", name], vec!["fmt", name], vec!["test", name]] {
            let output = rulecheck(folder.path(), &arguments, b"");
            let told = text(&output.stderr);
            match kind {
                "" => assert!(!told.contains("device"), "{told}"),
                kind => {
                    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {told}");
                    assert!(told.contains(&format!("{name}: this is {kind}; a file is needed here")), "{told}");
                }
            }
        }
    }
}

#[test]
fn a_pipe_that_is_open_already_is_read() {
    let folder = folder_with(&[]);
    for name in ["-", "/dev/stdin", "/dev/fd/0"] {
        let output = rulecheck(folder.path(), &["check", name], b"c:[]\n => issue(claim = d);\n");
        assert_eq!(output.status.code(), Some(1), "{name}: {}", text(&output.stderr));
        assert!(text(&output.stderr).starts_with("1 file checked"), "{}", text(&output.stderr));
    }
}

#[test]
fn a_test_file_without_tests_is_a_mistake() {
    let rules = "=> issue(Type = \"t\", Value = \"v\");\n";
    for tests in ["tests: []\n", "tests:\n  []\n"] {
        let file = format!("rules: r.claims\n{tests}");
        let folder = folder_with(&[("r.claims", rules), ("x.test.yaml", &file)]);
        let output = rulecheck(folder.path(), &["test", "."], b"");
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{told}{}", text(&output.stdout));
        assert!(told.contains("there is no test in this file") && told.contains("x.test.yaml:"), "{told}");
    }
}

#[test]
fn one_limit_has_one_wording() {
    let folder = folder_with(&[]);
    fs::File::create(folder.path().join("large.claims")).unwrap().set_len(16 * 1024 * 1024 + 1).unwrap();
    let of_file = rulecheck(folder.path(), &["check", "large.claims"], b"");
    let of_input = rulecheck(folder.path(), &["check", "-"], &vec![b' '; 16 * 1024 * 1024 + 1]);
    for (output, name) in [(of_file, "large.claims"), (of_input, "<stdin>")] {
        assert_eq!(output.status.code(), Some(2));
        let told = text(&output.stderr);
        let wanted = format!("{name}: this is larger than the limit of 16 MB; is it the right file?");
        assert!(told.contains(&wanted), "{told}");
    }
}

#[test]
fn two_trusts_with_one_identifier_are_told() {
    let trust = "name: Payroll\n\nidentifier: urn:payroll   # as everywhere\nendpoints: []\n";
    let rules = "c:[]\n => issue(claim = c);\n";
    let folder = folder_with(&[
        ("a/trust.yaml", trust),
        ("a/issuance.claims", rules),
        ("b/trust.yaml", trust),
        ("b/issuance.claims", rules),
    ]);
    let output = rulecheck(folder.path(), &["check", "--ignore", "A,F,M,P,S,T,Z", "--format", "concise", "."], b"");
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert_eq!(
        text(&output.stdout),
        "b/trust.yaml:3:13: error[config]: two trusts have the identifier `urn:payroll`: the other one is `a/trust.yaml`\n"
    );
    let twice = rulecheck(folder.path(), &["check", "--ignore", "A,F,M,P,S,T,Z", "a", "a/trust.yaml", "./a"], b"");
    assert_eq!(twice.status.code(), Some(0), "{}", text(&twice.stdout));
    let allowed = "allow:\n  - { file: b/trust.yaml, code: config, reason: one of the two is served }\n";
    std::fs::write(folder.path().join("rulecheck.yaml"), allowed).unwrap();
    let output = rulecheck(folder.path(), &["check", "--ignore", "A,F,M,P,S,T,Z", "."], b"");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
}
