//! Changes that take findings away: made, or shown.

use std::io::Write as _;

use super::Arguments;
use super::rulings::Rulings;
use super::unit::{Unit, Units};
use crate::cli::replace::replace;
use crate::cli::rulecheck::patch;
use crate::cli::{ExitCode, Output, failure};
use crate::config::rules;
use crate::lang::{Applicability, Diagnostic, Fix, Source, fix};
use crate::report::count::counted;

/// How often fixes are made before what is left is left: one may make way for another.
const ROUNDS: usize = 20;

/// Makes the fixes of every text, or shows them. The texts are those that are checked afterwards.
pub(super) fn run(
    arguments: &Arguments,
    units: &mut Units,
    rulings: &Rulings,
    output: &mut Output,
) -> anyhow::Result<ExitCode> {
    let most = if arguments.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe };
    let mut code = ExitCode::Clean;
    for unit in &mut units.all {
        let before: Vec<Source> = unit.texts.iter().map(|text| text.source.clone()).collect();
        let made = fix_all(unit, rulings, most);
        if errors(unit.texts.iter().map(|text| &text.source)) > errors(&before) {
            failure::message(&mut output.messages, &unfit(unit))?;
            restore(unit, &before);
            code = ExitCode::Failed;
            continue;
        }
        for ((text, before), made) in unit.texts.iter().zip(&before).zip(made) {
            if text.source.text == before.text {
                continue;
            }
            if arguments.diff {
                patch::show(&mut output.results, &before.name, &before.text, &text.source.text)?;
                code = code.or(ExitCode::Findings);
            } else if let Some(path) = &text.path {
                replace(path, &text.encoding.encode(&text.source.text))?;
                writeln!(output.messages, "{}: {} made", text.source.name, counted(made, "change"))?;
            }
        }
    }
    if arguments.exit_zero && code == ExitCode::Findings {
        code = ExitCode::Clean;
    }
    Ok(code)
}

/// Makes fixes until none is left. Gives how many were made in each text.
fn fix_all(unit: &mut Unit, rulings: &Rulings, most: Applicability) -> Vec<usize> {
    let mut made = vec![0; unit.texts.len()];
    for _ in 0..ROUNDS {
        let found = unit.check();
        let ruling = unit.ruling.clone();
        let mut changed = false;
        for ((text, found), made) in unit.texts.iter_mut().zip(found).zip(&mut made) {
            if !text.is_wanted {
                continue;
            }
            let told = rulings.sift(&ruling, text, found).told;
            let fixes: Vec<&Fix> = told
                .iter()
                .filter_map(|finding| finding.fix.as_ref())
                .filter(|fix| fix.applicability <= most)
                .collect();
            let (new, applied) = fix::apply(&text.source.text, &fixes);
            if new != text.source.text {
                changed = true;
                *made += applied.iter().filter(|&&applied| applied).count();
                text.source = Source::new(text.source.name.clone(), new);
            }
        }
        if !changed {
            break;
        }
    }
    made
}

fn errors<'a>(sources: impl IntoIterator<Item = &'a Source>) -> usize {
    sources.into_iter().map(language_errors).sum()
}

/// Errors that keep rules from running, whatever levels say.
fn language_errors(source: &Source) -> usize {
    rules::compile(source).diagnostics.iter().filter(|found| Diagnostic::is_error(found)).count()
}

fn restore(unit: &mut Unit, before: &[Source]) {
    for (text, before) in unit.texts.iter_mut().zip(before) {
        text.source = before.clone();
    }
}

fn unfit(unit: &Unit) -> String {
    let names: Vec<String> = unit.texts.iter().map(|text| format!("`{}`", text.source.name)).collect();
    format!(
        "{} would not be read after the changes, so nothing is changed; please report this as a bug",
        names.join(", ")
    )
}
