//! `rulecheck import`: what exports of AD FS become, and what is refused.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use claimsmith::config::trust;
use claimsmith::import::{Export, Layout};
use claimsmith::lang::Source;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::random_rules;
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
fn every_form_of_one_export_gives_the_same() {
    let (_json, json) = imported(&["relying-parties.json"]);
    let (_xml, xml) = imported(&["relying-parties.xml"]);
    let (_list, list) = imported(&["relying-parties.txt"]);
    assert_eq!(json.keys().collect::<Vec<_>>(), xml.keys().collect::<Vec<_>>());
    let mut rules = 0;
    for (name, text) in &json {
        let is = |extension: &str| Path::new(name).extension().is_some_and(|found| found == extension);
        if is("claims") {
            assert_eq!(xml[name], *text, "{name}");
            assert_eq!(list[name], *text, "{name}");
            rules += 1;
        } else if is("pem") {
            assert_eq!(xml[name], *text, "{name}");
        } else if name.ends_with("trust.yaml") {
            assert_eq!(xml[name].replace("parties.xml", "parties.json"), *text, "{name}");
        }
    }
    assert_eq!(rules, 8);
    assert!(list["IMPORT.md"].contains("**look**: SamlEndpoints: the export does not go deep enough"));
}

#[test]
fn one_export_in_every_encoding_gives_the_same() {
    let json = fs::read_to_string(fixture("one-trust.json")).unwrap();
    let little = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let big = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    let encodings: [Vec<u8>; 5] = [
        json.as_bytes().to_vec(),
        [b"\xef\xbb\xbf", json.as_bytes()].concat(),
        [b"\xff\xfe".to_vec(), little(&json)].concat(),
        [b"\xfe\xff".to_vec(), big(&json)].concat(),
        json.replace("\r\n", "\n").into_bytes(),
    ];
    let mut written = Vec::new();
    for bytes in encodings {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("e.json"), bytes).unwrap();
        assert_eq!(rulecheck(folder.path(), &["import", "e.json", "-o", "o"], b"").status.code(), Some(0));
        let mut files = BTreeMap::new();
        read_all(&folder.path().join("o"), "", &mut files);
        written.push(files);
    }
    assert!(written.windows(2).all(|two| two[0] == two[1]));
}

#[test]
fn hostile_xml_is_refused_with_one_message() {
    let clixml = |body: &str| format!("<Objs xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">{body}</Objs>");
    let laughs = "<!DOCTYPE Objs [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]>".to_owned() + &clixml("<S>&b;</S>");
    let files = [
        ("laughs.xml", laughs),
        ("deep.xml", clixml(&("<Obj>".repeat(50_000) + &"</Obj>".repeat(50_000)))),
        ("many.xml", clixml(&"<S/>".repeat(2_100_000))),
        ("cut.xml", clixml("<Obj RefId=\"0\"><Props><S N=\"Name\">a")),
        ("saml.xml", "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"/>".to_owned()),
    ];
    for (name, text_of) in &files {
        let folder = folder_with(&[(name, text_of)]);
        let output = rulecheck(folder.path(), &["import", name, "-o", "x"], b"");
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert_eq!(text(&output.stderr).lines().count(), 1, "{name}: {}", text(&output.stderr));
        assert!(text(&output.stderr).contains("this is no export of `Export-Clixml`"), "{}", text(&output.stderr));
        assert!(!folder.path().join("x").exists());
    }
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
fn the_rules_of_a_trust_alone_are_named_for_their_file() {
    let list =
        "\r\nIssuanceTransformRules : c:[Type == \"t\"]\r\n                          => issue(claim = c);\r\n\r\n";
    let json = r#"{ "IssuanceTransformRules": "c:[Type == \"t\"]\r\n => issue(claim = c);" }"#;
    for (name, export) in [("payroll.txt", list), ("payroll.json", json)] {
        let folder = folder_with(&[(name, export)]);
        let output = rulecheck(folder.path(), &["import", name, "-o", "o"], b"");
        assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
        let rules = fs::read_to_string(folder.path().join("o/relying-parties/payroll/issuance.claims")).unwrap();
        assert_eq!(rules, "c:[Type == \"t\"]\r\n => issue(claim = c);", "{name}");
        assert!(text(&output.stdout).contains("look: Identifier: the export names no identifier"), "{name}");
    }
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

/// As PowerShell writes a text into CLIXML.
fn clixml_text(text: &str) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    let written = units.iter().enumerate().map(|(at, &unit)| {
        let begins_escape = unit == u16::from(b'_') && matches!(units.get(at + 1), Some(0x58 | 0x78));
        match char::from_u32(u32::from(unit)).filter(|c| !begins_escape && unit < 0xfffe && !c.is_control()) {
            Some('<') => "&lt;".to_owned(),
            Some('>') => "&gt;".to_owned(),
            Some('&') => "&amp;".to_owned(),
            Some(character) => character.to_string(),
            None => format!("_x{unit:04X}_"),
        }
    });
    written.collect()
}

/// As `Format-List` shows a trust on a console of this width; breaks before words, or after the last character that fits.
fn format_list(rules: &str, width: usize, at_words: bool) -> String {
    let mut text = String::from("\r\n\r\nIdentifier             : {urn:t}\r\nName                   : T\r\n");
    let room = width - 25;
    let mut label = "IssuanceTransformRules : ";
    for line in rules.split("\r\n") {
        let mut rest: Vec<char> = line.chars().collect();
        loop {
            let blank = rest.iter().take(room + 1).rposition(|c| *c == ' ').filter(|at| at_words && *at > 0);
            let end = if rest.len() <= room { rest.len() } else { blank.unwrap_or(room) };
            let tail = rest.split_off(end);
            text = text + label + &rest.iter().collect::<String>() + "\r\n";
            label = "                         ";
            rest = tail;
            if at_words && rest.first() == Some(&' ') {
                rest.remove(0);
            }
            if rest.is_empty() {
                break;
            }
        }
    }
    text + "\r\n\r\n"
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    /// Importing what was exported gives the text that was exported, whatever it holds.
    #[test]
    fn a_text_comes_back_from_json(rules in odd_text(), escaped in any::<bool>()) {
        let trust = json!([{ "Name": "T", "Identifier": ["urn:t"], "IssuanceTransformRules": rules }]);
        let mut export = trust.to_string();
        if escaped {
            let escaped = |c: char| match c {
                ' '..='~' => c.to_string(),
                _ => c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect::<Vec<_>>().concat(),
            };
            export = export.chars().map(escaped).collect();
        }
        prop_assert_eq!(&layout(&export).files["relying-parties/T/issuance.claims"], &rules);
    }

    #[test]
    fn a_text_comes_back_from_clixml(rules in odd_text()) {
        let export = format!(
            "<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">\n  <Obj RefId=\"0\">\n    \
             <Props>\n      <S N=\"Name\">T</S>\n      <S N=\"Identifier\">urn:t</S>\n      \
             <S N=\"IssuanceTransformRules\">{}</S>\n    </Props>\n  </Obj>\n</Objs>",
            clixml_text(&rules)
        );
        prop_assert_eq!(&layout(&export).files["relying-parties/T/issuance.claims"], &rules);
    }

    /// What AD FS printed comes back from a list, or the list is refused; no width of a console lets it through changed.
    #[test]
    fn a_text_comes_back_from_a_list_or_not_at_all(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        literal in "[a-z :/.]{1,60}",
        width in prop_oneof![60_usize..300, Just(10_000)],
        at_words in any::<bool>(),
    ) {
        let rules = random_rules::rules(&mut random_rules::Choices::new(&bytes)).replace("\"a\"", &format!("{literal:?}"));
        let parsed = claimsmith::lang::parse(&rules);
        prop_assume!(parsed.is_ok() && !parsed.rule_set.rules.is_empty());
        let printed = claimsmith::lang::print(&parsed.rule_set).replace('\n', "\r\n");
        let source = Source::new("list.txt", format_list(&printed, width, at_words));
        let mut export = Export::default();
        match export.add(&source) {
            Ok(()) => {
                let layout = Layout::new(export).unwrap();
                prop_assert_eq!(&layout.files["relying-parties/T/issuance.claims"], &printed);
            }
            Err(error) => {
                prop_assert!(error.to_string().contains("may have broken this line"), "{}", error);
                let widest = source.text.lines().map(str::len).max();
                prop_assert!(width < 10_000 || printed.lines().map(|line| line.len() + 25).max() == widest);
            }
        }
    }
}
