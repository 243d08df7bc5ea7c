//! `stores` and `opaque_ids`: what rules may ask.

use claimsmith::config::server;

use super::{Folder, GOOD};

/// Settings of stores that are wrong, and what they are told.
const STORES: [(&str, &str); 30] = [
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
        "0 is no useful limit in seconds",
    ),
    ("HR: { mariadb: { host: h, database: d, user: u, password: a, password_file: b } }", "are both given"),
    ("HR: { sqlite: { file: people.db, most_rows: 0 } }", "0 is no useful number"),
    ("HR: { postgresql: { host: 'h:5432', database: d, user: u } }", "more than the name of a machine"),
    ("HR: { mysql: { host: 'mysql://h', database: d, user: u } }", "more than the name of a machine"),
    ("HR: { mysql: { host: '[::1]', database: d, user: u } }", "more than the name of a machine"),
    ("HR: { mysql: { host: h, port: 0, database: d, user: u } }", "nothing listens at port 0"),
    ("HR: { sqlite: { file: people.db, statement_timeout_seconds: 601 } }", "601 is no useful limit in seconds"),
    ("HR: { mysql: { host: h, database: d, user: u, connect_timeout_seconds: 999999 } }", "no useful limit in seconds"),
    ("HR: { mysql: { host: h, database: d, user: u, idle_seconds: 0 } }", "no question could be answered"),
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
    assert_eq!(config.warnings, [""; 0]);
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
        ("      base:", "      sign_in_connections: 8\n      base:", "claimsmith.yaml:12:28: nobody signs in by an"),
    ] {
        assert!(store.contains(from), "{from}");
        let error = folder.error("trusts:", &store.replace(from, to));
        assert!(error.contains(told), "{to}: {error}");
    }
}

#[test]
fn a_database_that_is_asked_in_the_clear_over_the_network_is_warned_of() {
    let folder = Folder::new();
    for (host, is_told) in
        [("db.corp.example.com", true), ("192.0.2.7", true), ("localhost", false), ("127.0.0.1", false)]
    {
        let store = format!("stores: {{ HR: {{ mariadb: {{ host: {host}, database: d, user: u, tls: false }} }} }}\n");
        folder.write("claimsmith.yaml", &format!("{GOOD}{store}"));
        let warnings = server::load(&folder.path("claimsmith.yaml")).unwrap().warnings;
        let told = warnings.iter().any(|warning| warning.contains(host) && warning.contains("; remove `tls: false`"));
        assert_eq!(told, is_told, "{host}: {warnings:?}");
    }
}
