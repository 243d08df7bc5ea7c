//! Python packages that judge what we write: installed once, into a folder of their own.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

/// What is installed, and the options of `pip` for each list.
const LISTS: [(&str, &[&str]); 2] =
    [(include_str!("requirements.txt"), &[]), (include_str!("requirements-alone.txt"), &["--no-deps"])];

/// The Python interpreter that has the packages of the two lists beside this file.
///
/// They lie in `target/test-venv`, or in the folder that `CLAIMSMITH_TEST_VENV` names, and are installed anew when the
/// list has changed.
pub fn python() -> &'static Path {
    static PYTHON: OnceLock<PathBuf> = OnceLock::new();
    PYTHON.get_or_init(|| {
        let folder = std::env::var_os("CLAIMSMITH_TEST_VENV")
            .map_or_else(|| Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("test-venv"), PathBuf::from);
        install(&folder);
        folder.join("bin/python")
    })
}

/// Runs a script with `input` as JSON on its standard input, and reads JSON from its standard output.
pub fn judge(script: &str, input: &Value) -> Value {
    let mut child = Command::new(python())
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the script failed: {complaint}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("the script did not answer: {error}: {}{complaint}", String::from_utf8_lossy(&output.stdout))
    })
}

/// Installs the packages unless they are there. Several test runs may come here at once.
fn install(folder: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    // Beside the folder, since making the environment empties it. Released when the file is closed.
    let lock = std::fs::File::create(folder.with_extension("lock")).unwrap();
    lock.lock().unwrap();
    let stamp = folder.join(".installed");
    let wanted = LISTS.map(|(list, _)| list).concat();
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return;
    }
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder));
    for (list, options) in LISTS {
        let file = folder.join("requirements.txt");
        std::fs::write(&file, list).unwrap();
        run(Command::new(folder.join("bin/python"))
            .args(["-m", "pip", "install", "--quiet"])
            .args(options)
            .arg("--requirement")
            .arg(&file));
    }
    std::fs::write(&stamp, wanted).unwrap();
}

fn run(command: &mut Command) {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}; install it: apt-get install python3-venv"));
    assert!(
        output.status.success(),
        "the Python referees cannot be installed (they come from PyPI, and need the packages of tests/packages.txt): \
         {command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}
