//! `rulecheck completions` and `rulecheck man`: made of the command line itself, so that they cannot fall behind it.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use claimsmith::cli::rulecheck::Arguments;
use clap::{CommandFactory as _, ValueEnum as _};

use crate::support::rulecheck::{folder_with, rulecheck, text};

/// What `program` makes of `input`: whether it takes it, and what it says.
fn given_to(program: &str, arguments: &[&str], input: &[u8]) -> (bool, String) {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    (
        output.status.success() && output.stderr.is_empty(),
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap(),
    )
}

fn said(arguments: &[&str]) -> String {
    let output = rulecheck(Path::new("."), arguments, b"");
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", text(&output.stderr));
    assert_eq!(text(&output.stderr), "", "{arguments:?}");
    text(&output.stdout).to_owned()
}

fn commands() -> Vec<clap::Command> {
    Arguments::command().get_subcommands().cloned().collect()
}

#[test]
fn every_shell_completes_every_command_and_option() {
    assert!(clap_complete::Shell::value_variants().len() >= 5);
    for shell in clap_complete::Shell::value_variants() {
        let script = said(&["completions", &shell.to_string()]);
        for command in commands() {
            assert!(script.contains(command.get_name()), "{shell}: {}", command.get_name());
            let shown = command.get_arguments().filter(|argument| !argument.is_hide_set());
            for option in shown.filter_map(clap::Arg::get_long) {
                assert!(script.contains(option), "{shell}: {} --{option}", command.get_name());
            }
        }
    }
}

#[test]
fn bash_takes_its_script() {
    let script = said(&["completions", "bash"]);
    assert_eq!(given_to("bash", &["-n"], script.as_bytes()), (true, String::new()));
    let ask = "COMP_WORDS=(rulecheck te); COMP_CWORD=1; _rulecheck rulecheck te rulecheck; echo \"${COMPREPLY[@]}\"";
    assert_eq!(given_to("bash", &[], format!("{script}\n{ask}\n").as_bytes()), (true, "test\n".to_owned()));
}

#[test]
fn the_manual_has_a_page_for_every_command() {
    let folder = folder_with(&[]);
    let output = rulecheck(folder.path(), &["man", "--out-dir", "share/man1"], b"");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let mut files: Vec<String> = fs::read_dir(folder.path().join("share/man1"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    let mut wanted: Vec<String> =
        commands().iter().map(|command| format!("rulecheck-{}.1", command.get_name())).collect();
    wanted.push("rulecheck.1".to_owned());
    wanted.sort();
    assert_eq!(files, wanted);
    for command in commands() {
        let name = command.get_name();
        let file = fs::read_to_string(folder.path().join(format!("share/man1/rulecheck-{name}.1"))).unwrap();
        assert_eq!(file, said(&["man", name]), "{name}");
    }
}

#[test]
fn pages_say_what_help_says() {
    let main = rendered(&said(&["man"]));
    for command in commands() {
        let name = command.get_name();
        assert!(main.contains(&format!("rulecheck-{name}(1)")), "{name}\n{main}");
        let page = rendered(&said(&["man", name]));
        for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES", "EXIT CODES"] {
            assert!(page.lines().any(|line| line == section), "{name} has no section {section}:\n{page}");
        }
        let shown = command.get_arguments().filter(|argument| !argument.is_hide_set());
        for option in shown.filter_map(clap::Arg::get_long) {
            assert!(page.contains(&format!("--{option}")), "{name} --{option}\n{page}");
        }
        let help = command.get_after_help().unwrap().to_string();
        for line in help.lines().filter(|line| line.starts_with(' ')) {
            assert!(page.lines().any(|shown| shown.trim() == line.trim()), "{name}: {line}\n{page}");
        }
    }
}

#[test]
fn a_page_that_is_not_there_is_told() {
    let output = rulecheck(Path::new("."), &["man", "chek"], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).starts_with("error: there is no command `chek`; there are check, "));
}

/// A page as a reader sees it. What groff warns about fails the test.
fn rendered(page: &str) -> String {
    let arguments = ["-man", "-Tutf8", "-ww", "-P-cbou", "-rLL=100n", "-"];
    let (is_taken, shown) = given_to("groff", &arguments, page.as_bytes());
    assert!(is_taken, "{shown}");
    shown
}
