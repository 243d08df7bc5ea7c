//! A whole sign-in in which rules ask a database: `claimsmith serve`, PostgreSQL or SQL Server, a role from a table.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::sql_server::people;
use crate::support::database::Kind::PostgreSql;
use crate::support::database::{DatabaseServer, shared_database};
use crate::support::fake_sql_server::{Asked, address};
use crate::support::https::Reply;
use crate::support::issued;
use crate::support::site::Site;

const TRUST: &str = "\
name: AWS
identifier: urn:amazon:webservices
endpoints: [{ binding: post, url: 'https://signin.aws.amazon.com/saml', default: true }]
profile: aws
";
const AUTHORIZATION: &str =
    "=> issue(Type = \"http://schemas.microsoft.com/authorization/claims/permit\", Value = \"true\");\n";
const ISSUANCE: &str = r#"
c:[Type == "http://schemas.microsoft.com/ws/2008/06/identity/claims/windowsaccountname"]
 => add(store = "Staff", types = ("login"), query = "SELECT login FROM people WHERE login = lower(regexp_replace({0}, '^.*\\', '')) AND active", param = c.Value);

c:[Type == "login"]
 => add(store = "staff", types = ("role"), query = "SELECT role FROM roles WHERE login = {0}", param = c.Value);

c:[Type == "role"]
 => issue(Type = "https://aws.amazon.com/SAML/Attributes/Role",
          Value = "arn:aws:iam::123456789012:saml-provider/ADFS,arn:aws:iam::123456789012:role/" + c.Value);

c:[Type == "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"]
 => issue(Type = "https://aws.amazon.com/SAML/Attributes/RoleSessionName", Value = c.Value);

c1:[Type == "http://schemas.microsoft.com/ws/2008/06/identity/claims/windowsaccountname"]
 => add(store = "_OpaqueIdStore", types = ("id"), query = "{0};{1};{2}", param = "ppid", param = c1.Value, param = c1.OriginalIssuer);

c:[Type == "id"]
 => issue(Type = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier", Value = c.Value,
          Properties["http://schemas.xmlsoap.org/ws/2005/05/identity/claimproperties/format"] = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent");
"#;

fn site(database: &DatabaseServer) -> Site {
    let reached = format!(
        "postgresql: {{ host: localhost, port: {}, database: postgres, user: reader, ca_file: {}, ",
        database.port(),
        database.ca_file().display()
    );
    site_over(&reached, ISSUANCE)
}

/// `reached` begins the section of the store.
fn site_over(reached: &str, issuance: &str) -> Site {
    let sections = format!(
        "trusts: [aws]\n\
         directory: {{ file: directory.yaml }}\n\
         stores:\n  Staff:\n    {reached} password_file: hr.password, statement_timeout_seconds: 2 }}\n\
         opaque_ids: {{ key_file: ids.key }}\n"
    );
    let files = [
        ("directory.yaml", include_str!("../../testdata/directory.yaml")),
        ("hr.password", "Passw0rd.reader\n"),
        ("ids.key", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"),
        ("aws/trust.yaml", TRUST),
        ("aws/issuance.claims", issuance),
        ("aws/authorization.claims", AUTHORIZATION),
    ];
    Site::of_files(&sections, &files)
}

/// Signs somebody of the directory in.
fn sign_in(site: &Site, user: &str) -> Reply {
    site.sign_in(&format!("CORP\\{user}"), &format!("Passw0rd.{user}"))
}

/// Why somebody was refused.
fn cause(site: &Site) -> String {
    let record = site.claimsmith.record(|record| record["cause"].is_string());
    record["cause"].as_str().unwrap().to_owned()
}

#[test]
fn a_role_comes_from_a_table() {
    let site = site(shared_database(PostgreSql));
    let page = sign_in(&site, "alice");
    let xml = issued::xml(&page.body).unwrap_or_else(|| panic!("{}", page.body));
    for role in ["Admin", "ReadOnly"] {
        assert!(xml.contains(&format!("arn:aws:iam::123456789012:role/{role}<")), "{xml}");
    }
    // The opaque id is another one for each relying party, and the same at each sign-in.
    let id = |xml: &str| xml.split("</saml:NameID>").next().and_then(|rest| rest.rsplit('>').next().map(str::to_owned));
    let first = id(&xml).unwrap();
    assert_eq!(first.len(), 44, "{xml}");
    assert_eq!(id(&issued::xml(&sign_in(&site, "alice").body).unwrap()).unwrap(), first);

    // Bob is no longer active.
    assert_eq!(issued::xml(&sign_in(&site, "bob").body), None);
    assert!(cause(&site).contains("AWS would refuse"), "{}", cause(&site));

    // The same rules, tried out with the stores of the server and without its keys.
    std::fs::remove_file(site.folder.path().join("signing.key")).unwrap();
    let rulecheck = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_rulecheck"))
            .args(arguments)
            .args(["--config", "claimsmith.yaml"])
            .current_dir(site.folder.path())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(
        rulecheck(&["can", "aws", "--user", "alice", "--format", "concise"]),
        "123456789012/Admin\n123456789012/ReadOnly\n"
    );
    let eval = rulecheck(&["eval", "aws", "--user", "alice", "--format", "json"]);
    assert!(eval.contains(&first), "the id of the server: {eval}");
    assert!(rulecheck(&["who", "aws", "--format", "csv"]).contains("alice"));
}

#[test]
fn a_role_comes_from_a_table_of_a_sql_server() {
    let server = people();
    let reached = format!(
        "sql_server: {{ host: {}, port: {}, database: people, user: reader, ca_file: {}, ",
        address(),
        server.port(),
        server.ca_file().display()
    );
    let of_postgresql = "login = lower(regexp_replace({0}, '^.*\\\\', '')) AND active";
    let issuance = ISSUANCE.replace(of_postgresql, "CONCAT('CORP\\', login) = {0} AND active = 1");
    assert_ne!(issuance, ISSUANCE);
    let site = site_over(&reached, &issuance);
    let xml = issued::xml(&sign_in(&site, "alice").body).unwrap();
    for role in ["Admin", "ReadOnly"] {
        assert!(xml.contains(&format!("arn:aws:iam::123456789012:role/{role}<")), "{xml}");
    }
    assert_eq!(issued::xml(&sign_in(&site, "bob").body), None);
    assert!(server.asked().iter().any(|asked| matches!(asked, Asked::Query { .. })));

    let run = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).current_dir(site.folder.path()).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let can = ["can", "aws", "--user", "alice", "--format", "concise", "--config", "claimsmith.yaml"];
    assert_eq!(run(env!("CARGO_BIN_EXE_rulecheck"), &can), "123456789012/Admin\n123456789012/ReadOnly\n");
    let doctor = || run(env!("CARGO_BIN_EXE_claimsmith"), &["doctor", "--config", "claimsmith.yaml"]);
    let told = doctor();
    assert!(told.contains("store `Staff`: it answers"), "{told}");
    server.behaviour().refused.insert("reader".to_owned(), (18487, "The password has expired.".to_owned()));
    let told = doctor();
    assert!(told.contains("an administrator of the server must change the login"), "{told}");
    server.behaviour().refused.clear();

    server.freeze();
    assert_eq!(issued::xml(&sign_in(&site, "alice").body), None);
    server.thaw();
    assert!(issued::xml(&sign_in(&site, "alice").body).is_some());
}

#[test]
fn a_database_that_does_not_answer_lets_nobody_in() {
    let database = DatabaseServer::start(PostgreSql);
    let site = site(&database);
    assert!(issued::xml(&sign_in(&site, "alice").body).is_some());
    database.freeze();
    let started = Instant::now();
    let page = sign_in(&site, "alice");
    assert!(issued::xml(&page.body).is_none() && started.elapsed() < Duration::from_secs(20), "{}", page.body);
    assert!(cause(&site).contains("the store `Staff` did not answer"), "{}", cause(&site));
    assert!(!page.body.contains("Staff") && !page.body.contains("reader"), "{}", page.body);
    database.thaw();
    assert!(issued::xml(&sign_in(&site, "alice").body).is_some());
}
