//! Z002: a trust that lets nobody in.

use super::is_permit;
use crate::engine::Stage;
use crate::engine::claim_types::PERMIT;
use crate::lang::Span;
use crate::lang::ast::{RuleSet, Verb};
use crate::lint::mentions::types_made;
use crate::lint::produced::{at_start, output};
use crate::lint::{Findings, Level, Lint, Subject};

/// Z002.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "Z002",
    name: "no-authorization",
    default_level: Level::Error,
    fixes: None,
    page: include_str!("../../../docs/lints/Z002.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    match (subject.stage, subject.trust) {
        (Some(Stage::Authorization), _) if !output(subject.rule_set, at_start(subject)).may_hold(PERMIT) => {
            let (span, message) = place(subject.rule_set);
            findings.push(findings.at(span, message).with_help(HELP));
        }
        (Some(Stage::Issuance), Some(trust)) if !trust.rule_sets.contains_key(&Stage::Authorization) => {
            let message = "the trust has no authorization rules, so it lets nobody in";
            let help = "write them to `authorization.claims` beside `trust.yaml`";
            findings.push(findings.at(Span::default(), message).with_help(help));
        }
        (None, _) => {
            // By itself it may be anything; a permit that is only added is wrong in any case.
            let rules = &subject.rule_set.rules;
            let mut permits = rules.iter().filter(|rule| is_permit(rule)).peekable();
            if permits.peek().is_some() && permits.all(|rule| rule.action.verb == Verb::Add) {
                let (span, message) = place(subject.rule_set);
                findings.push(findings.at(span, message).with_help(HELP));
            }
        }
        _ => {}
    }
}

const HELP: &str =
    "issue a claim of the type `http://schemas.microsoft.com/authorization/claims/permit` for whom to let in";

/// Where to say it: at the permit that is not issued, or at the first rule.
fn place(rule_set: &RuleSet) -> (Span, &'static str) {
    let added = rule_set.rules.iter().find(|rule| is_permit(rule)).and_then(|rule| types_made(rule).next());
    match (added, rule_set.rules.first()) {
        (Some(literal), _) => {
            (literal.span, "nobody is let in: the permit is only added, and just issued claims count")
        }
        (None, Some(rule)) => (rule.action.span, "nobody is let in: no rule issues a permit"),
        (None, None) => (Span::default(), "nobody is let in: there is no rule"),
    }
}
