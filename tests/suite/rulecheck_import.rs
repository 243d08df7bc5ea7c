//! `rulecheck import`: what exports of AD FS become, and what is refused.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use claimsmith::config::trust;
use claimsmith::import::{Export, Layout};
use claimsmith::lang::Source;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::rulecheck::{folder_with, rulecheck, text};

const TRUST: &str = r#"{ "Name": "Wiki", "Identifier": ["urn:wiki"], "IssuanceTransformRules": "" }"#;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/cli/rulecheck/import.in").join(name)
}

/// Imports fixtures, and gives every file that was written.
fn imported(names: &[&str]) -> (tempfile::TempDir, BTreeMap<String, String>) {
    let folder = tempfile::tempdir().unwrap();
    let paths: Vec<String> = names.iter().map(|name| fixture(name).display().to_string()).collect();
    let mut arguments = vec!["import", "-o", "adfs"];
    arguments.extend(paths.iter().map(String::as_str));
    let output = rulecheck(folder.path(), &arguments, b"");
    assert!(output.status.code() < Some(2), "{}", text(&output.stderr));
    let mut files = BTreeMap::new();
    read_all(&folder.path().join("adfs"), "", &mut files);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary folder stays");
    (folder, files)
}

fn read_all(folder: &Path, prefix: &str, files: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            read_all(&entry.path(), &format!("{name}/"), files);
        } else {
            files.insert(name, fs::read_to_string(entry.path()).unwrap());
        }
    }
}

/// The layout of one export, as a text.
fn layout(export: &str) -> Layout {
    let mut read = Export::default();
    read.add(&Source::new("export.json", export)).unwrap();
    Layout::new(read).unwrap()
}

#[test]
fn the_text_of_every_rule_set_is_unchanged() {
    let (_folder, files) = imported(&["relying-parties.json", "claims-providers.json"]);
    let exported: Vec<Value> = ["relying-parties.json", "claims-providers.json"]
        .iter()
        .flat_map(|name| {
            let json = fs::read_to_string(fixture(name)).unwrap();
            serde_json::from_str::<Vec<Value>>(&json).unwrap()
        })
        .collect();
    let mut compared = 0;
    for (folder, name) in [
        ("relying-parties/Amazon-Web-Services", "Amazon Web Services"),
        ("relying-parties/HR-Portal-Zürich", "HR Portal (Zürich)"),
        ("relying-parties/Office-Cloud", "Office Cloud"),
        ("relying-parties/wiki", "../wiki"),
        ("claims-providers/Active-Directory", "Active Directory"),
        ("claims-providers/Fabrikam", "Fabrikam"),
    ] {
        let trust = exported.iter().find(|trust| trust["Name"] == name).unwrap();
        for (property, file) in [
            ("AcceptanceTransformRules", "acceptance.claims"),
            ("IssuanceAuthorizationRules", "authorization.claims"),
            ("IssuanceTransformRules", "issuance.claims"),
            ("AdditionalAuthenticationRules", "additional_authentication.claims"),
            ("DelegationAuthorizationRules", "not-used/delegation.claims"),
            ("ImpersonationAuthorizationRules", "not-used/impersonation.claims"),
        ] {
            let file = format!("{folder}/{file}");
            match trust[property].as_str().filter(|rules| !rules.is_empty()) {
                Some(rules) => {
                    assert_eq!(files[&file], rules, "{file}");
                    assert!(rules.contains("\r\n"), "the fixture has the line ends of Windows");
                    compared += 1;
                }
                None => assert!(!files.contains_key(&file) || property.starts_with("Acceptance"), "{file}"),
            }
        }
    }
    assert_eq!(compared, 10);
}

#[test]
fn what_can_be_served_loads_and_runs() {
    let (folder, _) = imported(&["relying-parties.json", "claims-providers.json"]);
    let root = folder.path().join("adfs/relying-parties");
    let aws = trust::load(&root.join("Amazon-Web-Services")).map_err(|error| error.to_string()).unwrap();
    assert_eq!(&*aws.relying_party.identifier, "urn:amazon:webservices");
    assert_eq!(aws.relying_party.endpoints.len(), 1);
    assert!(aws.relying_party.profile.is_some());
    assert_eq!(aws.rule_sets.len(), 3, "acceptance is that of the exported Active Directory trust");
    let portal = trust::load(&root.join("HR-Portal-Zürich")).map_err(|error| error.to_string()).unwrap();
    assert_eq!(portal.relying_party.default_endpoint().unwrap().url, "https://hr.example.com/saml/acs");
    assert_eq!(portal.relying_party.request_certificates.len(), 1);
    assert!(portal.relying_party.requires_signed_requests);
    assert!(portal.pipeline.authorization.is_none(), "the access control policy is no rule set: nobody is let in");
    let cloud = trust::load(&root.join("Office-Cloud")).map_err(|error| error.to_string()).unwrap();
    assert!(cloud.relying_party.endpoints.is_empty(), "its rules can be tried out, and it cannot be served");
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/directory.yaml").display().to_string();
    let rules = root.join("Amazon-Web-Services").display().to_string();
    let output = rulecheck(folder.path(), &["eval", &rules, "--user", "alice", "--directory", &directory], b"");
    assert!(text(&output.stdout).starts_with("alice: permitted\n"), "{}", text(&output.stderr));
}

#[test]
fn the_report_tells_what_was_not_carried() {
    let (_folder, files) = imported(&["relying-parties.json", "claims-providers.json"]);
    let report = &files["IMPORT.md"];
    for told in [
        "Permit specific group",
        "`CORP\\HR`",
        "**look**: Identifier",
        "**look**: EncryptClaims",
        "**look**: WSFedEndpoint",
        "**look**: Enabled",
        "the attribute store `HR database`",
        "devicecontext/claims/ismanaged",
        "- NotBeforeSkew",
        "- TokenLifetime",
        "- DelegationAuthorizationRules",
        "`issuance.claims:7:72`",
    ] {
        assert!(report.contains(told), "{told}");
    }
    let record = &files["relying-parties/HR-Portal-Zürich/adfs.yaml"];
    insta::assert_snapshot!(record.replace(&fixture("").display().to_string(), "/"));
}

#[test]
fn names_of_trusts_lead_nowhere_else() {
    let long = "n".repeat(300);
    let names =
        ["../../etc", "CON", "", "A b", "a B", "/", "..", "x\u{0}y", "语言", "\u{202e}gnp", "C:\\x", long.as_str()];
    let trusts: Vec<Value> = names
        .iter()
        .enumerate()
        .map(|(at, name)| json!({ "Name": name, "Identifier": [format!("urn:{at}")], "IssuanceTransformRules": "x" }))
        .collect();
    let layout = layout(&json!(trusts).to_string());
    let mut folders: Vec<&str> = layout.trusts.iter().map(|placed| placed.folder.as_str()).collect();
    folders.sort_unstable();
    folders.dedup_by_key(|folder| folder.to_lowercase());
    assert_eq!(folders.len(), names.len());
    for path in layout.files.keys() {
        let parts: Vec<&str> = path.split('/').collect();
        assert!(path == "IMPORT.md" || parts.len() == 3 && parts[0] == "relying-parties", "{path}");
        assert!(parts.iter().all(|part| !part.starts_with('.') && part.len() < 255), "{path}");
        assert!(!path.contains(['\\', '\0', ':', '\u{202e}']), "{path}");
    }
}

#[test]
fn a_broken_export_is_told_with_its_place() {
    let folder = folder_with(&[("cut.json", "[\n  { \"Name\": \"W\u{fc}rth\", "), ("deep.json", &"[".repeat(100_000))]);
    let cut = rulecheck(folder.path(), &["import", "cut.json", "-o", "x"], b"");
    assert_eq!(cut.status.code(), Some(2));
    assert!(text(&cut.stderr).contains("cut.json:2:21"), "{}", text(&cut.stderr));
    assert!(text(&cut.stderr).contains("export it again"), "{}", text(&cut.stderr));
    let deep = rulecheck(folder.path(), &["import", "deep.json", "-o", "x"], b"");
    assert_eq!(deep.status.code(), Some(2));
    assert!(!folder.path().join("x").exists());
}

#[test]
fn an_export_that_is_too_large_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    fs::File::create(folder.path().join("large.json")).unwrap().set_len(100 * 1024 * 1024).unwrap();
    let output = rulecheck(folder.path(), &["import", "large.json", "-o", "x"], b"");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stderr).lines().count(), 1, "{}", text(&output.stderr));
    assert!(!folder.path().join("x").exists());
}

#[test]
fn an_empty_folder_is_taken_and_a_file_is_not() {
    let folder = folder_with(&[("export.json", TRUST), ("file", "")]);
    fs::create_dir(folder.path().join("empty")).unwrap();
    assert_eq!(rulecheck(folder.path(), &["import", "export.json", "-o", "empty"], b"").status.code(), Some(1));
    assert!(folder.path().join("empty/IMPORT.md").exists());
    assert_eq!(rulecheck(folder.path(), &["import", "export.json", "-o", "file"], b"").status.code(), Some(2));
    assert_eq!(rulecheck(folder.path(), &["import", "export.json", "-o", "no/such"], b"").status.code(), Some(2));
    let piped = rulecheck(folder.path(), &["import", "-", "-o", "piped"], TRUST.as_bytes());
    assert_eq!(piped.status.code(), Some(1), "{}", text(&piped.stderr));
}

/// Texts with everything that an encoding could lose.
fn odd_text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "\r\n",
        "\n",
        "\r",
        "\t",
        " ",
        "\"",
        "\\",
        "\\\\",
        "'",
        "<",
        ">",
        "&",
        "&amp;",
        "]]>",
        "_x000D_",
        "_x000d_",
        "_X005F_",
        "_x",
        "_",
        "\u{0}",
        "\u{1}",
        "\u{7f}",
        "\u{85}",
        "\u{2028}",
        "\u{feff}",
        "\u{fffd}",
        "\u{fffe}",
        "😀",
        "é",
        "e\u{301}",
        "System.Object[]",
        "c:[] => issue(claim = c);",
    ]);
    prop::collection::vec(prop_oneof![pieces.prop_map(str::to_owned), any::<char>().prop_map(String::from)], 1..20)
        .prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    /// Importing what was exported gives the text that was exported, whatever it holds.
    #[test]
    fn a_text_comes_back_from_json(rules in odd_text(), escaped in any::<bool>()) {
        let trust = json!([{ "Name": "T", "Identifier": ["urn:t"], "IssuanceTransformRules": rules }]);
        let mut export = trust.to_string();
        if escaped {
            export = export.chars().fold(String::new(), |mut text, c| {
                let mut units = [0; 2];
                match c {
                    ' '..='~' => text.push(c),
                    _ => c.encode_utf16(&mut units).iter().for_each(|unit| text.push_str(&format!("\\u{unit:04x}"))),
                }
                text
            });
        }
        prop_assert_eq!(&layout(&export).files["relying-parties/T/issuance.claims"], &rules);
    }
}
