//! Text to syntax tree. Never fails: what cannot be read becomes a finding, and the rules around it are read.

mod build;
mod expected;
pub(super) mod findings;
mod grammar;
mod lexical;
mod near_miss;
mod scan;
mod syntax;
mod token;

use std::borrow::Cow;

use pest::Parser;

use self::findings::Findings;
use self::grammar::{Grammar, Rule};
use self::scan::{Chunk, Scanner};
use super::{Diagnostic, RuleSet, Span, ast, check, code};

/// What was read from a text, and what there is to say about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// Every rule that could be read. Only the whole set, without an error, is safe to run.
    pub rule_set: RuleSet,
    /// Findings by place.
    pub diagnostics: Vec<Diagnostic>,
}

impl Parsed {
    /// Whether the text is a rule set that AD FS would take.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        !self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Reads a rule set and checks it as far as that needs no regular expressions and no stores.
///
/// Takes time in proportion to the text, and a bounded amount of stack. Limits on the size of the text are the
/// caller's.
pub fn parse(text: &str) -> Parsed {
    let mut findings = Findings::default();
    let mut scanner = Scanner::new(text);
    let mut rules = Vec::new();
    let mut stopped = None;
    while let Some(chunk) = scanner.next_chunk(&mut findings) {
        if !chunk.broken {
            read_chunk(text, &chunk, &mut rules, &mut findings);
        }
        if findings.is_full() {
            stopped = Some(Span::new(chunk.span.end, chunk.span.end));
            break;
        }
    }
    let rule_set = RuleSet { rules };
    for rule in &rule_set.rules {
        check::rule(rule, &mut findings);
    }
    Parsed { rule_set, diagnostics: findings.into_sorted(stopped) }
}

/// The findings by place, and at most 1,000 errors: more say nothing that these do not.
#[must_use]
pub fn bounded(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    findings::bounded(found)
}

/// After so many forgotten `;` in a row the rest up to the next `;` is skipped.
const MAX_RULES_WITHOUT_SEMICOLON: usize = 20;

/// Reads a chunk, which is one rule, or several where a `;` was forgotten.
fn read_chunk(text: &str, chunk: &Chunk<'_>, rules: &mut Vec<ast::Rule>, findings: &mut Findings) {
    let shown = without_comments(text.get(chunk.span.start..chunk.span.end).unwrap_or_default(), chunk);
    let mut start = 0;
    for _ in 0..MAX_RULES_WITHOUT_SEMICOLON {
        let Some(rest) = shown.get(start..).filter(|rest| !rest.is_empty()) else { return };
        let base = chunk.span.start + start;
        let error = match Grammar::parse(Rule::claim_rule, rest) {
            Ok(pairs) => {
                keep(build::rule(pairs, base), chunk, rules, findings);
                return;
            }
            Err(error) => error,
        };
        let problem = syntax::problem(&error, chunk, base);
        let missing_semicolon = problem.missing_semicolon;
        findings.push(problem.finding);
        let Some(length) = missing_semicolon.filter(|&length| length > 0) else { return };
        if let Some(body) = rest.get(..length)
            && let Ok(pairs) = Grammar::parse(Rule::rule_body, body)
        {
            keep(build::body(pairs, base), chunk, rules, findings);
        }
        start += length;
    }
}

fn keep(rule: Option<ast::Rule>, chunk: &Chunk<'_>, rules: &mut Vec<ast::Rule>, findings: &mut Findings) {
    match rule {
        Some(rule) => rules.push(rule),
        None => findings.push(
            Diagnostic::error(code::UNREADABLE, chunk.span, "this rule cannot be read")
                .with_help("this is a defect of the parser; please report the rule"),
        ),
    }
}

/// The text of a chunk with blanks for its comments, so that places stay as they are.
fn without_comments<'a>(text: &'a str, chunk: &Chunk<'_>) -> Cow<'a, str> {
    if chunk.comments.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut at = 0;
    for comment in &chunk.comments {
        let (start, end) = (comment.start - chunk.span.start, (comment.end - chunk.span.start).min(text.len()));
        shown.push_str(text.get(at..start).unwrap_or_default());
        shown.extend(std::iter::repeat_n(' ', end.saturating_sub(start)));
        at = end;
    }
    shown.push_str(text.get(at..).unwrap_or_default());
    Cow::Owned(shown)
}
