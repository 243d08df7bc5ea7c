//! Changes that the editor offers to make.

use crate::lang::{Applicability, Diagnostic, Edit, Fix, Span, fix};

/// A change that takes one finding away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuickFix<'a> {
    /// What it does.
    pub title: String,
    /// The finding.
    pub finding: &'a Diagnostic,
    /// Whether it may be made without anybody looking at it.
    pub is_safe: bool,
    /// What to replace.
    pub edits: &'a [Edit],
}

/// The fixes of what was found in or beside `span`, the safe ones first.
#[must_use]
pub fn quick_fixes(found: &[Diagnostic], span: Span) -> Vec<QuickFix<'_>> {
    let touches = |other: Span| other.start <= span.end && span.start <= other.end;
    let mut fixes: Vec<QuickFix<'_>> = found
        .iter()
        .filter(|finding| touches(finding.span))
        .filter_map(|finding| {
            let Fix { title, applicability, edits } = finding.fix.as_ref()?;
            let is_safe = *applicability == Applicability::Safe;
            let note = if is_safe { "" } else { " (changes what is issued: look at it)" };
            Some(QuickFix { title: format!("{title}{note}"), finding, is_safe, edits })
        })
        .collect();
    fixes.sort_by_key(|fix| !fix.is_safe);
    fixes
}

/// All safe fixes that can be made at once, as pieces that do not overlap.
#[must_use]
pub fn fix_all(text: &str, found: &[Diagnostic]) -> Vec<Edit> {
    let safe = found.iter().filter_map(|finding| finding.fix.as_ref());
    let safe: Vec<&Fix> = safe.filter(|fix| fix.applicability == Applicability::Safe).collect();
    let (_, made) = fix::apply(text, &safe);
    let made = safe.iter().zip(made).filter(|(_, made)| *made);
    let mut edits: Vec<Edit> = made.flat_map(|(fix, _)| fix.edits.iter().cloned()).collect();
    edits.sort();
    edits.dedup();
    edits
}
