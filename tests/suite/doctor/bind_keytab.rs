//! The keytab of the service account, beside that account in a real domain.

use std::path::Path;

use super::{assert_found, doctor_command, told};
use crate::support::host_names;
use crate::support::samba::Samba;
use crate::support::site::write_configuration;

/// What `claimsmith doctor` finds where the domain is asked by the keytab, each with what to do.
fn found(domain: &Samba, configuration: &Path) -> Vec<(String, String)> {
    let mut command = doctor_command(configuration, &domain.ca_file(), &["--format", "json"]);
    // The name of the domain controller is in no DNS.
    command.env("KRB5_CONFIG", domain.krb5_conf()).env("LD_PRELOAD", host_names::library());
    told(&command.env(host_names::HOSTS_FILE, domain.hosts_file()).output().unwrap())
}

#[test]
fn a_keytab_is_compared_with_the_account_that_signs_in_with_it() {
    let (domain, folder) = (Samba::start(), tempfile::tempdir().unwrap());
    let urls = ["ldaps://dc1.corp.example.com".to_owned()];
    let configuration = write_configuration(folder.path(), &urls, &domain.ca_file(), &[]);
    std::fs::copy(domain.account_keytab(), folder.path().join("account.keytab")).unwrap();
    let text = std::fs::read_to_string(&configuration).unwrap();
    let text = text.replace("bind_password_file: bind-password", "bind_keytab_file: account.keytab");
    std::fs::write(&configuration, text).unwrap();

    let all = found(&domain, &configuration);
    let messages: Vec<String> = all.into_iter().map(|(message, _)| message).collect();
    let account = "account `svc-claimsmith@CORP.EXAMPLE.COM`: ";
    assert_found(&messages, &["keytab `", "it holds keys of `svc-claimsmith@CORP.EXAMPLE.COM`: ", "aes256"]);
    assert_found(&messages, &["ok: ", account, "`svc-claimsmith` is the service account, and its key has version "]);
    assert_found(&messages, &["ok: service `ldap/dc1.corp.example.com`: `DC1$` holds it"]);

    domain.modify("svc-claimsmith", "replace: msDS-SupportedEncryptionTypes\nmsDS-SupportedEncryptionTypes: 2");
    let all = found(&domain, &configuration);
    let odd =
        all.iter().find(|(message, _)| message.contains("takes no encryption type of which the keytab has a key"));
    assert!(odd.is_some_and(|(message, _)| message.starts_with("error: ")), "{all:#?}");

    domain.set_password("svc-claimsmith", "Another.password.1");
    let all = found(&domain, &configuration);
    let (_, help) = all.iter().find(|(message, _)| message.starts_with(&format!("error: {account}"))).unwrap();
    for part in [
        "if its password was changed since the keytab was made, make it anew",
        "ktpass /princ svc-claimsmith@CORP.EXAMPLE.COM /mapuser svc-claimsmith@CORP.EXAMPLE.COM ",
        "samba-tool domain exportkeytab account.keytab --principal=svc-claimsmith",
    ] {
        assert!(help.contains(part), "{help}");
    }
}
