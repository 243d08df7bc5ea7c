//! The program as a process: how it starts, how it ends, what it says when it cannot.

use std::process::Command;

use crate::support::claimsmith::Claimsmith;

#[test]
fn it_ends_when_it_is_told_to() {
    let (status, output) = Claimsmith::demo().terminate();
    assert_eq!(status.code(), Some(0), "{output}");
}

#[test]
fn a_port_that_is_taken_is_named() {
    let first = Claimsmith::demo();
    let address = format!("127.0.0.1:{}", first.port());
    let second = Command::new(env!("CARGO_BIN_EXE_claimsmith")).args(["demo", "--listen", &address]).output().unwrap();
    let told = String::from_utf8_lossy(&second.stderr);
    assert_eq!(second.status.code(), Some(2), "{told}");
    assert!(told.contains(&address), "{told}");
}

#[test]
fn a_missing_configuration_is_named_and_nothing_starts() {
    let output =
        Command::new(env!("CARGO_BIN_EXE_claimsmith")).args(["serve", "--config", "not/there.yaml"]).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("not/there.yaml"), "{told}");
}
