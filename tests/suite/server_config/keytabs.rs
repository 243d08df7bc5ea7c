//! `claimsmith config check` of configurations that name keytabs.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use claimsmith::config::server;
use claimsmith::kerberos::Principal;

use crate::support::site::write_configuration;

const AES256: u16 = 18;
const RC4: u16 = 23;
const ACCOUNT: &[&str] = &["CORP.EXAMPLE.COM", "svc-claimsmith"];
const SERVICE: &[&str] = &["CORP.EXAMPLE.COM", "HTTP", "sts.example.com"];
const BIND: &str = "bind_keytab_file: account.keytab";

#[test]
fn the_keytab_of_the_service_account_is_read_before_the_start() {
    let good = keytab(&[(ACCOUNT, AES256)]);
    assert_eq!(told(BIND, "", Some(&good)), "");
    for (section, keytab, wanted) in [
        (BIND, None, &["account.keytab", "name a file that the server may read"][..]),
        (BIND, Some(b"secret".to_vec()), &["the file is no keytab", "`ktpass`"]),
        (BIND, Some(good[..20].to_vec()), &["the keytab is broken at byte 2"]),
        (
            BIND,
            Some(keytab(&[(SERVICE, AES256)])),
            &[
                "the keytab has no key of `svc-claimsmith@corp.example.com`",
                "the keytab holds `HTTP/sts.example.com@CORP.EXAMPLE.COM`",
            ],
        ),
        (
            "bind_keytab_file: account.keytab\n    bind_password_file: bind-password",
            Some(good.clone()),
            &["a password and a keytab", "keep one of them"],
        ),
        (
            BIND,
            Some(keytab(&[(ACCOUNT, RC4)])),
            &["warning: the keys of", "are all weak (arcfour-hmac)", "msDS-SupportedEncryptionTypes"],
        ),
    ] {
        let told = told(section, "", keytab.as_deref());
        assert!(wanted.iter().all(|part| told.contains(part)), "{told}");
    }
    assert_eq!(told(BIND, "", Some(&keytab(&[(ACCOUNT, RC4), (ACCOUNT, AES256)]))), "", "one good key will do");
}

#[test]
fn the_keytab_for_browsers_is_read_before_the_start() {
    let section = "network: { inside_corporate_network: [10.0.0.0/8] }\n\
                   integrated_authentication: { keytab_file: account.keytab }\n";
    let password = "bind_password_file: bind-password";
    assert_eq!(told(password, section, Some(&keytab(&[(SERVICE, AES256)]))), "");
    for (keytab, wanted) in [
        (None, "name a file that the server may read"),
        (Some(keytab(&[(ACCOUNT, AES256)])), "the keytab has no key of `HTTP/sts.example.com`"),
        (Some(keytab(&[(SERVICE, RC4)])), "are all weak (arcfour-hmac)"),
    ] {
        let told = told(password, section, keytab.as_deref());
        assert!(told.contains(wanted), "{told}");
    }
    let nobody = section.replace("account.keytab }", "account.keytab, realms: {} }");
    let told = told(password, &nobody, Some(&keytab(&[(SERVICE, AES256)])));
    assert!(told.contains("nobody's ticket would be taken") && told.contains("for `CORP.EXAMPLE.COM`"), "{told}");
}

/// Realms are compared letter by letter, keys are looked for in any case.
#[test]
fn a_principal_is_taken_as_its_keytab_spells_it() {
    let folder = tempfile::tempdir().unwrap();
    let more = "integrated_authentication:\n  { keytab_file: account.keytab, principal: http/STS.example.com@corp.example.com }\n";
    let keytab = keytab(&[(SERVICE, AES256)]);
    let path = configuration(folder.path(), "bind_password_file: bind-password", more, Some(&keytab));
    let tickets = server::load(&path).unwrap().integrated_authentication.unwrap();
    assert_eq!(tickets.principal.to_string(), "HTTP/sts.example.com@CORP.EXAMPLE.COM");
    let person = Principal::parse("alice@CORP.EXAMPLE.COM").unwrap();
    assert_eq!(tickets.realms.domain_of(&person), Some("corp.example.com"));
}

#[test]
fn rulecheck_says_how_it_gets_the_keytab() {
    let folder = tempfile::tempdir().unwrap();
    let path = configuration(folder.path(), BIND, "", Some(&keytab(&[(ACCOUNT, AES256)])));
    let ran = Command::new(env!("CARGO_BIN_EXE_rulecheck"))
        .args(["eval", "rules/aws/groups/issuance.claims", "--user", "alice", "--config", path.to_str().unwrap()])
        .output()
        .unwrap();
    let told = String::from_utf8(ran.stderr).unwrap();
    let file = folder.path().join("account.keytab");
    let wanted = format!("`KRB5_CLIENT_KTNAME=FILE:{} KRB5CCNAME=MEMORY:claimsmith`", file.display());
    assert!(ran.status.code() == Some(2) && told.contains(&wanted), "{told}");
}

/// What is said of a configuration, nothing if it is good.
fn told(bind: &str, more: &str, keytab: Option<&[u8]>) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = configuration(folder.path(), bind, more, keytab);
    let arguments = ["config", "check", "--config", path.to_str().unwrap()];
    let checked = Command::new(env!("CARGO_BIN_EXE_claimsmith")).args(arguments).output().unwrap();
    let told = String::from_utf8(checked.stderr).unwrap();
    assert_eq!(checked.status.code(), Some(i32::from(!told.is_empty())), "{told}");
    told
}

/// A configuration with `bind` in the section of the domain, and `more` at the end of the file.
fn configuration(folder: &Path, bind: &str, more: &str, keytab: Option<&[u8]>) -> PathBuf {
    let authority = rcgen::generate_simple_self_signed(["dc1.corp.example.com".to_owned()]).unwrap();
    let ca_file = folder.join("ca.pem");
    std::fs::write(&ca_file, authority.cert.pem()).unwrap();
    let path = write_configuration(folder, &["ldaps://dc1.corp.example.com".to_owned()], &ca_file, &[]);
    let text = std::fs::read_to_string(&path).unwrap().replace("bind_password_file: bind-password", bind) + more;
    std::fs::write(&path, text).unwrap();
    if let Some(bytes) = keytab {
        let file = folder.join("account.keytab");
        std::fs::write(&file, bytes).unwrap();
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    path
}

/// A keytab with a key of each kind for each realm and name [MIT Kerberos, "Keytab file format"].
fn keytab(keys: &[(&[&str], u16)]) -> Vec<u8> {
    let mut bytes = vec![5, 2];
    for (parts, encryption_type) in keys {
        let mut record = u16::try_from(parts.len() - 1).unwrap().to_be_bytes().to_vec();
        for part in *parts {
            record.extend(u16::try_from(part.len()).unwrap().to_be_bytes());
            record.extend(part.as_bytes());
        }
        record.extend([0, 0, 0, 1, 0, 0, 0, 0, 2]);
        record.extend(encryption_type.to_be_bytes());
        record.extend([0, 3, 1, 2, 3]);
        bytes.extend(u32::try_from(record.len()).unwrap().to_be_bytes());
        bytes.extend(record);
    }
    bytes
}
