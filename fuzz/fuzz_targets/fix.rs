//! Making the safe fixes of rules that can be read ends, leaves rules that can be read, and leaves none of them to make.
#![cfg_attr(fuzzing, no_main)]

use claimsmith::config::rules;
use claimsmith::harness::check::{self, Settings};
use claimsmith::lang::{Applicability, Diagnostic, Fix, Source, fix};

/// As often as `rulecheck check --fix` looks again.
const ROUNDS: usize = 20;

pub fn holds(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut source = Source::new("rules", text);
    let before = errors(&source);
    for _ in 0..ROUNDS {
        let found = check::rule_set(&source, &Settings::default());
        let fixes: Vec<&Fix> = found
            .iter()
            .filter_map(|finding| finding.fix.as_ref())
            .filter(|fix| fix.applicability == Applicability::Safe)
            .collect();
        if fixes.is_empty() {
            return;
        }
        let (changed, made) = fix::apply(&source.text, &fixes);
        assert!(made.contains(&true), "{fixes:?}");
        source = Source::new("rules", changed);
        assert!(errors(&source) <= before, "{}", source.text);
    }
    // Each round makes some: what is left after so many is a large file, or two fixes that undo one another.
    assert!(text.len() > ROUNDS * 8, "{}", source.text);
}

fn errors(source: &Source) -> usize {
    rules::compile(source).diagnostics.iter().filter(|found| Diagnostic::is_error(found)).count()
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| holds(bytes));
