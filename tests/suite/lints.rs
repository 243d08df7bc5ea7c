//! Every lint has a page, and the page is true.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use claimsmith::engine::Stage;
use claimsmith::engine::trust::Profile;
use claimsmith::harness::check::{self, Settings};
use claimsmith::lang::{Applicability, Diagnostic, Source};
use claimsmith::lint::{ALL, Level, Lint};

use crate::support::rulecheck::{rulecheck, text};

/// An example of a page.
struct Example<'a> {
    /// `avoid` or `prefer`.
    kind: &'a str,
    stage: Option<Stage>,
    profile: Option<Profile>,
    text: String,
}

/// The examples of a page: fenced blocks that begin with a line such as ```` ```claims avoid stage=issuance ````.
fn examples(page: &str) -> Vec<Example<'_>> {
    let mut found = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(words) = line.strip_prefix("```claims ") else { continue };
        let mut words = words.split(' ');
        let mut example = Example { kind: words.next().unwrap(), stage: None, profile: None, text: String::new() };
        for word in words {
            match word.split_once('=').unwrap() {
                ("stage", "acceptance") => example.stage = Some(Stage::Acceptance),
                ("stage", "authorization") => example.stage = Some(Stage::Authorization),
                ("stage", "additional_authentication") => example.stage = Some(Stage::AdditionalAuthentication),
                ("stage", "issuance") => example.stage = Some(Stage::Issuance),
                ("profile", "aws") => example.profile = Some(Profile::Aws),
                other => panic!("no example can be run with {other:?}"),
            }
        }
        for line in lines.by_ref().take_while(|line| *line != "```") {
            example.text.push_str(line);
            example.text.push('\n');
        }
        found.push(example);
    }
    found
}

/// The authorization rules around an example of another stage.
const PERMIT: &str = r#"=> issue(Type = "http://schemas.microsoft.com/authorization/claims/permit", Value = "true");"#;

fn findings(lint: &Lint, example: &Example<'_>) -> Vec<Diagnostic> {
    let source = Source::new(lint.code, &*example.text);
    let mut settings = Settings::default();
    if lint.default_level == Level::Off {
        settings.levels.choose(lint.code, Level::Warning);
    }
    match example.stage {
        Some(Stage::Authorization) => {
            check::trust(example.profile, &[(Stage::Authorization, &source)], &settings).remove(0)
        }
        Some(stage) => {
            let permit = Source::new("authorization", PERMIT);
            let rule_sets = [(Stage::Authorization, &permit), (stage, &source)];
            check::trust(example.profile, &rule_sets, &settings).remove(1)
        }
        None => check::rule_set(&source, &settings),
    }
}

#[test]
fn the_examples_of_a_page_raise_what_it_says() {
    let mut faults = String::new();
    for lint in ALL {
        let examples = examples(lint.page);
        let kinds: BTreeSet<&str> = examples.iter().map(|example| example.kind).collect();
        assert_eq!(kinds, BTreeSet::from(["avoid", "prefer"]), "{}: a page shows both", lint.code);
        for example in &examples {
            let found = findings(lint, example);
            let codes: BTreeSet<&str> = found.iter().map(|finding| finding.code).collect();
            let is_right = match example.kind {
                "avoid" => codes == BTreeSet::from([lint.code]),
                _ => !codes.contains(lint.code),
            };
            if !is_right {
                writeln!(faults, "{} {} raises {codes:?}:\n{}{found:#?}", lint.code, example.kind, example.text)
                    .unwrap();
            }
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn a_page_has_the_sections_that_people_look_for() {
    for lint in ALL {
        assert!(lint.page.starts_with(&format!("# {} {}\n\n", lint.code, lint.name)), "{}", lint.code);
        for section in ["## Why it matters", "## Examples", "## Fix", "## Settings", "## Related"] {
            assert!(lint.page.contains(&format!("\n{section}\n\n")), "{}: no `{section}`", lint.code);
        }
        let fix = lint.page.split("\n## Fix\n\n").nth(1).unwrap();
        let word = match lint.fixes {
            Some(Applicability::Safe) => "Safe",
            Some(Applicability::Unsafe) => "Unsafe",
            None => "None",
        };
        assert!(fix.starts_with(word), "{}: its fix is {word}", lint.code);
        assert!(lint.summary().ends_with('.'), "{}: `{}`", lint.code, lint.summary());
    }
}

#[test]
fn rule_prints_the_page_of_a_code_and_of_a_name() {
    for lint in ALL {
        for wanted in [lint.code.to_owned(), lint.code.to_lowercase(), lint.name.to_owned()] {
            let output = rulecheck(Path::new("."), &["rule", &wanted], b"");
            assert_eq!((output.status.code(), text(&output.stdout)), (Some(0), lint.page), "{wanted}");
        }
    }
}

#[test]
fn no_lint_offers_more_than_it_says() {
    for lint in ALL {
        for example in examples(lint.page) {
            for fix in findings(lint, &example).into_iter().filter(|found| found.code == lint.code) {
                assert!(fix.fix.map(|fix| fix.applicability) <= lint.fixes, "{}", lint.code);
            }
        }
    }
}

#[test]
fn codes_are_sorted_and_each_has_a_page_and_a_row() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/lints");
    let table = fs::read_to_string(folder.join("README.md")).unwrap();
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| [")).collect();
    let codes: Vec<&str> = ALL.iter().map(|lint| lint.code).collect();
    let mut sorted = codes.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(codes, sorted, "sorted, and none twice");
    let names: BTreeSet<&str> = ALL.iter().map(|lint| lint.name).collect();
    assert_eq!(names.len(), codes.len(), "names differ");
    for lint in ALL {
        let fix = match lint.fixes {
            Some(Applicability::Safe) => "safe",
            Some(Applicability::Unsafe) => "unsafe",
            None => "-",
        };
        let (code, name, level) = (lint.code, lint.name, lint.default_level.as_str());
        let row = format!("| [{code}]({code}.md) | {name} | {level} | {fix} | ");
        assert!(rows.iter().any(|line| line.starts_with(&row)), "docs/lints/README.md has no row `{row}`");
        assert_eq!(fs::read_to_string(folder.join(format!("{code}.md"))).unwrap(), lint.page);
    }
    assert_eq!(rows.len(), ALL.len(), "docs/lints/README.md has rows of lints that are not there");
}
