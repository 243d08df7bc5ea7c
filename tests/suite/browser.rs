//! What a person sees in a real browser.

use crate::support::browser::{Browser, Look};

#[test]
fn trial() {
    let browser = Browser::start(&Look::PHONE);
    browser.open("data:text/html,<meta name=viewport content=width=device-width><title>x</title><h1>Hello</h1><input id=a autofocus>");
    assert_eq!(browser.text("h1"), "Hello");
    browser.screenshot("trial");
    assert_eq!(browser.run("return window.innerWidth"), 360);
    browser.press("\u{e004}");
    assert_eq!(browser.focused(), "a");
}
