//! A real browser: Debian's Chromium, driven through chromedriver [W3C `WebDriver`].

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine as _;
use serde_json::{Value, json};

/// How long a page may take to show what a test waits for.
const PATIENCE: Duration = Duration::from_secs(20);
/// The name under which `WebDriver` hands out elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// One browser window with a profile of its own. Ends when dropped.
pub struct Browser {
    driver: Child,
    session: String,
    agent: ureq::Agent,
    _profile: tempfile::TempDir,
}

/// How a page is looked at.
pub struct Look {
    pub width: u32,
    pub height: u32,
    pub dark: bool,
    pub javascript: bool,
}

impl Look {
    pub const DESKTOP: Self = Self { width: 1200, height: 900, dark: false, javascript: true };
    pub const PHONE: Self = Self { width: 360, height: 740, dark: false, javascript: true };
}

impl Browser {
    /// Starts Chromium without a visible window. It trusts any certificate, as a person who clicks the warning away.
    pub fn start(look: &Look) -> Self {
        Self::start_with(look, &[], &[])
    }

    /// As [`Self::start`], with more arguments for Chromium and these variables in its environment.
    pub fn start_with(look: &Look, more: &[String], variables: &[(&str, &Path)]) -> Self {
        let (driver, port) = (0..5).find_map(|_| driver(variables)).expect("chromedriver finds no port");
        let profile = tempfile::tempdir().unwrap();
        let agent = ureq::Agent::new_with_config(
            ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE * 3)).build(),
        );
        let mut arguments = vec![
            "--headless=new".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-quic".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--no-first-run".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--disable-sync".to_owned(),
            "--hide-scrollbars".to_owned(),
            format!("--user-data-dir={}", profile.path().display()),
            format!("--window-size={},{}", look.width, look.height),
        ];
        arguments.extend_from_slice(more);
        if look.dark {
            arguments.push("--blink-settings=preferredColorScheme=0".to_owned());
            arguments.push("--force-dark-mode".to_owned());
        }
        let mut options = json!({ "args": arguments });
        if look.width < 600 {
            let metrics = json!({ "width": look.width, "height": look.height, "pixelRatio": 1.0, "mobile": true, "touch": false });
            options["mobileEmulation"] = json!({ "deviceMetrics": metrics });
        }
        // Chromium loads Kerberos outside its sandbox, and so from the start on after the one in which it was first asked.
        options["localState"] = json!({ "net.received_http_auth_negotiate_headers": true });
        if !look.javascript {
            options["prefs"] = json!({ "profile.managed_default_content_settings.javascript": 2 });
        }
        let mut browser =
            Self { driver, session: format!("http://127.0.0.1:{port}/session"), agent, _profile: profile };
        let capabilities = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome", "acceptInsecureCerts": true, "goog:chromeOptions": options,
        } } });
        let started = browser.call("POST", "", &capabilities);
        let id = started["sessionId"].as_str().unwrap_or_else(|| panic!("Chromium did not start: {started}"));
        browser.session = format!("{}/{id}", browser.session);
        browser
    }

    pub fn open(&self, url: &str) {
        self.call("POST", "/url", &json!({ "url": url }));
    }

    pub fn url(&self) -> String {
        text(&self.call("GET", "/url", &Value::Null))
    }

    /// The visible text of the first element that fits; waits for it.
    pub fn text(&self, css: &str) -> String {
        let element = self.wait_for(css);
        text(&self.call("GET", &format!("/element/{element}/text"), &Value::Null))
    }

    /// The visible texts of all elements that fit, now.
    pub fn texts(&self, css: &str) -> Vec<String> {
        self.elements(css)
            .iter()
            .map(|element| text(&self.call("GET", &format!("/element/{element}/text"), &Value::Null)))
            .collect()
    }

    /// The attributes or properties of all elements that fit, now.
    pub fn properties(&self, css: &str, property: &str) -> Vec<String> {
        self.elements(css)
            .iter()
            .map(|element| text(&self.call("GET", &format!("/element/{element}/property/{property}"), &Value::Null)))
            .collect()
    }

    pub fn click(&self, css: &str) {
        let element = self.wait_for(css);
        self.call("POST", &format!("/element/{element}/click"), &json!({}));
    }

    pub fn type_into(&self, css: &str, typed: &str) {
        let element = self.wait_for(css);
        self.call("POST", &format!("/element/{element}/value"), &json!({ "text": typed }));
    }

    /// Presses keys in whatever has the focus: `\u{e004}` is Tab, `\u{e007}` Enter, `\u{e00d}` Space.
    pub fn press(&self, keys: &str) {
        let actions: Vec<Value> = keys
            .chars()
            .flat_map(|key| {
                [
                    json!({ "type": "keyDown", "value": key.to_string() }),
                    json!({ "type": "keyUp", "value": key.to_string() }),
                ]
            })
            .collect();
        self.call("POST", "/actions", &json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] }));
    }

    /// The visible text of the element that has the focus.
    pub fn focused_text(&self) -> String {
        let element = text(&self.call("GET", "/element/active", &Value::Null)[ELEMENT]);
        text(&self.call("GET", &format!("/element/{element}/text"), &Value::Null))
    }

    /// Runs a script in the page.
    pub fn run(&self, script: &str) -> Value {
        self.call("POST", "/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// A picture of the page in `target/screenshots`, for people to look at.
    pub fn screenshot(&self, name: &str) -> PathBuf {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/screenshots");
        std::fs::create_dir_all(&folder).unwrap();
        let picture = text(&self.call("GET", "/screenshot", &Value::Null));
        let path = folder.join(format!("{name}.png"));
        std::fs::write(&path, base64::engine::general_purpose::STANDARD.decode(picture).unwrap()).unwrap();
        path
    }

    /// Waits until an element that fits is there.
    pub fn wait_for(&self, css: &str) -> String {
        let started = Instant::now();
        loop {
            if let Some(element) = self.elements(css).into_iter().next() {
                return element;
            }
            assert!(
                started.elapsed() < PATIENCE,
                "`{css}` did not appear on {}:\n{}",
                self.url(),
                text(&self.call("GET", "/source", &Value::Null))
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn elements(&self, css: &str) -> Vec<String> {
        let found = self.call("POST", "/elements", &json!({ "using": "css selector", "value": css }));
        found
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|element| element[ELEMENT].as_str().map(str::to_owned))
            .collect()
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        let url = format!("{}{path}", self.session);
        let answer = match method {
            "GET" => self.agent.get(&url).call(),
            "DELETE" => self.agent.delete(&url).call(),
            _ => self.agent.post(&url).send_json(body),
        };
        let mut answer: Value = answer.unwrap().body_mut().with_config().limit(64 << 20).read_json().unwrap();
        assert!(answer["value"]["error"].is_null(), "{method} {path}: {}", answer["value"]);
        answer["value"].take()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.agent.delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Starts chromedriver. None if it ends at once: a port that was free for one family of addresses was taken for the other.
fn driver(variables: &[(&str, &Path)]) -> Option<(Child, u16)> {
    let mut driver = Command::new("chromedriver")
        .arg("--port=0")
        .envs(variables.iter().copied())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("chromedriver is missing: apt-get install chromium chromium-driver");
    let port = port_of(&mut driver);
    if port.is_none() {
        driver.wait().unwrap();
    }
    Some((driver, port?))
}

fn port_of(driver: &mut Child) -> Option<u16> {
    let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
    let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
        line.split("successfully on port ").nth(1).and_then(|rest| rest.trim_end_matches('.').parse().ok())
    })?;
    std::thread::spawn(move || lines.for_each(drop));
    Some(port)
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
