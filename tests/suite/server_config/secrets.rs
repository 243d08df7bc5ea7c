//! Keys and passwords: whose they are, who may read them, and where they are never shown.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use claimsmith::config::server;

use super::{Folder, GOOD, claimsmith};
use crate::support::saml::{certificate_pem, other_key};

#[test]
fn no_excerpt_shows_a_secret() {
    let folder = Folder::new();
    let told = |claimsmith_yaml: &str| {
        folder.write("claimsmith.yaml", claimsmith_yaml);
        let checked = folder.check();
        assert_eq!(checked.status.code(), Some(1), "{checked:?}");
        String::from_utf8([checked.stdout, checked.stderr].concat()).unwrap()
    };
    let key = told(&GOOD.replace("key_file: session.key", "key: hunter2-plain"));
    assert!(key.contains("claimsmith.yaml:8:") && !key.contains("hunter2"), "{key}");
    let beside = told(&GOOD.replace("idle_minutes: 30, key_file: session.key", "key: hunter2-plain, idle_minutes: 0"));
    assert!(!beside.contains("hunter2"), "{beside}");
    let unknown = told(&GOOD.replace("key_file: session.key", "kee: 1, key: hunter2-plain"));
    assert!(unknown.contains("kee") && !unknown.contains("hunter2"), "{unknown}");
    let directory = include_str!("../../../src/cli/claimsmith/demo/directory.yaml");
    folder.write("directory.yaml", &format!("{directory}  zoe: {{ enabled: true, password: \"hunter2-plain\" }}\n"));
    let password = told(GOOD);
    assert!(password.contains("directory.yaml:") && !password.contains("hunter2"), "{password}");
}

#[test]
fn secrets_that_others_can_read_are_told() {
    for file in ["signing.key", "tls.key", "session.key"] {
        for mode in [0o640, 0o604] {
            let folder = Folder::new();
            folder.mode(file, mode);
            let checked = folder.check();
            assert_eq!(checked.status.code(), Some(1), "{checked:?}");
            let told = String::from_utf8(checked.stderr).unwrap();
            assert!(
                told.starts_with("warning: ")
                    && told.contains(&format!("{file}` holds a secret"))
                    && told.contains(&format!("{mode:o}")),
                "{told}"
            );
            assert!(server::load(&folder.path("claimsmith.yaml")).is_ok(), "the server starts, and warns");
        }
    }
}

#[test]
fn a_key_and_the_certificate_of_another_do_not_serve() {
    let folder = Folder::new();
    folder.write("other.crt", &certificate_pem(other_key()));
    let error = folder.error("certificate_file: signing.crt", "certificate_file: other.crt");
    assert!(error.contains("claimsmith.yaml:4:"), "{error}");
    folder.write("claimsmith.yaml", &GOOD.replace("certificate_file: tls.crt", "certificate_file: other.crt"));
    let checked = folder.check();
    assert_eq!(checked.status.code(), Some(1), "{checked:?}");
    assert!(String::from_utf8(checked.stderr).unwrap().contains("must belong together"));
}

#[test]
fn a_key_is_never_overwritten_and_not_readable_by_others() {
    let folder = Folder::new();
    let before = fs::read_to_string(folder.path("signing.key")).unwrap();
    let again = claimsmith(&["keys", "generate", "--out-dir", folder.0.path().to_str().unwrap()]);
    assert_eq!(again.status.code(), Some(2));
    assert_eq!(fs::read_to_string(folder.path("signing.key")).unwrap(), before);
    assert_eq!(fs::metadata(folder.path("signing.key")).unwrap().permissions().mode() & 0o777, 0o600);
}
