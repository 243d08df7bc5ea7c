//! Claim types that are almost those that were meant.

use std::collections::BTreeSet;

use crate::lang::ast::Rule;
use crate::lint::mentions::{types_made, types_tested};
use crate::lint::produced::{at_start, is_stated, within};
use crate::lint::{Facts, Subject, known};

/// How a claim type differs from the one that was meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lint) enum Slip {
    /// By `http` for `https` or the reverse, and perhaps by case.
    Scheme,
    /// By case alone.
    Case,
}

/// The types that somebody may have meant: the well-known ones, and those that rules of this set or before it make.
pub(in crate::lint) struct Spellings<'a> {
    made: BTreeSet<String>,
    facts: &'a Facts,
}

impl<'a> Spellings<'a> {
    pub(in crate::lint) fn of(subject: &Subject<'a>) -> Self {
        let made = within(subject.rule_set, at_start(subject));
        Self { made: made.listed().map(str::to_owned).collect(), facts: subject.facts }
    }

    /// As [`meant`](Self::meant), for a type in a rule. One that names both translates the one into the other, and means
    /// each as it is written.
    pub(in crate::lint) fn meant_in(&self, rule: &Rule, written: &str) -> Option<(String, Slip)> {
        let (meant, slip) = self.meant(written)?;
        let both = [written, meant.as_str()];
        let is_one = |text: &str| both.contains(&text);
        let tests = types_tested(rule).find(|literal| is_one(&literal.text));
        let makes = types_made(rule).find(|literal| is_one(&literal.text));
        let translates = tests.zip(makes).is_some_and(|(tested, made)| tested.text != made.text);
        (!translates).then_some((meant, slip))
    }

    /// The type that was meant and how the written one differs. `None` for a type that stands for itself.
    pub(in crate::lint) fn meant(&self, written: &str) -> Option<(String, Slip)> {
        if known::is_known(written) || is_stated(self.facts, written) {
            return None;
        }
        if let Some(swapped) = with_other_scheme(written).filter(|swapped| known::is_known(swapped)) {
            return Some((swapped, Slip::Scheme));
        }
        let (scheme, rest) = parts(written);
        let known = known::types().iter().map(|known| known.uri);
        let made = self.made.iter().map(String::as_str).filter(|_| !self.made.contains(written));
        let mut alike = known.chain(made).filter(|meant| parts(meant).1.eq_ignore_ascii_case(rest));
        let meant = alike.next()?.to_owned();
        let slip = if parts(&meant).0.eq_ignore_ascii_case(scheme) { Slip::Case } else { Slip::Scheme };
        Some((meant, slip))
    }
}

/// The same type with `http://` for `https://`, or the reverse.
fn with_other_scheme(claim_type: &str) -> Option<String> {
    let http = claim_type.strip_prefix("https://").map(|rest| format!("http://{rest}"));
    http.or_else(|| claim_type.strip_prefix("http://").map(|rest| format!("https://{rest}")))
}

/// The scheme, and what follows it. Only `http` and `https` are taken for each other.
fn parts(claim_type: &str) -> (&str, &str) {
    match claim_type.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https") => {
            (scheme, rest)
        }
        _ => ("", claim_type),
    }
}
