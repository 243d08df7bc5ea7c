//! The cases of `testdata/rules/*.md`: prose says why, a `claims` block is the rule text, and a `findings` block lists
//! `line:column code` of everything that must be said about it. A `printed` block is the canonical form.

use std::path::PathBuf;

use claimsmith::lang::{Source, parse, print};

#[test]
fn every_case_has_exactly_its_findings() {
    let cases = cases();
    assert!(cases.len() > 40, "only {} cases were found", cases.len());
    let wrong: Vec<String> = cases.iter().filter_map(deviation).collect();
    assert!(wrong.is_empty(), "{} cases:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn messages_follow_the_style() {
    for case in cases() {
        for found in parse(&case.rules).diagnostics {
            for text in [Some(&found.message), found.label.as_ref(), found.help.as_ref()].into_iter().flatten() {
                let is_styled = !text.starts_with(char::is_uppercase) && !text.ends_with('.') && !text.contains('\n');
                assert!(is_styled || text.starts_with("AD FS"), "{}: {text}", case.place);
            }
            assert!(found.help.is_some(), "{}: {} has no help", case.place, found.message);
        }
    }
}

struct Case {
    place: String,
    rules: String,
    findings: Vec<String>,
    printed: Option<String>,
}

fn deviation(case: &Case) -> Option<String> {
    let parsed = parse(&case.rules);
    let source = Source::new("", case.rules.as_str());
    let found: Vec<String> = parsed
        .diagnostics
        .iter()
        .map(|found| {
            let at = source.position(found.span.start);
            format!("{}:{} {}", at.line, at.column, found.code)
        })
        .collect();
    if found != case.findings {
        let messages: Vec<&str> = parsed.diagnostics.iter().map(|found| found.message.as_str()).collect();
        return Some(format!("{}: wanted {:?}, found {found:?} {messages:#?}", case.place, case.findings));
    }
    let printed = print(&parsed.rule_set);
    let wanted = case.printed.as_ref()?;
    (printed != *wanted).then(|| format!("{}: wanted\n{wanted}printed\n{printed}", case.place))
}

fn cases() -> Vec<Case> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata/rules");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.sort();
    paths.iter().flat_map(|path| cases_of(path)).collect()
}

fn cases_of(path: &std::path::Path) -> Vec<Case> {
    let text = std::fs::read_to_string(path).unwrap();
    let file = path.file_name().unwrap().to_string_lossy().into_owned();
    let mut cases: Vec<Case> = Vec::new();
    let mut lines = text.lines().zip(1..);
    while let Some((line, number)) = lines.next() {
        let Some(language) = line.strip_prefix("```") else { continue };
        let mut block = String::new();
        for (inner, _) in lines.by_ref().take_while(|(inner, _)| *inner != "```") {
            block.push_str(inner);
            block.push('\n');
        }
        let last = || panic!("{file}:{number}: no `claims` block before this");
        match language {
            "claims" => {
                let place = format!("{file}:{number}");
                cases.push(Case { place, rules: block, findings: Vec::new(), printed: None });
            }
            "findings" => {
                cases.last_mut().unwrap_or_else(last).findings = block.lines().map(str::to_owned).collect();
            }
            "printed" => cases.last_mut().unwrap_or_else(last).printed = Some(block),
            other => panic!("{file}:{number}: unknown block `{other}`"),
        }
    }
    cases
}
