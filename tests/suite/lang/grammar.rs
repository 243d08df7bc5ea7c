//! What stands in `grammar/` is true.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use claimsmith::engine::claim_types;
use claimsmith::input::{read_source, yaml};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct ClaimTypes {
    types: BTreeMap<String, String>,
    prefixes: BTreeMap<String, String>,
    values: BTreeMap<String, String>,
    properties: BTreeMap<String, String>,
}

#[test]
fn well_known_claim_types_are_uris_with_a_meaning() {
    let listed: ClaimTypes = yaml(&read_source(&root().join("grammar/claim-types.yaml")).unwrap()).unwrap();
    for (uri, meaning) in [&listed.types, &listed.prefixes, &listed.values, &listed.properties].into_iter().flatten() {
        assert!(uri.starts_with("http://") || uri.starts_with("https://aws."), "{uri}");
        assert!(!meaning.is_empty() && !meaning.ends_with('.'), "{uri}: {meaning}");
    }
    for known in [claim_types::PERMIT, claim_types::DENY, claim_types::GROUP, claim_types::WINDOWS_ACCOUNT_NAME] {
        assert!(listed.types.contains_key(known), "{known}");
    }
}

#[test]
fn every_function_that_a_deviation_names_is_there() {
    let text = fs::read_to_string(root().join("grammar/deviations.md")).unwrap();
    let mut sources = String::new();
    append_sources(&root().join("src"), &mut sources);
    let named = text.split('`').skip(1).step_by(2).filter(|word| word.contains("::") && !word.contains(' '));
    let mut count = 0;
    for path in named {
        let last = path.rsplit("::").next().unwrap();
        let kinds = ["fn ", "struct ", "enum ", "mod "].map(|kind| format!("{kind}{last}"));
        assert!(kinds.iter().any(|kind| sources.contains(kind)), "`{path}` is not in src");
        count += 1;
    }
    assert!(count > 30, "only {count} functions are named");
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn append_sources(folder: &Path, sources: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            append_sources(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}
