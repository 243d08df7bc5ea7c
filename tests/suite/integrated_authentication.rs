//! Sign-in with a Kerberos ticket: a Samba KDC, `claimsmith serve` with a keytab, `curl --negotiate` and Chromium.

use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;

use crate::support::authn_request::AuthnRequest;
use crate::support::browser::{Browser, Look};
use crate::support::https::{HOST, Reply};
use crate::support::integrated_site::{DOMAIN_BROWSER, Differences, IntegratedSite, SIGN_ON, WITH_TICKET};
use crate::support::issued::{roles, xml};
use crate::support::kerberos::Person;
use crate::support::samba::{Samba, shared_domain};

const AWS: &str = "urn:amazon:webservices";
const ROLES_OF_ALICE: [&str; 3] = [
    "arn:aws:iam::123456789012:role/Admin",
    "arn:aws:iam::123456789012:role/ReadOnly",
    "arn:aws:iam::210987654321:role/Billing",
];

#[test]
fn a_ticket_opens_aws_at_the_address_of_ad_fs() {
    let site = IntegratedSite::start(shared_domain());
    let alice = Person::signed_in(shared_domain(), "alice");
    let said = site.curl(&alice, SIGN_ON, &["--include"]);
    let xml = xml(&said).unwrap();
    assert_eq!(roles(&said), ROLES_OF_ALICE);
    assert!(xml.contains(">urn:federation:authentication:windows</"), "{xml}");
    // The server proves that it has the key, too.
    let answer = said.split("Negotiate ").filter_map(|rest| rest.lines().next()).find(|token| token.starts_with("oY"));
    assert!(answer.is_some(), "{said}");
    let record = site.record(|record| record["event"] == "sign_in");
    assert_eq!((&record["outcome"], &record["method"]), (&"done".into(), &"kerberos".into()), "{record}");
    assert_eq!(record["user"], "CORP\\alice");
    let record = site.record(|record| record["event"] == "issuance");
    assert_eq!((&record["outcome"], &record["method"]), (&"done".into(), &"kerberos".into()), "{record}");
    assert!(!site.claimsmith.output().contains("YII"), "no token is logged:\n{}", site.claimsmith.output());
}

#[test]
fn a_browser_of_the_domain_is_sent_where_tickets_are_taken() {
    let site = IntegratedSite::start(shared_domain());
    let agent = [("User-Agent", DOMAIN_BROWSER)];
    let reply = site.client.send("GET", SIGN_ON, &agent, "");
    assert_eq!((reply.status, reply.header("location")), (303, Some(WITH_TICKET)));
    let reply = site.client.send("GET", "/", &agent, "");
    assert_eq!((reply.status, reply.header("location")), (303, Some("/adfs/ls/wia")));
    let bob = Person::signed_in(shared_domain(), "bob");
    let browser = ["--location", "--user-agent", DOMAIN_BROWSER];
    assert!(site.curl(&bob, "/", &browser).contains("CORP\\bob"));
    // As aws-adfs does it by SSPI: a form without a field.
    let erin = Person::signed_in(shared_domain(), "erin");
    let page = site.curl(&erin, SIGN_ON, &[&browser[..], &["--data", ""]].concat());
    assert!(page.contains("name=\"SAMLResponse\""), "{page}");
    for path in ["/ADFS/LS/WIA?loginToRp=urn:amazon:webservices", "/adfs/ls/Wia/?loginToRp=urn:amazon:webservices"] {
        assert!(site.curl(&erin, path, &[]).contains("name=\"SAMLResponse\""), "{path}");
    }
}

#[test]
fn requests_of_an_application_come_through_with_their_relay_state() {
    let site = IntegratedSite::start(shared_domain());
    let alice = Person::signed_in(shared_domain(), "alice");
    let request = |id: &str, elements: &str| AuthnRequest {
        id: id.to_owned(),
        issuer: AWS.to_owned(),
        issue_instant: Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        elements: elements.to_owned(),
        ..AuthnRequest::default()
    };
    let browser = ["--location", "--user-agent", DOMAIN_BROWSER];
    let page = site.curl(&alice, &request("_one", "").redirected(Some("a&b\"c"), None), &browser);
    assert!(xml(&page).unwrap().contains("InResponseTo=\"_one\""), "{page}");
    assert!(page.contains("name=\"RelayState\" value=\"a&amp;b&quot;c\""), "{page}");
    let posted = request("_two", "").posted();
    let fields = ["--data-urlencode", &format!("SAMLRequest={posted}"), "--data-urlencode", "RelayState=x y"];
    let page = site.curl(&alice, "/adfs/ls/", &[&browser[..], &fields].concat());
    assert!(xml(&page).unwrap().contains("InResponseTo=\"_two\""), "{page}");
    assert!(page.contains("name=\"RelayState\" value=\"x y\""), "{page}");
    // What wants a password, or the person themself, gets the form, whatever the browser brings.
    let context = |class: &str| {
        format!(
            "<samlp:RequestedAuthnContext><saml:AuthnContextClassRef>{class}</saml:AuthnContextClassRef>\
             </samlp:RequestedAuthnContext>"
        )
    };
    let password = context("urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport");
    let forced = AuthnRequest { attributes: "ForceAuthn=\"true\"".to_owned(), ..request("_three", "") };
    for request in [request("_four", &password), forced] {
        let head_and_page =
            site.curl(&alice, &request.redirected(None, None), &[&browser[..], &["--include"]].concat());
        assert!(head_and_page.starts_with("HTTP/1.1 200") && head_and_page.contains("loginForm"), "{head_and_page}");
    }
    for (id, class) in [
        ("_five", "urn:federation:authentication:windows"),
        ("_six", "urn:oasis:names:tc:SAML:2.0:ac:classes:Kerberos"),
    ] {
        let page = site.curl(&alice, &request(id, &context(class)).redirected(None, None), &browser);
        assert!(xml(&page).unwrap().contains(&format!(">{class}</")), "{page}");
    }
    // Nobody may be asked: a challenge could open a window.
    let passive = AuthnRequest { attributes: "IsPassive=\"true\"".to_owned(), ..request("_seven", "") };
    let page = site.curl(&alice, &passive.redirected(None, None), &browser);
    assert!(xml(&page).unwrap().contains("status:NoPassive"), "{page}");
}

#[test]
fn a_browser_without_a_ticket_sees_the_form_and_signs_in_by_password() {
    let site = IntegratedSite::start(shared_domain());
    let agent = [("User-Agent", DOMAIN_BROWSER)];
    for method in ["GET", "HEAD", "POST"] {
        let reply = site.client.send(method, WITH_TICKET, &agent, "");
        assert_eq!((reply.status, reply.header("www-authenticate")), (401, Some("Negotiate")), "{method}");
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert_eq!(reply.body.is_empty(), method == "HEAD");
        assert!(method == "HEAD" || reply.body.contains("action=\"/adfs/ls/IdpInitiatedSignOn.aspx?loginToRp="));
    }
    let nobody = Person::without_ticket(shared_domain());
    let page = site.curl(&nobody, WITH_TICKET, &["--include", "--user-agent", DOMAIN_BROWSER]);
    assert!(page.contains(" 401 ") && page.contains("loginForm"), "{page}");
    let fields = [("UserName", "alice"), ("Password", "Passw0rd.alice"), ("AuthMethod", "FormsAuthentication")];
    let reply = site.client.post_with(SIGN_ON, &fields, &agent);
    assert_eq!(roles(&reply.body), ROLES_OF_ALICE);
    let wrong = [("UserName", "alice"), ("Password", "wrong"), ("AuthMethod", "FormsAuthentication")];
    let reply = site.client.post_with(SIGN_ON, &wrong, &agent);
    assert_eq!(reply.status, 200, "a wrong password leads to no challenge");
    assert!(reply.body.contains(&format!("id=\"withTicket\" href=\"{WITH_TICKET}\"")), "{}", reply.body);
    // Whoever asks for the form gets it.
    let reply = site.client.send("GET", "/?AuthMethod=FormsAuthentication", &agent, "");
    assert_eq!(reply.status, 200);
    let reply = site.client.post_with("/sign-out", &[], &agent);
    assert!(reply.body.contains("href=\"/?AuthMethod=FormsAuthentication\""), "{}", reply.body);
}

#[test]
fn pictures_and_frames_of_other_sites_are_not_asked() {
    let site = IntegratedSite::start(shared_domain());
    for headers in [
        [("Sec-Fetch-Mode", "no-cors"), ("Sec-Fetch-Dest", "image")],
        [("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "iframe")],
    ] {
        let reply = site.client.send("GET", WITH_TICKET, &headers, "");
        assert_eq!((reply.status, reply.header("www-authenticate")), (200, None), "{headers:?}");
    }
}

#[test]
fn ntlm_is_refused_with_what_to_do_and_the_form() {
    let site = IntegratedSite::start(shared_domain());
    let bare = BASE64.encode(b"NTLMSSP\0\x01\0\0\0\x07\x82\x08\xa2");
    for authorization in [format!("Negotiate {bare}"), format!("NTLM {bare}")] {
        let reply = site.client.send("GET", WITH_TICKET, &[("Authorization", &authorization)], "");
        let text = refused(&reply);
        assert!(text.contains("NTLM is not taken here"), "{text}");
        let record = site.record_of(text);
        assert_eq!((&record["outcome"], &record["method"]), (&"refused".into(), &"kerberos".into()));
        assert_eq!(record["cause"], "the browser sent NTLM and no Kerberos ticket");
    }
}

#[test]
fn garbage_is_refused_and_told_apart_in_the_audit_log() {
    let site = IntegratedSite::start(shared_domain());
    let mut broken = BASE64.decode(Person::signed_in(shared_domain(), "alice").token()).unwrap();
    let middle = broken.len() / 2;
    for byte in &mut broken[middle..middle + 64] {
        *byte ^= 0x55;
    }
    let (broken, second) = (BASE64.encode(broken), BASE64.encode([0xA1, 2, 0x30, 0]));
    for (token, cause) in [
        ("###", "the token cannot be read"),
        ("", "the token cannot be read"),
        ("aGVsbG8=", "the token cannot be read"),
        (&second, "the browser wants to negotiate in more than one message"),
        (&broken, "no key in the keytab opens the ticket"),
    ] {
        let reply = site.show(WITH_TICKET, token);
        let record = site.record_of(refused(&reply));
        assert!(record["cause"].as_str().unwrap().contains(cause), "{token:.40}: {record}");
        assert_eq!(record["user"], serde_json::Value::Null, "a stranger's ticket names nobody");
    }
    // Nothing of it counts as a failure of anybody.
    for _ in 0..60 {
        refused(&site.show(WITH_TICKET, &broken));
    }
    let alice = Person::signed_in(shared_domain(), "alice");
    assert!(site.curl(&alice, SIGN_ON, &[]).contains("SAMLResponse"));
}

#[test]
fn a_ticket_is_good_once() {
    let site = IntegratedSite::start(shared_domain());
    let token = Person::signed_in(shared_domain(), "alice").token();
    assert!(site.show(WITH_TICKET, &token).body.contains("SAMLResponse"));
    for _ in 0..2 {
        let record = site.record_of(refused(&site.show(WITH_TICKET, &token)));
        assert_eq!(record["cause"], "the ticket was shown before (replay)");
    }
    // Whoever restarts the server does not make it forget.
    let restarted = IntegratedSite::start(shared_domain());
    let record = restarted.record_of(refused(&restarted.show(WITH_TICKET, &token)));
    assert_eq!(record["cause"], "the ticket was shown before (replay)");
}

#[test]
fn a_ticket_is_good_in_its_time() {
    let alice = Person::signed_in(shared_domain(), "alice");
    for (clock, cause) in [
        ("+10m", "the clocks of the browser's machine and of this server are too far apart"),
        ("+11h", "the ticket has expired"),
        ("-1h", "the ticket is not valid yet"),
    ] {
        let site = IntegratedSite::start_with(shared_domain(), &Differences { clock, ..Differences::default() });
        let record = site.record_of(refused(&site.show(WITH_TICKET, &alice.token())));
        assert_eq!(record["cause"], cause, "{clock}");
    }
}

#[test]
fn a_ticket_for_another_key_is_refused_and_the_new_keytab_is_found_without_a_restart() {
    let domain = Samba::start();
    let site = IntegratedSite::start(&domain);
    let before = Person::signed_in(&domain, "alice");
    assert!(site.curl(&before, SIGN_ON, &[]).contains("SAMLResponse"));
    domain.set_password("svc-sts", "Another.password.1");
    let after = Person::signed_in(&domain, "alice");
    let record = site.record_of(refused(&site.show(WITH_TICKET, &after.token())));
    let cause = record["cause"].as_str().unwrap();
    assert!(cause.contains("no key in the keytab opens the ticket") && cause.contains("kvno 2"), "{cause}");
    // `ktutil` makes the new keys of the password, beside the old ones.
    let keytab = site.keytab_file();
    let mut ktutil = Command::new("ktutil").stdin(std::process::Stdio::piped()).spawn().unwrap();
    let add = "addent -password -p HTTP/sts.example.com@CORP.EXAMPLE.COM -k 2 -e aes256-cts-hmac-sha1-96";
    let salt = "CORP.EXAMPLE.COMsvc-sts";
    let lines = format!("{add} -s {salt}\nAnother.password.1\nwkt {}\nquit\n", keytab.display());
    std::io::Write::write_all(&mut ktutil.stdin.take().unwrap(), lines.as_bytes()).unwrap();
    assert!(ktutil.wait().unwrap().success());
    assert!(site.curl(&after, SIGN_ON, &[]).contains("SAMLResponse"), "{}", site.claimsmith.output());
}

#[test]
fn the_directory_has_the_last_word_on_whoever_has_a_ticket() {
    let domain = Samba::start();
    let site = IntegratedSite::start(&domain);
    let people = ["bob", "carol", "erin"].map(|name| Person::signed_in(&domain, name));
    let tokens = people.each_ref().map(Person::token);
    domain.modify("bob", "replace: userAccountControl\nuserAccountControl: 514");
    domain.modify("carol", "replace: accountExpires\naccountExpires: 132000000000000000");
    domain.modify("erin", "replace: sAMAccountName\nsAMAccountName: erin.moved");
    for (token, cause) in tokens.iter().zip(["account disabled", "account expired", "unknown user"]) {
        let reply = site.show(WITH_TICKET, token);
        let text = refused(&reply);
        assert!(text.contains("Signing in with your Windows account did not work."), "{text}");
        let record = site.record_of(text);
        assert_eq!(record["cause"], cause);
        assert!(record["user"].as_str().unwrap().ends_with("@CORP.EXAMPLE.COM"), "{record}");
    }
}

#[test]
fn an_account_whose_standing_nobody_can_read_is_opened_by_no_ticket() {
    let domain = Samba::start();
    let site = IntegratedSite::start(&domain);
    let token = Person::signed_in(&domain, "bob").token();
    domain.modify("bob", "replace: userAccountControl\nuserAccountControl: 514");
    domain.hide_account_control("bob");
    let record = site.record_of(refused(&site.show(WITH_TICKET, &token)));
    let cause = record["cause"].as_str().unwrap();
    assert!(cause.contains("`userAccountControl` cannot be read"), "{record}");
}

#[test]
fn a_user_principal_name_is_no_login_name() {
    // Somebody who may set user principal names could choose one that reads like another's login name, and the KDC writes
    // into a ticket what it was asked for.
    let domain = Samba::start();
    domain.modify("carol", "replace: userPrincipalName\nuserPrincipalName: ghost@corp.example.com");
    let site = IntegratedSite::start(&domain);
    let as_ghost = |options: &[&str]| Person::signed_in_with(&domain, "ghost", "Passw0rd.carol", options).token();
    let record = site.record_of(refused(&site.show("/adfs/ls/wia", &as_ghost(&[]))));
    assert_eq!((&record["user"], &record["cause"]), (&"ghost@CORP.EXAMPLE.COM".into(), &"unknown user".into()));
    // Windows asks for the true name, and gets it.
    let reply = site.show("/adfs/ls/wia", &as_ghost(&["-C"]));
    assert!(reply.body.contains("CORP\\carol"), "{}", reply.body);
}

#[test]
fn tickets_of_another_realm_are_refused_unless_it_is_named() {
    let elsewhere = Differences { section: &["realms: { OTHER.EXAMPLE.COM: CORP }"], ..Differences::default() };
    let site = IntegratedSite::start_with(shared_domain(), &elsewhere);
    let token = Person::signed_in(shared_domain(), "alice").token();
    let record = site.record_of(refused(&site.show(WITH_TICKET, &token)));
    assert_eq!(record["cause"], "the ticket is of the realm `CORP.EXAMPLE.COM`, which is not among `realms`");
}

#[test]
fn who_is_in_a_thousand_groups_signs_in() {
    let site = IntegratedSite::start(shared_domain());
    let crowd = Person::signed_in(shared_domain(), "crowd");
    let token = crowd.token();
    assert!(token.len() > 10_000, "{} bytes of header", token.len());
    let reply = site.show(WITH_TICKET, &token);
    assert_eq!(roles(&reply.body), ["arn:aws:iam::123456789012:role/Crowd"]);
    assert!(site.curl(&crowd, SIGN_ON, &[]).contains("SAMLResponse"));
}

#[test]
fn a_head_that_is_too_large_is_refused_clearly() {
    let site = IntegratedSite::start(shared_domain());
    let reply = site.show(WITH_TICKET, &"A".repeat(65_536));
    assert_eq!(reply.status, 200, "64 KiB are looked at: {}", reply.body);
    assert!(site.record_of(refused(&reply))["cause"].as_str().unwrap().contains("cannot be read"));
    for bytes in [66_000, 120_000] {
        let reply = site.show(WITH_TICKET, &"A".repeat(bytes));
        assert_eq!(reply.status, 431);
        assert!(reply.body.contains("too many groups") && reply.body.contains("give this number"), "{}", reply.body);
    }
    // Beyond what is read at all, the connection ends.
    let reply = site.show(WITH_TICKET, &"A".repeat(300_000));
    assert!([0, 431].contains(&reply.status), "{}", reply.body);
    assert_eq!(site.client.get("/").status, 200);
}

#[test]
fn outside_the_network_there_is_the_form_and_nothing_else() {
    let outside = Differences { inside: Some("10.0.0.0/8"), ..Differences::default() };
    let site = IntegratedSite::start_with(shared_domain(), &outside);
    for path in [SIGN_ON, WITH_TICKET] {
        let reply = site.client.send("GET", path, &[("User-Agent", DOMAIN_BROWSER)], "");
        assert_eq!((reply.status, reply.header("www-authenticate")), (200, None), "{path}");
        assert!(reply.body.contains("loginForm") && !reply.body.contains("withTicket"), "{}", reply.body);
    }
    let token = Person::signed_in(shared_domain(), "alice").token();
    let reply = site.show(WITH_TICKET, &token);
    assert!(reply.body.contains("loginForm"), "a ticket from outside is not looked at: {}", reply.body);
    // `networks` says otherwise.
    let near =
        Differences { section: &["networks: [127.0.0.0/8]"], inside: Some("10.0.0.0/8"), ..Differences::default() };
    let site = IntegratedSite::start_with(shared_domain(), &near);
    let reply = site.client.send("GET", WITH_TICKET, &[], "");
    assert_eq!(reply.status, 401);
}

#[test]
fn user_agents_can_be_chosen() {
    let chosen = Differences { section: &["user_agents: ['=~^curl/', Special]"], ..Differences::default() };
    let site = IntegratedSite::start_with(shared_domain(), &chosen);
    let status = |agent: &str| site.client.send("GET", SIGN_ON, &[("User-Agent", agent)], "").status;
    assert_eq!([status("curl/8.1"), status("A Special One"), status(DOMAIN_BROWSER)], [303, 303, 200]);
    let reply = site.client.send("GET", SIGN_ON, &[("User-Agent", DOMAIN_BROWSER)], "");
    assert!(reply.body.contains("id=\"withTicket\""), "others may still ask for it: {}", reply.body);
}

#[test]
fn chromium_signs_in_by_policy_and_without_it_shows_the_form() {
    let domain = shared_domain();
    let site = IntegratedSite::start_with(
        domain,
        &Differences { section: &["user_agents: ['Mozilla/5.0']"], ..Differences::default() },
    );
    let alice = Person::signed_in(domain, "alice");
    let policy = Policy::allowing(HOST);
    let browser = browser_of(&alice);
    browser.open(&site.url("/"));
    browser.wait_for(".applications");
    browser.screenshot("13-windows-account");
    assert!(browser.text("main").contains("CORP\\alice"), "{}", browser.text("main"));
    assert_eq!(site.record(|record| record["event"] == "sign_in")["method"], "kerberos");
    // Signed out, the person may choose another account.
    browser.click("form[action='/sign-out'] button");
    browser.click("#withPassword");
    browser.wait_for("#userNameInput");
    drop(browser);

    let nobody = Person::without_ticket(domain);
    let browser = browser_of(&nobody);
    browser.open(&site.url("/"));
    browser.type_into("#userNameInput", "bob@corp.example.com");
    browser.screenshot("14-no-windows-account");
    browser.type_into("#passwordInput", "Passw0rd.bob");
    browser.click("#submitButton");
    browser.wait_for(".applications");
    assert!(browser.text("main").contains("CORP\\bob"), "{}", browser.text("main"));
    drop((browser, policy));

    // Without the policy, Chromium keeps its ticket to itself.
    let browser = browser_of(&alice);
    browser.open(&site.url("/"));
    browser.wait_for("#userNameInput");
}

/// Chromium as an administrator sets it up for the machine. The file goes with this value.
struct Policy(&'static Path);

impl Policy {
    fn allowing(server: &str) -> Self {
        let file = Path::new("/etc/chromium/policies/managed/claimsmith-test.json");
        // The server's name is that of the address, whatever the name system makes of it.
        let text = format!("{{ \"AuthServerAllowlist\": \"{server}\", \"DisableAuthNegotiateCnameLookup\": true }}");
        let written = std::fs::create_dir_all(file.parent().unwrap()).and_then(|()| std::fs::write(file, text));
        written.unwrap_or_else(|error| panic!("{}: {error}; a policy of Chromium is set by root", file.display()));
        Self(file)
    }
}

impl Drop for Policy {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(self.0);
    }
}

fn browser_of(person: &Person) -> Browser {
    let elsewhere = format!("--host-resolver-rules=MAP {HOST} 127.0.0.1");
    let variables = person.variables();
    let variables: Vec<(&str, &Path)> = variables.iter().map(|(name, path)| (*name, path.as_path())).collect();
    Browser::start_with(&Look::DESKTOP, &[elsewhere], &variables)
}

/// The error text of the form that follows a ticket that was not taken. It asks for no ticket again.
fn refused(reply: &Reply) -> &str {
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_ne!(reply.header("www-authenticate"), Some("Negotiate"), "it asks again");
    assert!(reply.body.contains("loginForm") && !reply.body.contains("withTicket"), "{}", reply.body);
    reply.error_text().unwrap_or_else(|| panic!("no form in {}", reply.body))
}
