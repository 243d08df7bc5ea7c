//! M004: a pattern whose search can take exponential time.

use super::patterns::patterns;
use crate::lint::{Findings, Level, Lint, Subject};

/// M004.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "M004",
    name: "slow-regex",
    default_level: Level::Warning,
    fixes: None,
    page: include_str!("../../../docs/lints/M004.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for pattern in subject.rule_set.rules.iter().flat_map(patterns) {
        if pattern.regex.repeats_repetition() {
            let message = "this pattern repeats what repeats the same text: a value can make the search take for ever";
            let finding = findings.at(pattern.literal.span, message);
            findings.push(
                finding.with_help("repeat once, such as `a+` for `(a+)+`, or put a sign between the repetitions"),
            );
        }
    }
}
