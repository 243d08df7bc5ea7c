//! What a person sees: the demo in a real browser. The pictures lie in `target/screenshots`.

use crate::support::browser::{Browser, Look};
use crate::support::claimsmith::Claimsmith;

const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
const SPACE: &str = "\u{e00d}";

/// Alice's roles in the demo: one of her own groups, and one that she has through a nested group.
const ROLES_OF_ALICE: [&str; 2] =
    ["arn:aws:iam::123456789012:role/ReadOnly", "arn:aws:iam::210987654321:role/PowerUser"];

#[test]
fn alice_signs_in_chooses_aws_and_sees_exactly_her_roles() {
    let demo = Claimsmith::demo();
    let browser = Browser::start(&Look::DESKTOP);
    browser.open(&demo.url);
    browser.screenshot("1-sign-in");
    assert_eq!(browser.text("h1"), "Sign in");

    sign_in(&browser, "alice", "not her password");
    browser.wait_for("#errorText:not(:empty)");
    browser.screenshot("2-wrong-password");
    assert!(browser.text("[role=alert]").contains("password is not right"), "{}", browser.text("[role=alert]"));

    sign_in(&browser, "alice", &demo.password("alice"));
    browser.wait_for(".applications");
    browser.screenshot("3-applications");
    assert_eq!(browser.texts(".applications li"), ["Amazon Web Services"]);

    browser.click(".applications a");
    browser.wait_for("input[name=roleIndex]");
    browser.screenshot("4-role-chooser");
    let mut roles = browser.properties("input[name=roleIndex]", "value");
    roles.sort();
    assert_eq!(roles, ROLES_OF_ALICE);

    browser.click("input[name=roleIndex]");
    browser.click("#signin_button");
    assert_eq!(browser.text("#session-name"), "alice@corp.example.com");
    browser.screenshot("5-console");
}

#[test]
fn the_way_works_without_javascript_and_by_keyboard_alone() {
    let demo = Claimsmith::demo();
    let browser = Browser::start(&Look { javascript: false, ..Look::DESKTOP });
    browser.open(&demo.url);
    browser.wait_for("#userNameInput");
    browser.press("alice");
    browser.press(TAB);
    browser.press(&demo.password("alice"));
    browser.press(ENTER);
    browser.wait_for(".applications");
    press_until_focus_is_on(&browser, "Amazon Web Services");
    browser.press(ENTER);
    browser.wait_for("#hiddenform");
    browser.screenshot("6-continue-without-javascript");
    press_until_focus_is_on(&browser, "Continue");
    browser.press(ENTER);
    browser.wait_for("input[name=roleIndex]");
    browser.press(TAB);
    browser.press(SPACE);
    browser.press(ENTER);
    assert_eq!(browser.text("#session-name"), "alice@corp.example.com");
}

#[test]
fn pages_fit_a_phone_and_a_dark_room() {
    let demo = Claimsmith::demo();
    let look = Look { width: 320, dark: true, ..Look::PHONE };
    let browser = Browser::start(&look);
    browser.open(&demo.url);
    browser.wait_for("#userNameInput");
    assert_fits(&browser, "7-phone-sign-in");
    sign_in(&browser, "alice", &demo.password("alice"));
    browser.wait_for(".applications");
    assert_fits(&browser, "8-phone-applications");
    browser.click(".applications a");
    browser.wait_for("input[name=roleIndex]");
    assert_fits(&browser, "9-phone-role-chooser");
}

#[test]
fn a_user_without_an_aws_group_is_told_so_and_is_not_sent_on() {
    let demo = Claimsmith::demo();
    let browser = Browser::start(&Look::DESKTOP);
    browser.open(&demo.url);
    sign_in(&browser, "carol", &demo.password("carol"));
    browser.wait_for(".applications");
    browser.click(".applications a");
    browser.wait_for(".reference strong");
    browser.screenshot("10-denied");
    assert!(browser.url().starts_with(&demo.url), "{}", browser.url());
    let reference = browser.text(".reference strong");
    let log = demo.wait_for_output(&reference);
    assert!(log.contains("carol"), "the audit log names the user:\n{log}");
}

#[test]
fn signing_out_ends_the_session() {
    let demo = Claimsmith::demo();
    let browser = Browser::start(&Look::DESKTOP);
    browser.open(&demo.url);
    sign_in(&browser, "alice", &demo.password("alice"));
    browser.wait_for(".applications");
    browser.click("form[action='/sign-out'] button");
    browser.wait_for("main");
    browser.screenshot("11-signed-out");
    browser.open(&demo.url);
    assert_eq!(browser.text("h1"), "Sign in");
}

fn sign_in(browser: &Browser, user_name: &str, password: &str) {
    browser.wait_for("#userNameInput");
    browser.run("document.getElementById('userNameInput').value = ''");
    browser.type_into("#userNameInput", user_name);
    browser.type_into("#passwordInput", password);
    browser.click("#submitButton");
}

fn press_until_focus_is_on(browser: &Browser, text: &str) {
    for _ in 0..20 {
        if browser.focused_text() == text {
            return;
        }
        browser.press(TAB);
    }
    panic!("`{text}` cannot be reached by keyboard on {}", browser.url());
}

fn assert_fits(browser: &Browser, name: &str) {
    browser.screenshot(name);
    let sizes = browser.run("return [document.documentElement.scrollWidth, window.innerWidth]");
    assert!(sizes[0].as_u64() <= sizes[1].as_u64(), "{name} scrolls sideways: {sizes}");
}
