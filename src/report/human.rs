//! Findings with an excerpt of the text.

use std::io;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Patch, Renderer, Snippet};

use crate::lang::{Applicability, Diagnostic, Fix, Severity, Source, Span};

/// Writes every finding with the lines that it is about and the change that takes it away, and an empty line after it.
///
/// # Errors
///
/// What `out` cannot take.
pub fn diagnostics(
    out: &mut dyn io::Write,
    source: &Source,
    diagnostics: &[Diagnostic],
    colour: bool,
) -> io::Result<()> {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    for found in diagnostics {
        let groups: Vec<Group<'_>> = std::iter::once(group(source, found)).chain(patch(source, found)).collect();
        writeln!(out, "{}\n", renderer.render(&groups))?;
    }
    Ok(())
}

fn group<'a>(source: &'a Source, found: &'a Diagnostic) -> Group<'a> {
    let level = match found.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let title = level.primary_title(found.message.as_str()).id(found.code);
    let mut group = if let Some(excerpt) = Excerpt::of(source, found) {
        title.element(snippet(source, found, &excerpt))
    } else {
        let at = source.position(found.span.start);
        title.element(Origin::path(source.name.as_str()).line(at.line).char_column(at.column))
    };
    if let Some(help) = &found.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    group
}

/// The lines before and after the fix of a finding. Fixes of many or long lines are told by their title alone.
fn patch<'a>(source: &'a Source, found: &'a Diagnostic) -> Option<Group<'a>> {
    let fix = found.fix.as_ref()?;
    let title = Level::HELP.secondary_title(title(fix));
    let (first, last) = fix.edits.first().zip(fix.edits.last())?;
    let excerpt = Excerpt::lines(source, Span::new(first.span.start, last.span.end));
    if excerpt.text.len() > LONGEST_EXCERPT_BYTES {
        return Some(Group::with_title(title));
    }
    let mut snippet = Snippet::source(excerpt.text).line_start(excerpt.line).path(source.name.as_str());
    for edit in &fix.edits {
        snippet = snippet.patch(Patch::new(excerpt.range(edit.span)?, edit.text.as_str()));
    }
    Some(title.element(snippet))
}

fn title(fix: &Fix) -> String {
    match fix.applicability {
        Applicability::Safe => fix.title.clone(),
        Applicability::Unsafe => format!("{} (look at it: other claims may be issued)", fix.title),
    }
}

fn snippet<'a>(source: &'a Source, found: &'a Diagnostic, excerpt: &Excerpt<'a>) -> Snippet<'a, Annotation<'a>> {
    let mut snippet = Snippet::source(excerpt.text).line_start(excerpt.line).path(source.name.as_str());
    for related in &found.related {
        if let Some(range) = excerpt.range(related.span) {
            snippet = snippet.annotation(AnnotationKind::Context.span(range).label(related.text.as_str()));
        }
    }
    if let Some(range) = excerpt.range(found.span) {
        snippet = snippet.annotation(AnnotationKind::Primary.span(range).label(found.label.as_deref()));
    }
    snippet
}

/// Lines longer than this are not shown, only their place.
const LONGEST_EXCERPT_BYTES: usize = 4 * 1024;

/// The lines around a finding: rendering costs no more in a large text than in a small one.
struct Excerpt<'a> {
    text: &'a str,
    start: usize,
    line: usize,
}

impl<'a> Excerpt<'a> {
    /// The lines of the finding and of its related places, or of the finding alone where that is too much.
    fn of(source: &'a Source, found: &Diagnostic) -> Option<Self> {
        let all = found.related.iter().fold(found.span, |all, related| {
            Span::new(all.start.min(related.span.start), all.end.max(related.span.end))
        });
        [all, found.span]
            .into_iter()
            .map(|span| Self::lines(source, span))
            .find(|excerpt| excerpt.text.len() <= LONGEST_EXCERPT_BYTES)
    }

    fn lines(source: &'a Source, span: Span) -> Self {
        let Span { start, end } = source.whole_lines(span);
        Self { text: source.text.get(start..end).unwrap_or_default(), start, line: source.position(start).line }
    }

    /// Where a span lies in the excerpt; never empty while there is a character to point at.
    fn range(&self, span: Span) -> Option<std::ops::Range<usize>> {
        let start = span.start.checked_sub(self.start)?.min(self.text.len());
        let end = span.end.checked_sub(self.start)?.clamp(start, self.text.len());
        (self.text.is_char_boundary(start) && self.text.is_char_boundary(end)).then_some(start..end)
    }
}
