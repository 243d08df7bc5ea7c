//! Programs that people use today to sign in through AD FS, unmodified: curl, boto3, aws-adfs.

use std::path::Path;
use std::process::{Command, Output};

use base64::Engine as _;
use serde_json::json;

use crate::password_pages::Site;
use crate::support::claimsmith::Claimsmith;
use crate::support::detour::detour_to;
use crate::support::https::HOST;
use crate::support::integrated_site::IntegratedSite;
use crate::support::kerberos::Person;
use crate::support::python::{judge, python};
use crate::support::samba::shared_domain;

const SIGN_ON: &str = "/adfs/ls/IdpInitiatedSignOn.aspx?loginToRp=urn:amazon:webservices";

/// Asks moto's STS for credentials with a response, as the AWS SDK does.
const ASSUME_ROLE: &str = r#"
import json, sys
import boto3, moto
asked = json.load(sys.stdin)
with moto.mock_aws():
    sts = boto3.client("sts", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    answer = sts.assume_role_with_saml(
        RoleArn=asked["role"], PrincipalArn=asked["provider"], SAMLAssertion=asked["response"])
    print(json.dumps({"key": answer["Credentials"]["AccessKeyId"], "user": answer["AssumedRoleUser"]["Arn"]}))
"#;

#[test]
fn curl_signs_in_by_the_address_of_ad_fs_and_sts_takes_the_response() {
    let demo = Claimsmith::demo();
    let page = curl(&demo, "bob", &demo.password("bob"));
    let response = saml_response(&page).unwrap_or_else(|| panic!("no response in:\n{page}"));
    let [role, provider] = only_role(&response);
    let answer = judge(ASSUME_ROLE, &json!({ "role": role, "provider": provider, "response": response }));
    assert!(answer["key"].as_str().is_some_and(|key| key.starts_with("ASIA")), "{answer}");
    assert!(answer["user"].as_str().is_some_and(|user| user.ends_with("/bob@corp.example.com")), "{answer}");
}

#[test]
fn curl_with_a_wrong_password_gets_the_form_again_and_no_response() {
    let demo = Claimsmith::demo();
    let page = curl(&demo, "bob", "guess");
    assert!(saml_response(&page).is_none());
    assert!(page.contains("id=\"loginForm\""), "{page}");
}

#[test]
fn aws_adfs_logs_in_and_writes_credentials() {
    let demo = Claimsmith::demo();
    let sts = Moto::start();
    let home = tempfile::tempdir().unwrap();
    let login = |password: &str| aws_adfs(demo.port(), home.path(), &sts.url, "bob", password);

    let refused = login("guess");
    let told = String::from_utf8_lossy(&refused.stdout).into_owned() + &String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && told.contains("Login error: "), "the client shows our words:\n{told}");

    let output = login(&demo.password("bob"));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}\n{told}", String::from_utf8_lossy(&output.stdout));
    let credentials: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(credentials["Version"], 1, "{credentials}");
    assert!(credentials["AccessKeyId"].is_string() && credentials["SessionToken"].is_string());

    let again = login("");
    assert!(again.status.success(), "the session is used again: {}", String::from_utf8_lossy(&again.stderr));
}

#[test]
fn aws_adfs_tells_of_a_password_that_has_ended() {
    for (passwords, expected) in [
        (
            "{ change: true }",
            "Login error: Your password has expired. Choose a new one below, or with a browser at https://",
        ),
        ("{ help_text: Call 1234. }", "Login error: Your password has expired. Call 1234."),
    ] {
        let site = Site::start(&shared_domain().settings(), passwords);
        let home = tempfile::tempdir().unwrap();
        let port = site.claimsmith.port();
        let refused = aws_adfs(port, home.path(), "http://127.0.0.1:9", "oldpassword", "Passw0rd.oldpassword");
        let told = String::from_utf8_lossy(&refused.stdout).into_owned() + &String::from_utf8_lossy(&refused.stderr);
        assert!(!refused.status.success() && told.contains(expected), "{told}");
    }
}

/// `aws-adfs --sspi` takes Kerberos elsewhere than on Windows, by `requests-kerberos`, and sends no name and no password.
#[test]
fn aws_adfs_logs_in_with_a_ticket() {
    let (site, sts) = (IntegratedSite::start(shared_domain()), Moto::start());
    let login = |person: &Person| {
        let home = tempfile::tempdir().unwrap();
        aws_adfs_at(HOST, site.claimsmith.port(), home.path(), &sts.url)
            .arg("--sspi")
            .envs(person.variables())
            .output()
            .unwrap()
    };
    let output = login(&Person::signed_in(shared_domain(), "grace"));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{}\n{told}\n{}",
        String::from_utf8_lossy(&output.stdout),
        site.claimsmith.output()
    );
    let credentials: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(credentials["AccessKeyId"].is_string() && credentials["SessionToken"].is_string(), "{credentials}");
    let record = site.record(|record| record["event"] == "issuance");
    assert_eq!((&record["method"], &record["user"]), (&json!("kerberos"), &json!("CORP\\grace")), "{record}");

    let refused = login(&Person::without_ticket(shared_domain()));
    assert!(!refused.status.success(), "{}", String::from_utf8_lossy(&refused.stdout));
}

/// `aws-adfs login` at a server on that port, by name and password.
fn aws_adfs(port: u16, home: &Path, sts: &str, user: &str, password: &str) -> Output {
    let mut command = aws_adfs_at("fs.example.test", port, home, sts);
    command.args(["--no-sspi", "--env"]).env("username", user).env("password", password).output().unwrap()
}

fn aws_adfs_at(host: &str, port: u16, home: &Path, sts: &str) -> Command {
    let mut command = Command::new(python());
    command
        .args(["-c", "import aws_adfs.commands as program; program.cli()", "login", "--stdout"])
        .args(["--adfs-host", host, "--no-ssl-verification", "--region", "us-east-1"])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", home)
        .env("LC_ALL", "C.UTF-8")
        .env("HTTPS_PROXY", detour_to(port))
        .env("AWS_ENDPOINT_URL_STS", sts);
    command
}

fn curl(demo: &Claimsmith, user: &str, password: &str) -> String {
    let output = Command::new("curl")
        .args(["--silent", "--insecure", "--location", "--cookie", "", &format!("{}{SIGN_ON}", demo.url)])
        .args(["--data-urlencode", &format!("UserName={user}")])
        .args(["--data-urlencode", &format!("Password={password}")])
        .args(["--data", "AuthMethod=FormsAuthentication"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The value of the field `SAMLResponse`, as every client finds it.
fn saml_response(page: &str) -> Option<String> {
    let field = page.split("name=\"SAMLResponse\"").nth(1)?;
    let value = field.split("value=\"").nth(1)?.split('"').next()?;
    Some(value.replace("&#43;", "+").replace("&#x2b;", "+").replace("&#61;", "="))
}

/// Role and provider of a response that has one role.
fn only_role(response: &str) -> [String; 2] {
    let xml = String::from_utf8(base64::engine::general_purpose::STANDARD.decode(response).unwrap()).unwrap();
    let values: Vec<&str> = xml.split(['<', '>']).filter(|text| text.starts_with("arn:aws:iam::")).collect();
    assert_eq!(values.len(), 1, "{xml}");
    let (one, other) = values[0].split_once(',').unwrap();
    let mut pair = [one.to_owned(), other.to_owned()];
    pair.sort_by_key(|arn| arn.contains(":saml-provider/"));
    pair
}

/// moto's server, standing in for AWS STS.
struct Moto {
    process: std::process::Child,
    url: String,
}

impl Moto {
    fn start() -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let process = Command::new(python())
            .args(["-m", "moto.server", "-H", "127.0.0.1", "-p", &port.to_string()])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let started = std::time::Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(started.elapsed().as_secs() < 60, "moto does not listen");
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        Self { process, url: format!("http://127.0.0.1:{port}") }
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
