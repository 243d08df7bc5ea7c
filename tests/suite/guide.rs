//! The guides in `docs/guide` are walked from top to bottom: what they say to write is written, what they say to type
//! is typed, and what they show is what comes out.
//!
//! | block | what the walk does |
//! | --- | --- |
//! | ```` ```yaml file=PATH ```` | writes the file |
//! | ```` ```diff ```` | changes files, as `patch -p1` does |
//! | ```` ```console ```` | types every line that begins with `$ `, and compares what is printed |
//!
//! A line `...` stands for any lines. With `GUIDE=overwrite` the guide is written anew with what is printed.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs};

#[test]
fn every_guide_can_be_walked() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guide");
    let mut guides = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "md") {
            guides += 1;
            walk(&path, &folder.join("files"));
        }
    }
    assert!(guides > 0);
}

fn walk(guide: &Path, files: &Path) {
    let place = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(files).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, place.path().join(path.file_name().unwrap())).unwrap();
    }
    let text = fs::read_to_string(guide).unwrap();
    let mut walked = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        writeln!(walked, "{line}").unwrap();
        let Some(info) = line.strip_prefix("```") else { continue };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let block = match info.split_once(' ') {
            _ if info == "console" => typed(&block, place.path()),
            _ if info == "diff" => {
                patch(&(block.join("\n") + "\n"), place.path());
                block.join("\n")
            }
            Some((_, file)) => {
                let file = place.path().join(file.strip_prefix("file=").expect(info));
                fs::write(file, block.join("\n") + "\n").unwrap();
                block.join("\n")
            }
            None => block.join("\n"),
        };
        writeln!(walked, "{block}\n```").unwrap();
    }
    if env::var_os("GUIDE").is_some_and(|wish| wish == "overwrite") {
        fs::write(guide, walked).unwrap();
    } else {
        assert_eq!(walked, text, "{} shows something else than what is printed", guide.display());
    }
}

/// The block with what its commands really print, where that is not what it shows.
fn typed(block: &[&str], place: &Path) -> String {
    let mut told: Vec<String> = Vec::new();
    let mut rest = block.iter().peekable();
    while let Some(line) = rest.next() {
        told.push((*line).to_owned());
        let Some(command) = line.strip_prefix("$ ") else { continue };
        let mut shown = Vec::new();
        while let Some(line) = rest.next_if(|line| !line.starts_with("$ ")) {
            shown.push(*line);
        }
        let printed = run(command, place);
        let printed: Vec<&str> = printed.trim_end().lines().collect();
        let blank_after = shown.last() == Some(&"");
        let wanted: Vec<&str> = if blank_after { shown[..shown.len() - 1].to_vec() } else { shown.clone() };
        if fits(&wanted, &printed) {
            told.extend(shown.into_iter().map(str::to_owned));
        } else {
            told.extend(printed.into_iter().map(str::to_owned));
            told.extend(blank_after.then(String::new));
        }
    }
    told.join("\n")
}

fn fits(shown: &[&str], printed: &[&str]) -> bool {
    match shown.split_first() {
        Some((&"...", rest)) => (0..=printed.len()).any(|skipped| fits(rest, &printed[skipped..])),
        Some((first, rest)) => printed.split_first().is_some_and(|(line, more)| line == first && fits(rest, more)),
        None => printed.is_empty(),
    }
}

fn run(command: &str, place: &Path) -> String {
    let programs = Path::new(env!("CARGO_BIN_EXE_rulecheck")).parent().unwrap();
    let mut path = OsString::from(programs);
    path.push(":");
    path.push(env::var_os("PATH").unwrap_or_default());
    let output = Command::new("bash")
        .args(["-c", &format!("{command} 2>&1")])
        .current_dir(place)
        .env("PATH", path)
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        // Whoever runs the tests may have no name for commits.
        .envs([("GIT_AUTHOR_NAME", "Alice"), ("GIT_AUTHOR_EMAIL", "alice@corp.example.com")])
        .envs([("GIT_COMMITTER_NAME", "Alice"), ("GIT_COMMITTER_EMAIL", "alice@corp.example.com")])
        .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_SYSTEM", "/dev/null")])
        .output()
        .unwrap();
    let mut told = String::from_utf8(output.stdout).unwrap();
    if let Some(code @ 1..) = output.status.code() {
        write!(told, "(exit code {code})").unwrap();
    }
    told
}

fn patch(difference: &str, place: &Path) {
    let mut patch = Command::new("git")
        .args(["apply", "--unidiff-zero", "-"])
        .current_dir(place)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    patch.stdin.take().unwrap().write_all(difference.as_bytes()).unwrap();
    assert!(patch.wait().unwrap().success(), "this change does not apply:\n{difference}");
}
