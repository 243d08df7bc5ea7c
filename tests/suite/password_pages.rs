//! The pages about passwords, with a real domain behind them: by form, by browser, by client.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::time::{Duration, Instant};

use claimsmith::store::{ActiveDirectorySettings, directory::Directory as _};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::Value;

use crate::support::browser::{Browser, Look};
use crate::support::claimsmith::Claimsmith;
use crate::support::https::{Client, Reply};
use crate::support::issued;
use crate::support::samba::Samba;
use crate::support::site::{self, write_configuration};

const FORM: &str = "/adfs/portal/updatepassword/";
const SIGN_ON: &str = "/adfs/ls/IdpInitiatedSignOn.aspx?loginToRp=urn:amazon:webservices";
const MUST_CHANGE: &str = "replace: pwdLastSet\npwdLastSet: 0";
const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";

/// A server with a section `passwords`.
pub struct Site {
    pub claimsmith: Claimsmith,
    client: Client,
    _folder: tempfile::TempDir,
}

impl Site {
    pub fn start(settings: &ActiveDirectorySettings, passwords: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let configuration = write_configuration(
            folder.path(),
            &settings.servers.urls,
            settings.servers.ca_file.as_deref().unwrap(),
            &[],
        );
        let mut file = OpenOptions::new().append(true).open(&configuration).unwrap();
        writeln!(file, "organisation: Example Corp\npasswords: {passwords}").unwrap();
        let claimsmith = Claimsmith::serve(&configuration);
        let certificate = CertificateDer::from_pem_file(folder.path().join("tls.crt")).unwrap();
        let client = Client::new(([127, 0, 0, 1], claimsmith.port()).into(), certificate);
        Self { claimsmith, client, _folder: folder }
    }

    fn sign_in(&self, user: &str, password: &str) -> Reply {
        self.client.post(SIGN_ON, &[("UserName", user), ("Password", password)])
    }

    fn change(&self, user: &str, old: &str, new: &str) -> Reply {
        let names = ["UserName", "OldPassword", "NewPassword", "ConfirmNewPassword"];
        let fields: Vec<_> = names.into_iter().zip([user, old, new, new]).collect();
        self.client.post(&format!("{FORM}?loginToRp=urn:amazon:webservices"), &fields)
    }

    /// The audit log, as soon as its last record begins so. It is read while the server writes it.
    fn audit_up_to(&self, last: &str) -> Vec<String> {
        let started = Instant::now();
        loop {
            let records = self.audit();
            if records.last().is_some_and(|record| record.starts_with(last)) {
                return records;
            }
            assert!(started.elapsed() < Duration::from_secs(10), "`{last}` is not the last of {records:#?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Events, outcomes and causes of the audit log so far, in their order.
    fn audit(&self) -> Vec<String> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let records = self.claimsmith.records().into_iter();
        records
            .filter(|record| record["event"].is_string())
            .map(|record| {
                [&record["event"], &record["outcome"], &record["cause"]].map(text).join(" ").trim().to_owned()
            })
            .collect()
    }
}

/// What is told, without the number.
fn told(page: &Reply) -> String {
    let text = page.error_text().unwrap_or_else(|| panic!("no form in {}", page.body));
    text.split(" Reference: ").next().unwrap().replace("&#39;", "'")
}

fn rules(page: &Reply) -> Vec<String> {
    let missed = page.body.split_once("<ul id=\"missedRules\">").map(|(_, rest)| rest.split_once("</ul>").unwrap().0);
    missed.unwrap_or_default().split("<li>").skip(1).map(|rule| rule.split('<').next().unwrap().to_owned()).collect()
}

#[test]
fn who_must_change_the_password_does_so_and_goes_on_to_aws() {
    let domain = Samba::start();
    domain.modify("erin", MUST_CHANGE);
    let site = Site::start(&domain.settings(), "{ change: true }");
    let wrong = site.sign_in("erin", "Wr0ng.erin");
    assert!(told(&wrong).starts_with("The user name or the password is not right"));
    let form = site.sign_in("erin", "Passw0rd.erin");
    assert!(told(&form).starts_with("Your password must be changed before you can sign in. Choose a new one below"));
    assert!(form.body.contains(&format!("action=\"{FORM}?loginToRp=urn:amazon:webservices\"")), "{}", form.body);
    let refused = site.change("erin", "Wr0ng.erin", "N3w.password");
    assert!(told(&refused).starts_with("The user name or the old password is not right"));
    let changed = site.change("erin", "Passw0rd.erin", "N3w.password");
    assert!(changed.body.contains("Your password is changed"), "{}", changed.body);
    assert!(changed.input("SAMLResponse").is_some() && changed.cookie().is_some());
    assert!(site.sign_in("erin", "N3w.password").input("SAMLResponse").is_some());
    assert!(told(&site.sign_in("erin", "Passw0rd.erin")).starts_with("The user name or the password is not right"));
    assert_eq!(
        site.audit_up_to("sign_in refused wrong password"),
        [
            "sign_in refused wrong password",
            "sign_in refused password must change",
            "password_change refused wrong password",
            "password_change done",
            "sign_in done",
            "issuance done",
            "sign_in done",
            "issuance done",
            "sign_in refused wrong password",
        ]
    );
    let output = site.claimsmith.output();
    for secret in ["Wr0ng.erin", "Passw0rd.erin", "N3w.password", "Passw0rd"] {
        assert!(!output.contains(secret), "a password was printed:\n{output}");
    }
}

#[test]
fn a_session_ends_when_the_password_is_changed_elsewhere_in_the_house() {
    let domain = Samba::start();
    let site = Site::start(&domain.settings(), "{ change: true }");
    let cookie = site.sign_in("erin", "Passw0rd.erin").cookie().unwrap();
    let start = || site.client.send("GET", "/", &[("Cookie", &cookie)], "").body;
    assert!(start().contains("Your applications"));
    assert!(site.change("erin", "Passw0rd.erin", "N3w.password").body.contains("Your password is changed"));
    assert!(start().contains("<h1>Sign in</h1>"));
    site.audit_up_to(r"sign_in refused the session of `CORP\erin` ended: password changed since sign-in");
}

#[test]
fn what_the_domain_refuses_is_explained() {
    let domain = Samba::start();
    domain.change_domain(
        "replace: minPwdLength\nminPwdLength: 12\n-\nreplace: pwdProperties\npwdProperties: 1\n-\n\
         replace: pwdHistoryLength\npwdHistoryLength: 5\n-\nreplace: minPwdAge\nminPwdAge: 0",
    );
    let site = Site::start(&domain.settings(), "{ change: true }");
    let kinds = "three of these: capital letters, small letters, digits, other characters";
    for (new, text, missed) in [
        ("Sh0rt.", "The new password does not keep to this rule.", vec!["at least 12 characters"]),
        ("short", "The new password does not keep to these rules.", vec!["at least 12 characters", kinds]),
        ("only small letters", "The new password does not keep to this rule.", vec![kinds]),
    ] {
        let page = site.change("erin", "Passw0rd.erin", new);
        assert_eq!(
            (told(&page), rules(&page)),
            (text.to_owned(), missed.into_iter().map(str::to_owned).collect()),
            "{new}"
        );
        assert!(page.body.contains("<li>none of your last 5 passwords</li>"), "all rules are told");
        assert!(
            page.body.contains(r#"aria-describedby="errorText missedRules passwordRules" aria-invalid="true""#),
            "{}",
            page.body
        );
    }
    assert!(site.change("erin", "Passw0rd.erin", "The first of 3.").body.contains("Your password is changed"));
    assert!(site.change("erin", "The first of 3.", "The second of 3.").body.contains("Your password is changed"));
    let page = site.change("erin", "The second of 3.", "The first of 3.");
    assert_eq!(told(&page), "The user directory does not take this password, most likely because you had it before.");
    assert_eq!(rules(&page), ["none of your last 5 passwords"]);
    domain.change_domain("replace: minPwdAge\nminPwdAge: -864000000000");
    let page = site.change("erin", "The second of 3.", "The third of 3.");
    assert_eq!(told(&page), "Your password was changed a short time ago, and it is too early for the next change.");
    assert_eq!(rules(&page), ["not sooner than 1 day after the last change"]);
    let page = site.change("keepspassword", "Passw0rd.keepspassword", "Something quite new 1");
    assert_eq!(told(&page), "Your account may not change its own password. Please ask the help desk for a new one.");
    for (user, cause) in [("dave", "account disabled"), ("expired", "account expired"), ("nobody", "unknown user")] {
        let page = site.change(user, &format!("Passw0rd.{user}"), "Something quite new 1");
        assert!(told(&page).starts_with("The user name or the old password is not right"), "{user}");
        site.audit_up_to(&format!("password_change refused {cause}"));
    }
}

#[test]
fn guesses_end_before_the_domain_locks_the_account() {
    let domain = Samba::start();
    domain.change_domain("replace: lockoutThreshold\nlockoutThreshold: 8");
    let site = Site::start(&domain.settings(), "{ change: true }");
    for attempt in 0..10 {
        let page = if attempt % 2 == 0 {
            site.change("CORP\\erin", "Wr0ng.erin", "N3w.password")
        } else {
            site.sign_in("erin@corp.example.com", "Wr0ng.erin")
        };
        assert!(told(&page).contains("password is not right, or the account cannot be used now."));
    }
    assert!(told(&site.change("erin", "Passw0rd.erin", "N3w.password")).contains("is not right"));
    site.audit_up_to("password_change refused too many failed sign-ins for this user");
    let directory = claimsmith::store::ActiveDirectory::connect(domain.settings()).unwrap();
    let typed = claimsmith::store::directory::Password::new("Passw0rd.erin".to_owned());
    assert!(directory.sign_in("erin", &typed).is_ok(), "the domain saw five guesses and has not locked it");
}

#[test]
fn a_domain_that_is_gone_is_told_apart_from_a_refusal() {
    let domain = Samba::start();
    let site = Site::start(&domain.settings(), "{ change: true }");
    assert!(site.sign_in("erin", "Passw0rd.erin").input("SAMLResponse").is_some());
    domain.kill();
    let page = site.change("erin", "Passw0rd.erin", "N3w.password");
    assert!(
        told(&page).starts_with("Your password was not changed: the user directory does not answer."),
        "{}",
        told(&page)
    );
    site.audit_up_to("password_change failed ");
    domain.restart();
    assert!(site.change("erin", "Passw0rd.erin", "N3w.password").body.contains("Your password is changed"));
}

#[test]
fn a_word_comes_before_the_end() {
    let domain = Samba::start();
    domain.set_password("erin", "N3w.password");
    domain.change_domain("replace: maxPwdAge\nmaxPwdAge: -8640000000000");
    let site = Site::start(&domain.settings(), "{ change: true, warn_days: 10 }");
    let page = site.sign_in("erin", "N3w.password");
    assert!(page.input("SAMLResponse").is_some());
    let start = site.client.send("GET", "/", &[("Cookie", &page.cookie().unwrap())], "").body;
    assert!(start.contains("Your password expires in 9 days."), "{start}");
}

/// By the rule that AD FS has for it.
#[test]
fn rules_are_told_when_a_password_ends_and_where_it_is_changed() {
    let domain = Samba::start();
    domain.set_password("erin", "N3w.password");
    let settings = domain.settings();
    let [time, days, address] = ["passwordexpirationtime", "passwordexpirationdays", "passwordchangeurl"]
        .map(|name| format!("http://schemas.microsoft.com/ws/2012/01/{name}"));
    let rule = format!(
        "c1:[Type == \"{time}\"]\n => issue(store = \"_PasswordExpiryStore\", types = (\"{time}\", \"{days}\", \
         \"{address}\"), query = \"{{0}};\", param = c1.Value);\n"
    );
    let sections = format!(
        "trusts: [aws]\npasswords: {{ change: true }}\ndirectory:\n  active_directory:\n    urls: {:?}\n    ca_file: {}\n    \
         bind_name: svc-claimsmith@corp.example.com\n    bind_password_file: bind-password\n",
        settings.servers.urls,
        domain.ca_file().display(),
    );
    let files = [
        ("bind-password", "Passw0rd.svc-claimsmith"),
        ("aws/trust.yaml", include_str!("../../rules/aws/groups/trust.yaml")),
        ("aws/authorization.claims", include_str!("../../rules/aws/groups/authorization.claims")),
        ("aws/issuance.claims", &(rule + include_str!("../../rules/aws/groups/issuance.claims"))),
    ];
    let site = site::Site::of_files(&sections, &files);
    let told = || issued::xml(&site.sign_in("CORP\\erin", "N3w.password").body).unwrap();
    assert!(!told().contains("password"), "its end is far away");
    domain.change_domain("replace: maxPwdAge\nmaxPwdAge: -8640000000000");
    let xml = told();
    for (attribute, value) in [(&days, "9"), (&address, "https://sts.example.com/adfs/portal/updatepassword/")] {
        let (_, rest) = xml.split_once(&format!("Name=\"{attribute}\"")).unwrap_or_else(|| panic!("{xml}"));
        let rest = rest.split_once("</saml:Attribute>").unwrap().0;
        assert!(rest.contains(&format!(">{value}</")), "{attribute}: {rest}");
    }
    assert!(xml.contains(&time), "{xml}");
}

#[test]
fn a_browser_without_scripts_and_a_keyboard_are_enough() {
    let domain = Samba::start();
    domain.modify("erin", MUST_CHANGE);
    domain.change_domain("replace: minPwdLength\nminPwdLength: 12");
    let site = Site::start(&domain.settings(), "{ change: true }");
    let browser = Browser::start(&Look { javascript: false, ..Look::DESKTOP });
    browser.open(&site.claimsmith.url);
    browser.wait_for("#userNameInput");
    for keys in ["erin", TAB, "Passw0rd.erin", ENTER] {
        browser.press(keys);
    }
    browser.wait_for("#oldPasswordInput");
    browser.screenshot("20-password-must-change");
    assert!(browser.text("[role=alert]").starts_with("Your password must be changed before you can sign in."));
    assert_eq!(browser.properties("#userNameInput", "value"), ["erin"]);
    assert_eq!(browser.texts("#passwordRules li")[0], "at least 12 characters");
    // The cursor is in the first empty field, and the next ones follow.
    for keys in ["Passw0rd.erin", TAB, "short", TAB, "shorter", ENTER] {
        browser.press(keys);
    }
    browser.wait_for("#confirmNewPasswordInput[aria-invalid=true]");
    assert_eq!(browser.text("[role=alert]"), "The two new passwords are not the same. Type all three again.");
    assert_eq!(browser.properties("input[type=password]", "value"), ["", "", ""]);
    for keys in ["Passw0rd.erin", TAB, "short", TAB, "short", ENTER] {
        browser.press(keys);
    }
    browser.wait_for("#missedRules");
    browser.screenshot("21-password-too-short");
    for keys in
        ["Passw0rd.erin", TAB, "A long one, \u{e4} \u{5bc6}\u{78bc}", TAB, "A long one, \u{e4} \u{5bc6}\u{78bc}", ENTER]
    {
        browser.press(keys);
    }
    browser.wait_for("a.button");
    browser.screenshot("22-password-changed");
    assert_eq!(browser.text("h1"), "Your password is changed");
    browser.click("a.button");
    assert_eq!(browser.text("h1"), "Your applications");
    assert!(browser.text("main").contains("CORP\\erin"));
}

#[test]
fn the_pages_fit_a_phone_and_a_dark_room() {
    let domain = Samba::start();
    domain.set_password("erin", "N3w.password");
    domain.set_password("frank", "N3w.password");
    domain.modify("frank", MUST_CHANGE);
    domain.change_domain(
        "replace: minPwdLength\nminPwdLength: 12\n-\nreplace: pwdProperties\npwdProperties: 1\n-\n\
         replace: maxPwdAge\nmaxPwdAge: -2600000000000",
    );
    let passwords =
        "{ change: true, help_text: 'Or call the help desk, extension 1234.', help_url: 'https://help.example.com/' }";
    let changing = Site::start(&domain.settings(), passwords);
    let helping = Site::start(&domain.settings(), &passwords.replace("true", "false"));
    for (look, name) in [
        (Look { width: 320, ..Look::PHONE }, "phone"),
        (Look { width: 320, dark: true, ..Look::PHONE }, "phone-dark"),
        (Look { dark: true, ..Look::DESKTOP }, "dark"),
        (Look::DESKTOP, "desktop"),
    ] {
        let browser = Browser::start(&look);
        let fits = |picture: &str| {
            browser.screenshot(&format!("{picture}-{name}"));
            let sizes = browser.run("return [document.documentElement.scrollWidth, window.innerWidth]");
            assert!(sizes[0].as_u64() <= sizes[1].as_u64(), "{picture} {name} scrolls sideways: {sizes}");
        };
        let sign_in = |site: &Site, user: &str| {
            browser.open(&format!("{}{SIGN_ON}", site.claimsmith.url));
            browser.type_into("#userNameInput", user);
            browser.type_into("#passwordInput", "N3w.password");
        };
        sign_in(&changing, "frank");
        browser.click("#submitButton");
        browser.wait_for("#passwordRules");
        fits("23-must-change");
        browser.type_into("#oldPasswordInput", "N3w.password");
        browser.type_into("#newPasswordInput", "short");
        browser.type_into("#confirmNewPasswordInput", "short");
        browser.click("#submitButton");
        browser.wait_for("#missedRules");
        fits("24-refused");
        sign_in(&helping, "frank");
        browser.click("#submitButton");
        browser.wait_for("#errorText:not(:empty)");
        fits("25-help");
        browser.open(&changing.claimsmith.url);
        browser.type_into("#userNameInput", "erin");
        browser.type_into("#passwordInput", "N3w.password");
        browser.click("#submitButton");
        browser.wait_for(".notice");
        fits("26-ends-soon");
        assert!(browser.text(".notice").starts_with("Your password expires in 3 days."), "{}", browser.text(".notice"));
        browser.click(".notice a");
        browser.wait_for("#newPasswordInput");
        assert_eq!(browser.properties("#userNameInput", "value"), ["CORP\\erin"]);
        fits("27-own-wish");
    }
}
