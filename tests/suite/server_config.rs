//! `claimsmith.yaml`: what is taken, and what every mistake is told.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use claimsmith::config::server::{self, DirectorySource};
use tempfile::TempDir;

use crate::support::https::Client;
use crate::support::saml::{certificate_pem, other_key};

/// A folder with everything that a configuration names.
struct Folder(TempDir);

const GOOD: &str = "\
host: sts.example.com
organisation: Example Corp
listen: { address: '127.0.0.1:0', certificate_file: tls.crt, key_file: tls.key }
signing: { key_file: signing.key, certificate_file: signing.crt }
directory: { file: directory.yaml }
trusts: [aws]
relay_state: { 'urn:amazon:webservices': ['https://console.aws.amazon.com/'] }
sessions: { absolute_minutes: 480, idle_minutes: 30, key_file: session.key }
lockout: { failures_per_user: 4 }
network: { inside_corporate_network: [10.0.0.0/8], trusted_proxies: [10.1.2.3] }
management: { address: '127.0.0.1:0' }
log: { format: human, level: info }
";

impl Folder {
    fn new() -> Self {
        let folder = Self(TempDir::new().unwrap());
        let tls = rcgen::generate_simple_self_signed(["sts.example.com".to_owned(), "localhost".to_owned()]).unwrap();
        folder.write("tls.crt", &tls.cert.pem());
        folder.write("tls.key", &tls.signing_key.serialize_pem());
        let out = folder.0.path().to_str().unwrap();
        assert!(claimsmith(&["keys", "generate", "--out-dir", out]).status.success());
        folder.write("session.key", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n");
        folder.write("directory.yaml", include_str!("../../src/cli/claimsmith/demo/directory.yaml"));
        for file in ["trust.yaml", "authorization.claims", "issuance.claims"] {
            let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/aws/groups").join(file);
            folder.write(&format!("aws/{file}"), &fs::read_to_string(from).unwrap());
        }
        folder.write("claimsmith.yaml", GOOD);
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), text).unwrap();
        if Path::new(name).extension().is_some_and(|extension| extension == "key")
            || ["password", "claimsmith.yaml"].contains(&name)
        {
            self.mode(name, 0o600);
        }
    }

    fn mode(&self, name: &str, mode: u32) {
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(mode)).unwrap();
    }

    /// What is wrong with the configuration after a change.
    fn error(&self, from: &str, to: &str) -> String {
        assert!(GOOD.contains(from), "{from}");
        self.write("claimsmith.yaml", &GOOD.replace(from, to));
        match server::load(&self.path("claimsmith.yaml")) {
            Ok(_) => panic!("taken: {to}"),
            Err(error) => error.to_string().replace(self.0.path().to_str().unwrap(), ""),
        }
    }

    fn check(&self) -> Output {
        claimsmith(&["config", "check", "--config", self.path("claimsmith.yaml").to_str().unwrap()])
    }
}

fn claimsmith(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_claimsmith")).args(arguments).output().unwrap()
}

#[test]
fn a_good_configuration_is_read_whole() {
    let folder = Folder::new();
    let config = server::load(&folder.path("claimsmith.yaml")).unwrap();
    assert_eq!(config.base_url, "https://sts.example.com");
    assert_eq!(config.entity_id, "http://sts.example.com/adfs/services/trust");
    assert_eq!(config.organisation, "Example Corp");
    assert!(matches!(config.directory, DirectorySource::File(_)));
    assert_eq!(config.session_limits.idle_seconds, 30 * 60);
    assert_eq!(config.session_keys.len(), 1);
    assert_eq!(config.lockout_limits.failures_per_user, 4);
    let trust = config.trusts.find("urn:amazon:webservices").unwrap();
    assert_eq!(trust.relay_state_prefixes, ["https://console.aws.amazon.com/"]);
    let checked = folder.check();
    assert_eq!(checked.status.code(), Some(0), "{checked:?}");
    let told = String::from_utf8(checked.stdout).unwrap();
    assert_eq!(told, "ok: `http://sts.example.com/adfs/services/trust` with 1 trust\n");
}

/// Settings of stores that are wrong, and what they are told.
const STORES: [(&str, &str); 23] = [
    ("HR: { }", "a store must be of one kind"),
    (
        "HR: { sqlite: { file: people.db }, postgresql: { host: h, database: d, user: u } }",
        "a store must be of one kind",
    ),
    ("HR: { sqlite: { file: none.db } }", "none.db`"),
    ("HR: { sqlite: { } }", "missing field `file`"),
    ("HR: { oracle: { host: h } }", "unknown field `oracle`"),
    ("HR: { sql_server: { host: h, database: d } }", "missing field `user`"),
    ("HR: { sql_server: { host: h, database: d, user: u, tls: false } }", "only asked over encrypted connections"),
    ("HR: { sql_server: { host: h, database: d, user: u, instance: i, port: 1433 } }", "remove one of the two"),
    ("HR: { sql_server: { host: h, database: d, user: u, instance: '' } }", "this is empty"),
    ("HR: { sql_server: { host: 'h\\i', database: d, user: u } }", "more than the name of a machine"),
    ("HR: { sql_server: { host: h, database: d, user: u, ca_file: none.pem } }", "none.pem"),
    ("HR: { postgresql: { host: h, database: d, user: u, instance: i } }", "only a SQL Server has instances"),
    ("active directory: { sqlite: { file: people.db } }", "is the name of the directory"),
    ("_opaqueIdStore: { sqlite: { file: people.db } }", "is the name of a store that is built in"),
    ("'': { sqlite: { file: people.db } }", "the store has no name"),
    ("HR: { sqlite: { file: people.db } }, hr: { sqlite: { file: people.db } }", "are one name"),
    ("HR: { postgresql: { host: h, database: d, user: u, ca_file: none.pem } }", "none.pem"),
    ("HR: { mysql: { host: h, database: d, user: u, ca_file: tls.crt, tls: false } }", "remove one of the two"),
    ("HR: { mariadb: { host: h, database: d, user: '' } }", "this is empty"),
    ("HR: { mariadb: { host: h, database: d, user: u, connections: 0 } }", "0 is no useful number"),
    (
        "HR: { mariadb: { host: h, database: d, user: u, statement_timeout_seconds: 0 } }",
        "no question could be answered",
    ),
    ("HR: { mariadb: { host: h, database: d, user: u, password: a, password_file: b } }", "are both given"),
    ("HR: { sqlite: { file: people.db, most_rows: 0 } }", "0 is no useful number"),
];

#[test]
fn stores_are_configured_by_name() {
    let folder = Folder::new();
    folder.write("people.db", "");
    for (stores, told) in STORES {
        let error = folder.error("log:", &format!("stores: {{ {stores} }}\nlog:"));
        assert!(error.contains(told) && error.contains("claimsmith.yaml:12:"), "{stores}: {error}");
    }
    // Rules may ask those that are configured, and no others.
    folder.write(
        "aws/issuance.claims",
        "c:[Type == \"zz\"] => issue(store = \"hr\", types = (\"t\"), query = \"SELECT 1\", param = c.Value);\n",
    );
    let unknown = folder.error("level: info", "level: warn");
    assert!(unknown.contains("asks a store `hr` that is not configured"), "{unknown}");
    assert!(unknown.contains("configured are: Active Directory"), "{unknown}");
    let stores = "stores:\n  HR: { sqlite: { file: people.db } }\n  Badges: { postgresql: { host: h, database: d, user: u, \
                  password: hunter2, ca_file: tls.crt } }\n  Payroll: { sql_server: { host: db1, instance: PAY, database: d, user: u, \
                  password: hunter2, ca_file: tls.crt, most_rows: 5 } }\n";
    folder.write("claimsmith.yaml", &format!("{GOOD}{stores}"));
    let config = server::load(&folder.path("claimsmith.yaml")).unwrap();
    assert_eq!(config.stores.names().collect::<Vec<_>>(), ["Badges", "HR", "Payroll"]);
    assert_eq!(folder.check().status.code(), Some(0));
}

#[test]
fn opaque_ids_need_a_key() {
    let folder = Folder::new();
    folder.write("id.key", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n");
    folder.write("ids.yaml", "- { relying_party: urn:x, value: v, original_issuer: i, id: a }\n");
    folder.write(
        "twice.yaml",
        "- { relying_party: r, value: v, original_issuer: i, id: a }\n- { relying_party: r, value: v, original_issuer: i, id: b }\n",
    );
    for (section, told) in [
        ("key: short", "the key of opaque ids is 32 bytes in base64"),
        ("key_file: none.key", "none.key"),
        ("table_file: ids.yaml", "a table of ids is no use without a key"),
        ("key_file: id.key, table_file: none.yaml", "none.yaml"),
        ("key_file: id.key, table_file: twice.yaml", "`v` of `i` has two ids for `r`"),
    ] {
        let error = folder.error("log:", &format!("opaque_ids: {{ {section} }}\nlog:"));
        assert!(error.contains(told), "{section}: {error}");
    }
    folder.write(
        "aws/issuance.claims",
        "c:[Type == \"zz\"] => issue(store = \"_OpaqueIdStore\", types = (\"t\"), query = \"{0};{1};{2}\", param = \"ppid\", \
         param = c.Value, param = c.OriginalIssuer);\n",
    );
    let error = folder.error("level: info", "level: warn");
    assert!(error.contains("asks a store `_OpaqueIdStore` that is not configured"), "{error}");
    assert!(folder.check().status.code() == Some(1));
    let told = String::from_utf8(folder.check().stderr).unwrap();
    assert!(told.contains("add `opaque_ids: { key_file: FILE }`"), "{told}");
    let section = "opaque_ids: { key_file: id.key, table_file: ids.yaml }\n";
    folder.write("claimsmith.yaml", &format!("{GOOD}{section}"));
    assert!(server::load(&folder.path("claimsmith.yaml")).unwrap().opaque_ids.is_some());
}

#[test]
fn a_trust_without_an_endpoint_is_not_served() {
    let folder = Folder::new();
    let trust = folder.path("aws/trust.yaml");
    let text = fs::read_to_string(&trust).unwrap();
    let without =
        text.replace("\n  - { binding: post, url: https://signin.aws.amazon.com/saml, default: true }", " []");
    assert_ne!(text, without);
    fs::write(&trust, without).unwrap();
    let told = folder.error("level: info", "level: warn");
    assert!(told.contains("claimsmith.yaml:6:10: this trust has no endpoint to send an assertion to"), "{told}");
}

#[test]
fn every_mistake_has_its_place_and_an_advice() {
    let folder = Folder::new();
    for (from, to, told) in [
        ("organisation:", "organization:", "claimsmith.yaml:2:1: "),
        (
            "host: sts.example.com",
            "host: https://sts.example.com/",
            "claimsmith.yaml:1:7: `https://sts.example.com/` is no host name",
        ),
        ("127.0.0.1:0', cert", "localhost', cert", "`localhost` is no address"),
        (
            "certificate_file: tls.crt",
            "certificate_file: tls.key",
            "claimsmith.yaml:3:53: the file holds no PEM certificate",
        ),
        ("key_file: tls.key", "key_file: tls.crt", "no PEM private key"),
        ("key_file: tls.key", "key_file: none.key", "none.key"),
        ("file: directory.yaml", "file: none.yaml", "none.yaml"),
        ("file: directory.yaml", "file: people.ldif", "knows no passwords"),
        ("{ file: directory.yaml }", "{}", "must name one directory"),
        ("trusts: [aws]", "trusts: []", "claimsmith.yaml:6:9: there is no trust"),
        ("trusts: [aws]", "trusts: [aws, aws]", "have the same identifier `urn:amazon:webservices`"),
        ("trusts: [aws]", "trusts: [none]", "/none: there is no `trust.yaml`"),
        ("'urn:amazon:webservices'", "'urn:amazon'", "there is no trust with the identifier `urn:amazon`"),
        ("amazon.com/']", "amazon.com']", "does not end its host"),
        ("idle_minutes: 30", "idle_minutes: 0", "0 minutes is no useful length"),
        ("key_file: session.key", "key: short", "a session key is 32 bytes in base64"),
        ("key_file: session.key", "key: a, key_file: session.key", "`key` and `key_file` are both given"),
        ("failures_per_user: 4", "failures_per_user: 0", "with 0 nobody could sign in"),
        ("failures_per_user: 4", "failures_per_user: four", "claimsmith.yaml:9:"),
        (
            "log:",
            "passwords: { change: true }\nlog:",
            "claimsmith.yaml:12:22: passwords cannot be changed in this directory",
        ),
        ("log:", "passwords: { warn_days: 400 }\nlog:", "400 days is too long before a password ends"),
        (
            "log:",
            "passwords: { help_url: 'javascript:alert(1)' }\nlog:",
            "`javascript:alert(1)` is no address of a page",
        ),
        ("log:", "passwords: { help_url: intranet/password }\nlog:", "`intranet/password` is no address of a page"),
        ("log:", "passwords: { help_text: \"one\\ntwo\" }\nlog:", "this is no sentence for people"),
        ("log:", "passwords: { reset: true }\nlog:", "claimsmith.yaml:12:14: "),
        ("[10.0.0.0/8]", "[10.0.0.1/8]", "did you mean `10.0.0.0/8`?"),
        ("level: info", "level: loud", "`loud` is no level"),
        ("log:", "host: twice\nlog:", "claimsmith.yaml:12:1: "),
    ] {
        let error = folder.error(from, to);
        assert!(error.contains(told), "{to}: {error}");
    }
}

#[test]
fn all_mistakes_are_told_at_once() {
    let folder = Folder::new();
    folder.write(
        "claimsmith.yaml",
        &GOOD.replace("level: info", "level: loud").replace("idle_minutes: 30", "idle_minutes: 0"),
    );
    let checked = folder.check();
    assert_eq!(checked.status.code(), Some(1));
    let told = String::from_utf8(checked.stderr).unwrap();
    assert!(told.contains("`loud` is no level") && told.contains("0 minutes"), "{told}");
}

#[test]
fn a_domain_is_read_and_its_password_stays_secret() {
    let folder = Folder::new();
    let domain = |more: &str| {
        format!(
            "{{ active_directory: {{ urls: ['ldaps://dc1.corp.example.com'], bind_name: svc@corp.example.com{more} }} }}"
        )
    };
    let error = folder.error("{ file: directory.yaml }", &domain(""));
    assert!(error.contains("the service account has no password"), "{error}");
    let cleartext = domain(", bind_password: hunter2").replace("ldaps:", "ldap:");
    let error = folder.error("{ file: directory.yaml }", &cleartext);
    assert!(error.contains("unencrypted") && !error.contains("hunter2"), "{error}");
    folder.write("password", "hunter2\n");
    folder
        .write("claimsmith.yaml", &GOOD.replace("{ file: directory.yaml }", &domain(", bind_password_file: password")));
    let config = server::load(&folder.path("claimsmith.yaml")).unwrap();
    assert!(matches!(config.directory, DirectorySource::ActiveDirectory(_)));
    assert_eq!((config.passwords.change, config.passwords.warn_days), (false, 14));
    let passwords = "passwords: { change: true, warn_days: 0, help_text: Call 1234., help_url: 'https://x/?a=1' }\n";
    let domain = domain(", bind_password_file: password");
    folder.write("claimsmith.yaml", &(GOOD.replace("{ file: directory.yaml }", &domain) + passwords));
    let passwords = server::load(&folder.path("claimsmith.yaml")).unwrap().passwords;
    assert_eq!((passwords.change, passwords.warn_days), (true, 0));
    assert_eq!(passwords.help.sentence(), "Call 1234. See https://x/?a=1.");
}

#[test]
fn a_forest_is_read() {
    let folder = Folder::new();
    folder.write("password", "hunter2\n");
    let domain = |name: &str, more: &str| {
        format!(
            "{{ urls: ['ldaps://dc1.{name}'], bind_name: 'svc@{name}', bind_password_file: password, \
             group_names: {{ entries: 100, minutes: 5, unknown_minutes: 0 }}{more} }}"
        )
    };
    let corp = |more: &str| format!("{{ active_directory: {} }}", domain("corp.example.com", more));
    let catalogue = "global_catalogue: ['ldaps://dc1.corp.example.com:3269']";
    let emea = domain("emea.corp.example.com", &format!(", {catalogue}"));
    let good = corp(&format!(", {catalogue}, unqualified_forest_groups: true, other_domains: [{emea}]"));
    folder.write("claimsmith.yaml", &GOOD.replace("{ file: directory.yaml }", &good));
    let config = server::load(&folder.path("claimsmith.yaml")).unwrap();
    assert!(matches!(config.directory, DirectorySource::Domains(_)));
    let by_dns = corp(", forest: corp.example.com, site: Here, unqualified_forest_groups: true");
    folder.write("claimsmith.yaml", &GOOD.replace("{ file: directory.yaml }", &by_dns));
    assert!(server::load(&folder.path("claimsmith.yaml")).is_ok());
    for (more, says) in [
        (format!(", forest: corp.example.com, {catalogue}"), "named by its addresses and by its forest"),
        (", forest: corp".to_owned(), "`corp` is no name of a domain"),
        (", site: Here".to_owned(), "a site says nothing about servers named in `urls`"),
        (", unqualified_forest_groups: true".to_owned(), "no names without a global catalogue"),
        (", global_catalogue: ['ldaps://dc1.corp.example.com']".to_owned(), "no address of a global catalogue"),
        (", global_catalogue: ['ldap://dc1.corp.example.com:3268']".to_owned(), "unencrypted"),
        (
            format!(", other_domains: [{}]", domain("emea", &format!(", other_domains: [{emea}]"))),
            "no others of their own",
        ),
        (", group_names: { hours: 1 }".to_owned(), "group_names"),
        (", other_domains: [{ urls: [] }]".to_owned(), "bind_name"),
    ] {
        let error = folder.error("{ file: directory.yaml }", &corp(&more));
        assert!(error.contains(says), "{more}: {error}");
    }
}

/// A directory that is no Active Directory, as it is written.
const LDAP: &str = "
  ldap:
    urls: ['ldaps://ldap.example.com']
    bind_name: cn=claimsmith,ou=Services,dc=example,dc=com
    bind_password_file: password
    users: { base: 'ou=People,dc=example,dc=com', filter: '(|(uid={0})(mail={0}))', active_filter: '(!(x=y))' }
    groups: { schema: group_of_names, base: 'ou=Groups,dc=example,dc=com', depth: 5, most: 100, nested: true }";

#[test]
fn an_ldap_directory_is_read() {
    let folder = Folder::new();
    folder.write("password", "hunter2\n");
    for ldap in [
        LDAP.to_owned(),
        LDAP.replace("group_of_names", "member_of"),
        LDAP.replace(
            "bind_name: cn=claimsmith,ou=Services,dc=example,dc=com\n    bind_password_file: password",
            "anonymous: true",
        ),
        LDAP.replace("dc=example,dc=com'", "o=Example'").replace("    users", "    domain: CORP\n    users"),
    ] {
        folder.write("claimsmith.yaml", &GOOD.replace(" { file: directory.yaml }", &ldap));
        let config = server::load(&folder.path("claimsmith.yaml")).unwrap_or_else(|error| panic!("{ldap}: {error}"));
        assert!(matches!(config.directory, DirectorySource::Ldap(_)));
        assert_eq!(folder.check().status.code(), Some(0));
    }
}

#[test]
fn every_mistake_in_an_ldap_directory_has_its_place() {
    let folder = Folder::new();
    folder.write("password", "hunter2\n");
    for (from, to, told) in [
        ("(|(uid={0})(mail={0}))", "(uid=alice)", "claimsmith.yaml:10:59: `(uid=alice)`: it has no `{0}`"),
        ("(|(uid={0})(mail={0}))", "(uid={0}", "it is no LDAP filter"),
        ("(!(x=y))", "(uid={0})", "nothing stands for its `{0}`"),
        ("ou=People,dc=example,dc=com", "People", "claimsmith.yaml:10:20: `People`: it is no distinguished name"),
        ("cn=claimsmith,ou=Services,dc=example,dc=com", "CORP\\svc", "`CORP\\svc`: it is no distinguished name"),
        ("    bind_password_file: password\n", "", "the service account has no password"),
        ("bind_name: cn=claimsmith,ou=Services,dc=example,dc=com", "start_tls: false", "nothing says who searches"),
        ("    bind_name", "    anonymous: true\n    bind_name", "cannot both search"),
        ("group_of_names", "groups", "claimsmith.yaml:11:"),
        ("depth: 5", "depth: 0", "claimsmith.yaml:11:"),
        ("ldaps:", "ldap:", "unencrypted"),
        ("['ldaps://ldap.example.com']", "[]", "there is no address"),
        ("ou=People,dc=example,dc=com", "ou=People,o=Example", "what their domain is called"),
        ("    users", "    domain: 'CORP\\'\n    users", "is no name of a domain"),
        ("    users", "    base: dc=com\n    users", "have bases of their own"),
        ("filter: '(|", "name_attribute: 'u id', filter: '(|", "`u id`: it is no attribute name"),
        ("    users: {", "    people: {", "people"),
    ] {
        assert!(LDAP.contains(from), "{from}");
        let error = folder.error(" { file: directory.yaml }", &LDAP.replace(from, to));
        assert!(error.contains(told) && !error.contains("hunter2"), "{to}: {error}");
    }
}

#[test]
fn an_ldap_store_is_read() {
    let folder = Folder::new();
    folder.write("password", "hunter2\n");
    let store = "stores:
  People:
    ldap:
      urls: ['ldaps://ldap.example.com']
      bind_name: cn=claimsmith,dc=example,dc=com
      bind_password_file: password
      base: ou=People,dc=example,dc=com
trusts:";
    folder.write("claimsmith.yaml", &GOOD.replace("trusts:", store));
    let config = server::load(&folder.path("claimsmith.yaml")).unwrap();
    assert_eq!(config.stores.names().collect::<Vec<_>>(), ["People"]);
    for (from, to, told) in [
        ("      base: ou=People,dc=example,dc=com\n", "", "nothing says where to search"),
        ("base: ou=People,dc=example,dc=com", "users: { base: dc=com }", "belong to the directory of people"),
        ("base: ou=People,dc=example,dc=com", "base: People", "claimsmith.yaml:12:13: `People`"),
    ] {
        assert!(store.contains(from), "{from}");
        let error = folder.error("trusts:", &store.replace(from, to));
        assert!(error.contains(told), "{to}: {error}");
    }
}

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
    let directory = include_str!("../../src/cli/claimsmith/demo/directory.yaml");
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
            assert!(told.contains(&format!("{file}` holds a secret")) && told.contains(&format!("{mode:o}")), "{told}");
            assert!(server::load(&folder.path("claimsmith.yaml")).is_ok(), "the server starts, and warns");
        }
    }
}

#[test]
fn the_demo_with_its_published_passwords_stays_on_this_machine() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:8443"] {
        let output = claimsmith(&["demo", "--listen", address]);
        assert_eq!(output.status.code(), Some(2), "{address}");
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains("passwords of the demo are published") && told.contains(address), "{told}");
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
fn rules_are_checked_with_the_stores_that_they_ask() {
    let folder = Folder::new();
    let rules = fs::read_to_string(folder.path("aws/issuance.claims")).unwrap();
    folder.write("aws/issuance.claims", &rules.replace("\"Active Directory\"", "\"Personnel\""));
    let checked = folder.check();
    assert_eq!(checked.status.code(), Some(1));
    let told = String::from_utf8(checked.stderr).unwrap();
    assert!(told.contains("a store `Personnel` that is not configured"), "{told}");
    assert!(told.contains("aws/issuance.claims:"), "the place in the rules: {told}");
    folder.write("aws/issuance.claims", "=> nonsense;");
    let told = String::from_utf8(folder.check().stderr).unwrap();
    assert!(told.contains("issuance.claims:1:"), "{told}");
}

#[test]
fn a_rule_that_waits_for_a_claim_that_is_never_made_is_refused() {
    let folder = Folder::new();
    let context = "http://schemas.microsoft.com/2012/01/requestcontext/claims/";
    let rules = |claim_type: &str| {
        format!(
            "=> issue(Type = \"http://schemas.microsoft.com/authorization/claims/permit\", Value = \"true\");\n\
             exists([Type == \"{context}{claim_type}\"]) \
             => issue(Type = \"http://schemas.microsoft.com/authorization/claims/deny\", Value = \"true\");\n"
        )
    };
    folder.write("aws/authorization.claims", &rules("x-ms-client-application"));
    let checked = folder.check();
    let told = String::from_utf8_lossy(&checked.stderr).into_owned() + &String::from_utf8_lossy(&checked.stdout);
    assert_ne!(checked.status.code(), Some(0), "{told}");
    assert!(told.contains("rule 2 of") && told.contains("x-ms-client-application`, which this server never"), "{told}");
    folder.write("aws/authorization.claims", &rules("x-ms-proxy"));
    assert_eq!(folder.check().status.code(), Some(0));
}

#[test]
fn a_configuration_that_is_not_there_could_not_be_checked() {
    let output = claimsmith(&["config", "check", "--config", "not/there.yaml"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn the_metadata_can_be_had_without_serving() {
    let folder = Folder::new();
    let output = claimsmith(&["metadata", "--config", folder.path("claimsmith.yaml").to_str().unwrap()]);
    let xml = String::from_utf8(output.stdout).unwrap();
    assert!(xml.contains("entityID=\"http://sts.example.com/adfs/services/trust\""), "{xml}");
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

#[test]
fn the_management_listener_counts_what_happened() {
    use claimsmith::web::{self, Stop};
    use std::net::TcpListener;
    let server = crate::support::identity_provider::TestServer::start();
    server.sign_in("alice");
    server.sign_in("carol");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (provider, stop) = (server.provider.clone(), Stop::new());
    let limits = crate::support::identity_provider::limits();
    let serving = {
        let stop = stop.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(web::serve_management(listener, provider, limits, stop))
        })
    };
    let read = |path: &str| Client::plain(address, path);
    assert_eq!(read("/livez").body, "ok\n");
    assert_eq!(read("/readyz").status, 200);
    let metrics = read("/metrics").body;
    assert!(metrics.contains("claimsmith_sign_ins_total{result=\"ok\"} 2\n"), "{metrics}");
    assert!(metrics.contains("claimsmith_issuances_total{result=\"ok\"} 1\n"));
    assert!(metrics.contains("claimsmith_issuances_total{result=\"refused\"} 1\n"));
    stop.gracefully(limits);
    serving.join().unwrap().unwrap();
}
