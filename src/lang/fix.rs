//! A change of a text that takes a finding away, as plain data.

use super::Span;

/// Whether a fix may be made without anybody looking at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Applicability {
    /// The rules mean the same afterwards, or what was meant is beyond doubt.
    Safe,
    /// Probably what was meant; it changes which claims are issued, so somebody must look at it.
    Unsafe,
}

/// One replaced piece of a text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// What is replaced; an empty span inserts.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

/// A change that takes a finding away. Its edits are made together or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in a few words; lower case, no final period.
    pub title: String,
    /// Whether it may be made without anybody looking at it.
    pub applicability: Applicability,
    /// Pieces that do not overlap, by place.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// A fix that replaces one piece and leaves what the rules mean as it is, or as it was beyond doubt meant.
    pub fn safe(title: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        Self::new(Applicability::Safe, title, span, text)
    }

    /// A fix that replaces one piece and must be looked at.
    pub fn not_safe(title: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        Self::new(Applicability::Unsafe, title, span, text)
    }

    /// The same fix with one more piece.
    #[must_use]
    pub fn and(mut self, span: Span, text: impl Into<String>) -> Self {
        self.edits.push(Edit { span, text: text.into() });
        self.edits.sort_by_key(|edit| edit.span);
        self
    }

    fn new(applicability: Applicability, title: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        Self { title: title.into(), applicability, edits: vec![Edit { span, text: text.into() }] }
    }
}

/// Makes as many fixes as do not touch what an earlier one replaced, in the order of their places. Gives the new text,
/// and which of the fixes were made.
#[must_use]
pub fn apply(text: &str, fixes: &[&Fix]) -> (String, Vec<bool>) {
    let mut order: Vec<usize> = (0..fixes.len()).collect();
    order.sort_by_key(|&index| fixes.get(index).and_then(|fix| fix.edits.first()).map(|edit| edit.span));
    let mut made = vec![false; fixes.len()];
    let mut edits: Vec<&Edit> = Vec::new();
    for index in order {
        let Some(fix) = fixes.get(index) else { continue };
        let is_free = |edit: &Edit| {
            let Span { start, end } = edit.span;
            text.get(start..end).is_some() && edits.iter().all(|other| end < other.span.start || other.span.end < start)
        };
        // Two findings may offer the same change: once made, both are gone.
        if fix.edits.iter().all(|edit| is_free(edit) || edits.contains(&edit)) {
            edits.extend(fix.edits.iter().filter(|edit| !edits.contains(edit)).collect::<Vec<_>>());
            if let Some(made) = made.get_mut(index) {
                *made = true;
            }
        }
    }
    edits.sort();
    let mut changed = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        changed.push_str(text.get(at..edit.span.start).unwrap_or_default());
        changed.push_str(&edit.text);
        at = edit.span.end;
    }
    changed.push_str(text.get(at..).unwrap_or_default());
    (changed, made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixes_that_touch_wait_for_the_next_time() {
        let first = Fix::safe("a", Span::new(0, 1), "xx").and(Span::new(4, 5), "yy");
        let touching = Fix::safe("b", Span::new(1, 3), "zz");
        let other = Fix::not_safe("c", Span::new(6, 6), "!");
        let (text, made) = apply("abcdefgh", &[&touching, &first, &other, &first.clone()]);
        assert_eq!(text, "xxbcdyyf!gh");
        assert_eq!(made, [false, true, true, true]);
    }

    #[test]
    fn a_piece_outside_the_text_is_no_fix() {
        let beyond = Fix::safe("a", Span::new(2, 9), "x");
        assert_eq!(apply("abc", &[&beyond]), ("abc".to_owned(), vec![false]));
        let within_a_letter = Fix::safe("a", Span::new(1, 2), "x");
        assert_eq!(apply("é", &[&within_a_letter]), ("é".to_owned(), vec![false]));
    }
}
