//! Whatever an export holds, its rules are carried byte for byte, its files stay in their folder, and each `trust.yaml`
//! can be read and says who the trust is.
#![cfg_attr(fuzzing, no_main)]

use claimsmith::config::trust;
use claimsmith::import::{Export, Layout, TrustKind};
use claimsmith::input::decode;

pub fn holds(bytes: &[u8]) {
    let Ok(source) = decode(bytes, "export") else { return };
    let mut export = Export::default();
    if let Err(error) = export.add(&source) {
        if let Some((source, finding)) = error.diagnostic() {
            assert!(source.text.get(finding.span.start..finding.span.end).is_some(), "{error}");
        }
        return;
    }
    let Ok(layout) = Layout::new(export.clone()) else { return };
    assert_eq!(layout.trusts.len(), export.trusts.len());
    stays_inside(&layout);
    for placed in &layout.trusts {
        for set in &placed.trust.rule_sets {
            assert_eq!(layout.files.get(&format!("{}/{}", placed.folder, set.kind.file())), Some(&set.text));
        }
        let files: Vec<(&str, &str)> = placed
            .files
            .iter()
            .map(|name| (name.as_str(), layout.files[&format!("{}/{name}", placed.folder)].as_str()))
            .collect();
        if placed.trust.kind == TrustKind::RelyingParty
            && let Ok(loaded) = trust::from_texts("trust", &files)
        {
            assert!(placed.trust.identifiers.iter().any(|known| **known == *loaded.relying_party.identifier));
        }
    }
}

fn stays_inside(layout: &Layout) {
    let mut folded = std::collections::BTreeSet::new();
    for path in layout.files.keys() {
        let is_name = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.contains(['\\', ':', '\0']);
        assert!(path.split('/').all(is_name), "{path}");
        assert!(folded.insert(path.to_lowercase()), "{path}");
    }
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| holds(bytes));
