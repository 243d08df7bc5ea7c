//! `rulecheck diff` and `who` as processes: git revisions, files that they write, and what they refuse.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::rulecheck::{folder_with, rulecheck, text};

const TRUST: &str = "name: x\nidentifier: urn:x\nendpoints: [{ binding: post, url: 'https://sp.example.com/acs' }]\n";
const PERMIT: &str =
    "=> issue(Type = \"http://schemas.microsoft.com/authorization/claims/permit\", Value = \"true\");\n";
const OLD: &str = "@RuleName = \"Team\"\n=> issue(Type = \"team\", Value = \"red\");\n";
const NEW: &str = "@RuleName = \"Team\"\n=> issue(Type = \"team\", Value = \"blue\");\n";

fn directory() -> String {
    format!("{}/testdata/directory.yaml", env!("CARGO_MANIFEST_DIR"))
}

fn git(folder: &Path, arguments: &[&str]) {
    let identity = ["-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false"];
    let output = Command::new("git").args(identity).args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", text(&output.stderr));
}

/// A repository whose first commit has the old rules, and whose folder has the new ones.
fn repository() -> TempDir {
    let files = [
        ("rules/aws/trust.yaml", TRUST),
        ("rules/aws/authorization.claims", PERMIT),
        ("rules/aws/issuance.claims", OLD),
        ("single.claims", OLD),
    ];
    let folder = folder_with(&files);
    git(folder.path(), &["init", "--quiet", "--initial-branch=main"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "--quiet", "--message=old"]);
    fs::write(folder.path().join("rules/aws/issuance.claims"), NEW).unwrap();
    fs::write(folder.path().join("single.claims"), NEW).unwrap();
    folder
}

fn diff(folder: &Path, more: &[&str]) -> (Option<i32>, String, String) {
    let directory = directory();
    let mut arguments = vec!["diff", "--directory", &directory];
    arguments.extend(more);
    let output = rulecheck(folder, &arguments, b"");
    (output.status.code(), text(&output.stdout).to_owned(), text(&output.stderr).to_owned())
}

#[test]
fn a_directory_without_users_proves_nothing() {
    let folder = repository();
    let domain = "dn: DC=corp,DC=example,DC=com\nobjectClass: domainDNS\n\n";
    let entry = "dn: CN=alice,DC=corp,DC=example,DC=com\nsAMAccountName: alice\n";
    for (users, why) in [
        (String::new(), "no users"),
        ("\ndn: CN=a,DC=corp,DC=example,DC=com\nobjectClass: contact\n".to_owned(), "no users"),
        // An export of chosen attributes, without the one that says what an entry is.
        (entry.to_owned(), "no `objectClass`"),
        (format!("{entry}\n{}objectClass: user\n", entry.replace("alice", "bob")), "no `objectClass`"),
    ] {
        fs::write(folder.path().join("corp.ldif"), format!("{domain}{users}")).unwrap();
        for command in [
            &["diff", "main:rules/aws", "rules/aws", "--fail-on", "gain"][..],
            &["who", "rules/aws", "--role", "111122223333/Admin"],
        ] {
            let output = rulecheck(folder.path(), &[command, &["--directory", "corp.ldif"]].concat(), b"");
            let message = text(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{command:?}: {}", text(&output.stdout));
            assert!(message.contains(why), "{command:?}: {message}");
            assert_eq!(text(&output.stdout), "");
        }
    }
}

#[test]
fn rules_of_a_git_revision_are_compared_with_those_on_disk() {
    let folder = repository();
    for (old, new) in [
        ("main:rules/aws", "rules/aws"),
        ("HEAD:rules/aws/", "rules/aws"),
        ("HEAD:rules/aws/trust.yaml", "rules/aws/trust.yaml"),
        ("main:single.claims", "single.claims"),
        ("main@{0}:./single.claims", "./single.claims"),
        ("HEAD:rules/../single.claims", "single.claims"),
    ] {
        let (code, told, error) = diff(folder.path(), &[old, new, "--format", "json", "--fail-on", "any"]);
        assert_eq!(code, Some(1), "{old}: {error}");
        let found: Value = serde_json::from_str(&told).unwrap();
        assert_eq!(found["users"], 7, "{old}");
        assert_eq!(found["other"][0]["old"]["value"], "red", "{old}");
        assert_eq!(found["other"][0]["new"]["value"], "blue", "{old}");
        assert_eq!(found["other"][0]["because"]["changed_rule"]["name"], "Team", "{old}");
    }
    let (code, told, _) = diff(folder.path(), &["main:single.claims", "HEAD:single.claims", "--fail-on", "any"]);
    assert_eq!((code, told.contains("0 rules changed")), (Some(0), true), "{told}");
}

#[test]
fn a_path_in_a_revision_counts_from_the_top_or_from_here() {
    let folder = repository();
    let here = folder.path().join("rules");
    let (code, _, error) = diff(&here, &["main:rules/aws", "aws"]);
    assert_eq!(code, Some(0), "{error}");
    let (code, _, error) = diff(&here, &["main:./aws", "aws"]);
    assert_eq!(code, Some(0), "{error}");
    let (code, _, error) = diff(&here, &["main:aws", "aws"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("did you mean `main:./aws`?"), "{error}");
}

#[test]
fn what_is_called_like_a_revision_does_not_take_its_place() {
    let folder = repository();
    // A proposed change brings its own old rules along.
    fs::write(folder.path().join("main:single.claims"), NEW).unwrap();
    fs::create_dir_all(folder.path().join("main:rules/aws")).unwrap();
    for (old, new) in [("main:single.claims", "single.claims"), ("main:rules/aws", "rules/aws")] {
        let (code, told, error) = diff(folder.path(), &[old, new, "--fail-on", "gain"]);
        assert_eq!((code, told.as_str()), (Some(2), ""), "{error}");
        assert!(error.contains(&format!("`./{old}` is the file")), "{error}");
    }
    let (code, told, error) = diff(folder.path(), &["./main:single.claims", "single.claims", "--fail-on", "any"]);
    assert_eq!(code, Some(0), "{told}{error}");
    // Where there is no such revision, nothing else can be meant.
    fs::write(folder.path().join("topic:single.claims"), NEW).unwrap();
    assert_eq!(diff(folder.path(), &["topic:single.claims", "single.claims", "--fail-on", "any"]).0, Some(0));
}

#[test]
fn a_revision_that_cannot_be_read_is_told_in_one_message() {
    let folder = repository();
    fs::write(folder.path().join("note.claims"), [0xff, 0xff, 0x00]).unwrap();
    std::os::unix::fs::symlink("single.claims", folder.path().join("link.claims")).unwrap();
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "--quiet", "--message=bytes"]);
    for (old, expected) in [
        ("nowhere:single.claims", "there is no revision `nowhere` in this git repository"),
        ("main:missing.claims", "there is no `missing.claims` in the revision `main`"),
        ("main:single.claims/x", "there is no `single.claims/x` in the revision `main`"),
        ("main:../outside.claims", "leads out of the repository"),
        ("-x:single.claims", "unexpected argument"),
        ("main:--help", "is neither a file nor a git revision"),
        (":single.claims", "is neither a file nor a git revision"),
        ("missing.claims", "there is no such file"),
        ("main:rules", "there is no `trust.yaml`"),
        ("main:note.claims", "main:note.claims: byte 0"),
        ("main:link.claims", "symbolic link"),
    ] {
        let (code, told, error) = diff(folder.path(), &[old, "single.claims"]);
        assert_eq!(code, Some(2), "{old}: {error}");
        assert!(error.contains(expected), "{old}: {error}");
        assert_eq!(told, "", "{old}");
    }
    // After `--`, nothing is an option, and git must not take it for one either.
    let (code, _, error) = diff(folder.path(), &["--", "--output=x:single.claims", "single.claims"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("is neither a file nor a git revision"), "{error}");
    assert!(!folder.path().join("x").exists());
}

#[test]
fn without_git_or_a_repository_it_says_so() {
    let folder = folder_with(&[("single.claims", NEW)]);
    let (code, _, error) = diff(folder.path(), &["main:single.claims", "single.claims"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("there is no git repository here"), "{error}");
    let output = Command::new(env!("CARGO_BIN_EXE_rulecheck"))
        .args(["diff", "main:single.claims", "single.claims", "--directory", &directory()])
        .current_dir(folder.path())
        .env("PATH", folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("git is not installed"), "{}", text(&output.stderr));
}

#[test]
fn the_differences_go_to_a_file_whole_or_not_at_all() {
    let folder = repository();
    let arguments = ["main:single.claims", "single.claims", "--format", "markdown", "--output", "comment.md"];
    let (code, told, error) = diff(folder.path(), &arguments);
    assert_eq!((code, told.as_str()), (Some(0), ""), "{error}");
    let comment = fs::read_to_string(folder.path().join("comment.md")).unwrap();
    assert!(comment.starts_with("### Claim rules: "), "{comment}");
    // Rules that cannot be read leave the file as it is.
    let arguments = ["main:nothing.claims", "single.claims", "--output", "comment.md"];
    assert_eq!(diff(folder.path(), &arguments).0, Some(2));
    assert_eq!(fs::read_to_string(folder.path().join("comment.md")).unwrap(), comment);
    let output = rulecheck(
        folder.path(),
        &["who", "main:rules/aws", "--directory", &directory(), "--format", "csv", "--output", "access.csv"],
        b"",
    );
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(fs::read_to_string(folder.path().join("access.csv")).unwrap(), "user,account,role,role_arn\r\n");
}

#[test]
fn rules_may_come_from_standard_input() {
    let folder = repository();
    let directory = directory();
    let arguments = ["diff", "-", "single.claims", "--directory", &directory, "--fail-on", "gain"];
    let output = rulecheck(folder.path(), &arguments, OLD.as_bytes());
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let output = rulecheck(folder.path(), &["diff", "-", "-", "--directory", &directory], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("cannot both come from standard input"));
}

#[test]
fn a_value_that_changes_matches_gain_and_loss() {
    let folder = repository();
    for (fail_on, expected) in [("gain", 1), ("loss", 1), ("any", 1), ("never", 0)] {
        let (code, ..) = diff(folder.path(), &["main:single.claims", "single.claims", "--fail-on", fail_on]);
        assert_eq!(code, Some(expected), "{fail_on}");
    }
}

#[test]
fn nothing_of_a_hostile_directory_becomes_markup() {
    let people = "domain: { netbios: CORP, dns: corp.example.com, sid: S-1-5-21-1-2-3 }\n\
                  users: { '<b>x|y`z': { attributes: { mail: 'a|b</td><script>@all' } } }\n";
    let rules = |attribute: &str| {
        format!(
            "c:[Type == \"http://schemas.microsoft.com/ws/2008/06/identity/claims/windowsaccountname\"]\n => \
             issue(store = \"Active Directory\", types = (\"t\"), query = \";{attribute};{{0}}\", param = c.Value);\n"
        )
    };
    let (old, new) = (rules("mail"), rules("sAMAccountName"));
    let folder = folder_with(&[("people.yaml", people), ("old.claims", &old), ("new.claims", &new)]);
    let arguments = ["diff", "old.claims", "new.claims", "--directory", "people.yaml", "--format", "markdown"];
    let output = rulecheck(folder.path(), &arguments, b"");
    let told = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(told.contains("&#60;b&#62;x&#124;y&#96;z"), "{told}");
    assert!(told.contains("a&#124;b&#60;/td&#62;&#60;script&#62;&#64;all"), "{told}");
    assert!(!told.contains("<script>") && !told.contains("<b>"), "{told}");
}
