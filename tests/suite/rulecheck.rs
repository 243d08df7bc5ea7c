//! `rulecheck` from outside: transcripts, snapshots, exit codes.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use claimsmith::input;
use claimsmith::store::directory::Directory as _;
use claimsmith::store::file::FileDirectory;
use proptest::prelude::*;
use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_rulecheck");

fn rulecheck(arguments: &[&str]) -> Output {
    Command::new(PROGRAM).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap()
}

fn rulecheck_with_input(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(PROGRAM)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn transcripts() {
    trycmd::TestCases::new()
        .register_bin("rulecheck", Path::new(PROGRAM))
        .env("NO_COLOR", "1")
        .env("COLUMNS", "80")
        .case("testdata/cli/rulecheck/*.trycmd");
}

#[test]
fn the_shipped_rules_for_every_user_of_the_directory() {
    let directory = "testdata/directory.yaml";
    let source = input::read_source(&Path::new(env!("CARGO_MANIFEST_DIR")).join(directory)).unwrap();
    let users = FileDirectory::from_yaml(&source).unwrap().user_names().unwrap();
    assert!(users.len() >= 8, "{users:?}");
    for user in users {
        let arguments = ["eval", "rules/aws/groups", "--user", &user, "--directory", directory, "--format", "json"];
        let output = rulecheck(&arguments);
        assert_eq!(output.status.code(), Some(0), "{user}: {}", text(&output.stderr));
        let run: Value = serde_json::from_slice(&output.stdout).unwrap();
        let keys: Vec<&String> = run.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["user", "permit", "claims", "roles", "problems"]);
        let name = user.rsplit('\\').next().unwrap();
        insta::assert_snapshot!(format!("eval_{name}"), text(&output.stdout));
    }
}

#[test]
fn a_directory_is_the_same_as_yaml_and_as_ldif() {
    for user in ["alice", "bob", "erin", "grace", "mallory"] {
        let eval = |directory| {
            rulecheck(&["eval", "rules/aws/groups", "--user", user, "--directory", directory, "--format", "json"])
                .stdout
        };
        let yaml = eval("testdata/directory.yaml");
        assert_eq!(text(&yaml), text(&eval("testdata/directory.ldif")), "{user}");
        assert!(!yaml.is_empty());
    }
}

#[test]
fn the_tests_of_the_shipped_rules_pass() {
    let output = rulecheck(&["test", "rules/"]);
    assert_eq!(output.status.code(), Some(0), "{}{}", text(&output.stdout), text(&output.stderr));
}

#[test]
fn standard_input_is_checked_under_a_name_of_its_own() {
    let broken = b"c:[Type = \"a\"] => issue(claim = c);";
    let output = rulecheck_with_input(&["check", "--format", "concise", "-"], broken);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).starts_with("<stdin>:1:9: error["), "{}", text(&output.stdout));
    let named = ["check", "--format", "concise", "--stdin-filename", "groups.claims", "-"];
    assert!(text(&rulecheck_with_input(&named, broken).stdout).starts_with("groups.claims:1:9: "));
}

#[test]
fn standard_input_is_formatted_to_standard_output() {
    let output = rulecheck_with_input(&["fmt", "-"], b"c:[ ]=>issue( claim=c ) ;");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(text(&output.stdout), "c:[]\n => issue(claim = c);\n");
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn rules_or_claims_come_from_standard_input() {
    let claims = "testdata/rulecheck/claims.yaml";
    let arguments = ["eval", "-", "--claims", claims, "--format", "json"];
    let output = rulecheck_with_input(&arguments, b"c:[] => issue(claim = c);");
    let run: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(run["claims"][0]["value"], "dept-sales");
    assert_eq!(run["permit"], Value::Null);
    assert_eq!(run["user"], Value::Null);
    let arguments = ["eval", "testdata/rulecheck/departments.claims", "--claims", "-", "--format", "json"];
    let output = rulecheck_with_input(&arguments, b"- { type: http://schemas.example.com/group, value: dept-x }");
    let run: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(run["claims"][0]["value"], "x");
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let mut child = Command::new(PROGRAM)
        .args(["check", "--format", "json", "testdata/rulecheck/two-errors.claims"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1), "the code still tells what was found");
    assert_eq!(text(&output.stderr), "1 file checked: 2 errors, 0 warnings\n");
}

#[test]
fn colour_is_written_where_it_is_asked_for() {
    let broken = "testdata/rulecheck/two-errors.claims";
    let coloured = |arguments: &[&str]| text(&rulecheck(arguments).stdout).contains('\u{1b}');
    assert!(coloured(&["check", "--color", "always", broken]));
    assert!(!coloured(&["check", broken]), "a pipe is no terminal");
    assert!(!coloured(&["check", "--color", "always", "--format", "json", broken]));
}

#[test]
fn a_file_is_formatted_in_place_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rules.claims");
    fs::write(&path, b"\xff\xfe=\0>\0i\0s\0s\0u\0e\0(\0T\0y\0p\0e\0=\0\"\0t\0\"\0)\0;\0").unwrap();
    let name = path.to_str().unwrap();
    let first = rulecheck(&["fmt", name]);
    assert_eq!(text(&first.stderr), format!("{name}: formatted, and written as UTF-8 (it was UTF-16)\n"));
    assert_eq!(first.status.code(), Some(0));
    assert_eq!(fs::read_to_string(&path).unwrap(), "=> issue(Type = \"t\");\n");
    let second = rulecheck(&["fmt", name]);
    assert_eq!((text(&second.stdout), text(&second.stderr)), ("", ""));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file stays");
}

#[cfg(unix)]
#[test]
fn formatting_keeps_links_and_permissions() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = tempfile::tempdir().unwrap();
    let (file, link) = (folder.path().join("file.claims"), folder.path().join("link.claims"));
    fs::write(&file, "=>issue(Type=\"t\");").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("file.claims", &link).unwrap();
    assert_eq!(rulecheck(&["fmt", link.to_str().unwrap()]).status.code(), Some(0));
    assert!(link.is_symlink());
    assert_eq!(fs::read_to_string(&file).unwrap(), "=> issue(Type = \"t\");\n");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn a_folder_is_searched_in_order_and_each_file_is_taken_once() {
    let folder = tempfile::tempdir().unwrap();
    let broken = "c:[";
    for name in ["b.claims", "a.claims", "deep/er/c.claims", ".hidden/d.claims", "e.txt"] {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, broken).unwrap();
    }
    let check = |paths: &[&str]| {
        let mut arguments = vec!["check", "--format", "json"];
        arguments.extend(paths);
        let output = Command::new(PROGRAM).args(arguments).current_dir(folder.path()).output().unwrap();
        let findings: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
        let mut files: Vec<String> = findings.iter().map(|found| found["file"].as_str().unwrap().to_owned()).collect();
        files.dedup();
        files
    };
    assert_eq!(check(&["."]), ["a.claims", "b.claims", "deep/er/c.claims"]);
    assert_eq!(check(&["deep/er/c.claims", ".", "e.txt"]), ["deep/er/c.claims", "a.claims", "b.claims", "e.txt"]);
}

#[test]
fn a_file_that_is_too_large_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.claims");
    fs::File::create(&path).unwrap().set_len(50 * 1024 * 1024).unwrap();
    let output = rulecheck(&["check", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("larger than the limit"), "{}", text(&output.stderr));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// The exit code of `check` says the same as its JSON, whatever the file holds.
    #[test]
    fn the_exit_code_of_check_agrees_with_its_json(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                "@RuleName = \"n\"\n", "c:[Type == \"t\"]", "[]", " && ", " => ", "issue(claim = c)", ";\n",
                "issue(Type = \"t\", Value = c.Value)", "exists([Value =~ \"(\"])", "\"", "\0", "\u{feff}",
            ]),
            0..12,
        ),
    ) {
        let file = tempfile::Builder::new().suffix(".claims").tempfile().unwrap();
        fs::write(file.path(), pieces.concat()).unwrap();
        let output = rulecheck(&["check", "--format", "json", file.path().to_str().unwrap()]);
        let findings: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
        let errors = findings.iter().filter(|finding| finding["severity"] == "error").count();
        let expected = match (pieces.contains(&"\0"), errors) {
            (true, _) => 2,
            (false, 0) => 0,
            (false, _) => 1,
        };
        prop_assert_eq!(output.status.code(), Some(expected), "{}", text(&output.stdout));
    }
}
