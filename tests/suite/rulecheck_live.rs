//! `rulecheck` for everybody of a live domain.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::rulecheck::{folder_with, rulecheck, text};
use crate::support::samba::{Samba, shared_domain};
use crate::support::slapd::{SUFFIX, shared_slapd};

const OLD: &str = include_str!("../../testdata/rulecheck/diff/groups.claims");
const NEW: &str = include_str!("../../testdata/rulecheck/diff/groups-loose.claims");

fn folder() -> TempDir {
    folder_with(&[("old.claims", OLD), ("new.claims", NEW), ("password", "Passw0rd.svc-claimsmith\n")])
}

/// Runs a command with the directory at `url`.
fn ask(folder: &Path, domain: &Samba, url: &str, command: &[&str]) -> Output {
    let ca_file = domain.ca_file();
    let mut arguments = command.to_vec();
    arguments.extend(["--directory", url, "--bind-name", "svc-claimsmith@corp.example.com"]);
    arguments.extend(["--bind-password-file", "password", "--ca-file", ca_file.to_str().unwrap()]);
    rulecheck(folder, &arguments, b"")
}

fn json(output: &Output) -> Value {
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_live_domain_says_what_a_directory_file_says() {
    let (folder, domain) = (folder(), shared_domain());
    let found =
        json(&ask(folder.path(), domain, &domain.url(), &["diff", "old.claims", "new.claims", "--format", "json"]));
    assert_eq!(found["gains"][0]["role"], "123456789012/Admin");
    assert_eq!(found["gains"][0]["users"], serde_json::json!(["bob"]));
    assert_eq!((&found["losses"], &found["other"]), (&serde_json::json!([]), &serde_json::json!([])));
    let left_out: Vec<(&str, &str)> = (found["left_out"].as_array().unwrap().iter())
        .map(|entry| (entry["user"].as_str().unwrap(), entry["reason"].as_str().unwrap()))
        .collect();
    assert!(left_out.contains(&("dave", "account disabled")), "{left_out:?}");
    assert!(left_out.contains(&("expired", "account expired")), "{left_out:?}");
    assert!(!left_out.iter().any(|(user, _)| ["locked", "mustchange", "oldpassword"].contains(user)), "{left_out:?}");

    let command = ["who", "old.claims", "--role", "123456789012/ReadOnly", "--format", "concise"];
    let output = ask(folder.path(), domain, &domain.url(), &command);
    assert_eq!(text(&output.stdout), "alice\nfrank\nmallory\n", "{}", text(&output.stderr));
}

#[test]
fn an_authority_that_the_machine_trusts_needs_no_file() {
    let (folder, domain) = (folder(), shared_domain());
    let ask = |authorities: &Path| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rulecheck"));
        command.current_dir(&folder).env("SSL_CERT_FILE", authorities).env_remove("SSL_CERT_DIR");
        command.args(["eval", "old.claims", "--user", "alice", "--directory", &domain.url()]);
        command.args(["--bind-name", "svc-claimsmith@corp.example.com", "--bind-password-file", "password"]);
        command.output().unwrap()
    };
    let output = ask(&domain.ca_file());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let output = ask(&domain.other_ca_file());
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("an authority that is not trusted"), "{}", text(&output.stderr));
}

#[test]
fn everybody_is_asked_about_beyond_the_first_page() {
    let (folder, domain) = (folder(), Samba::start());
    let before = json(&ask(folder.path(), &domain, &domain.url(), &["who", "old.claims", "--format", "json"]));
    // A page has 500 people, and these come last by name.
    let names: Vec<String> = (0..600).map(|number| format!("zz{number:03}")).collect();
    domain.add_people(&names, "XAWS-123456789012-Admin");
    let found =
        json(&ask(folder.path(), &domain, &domain.url(), &["diff", "old.claims", "new.claims", "--format", "json"]));
    assert_eq!(found["users"].as_u64().unwrap(), before["users"].as_u64().unwrap() + 600);
    assert_eq!(found["gains"][0]["users"], serde_json::json!(["bob", "zz599"]));
}

/// Passes bytes on to a server until so many came back; then the network is gone.
fn relay(server: String, listener: TcpListener, most: usize) {
    let passed = Arc::new(AtomicUsize::new(0));
    std::thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            if passed.load(Ordering::Relaxed) >= most {
                return;
            }
            let (server, passed) = (TcpStream::connect(&server).unwrap(), Arc::clone(&passed));
            let (mut from_client, mut to_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            std::thread::spawn(move || {
                let _ = std::io::copy(&mut from_client, &mut to_server);
                let _ = to_server.shutdown(Shutdown::Both);
            });
            std::thread::spawn(move || {
                let (mut server, mut client, mut bytes) = (server, client, [0; 1024]);
                while let Ok(length @ 1..) = server.read(&mut bytes) {
                    let gone = passed.fetch_add(length, Ordering::Relaxed) >= most;
                    if gone || client.write_all(&bytes[..length]).is_err() {
                        break;
                    }
                }
                let _ = (server.shutdown(Shutdown::Both), client.shutdown(Shutdown::Both));
            });
        }
    });
}

#[test]
fn a_domain_that_goes_away_midway_gives_one_message_and_no_result() {
    let (folder, domain) = (folder(), shared_domain());
    let listener = TcpListener::bind((domain.address(), 0)).unwrap();
    let url = format!("ldaps://{}", listener.local_addr().unwrap());
    relay(format!("{}:636", domain.address()), listener, 30_000);
    fs::write(folder.path().join("kept.json"), "as it was").unwrap();
    let command = ["diff", "old.claims", "new.claims", "--format", "json", "--output", "kept.json"];
    let output = ask(folder.path(), domain, &url, &command);
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.starts_with("error: the directory failed after ") && told.lines().count() == 1, "{told}");
    assert_eq!(text(&output.stdout), "");
    assert_eq!(fs::read_to_string(folder.path().join("kept.json")).unwrap(), "as it was");
}

#[test]
fn a_server_configuration_leads_to_its_ldap_directory() {
    let slapd = shared_slapd();
    let config = format!(
        "directory:\n  ldap:\n    urls: ['{}']\n    ca_file: {}\n    bind_name: 'cn=claimsmith,ou=Services,{SUFFIX}'\n    \
         bind_password_file: password\n    users: {{ base: 'ou=People,{SUFFIX}' }}\n    \
         groups: {{ schema: group_of_names, base: 'ou=Groups,{SUFFIX}', depth: 20 }}\nlisten: {{ key_file: nowhere.key }}\n",
        slapd.url(),
        slapd.ca_file().display(),
    );
    let files = [("old.claims", OLD), ("claimsmith.yaml", &config), ("password", "Passw0rd.claimsmith\n")];
    let folder = folder_with(&files);
    let ask = |command: &[&str]| rulecheck(folder.path(), &[command, &["--config", "claimsmith.yaml"]].concat(), b"");

    let output = ask(&["eval", "old.claims", "--user", "alice"]);
    let told = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(told.contains("123456789012/ReadOnly"), "{told}");
    let output = ask(&["who", "old.claims", "--role", "123456789012/ReadOnly", "--format", "concise"]);
    let told: Vec<&str> = text(&output.stdout).lines().collect();
    assert!(told.contains(&"alice") && !told.contains(&"carol"), "{told:?} {}", text(&output.stderr));

    let changed = |from: &str, to: &str| {
        assert!(config.contains(from), "{from}");
        fs::write(folder.path().join("claimsmith.yaml"), config.replace(from, to)).unwrap();
        let output = ask(&["eval", "old.claims", "--user", "alice"]);
        (output.status.code(), format!("{}{}", text(&output.stdout), text(&output.stderr)))
    };
    let (code, told) = changed("depth: 20", "most: 2");
    assert!(code == Some(2) && told.contains("there are more than 2 groups"), "{told}");
    let (code, told) = changed("depth: 20", "nested: false");
    assert!(code == Some(0) && !told.contains("123456789012/ReadOnly"), "{told}");
    // Takes connections, and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("['ldaps://{}']", silent.local_addr().unwrap());
    for limit in ["connect_timeout_seconds", "request_timeout_seconds"] {
        let (code, told) = changed(&format!("['{}']", slapd.url()), &format!("{url}\n    {limit}: 1"));
        assert!(code == Some(2) && told.contains("no answer within 1.0 seconds"), "{limit}: {told}");
    }
}
