//! A whole sign-in in which rules ask a database: `claimsmith serve`, PostgreSQL, a role from a table.

use std::process::Command;
use std::time::{Duration, Instant};

use base64::Engine as _;
use serde_json::Value;

use crate::support::claimsmith::Claimsmith;
use crate::support::database::Kind::PostgreSql;
use crate::support::database::{DatabaseServer, shared_database};

const TRUST: &str = "\
name: AWS
identifier: urn:amazon:webservices
endpoints: [{ binding: post, url: 'https://signin.aws.amazon.com/saml', default: true }]
profile: aws
";
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

struct Site {
    claimsmith: Claimsmith,
    folder: tempfile::TempDir,
}

impl Site {
    fn start(database: &DatabaseServer) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        let generated = Command::new(env!("CARGO_BIN_EXE_claimsmith"))
            .args(["keys", "generate", "--name", "localhost", "--out-dir"])
            .arg(folder.path())
            .output()
            .unwrap();
        assert!(generated.status.success(), "{}", String::from_utf8_lossy(&generated.stderr));
        write("directory.yaml", include_str!("../../testdata/directory.yaml"));
        write("hr.password", "Passw0rd.reader\n");
        write("ids.key", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n");
        write("aws/trust.yaml", TRUST);
        write("aws/issuance.claims", ISSUANCE);
        write(
            "aws/authorization.claims",
            "=> issue(Type = \"http://schemas.microsoft.com/authorization/claims/permit\", Value = \"true\");\n",
        );
        write(
            "claimsmith.yaml",
            &format!(
                "host: localhost\n\
                 listen: {{ address: '127.0.0.1:0', certificate_file: signing.crt, key_file: signing.key }}\n\
                 signing: {{ certificate_file: signing.crt, key_file: signing.key }}\n\
                 directory: {{ file: directory.yaml }}\n\
                 stores:\n  Staff:\n    postgresql: {{ host: localhost, port: {}, database: postgres, user: reader, \
                 password_file: hr.password, ca_file: {}, statement_timeout_seconds: 2 }}\n\
                 opaque_ids: {{ key_file: ids.key }}\n\
                 management: {{ address: '127.0.0.1:0' }}\n\
                 trusts: [aws]\n",
                database.port(),
                database.ca_file().display(),
            ),
        );
        let claimsmith = Claimsmith::serve(&folder.path().join("claimsmith.yaml"));
        Self { claimsmith, folder }
    }

    /// The page that answers a sign-in.
    fn sign_in(&self, user: &str) -> String {
        let output = Command::new("curl")
            .args(["--silent", "--show-error", "--insecure", "--location", "--cookie", "", "--max-time", "40"])
            .arg(format!("{}/adfs/ls/IdpInitiatedSignOn.aspx?loginToRp=urn:amazon:webservices", self.claimsmith.url))
            .args(["--data-urlencode", &format!("UserName=CORP\\{user}")])
            .args(["--data-urlencode", &format!("Password=Passw0rd.{user}")])
            .args(["--data", "AuthMethod=FormsAuthentication"])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn cause(&self) -> String {
        let started = Instant::now();
        loop {
            let output = self.claimsmith.output();
            let mut records = output.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
            if let Some(cause) = records.next_back().and_then(|record| record["cause"].as_str().map(str::to_owned)) {
                return cause;
            }
            assert!(started.elapsed() < Duration::from_secs(10), "no cause in:\n{output}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn assertion(page: &str) -> Option<String> {
    let field = page.split("name=\"SAMLResponse\"").nth(1)?.split("value=\"").nth(1)?.split('"').next()?;
    String::from_utf8(base64::engine::general_purpose::STANDARD.decode(field).unwrap()).ok()
}

#[test]
fn a_role_comes_from_a_table() {
    let site = Site::start(shared_database(PostgreSql));
    let page = site.sign_in("alice");
    let xml = assertion(&page).unwrap_or_else(|| panic!("{page}"));
    for role in ["Admin", "ReadOnly"] {
        assert!(xml.contains(&format!("arn:aws:iam::123456789012:role/{role}<")), "{xml}");
    }
    // The opaque id is another one for each relying party, and the same at each sign-in.
    let id = |xml: &str| xml.split("</saml:NameID>").next().and_then(|rest| rest.rsplit('>').next().map(str::to_owned));
    let first = id(&xml).unwrap();
    assert_eq!(first.len(), 44, "{xml}");
    assert_eq!(id(&assertion(&site.sign_in("alice")).unwrap()).unwrap(), first);

    // Bob is no longer active.
    assert_eq!(assertion(&site.sign_in("bob")), None);
    assert!(site.cause().contains("AWS would refuse"), "{}", site.cause());

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
fn a_database_that_does_not_answer_lets_nobody_in() {
    let database = DatabaseServer::start(PostgreSql);
    let site = Site::start(&database);
    assert!(assertion(&site.sign_in("alice")).is_some());
    database.freeze();
    let started = Instant::now();
    let page = site.sign_in("alice");
    assert!(assertion(&page).is_none() && started.elapsed() < Duration::from_secs(20), "{page}");
    assert!(site.cause().contains("the store `Staff` did not answer"), "{}", site.cause());
    assert!(!page.contains("Staff") && !page.contains("reader"), "{page}");
    database.thaw();
    assert!(assertion(&site.sign_in("alice")).is_some());
}
