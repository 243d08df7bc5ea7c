//! `rulecheck test --watch`: what changed runs again, and nothing else.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use crate::support::rulecheck::folder_with;

const RULES: &str = "c:[Type == \"g\"]\n => issue(Type = \"t\", Value = c.Value);\n";

fn tests(rules: &str, name: &str, value: &str) -> String {
    format!(
        "rules: {rules}\ntests:\n  - {{ name: {name}, with: [{{ type: g, value: a }}], claims: [{{ type: t, value: {value} }}] }}\n"
    )
}

/// `rulecheck test -v --watch` at work. What it writes comes line by line, from both of its streams.
struct Watching {
    child: Child,
    lines: Receiver<String>,
}

impl Watching {
    fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_rulecheck"))
            .args(["test", "-v", "--watch"])
            .args(arguments)
            .current_dir(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = mpsc::channel();
        let (results, messages) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let to = sender.clone();
        thread::spawn(move || BufReader::new(results).lines().for_each(|line| drop(to.send(line.unwrap()))));
        thread::spawn(move || BufReader::new(messages).lines().for_each(|line| drop(sender.send(line.unwrap()))));
        Self { child, lines }
    }

    /// What it writes up to the line that says it is watching.
    fn round(&self) -> Vec<String> {
        let mut round = Vec::new();
        loop {
            let line = self.lines.recv_timeout(Duration::from_secs(20)).unwrap_or_else(|_| panic!("only {round:#?}"));
            if line.starts_with("watching ") {
                // The other stream may be late with the last of its lines, unless nothing could be run.
                while !round.iter().any(|line: &String| line.contains(" passed, ") || line.starts_with("error")) {
                    round.push(self.lines.recv_timeout(Duration::from_secs(20)).unwrap());
                }
                return round;
            }
            round.push(line);
        }
    }

    fn is_quiet(&self) -> bool {
        self.lines.recv_timeout(Duration::from_millis(700)).is_err()
    }

    fn interrupted(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        self.child.wait().unwrap().code()
    }
}

fn ran(round: &[String]) -> Vec<&str> {
    round.iter().filter(|line| line.ends_with(".test.yaml")).map(String::as_str).collect()
}

#[test]
fn only_what_changed_runs_again() {
    let directory = "domain: { netbios: CORP, dns: corp.example.com, sid: S-1-5-21-1-2-3 }\nusers: {}\n";
    let with_directory = format!("directory: people.yaml\n{}", tests("two.claims", "two", "a"));
    let folder = folder_with(&[
        ("one.claims", RULES),
        ("one.test.yaml", &tests("one.claims", "one", "a")),
        ("two.claims", RULES),
        ("two.test.yaml", &with_directory),
        ("people.yaml", directory),
        ("notes.txt", ""),
    ]);
    let at = |name: &str| folder.path().join(name);
    let watching = Watching::start(folder.path(), &["."]);
    let first = watching.round();
    assert_eq!(ran(&first), ["one.test.yaml", "two.test.yaml"], "{first:#?}");

    fs::write(at("one.claims"), RULES.replace("c.Value", "\"b\"")).unwrap();
    let round = watching.round();
    assert_eq!(ran(&round), ["one.test.yaml"], "{round:#?}");
    assert!(round.iter().any(|line| line == "  FAIL  one (line 3)"), "{round:#?}");
    assert!(!round.iter().any(|line| line.contains('\u{1b}')), "a pipe is not cleared");

    fs::write(at("people.yaml"), format!("{directory}\n# more\n")).unwrap();
    assert_eq!(ran(&watching.round()), ["two.test.yaml"]);

    fs::write(at("notes.txt"), "nothing that a test reads").unwrap();
    assert!(watching.is_quiet());

    // As editors save: a new file takes the place of the old one.
    fs::write(at("one.test.yaml.tmp"), tests("one.claims", "one", "b")).unwrap();
    fs::rename(at("one.test.yaml.tmp"), at("one.test.yaml")).unwrap();
    let round = watching.round();
    assert_eq!((ran(&round), round.last().unwrap().as_str()), (vec!["one.test.yaml"], "1 passed, 0 failed"));

    fs::create_dir(at("deeper")).unwrap();
    fs::write(at("deeper/three.test.yaml"), tests("../one.claims", "three", "b")).unwrap();
    assert_eq!(ran(&watching.round()), ["deeper/three.test.yaml"]);
    assert_eq!(watching.interrupted(), Some(0));
}

#[test]
fn what_is_broken_is_told_and_runs_again_once_it_is_mended() {
    let folder = folder_with(&[("x.test.yaml", &tests("trust/late.claims", "late", "a"))]);
    let watching = Watching::start(folder.path(), &["."]);
    let first = watching.round();
    assert!(first.iter().any(|line| line.contains("there is no rule file")), "{first:#?}");
    fs::create_dir(folder.path().join("trust")).unwrap();
    fs::write(folder.path().join("trust/late.claims"), RULES).unwrap();
    let mut round = watching.round();
    while ran(&round).is_empty() {
        round = watching.round();
    }
    assert_eq!(round.last().unwrap(), "1 passed, 0 failed");
    fs::write(folder.path().join("trust/late.claims"), "c:[").unwrap();
    let broken = watching.round();
    assert!(broken.iter().any(|line| line.starts_with("error[")), "{broken:#?}");
    assert_eq!(watching.interrupted(), Some(2), "the code of the last run");
}

#[test]
fn a_trust_folder_is_watched_as_a_whole() {
    let folder = folder_with(&[
        (
            "trust/trust.yaml",
            "name: T\nidentifier: urn:t\nendpoints: [{ binding: post, url: \"https://t.example.com/acs\" }]\n",
        ),
        ("trust/issuance.claims", RULES),
        (
            "trust/authorization.claims",
            "=> issue(Type = \"http://schemas.microsoft.com/authorization/claims/permit\");\n",
        ),
        ("tests/x.test.yaml", &tests("../trust", "x", "a")),
    ]);
    let watching = Watching::start(folder.path(), &["tests"]);
    let first = watching.round();
    assert!(first.last().unwrap().starts_with("0 passed, 1 failed"), "acceptance takes the claim away: {first:#?}");
    fs::write(folder.path().join("trust/acceptance.claims"), "c:[] => issue(claim = c);\n").unwrap();
    assert_eq!(watching.round().last().unwrap(), "1 passed, 0 failed");
    assert_eq!(watching.interrupted(), Some(0));
}

#[test]
fn nothing_to_watch_is_a_mistake() {
    let folder = folder_with(&[]);
    let mut watching = Watching::start(folder.path(), &["."]);
    assert_eq!(watching.child.wait().unwrap().code(), Some(2));
    assert_eq!(watching.lines.recv().unwrap(), "error: there is no test file (`*.test.yaml`) in `.`");
}

#[test]
fn a_terminal_is_cleared_before_each_round() {
    let folder = folder_with(&[("one.claims", RULES), ("one.test.yaml", &tests("one.claims", "one", "a"))]);
    let command = format!("timeout -s INT 3 {} test --watch .", env!("CARGO_BIN_EXE_rulecheck"));
    let mut child = Command::new("script")
        .args(["-qec", &command, "/dev/null"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut shown = String::new();
    child.stdout.take().unwrap().read_to_string(&mut shown).unwrap();
    child.wait().unwrap();
    assert!(shown.starts_with("\u{1b}[2J\u{1b}[3J\u{1b}[H1 passed, 0 failed"), "{shown:?}");
}
