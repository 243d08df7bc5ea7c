//! What became of an export of AD FS, for people and for programs.

use std::io::{self, Write};
use std::path::Path;

use serde_json::{Value, json};

use crate::import::PlacedTrust;
use crate::import::layout::REPORT;
use crate::import::{Layout, Remark, Weight};
use crate::report::count::counted;
use crate::report::visible::visible;

/// Writes it for people: each trust, and what somebody has to look at.
///
/// # Errors
///
/// `out` cannot be written.
pub fn human(out: &mut dyn Write, folder: &Path, layout: &Layout) -> io::Result<()> {
    let root = folder.display();
    writeln!(out, "{} imported into {root}", counted(layout.trusts.len(), "trust"))?;
    for PlacedTrust { folder, trust, .. } in &layout.trusts {
        writeln!(out, "\n{root}/{folder}")?;
        let identifiers: Vec<String> = trust.identifiers.iter().map(|identifier| visible(identifier)).collect();
        let known_as = if identifiers.is_empty() { "no identifier".to_owned() } else { identifiers.join(", ") };
        writeln!(out, "  {}, {}: {known_as}", visible(trust.title()), trust.kind.words())?;
        let rules: Vec<&str> = trust.rule_sets.iter().map(|set| set.kind.file()).collect();
        writeln!(out, "  {}", if rules.is_empty() { "no rules".to_owned() } else { rules.join(", ") })?;
        remarks(out, &root.to_string(), &format!("{root}/{folder}"), &trust.remarks)?;
    }
    if !layout.remarks.is_empty() {
        writeln!(out, "\nbeside the trusts")?;
        remarks(out, &root.to_string(), &root.to_string(), &layout.remarks)?;
    }
    let look = match layout.needs_attention() {
        0 => "nothing needs a look".to_owned(),
        1 => "1 thing needs a look".to_owned(),
        several => format!("{several} things need a look"),
    };
    writeln!(out, "\n{look}; {root}/{REPORT} tells everything that was and was not carried")
}

/// What needs a look. Rules that come nearest to something are only in the report, so it says where.
fn remarks(out: &mut dyn Write, root: &str, folder: &str, remarks: &[Remark]) -> io::Result<()> {
    for Remark { about, text, place, rules, .. } in remarks.iter().filter(|remark| remark.weight == Weight::Attention) {
        match place {
            Some((file, line, column)) => writeln!(out, "  look: {folder}/{file}:{line}:{column}: {}", visible(text))?,
            None => writeln!(out, "  look: {}: {}", visible(about), visible(text))?,
        }
        if rules.is_some() {
            writeln!(out, "        the rules are in {root}/{REPORT}")?;
        }
    }
    Ok(())
}

/// Writes one JSON object. Paths are relative to `folder`.
///
/// # Errors
///
/// `out` cannot be written.
pub fn json(out: &mut dyn Write, folder: &Path, layout: &Layout) -> io::Result<()> {
    let trusts: Vec<Value> = layout
        .trusts
        .iter()
        .map(|PlacedTrust { folder, files, trust }| {
            json!({
                "kind": match trust.kind {
                    crate::import::TrustKind::RelyingParty => "relying_party",
                    crate::import::TrustKind::ClaimsProvider => "claims_provider",
                },
                "name": trust.name,
                "identifiers": trust.identifiers,
                "folder": folder,
                "files": files,
                "export": trust.export,
                "remarks": trust.remarks.iter().map(remark).collect::<Vec<_>>(),
            })
        })
        .collect();
    let object = json!({
        "folder": folder.display().to_string(),
        "report": REPORT,
        "trusts": trusts,
        "remarks": layout.remarks.iter().map(remark).collect::<Vec<_>>(),
    });
    serde_json::to_writer_pretty(&mut *out, &object)?;
    writeln!(out)
}

fn remark(remark: &Remark) -> Value {
    let (file, line, column) = match &remark.place {
        Some((file, line, column)) => (Some(file), Some(line), Some(column)),
        None => (None, None, None),
    };
    json!({
        "weight": remark.weight.as_str(),
        "about": remark.about,
        "message": remark.text,
        "file": file,
        "line": line,
        "column": column,
        "rules": remark.rules,
    })
}
