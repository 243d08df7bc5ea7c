//! What the README and the guide say is true.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

const CLAIMSMITH: &str = env!("CARGO_BIN_EXE_claimsmith");

#[test]
fn its_commands_print_what_it_shows() {
    trycmd::TestCases::new()
        .register_bin("rulecheck", Path::new(env!("CARGO_BIN_EXE_rulecheck")))
        .env("NO_COLOR", "1")
        .case("README.md")
        .case("docs/rule-tests.md");
}

#[test]
fn its_configuration_passes_the_check_and_gives_metadata() {
    for page in ["README.md", "docs/operate.md"] {
        passes_the_check_and_gives_metadata(page);
    }
}

fn passes_the_check_and_gives_metadata(page: &str) {
    let page = read(page);
    let yaml = page.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
    // In a list it stands further in.
    let inset = yaml.len() - yaml.trim_start().len();
    let yaml: String = yaml.lines().map(|line| line.get(inset..).unwrap_or_default().to_owned() + "\n").collect();
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let generated =
        run(&["keys", "generate", "--name", "sts.example.com", "--out-dir", folder.path().to_str().unwrap()]);
    assert_eq!(generated.0, Some(0), "{}", generated.1);
    for (from, to) in [("signing.crt", "tls.crt"), ("signing.key", "tls.key"), ("signing.crt", "corp-ca.pem")] {
        std::fs::copy(at(from), at(to)).unwrap();
    }
    std::fs::write(at("bind-password"), "secret").unwrap();
    std::fs::write(at("session.key"), "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n").unwrap();
    for secret in ["bind-password", "session.key", "tls.key"] {
        std::fs::set_permissions(at(secret), std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    std::fs::write(at("claimsmith.yaml"), yaml).unwrap();
    std::fs::create_dir(at("aws")).unwrap();
    for entry in std::fs::read_dir(root().join("rules/aws/groups")).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, at("aws").join(path.file_name().unwrap())).unwrap();
    }

    let configuration = at("claimsmith.yaml");
    let configuration = configuration.to_str().unwrap();
    let (code, told) = run(&["config", "check", "--config", configuration]);
    assert_eq!(code, Some(0), "{told}");
    let (code, metadata) = run(&["metadata", "--config", configuration]);
    assert_eq!(code, Some(0), "{metadata}");
    assert!(metadata.contains("entityID=\"http://sts.example.com/adfs/services/trust\""), "{metadata}");
}

#[test]
fn the_rule_it_shows_is_the_shipped_one() {
    let readme = read("README.md");
    let rule = readme.split("```text\n").find(|block| block.starts_with("@RuleName")).unwrap();
    let rule = rule.split("```").next().unwrap();
    assert!(read("rules/aws/groups/issuance.claims").contains(rule.trim_end()), "{rule}");
}

#[test]
fn every_setting_is_in_the_guide() {
    let pages = std::fs::read_dir(root().join("docs/operate")).unwrap();
    let guide: String = pages.map(|page| std::fs::read_to_string(page.unwrap().path()).unwrap()).collect();
    let mut missing = Vec::new();
    for entry in std::fs::read_dir(root().join("src/config/server")).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        for section in text.split("#[serde(deny_unknown_fields)]").skip(1) {
            let fields = section.split('{').nth(1).unwrap().split('}').next().unwrap();
            let names = fields.lines().filter_map(|line| line.trim().split_once(": ")).map(|(name, _)| name);
            let names = names.map(|name| name.trim_start_matches("pub(super) "));
            missing.extend(names.filter(|name| !guide.contains(&format!("{name}`"))).map(str::to_owned));
        }
    }
    missing.retain(|name| {
        ![
            "listen",
            "signing",
            "directory",
            "sessions",
            "lockout",
            "passwords",
            "network",
            "management",
            "log",
            "file",
            "key",
        ]
        .contains(&name.as_str())
    });
    assert!(missing.is_empty(), "docs/operate does not explain {missing:?}");
}

#[test]
fn links_between_the_operators_pages_lead_somewhere() {
    let mut pages = vec![root().join("README.md"), root().join("docs/operate.md")];
    pages.extend(std::fs::read_dir(root().join("docs/operate")).unwrap().map(|page| page.unwrap().path()));
    for page in pages {
        let text = std::fs::read_to_string(&page).unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.contains("://") {
                continue;
            }
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if path.is_empty() { page.clone() } else { page.parent().unwrap().join(path) };
            assert!(target.exists(), "{}: {link}", page.display());
            let headings = || std::fs::read_to_string(&target).unwrap();
            assert!(
                anchor.is_empty() || headings().lines().any(|line| line.starts_with('#') && anchor_of(line) == anchor),
                "{}: {link} is no heading there",
                page.display()
            );
        }
    }
}

/// How a link names a heading.
fn anchor_of(heading: &str) -> String {
    let plain = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = plain.chars().filter(|letter| letter.is_alphanumeric() || "-_ ".contains(*letter));
    kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect()
}

fn run(arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(CLAIMSMITH).args(arguments).output().unwrap();
    let told = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&told).into_owned())
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
