//! A real editor: Neovim, with the configuration of `docs/editors.md`.

use std::path::Path;
use std::process::Command;

use super::example;

const RULES: &str = "\
@RuleName=\"🦊 Groups\"
c:[Type == \"https://schemas.xmlsoap.org/claims/Group\"] => ISSUE(claim=c);
=> add(Type = \"urn:example:own\", Value = \"v\");
";

#[test]
fn neovim_shows_finds_fixes_formats_and_completes() {
    let (_copy, folder) = example();
    std::fs::remove_file(folder.join("trust.yaml")).unwrap();
    std::fs::write(folder.join("issuance.claims"), RULES).unwrap();
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/nvim");
    let programs = Path::new(env!("CARGO_BIN_EXE_rulecheck")).parent().unwrap();
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
    let output = Command::new("timeout")
        .args(["120", "nvim", "--headless", "-n", "-u"])
        .arg(scripts.join("init.lua"))
        .arg("-c")
        .arg(format!("luafile {}", scripts.join("drive.lua").display()))
        .current_dir(&folder)
        .env("PATH", path)
        .env("HOME", &folder)
        .env_remove("XDG_CONFIG_HOME")
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("Neovim does not start: {error}; apt-get install neovim"));
    let seen = String::from_utf8_lossy(&output.stdout);
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "Neovim (apt-get install neovim): {seen}\n{complaints}");
    insta::assert_snapshot!("neovim", seen);
}

#[test]
fn the_documentation_shows_what_was_tried() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let tried = std::fs::read_to_string(root.join("tests/nvim/init.lua")).unwrap();
    let (_, configuration) = tried.split_once('\n').unwrap();
    let page = std::fs::read_to_string(root.join("docs/editors.md")).unwrap();
    assert!(page.contains(&format!("```lua\n{configuration}```")), "docs/editors.md differs from tests/nvim/init.lua");
}
