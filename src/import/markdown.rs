//! `IMPORT.md`: what became of an export, for people who will not see the terminal.

use std::fmt::Write as _;

use super::placed_trust::PlacedTrust;
use super::remark::{Remark, Weight};

const HEAD: &str = "\
# What was imported from AD FS

Written by `rulecheck import`. The rule files (`*.claims`) hold the text of AD FS unchanged; `adfs.yaml` beside them
records everything else that the export says. Files in `not-used` are kept, and no sign-on runs them.

";

/// The text.
pub(super) fn text(trusts: &[PlacedTrust], beside: &[Remark]) -> String {
    let mut markdown = HEAD.to_owned();
    table(&mut markdown, trusts);
    if !beside.is_empty() {
        markdown.push_str("\n## Beside the trusts\n\n");
        remarks(&mut markdown, beside);
    }
    for placed in trusts {
        trust(&mut markdown, placed);
    }
    markdown
}

fn table(markdown: &mut String, trusts: &[PlacedTrust]) {
    if trusts.is_empty() {
        return;
    }
    markdown.push_str("| trust | folder | to look at |\n| --- | --- | --- |\n");
    for PlacedTrust { folder, trust, .. } in trusts {
        let count = trust.remarks.iter().filter(|remark| remark.weight == Weight::Attention).count();
        // INVARIANT: writing to a `String` cannot fail.
        let _ = writeln!(markdown, "| {} | `{folder}` | {count} |", cell(trust.title()));
    }
}

fn trust(markdown: &mut String, placed: &PlacedTrust) {
    let PlacedTrust { folder, files, trust } = placed;
    // INVARIANT: writing to a `String` cannot fail.
    let _ = writeln!(markdown, "\n## {}\n", cell(trust.title()));
    let identifiers: Vec<String> =
        trust.identifiers.iter().map(|identifier| format!("`{}`", line(identifier))).collect();
    let known_as = if identifiers.is_empty() { "without an identifier".to_owned() } else { identifiers.join(", ") };
    let _ = writeln!(markdown, "A {}, {known_as}, from `{}`.\n", trust.kind.words(), line(&trust.export));
    let names: Vec<String> = files.iter().map(|name| format!("`{name}`")).collect();
    let _ = writeln!(markdown, "Carried into `{folder}`: {}.", names.join(", "));
    if trust.remarks.is_empty() {
        return;
    }
    markdown.push('\n');
    remarks(markdown, &trust.remarks);
}

fn remarks(markdown: &mut String, remarks: &[Remark]) {
    let mut sorted: Vec<&Remark> = remarks.iter().collect();
    sorted.sort_by_key(|remark| std::cmp::Reverse(remark.weight));
    for Remark { weight, about, text, place, rules } in sorted {
        let mark = match weight {
            Weight::Attention => "**look**: ",
            Weight::Note => "",
        };
        let at = place.as_ref().map(|(file, line, column)| format!(" `{file}:{line}:{column}`")).unwrap_or_default();
        // INVARIANT: writing to a `String` cannot fail.
        let _ = writeln!(markdown, "- {mark}{about}{at}: {}", line(text));
        if let Some(rules) = rules {
            let indented: String = rules
                .lines()
                .map(|line| if line.is_empty() { "\n".to_owned() } else { format!("  {line}\n") })
                .collect();
            let _ = writeln!(markdown, "\n  ```text\n{indented}  ```");
        }
    }
}

/// On one line, without what could end it or hide in it.
fn line(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

/// In a table or a heading.
fn cell(text: &str) -> String {
    line(text).replace('|', "\\|")
}
