//! Which keys are loaded, and what is said about those that are not.

use std::io::Write as _;
use std::process::{Command, Stdio};

use claimsmith::saml::Error;
use claimsmith::saml::key::SigningKey;

use crate::support::saml::time;

/// Runs `openssl` over `input`.
fn openssl(arguments: &[&str], input: &str) -> String {
    let mut child = Command::new("openssl")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("openssl is missing: apt-get install openssl");
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "openssl {arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn generated() -> (String, String) {
    let key =
        SigningKey::generate("sts.example.com", time("2026-01-01T00:00:00Z"), time("2030-06-01T12:30:15Z")).unwrap();
    (key.private_key_pem.to_string(), key.certificate_pem.clone())
}

fn load(private_key: &str, certificate: &str) -> Result<SigningKey, String> {
    SigningKey::from_pem(private_key.as_bytes(), certificate.as_bytes()).map_err(|error| {
        assert!(matches!(error, Error::Misuse(_)), "{error}");
        error.to_string()
    })
}

#[test]
fn pkcs8_and_pkcs1_are_loaded_with_their_validity() {
    let (pkcs8, certificate) = generated();
    let pkcs1 = openssl(&["rsa", "-traditional"], &pkcs8);
    assert!(pkcs1.contains("BEGIN RSA PRIVATE KEY"));
    for private_key in [&pkcs8, &pkcs1] {
        let key = load(private_key, &certificate).unwrap();
        assert_eq!(key.not_before(), time("2026-01-01T00:00:00Z"));
        assert_eq!(key.not_after(), time("2030-06-01T12:30:15Z"));
    }
}

#[test]
fn encrypted_keys_are_refused_with_what_to_do() {
    let (pkcs8, certificate) = generated();
    let encrypted = openssl(&["pkcs8", "-topk8", "-passout", "pass:secret"], &pkcs8);
    let legacy = openssl(&["rsa", "-traditional", "-aes128", "-passout", "pass:secret"], &pkcs8);
    assert!(legacy.contains("Proc-Type: 4,ENCRYPTED"));
    for private_key in [&encrypted, &legacy] {
        let error = load(private_key, &certificate).unwrap_err();
        assert!(error.contains("openssl pkcs8 -topk8 -nocrypt"), "{error}");
    }
}

#[test]
fn short_and_foreign_keys_are_refused() {
    let (pkcs8, certificate) = generated();
    let short = openssl(&["genrsa", "1024"], "");
    let error = load(&short, &certificate).unwrap_err();
    assert!(error.contains("at least 2048 bits"), "{error}");
    let elliptic = openssl(&["ecparam", "-name", "prime256v1", "-genkey", "-noout"], "");
    let error = load(&elliptic, &certificate).unwrap_err();
    assert!(error.contains("not RSA"), "{error}");
    let (_, other) = generated();
    let error = load(&pkcs8, &other).unwrap_err();
    assert!(error.contains("another key"), "{error}");
    for nonsense in ["", "hello", &certificate] {
        load(nonsense, &certificate).unwrap_err();
        if !nonsense.contains("CERTIFICATE") {
            load(&pkcs8, nonsense).unwrap_err();
        }
    }
}

#[test]
fn a_key_does_not_show_itself() {
    let generated =
        SigningKey::generate("sts.example.com", time("2026-01-01T00:00:00Z"), time("2030-01-01T00:00:00Z")).unwrap();
    let key = load(&generated.private_key_pem, &generated.certificate_pem).unwrap();
    assert_eq!(
        format!("{key:?} {generated:?}"),
        "SigningKey { bits: 2048, not_before: 2026-01-01T00:00:00Z, not_after: 2030-01-01T00:00:00Z, .. } \
         GeneratedKey { .. }"
    );
}
