//! A003: a session that is shorter or longer than AWS allows.

use super::issued::issued;
use crate::aws::attribute::Attribute;
use crate::aws::duration::parse;
use crate::aws::limits::SESSION_SECONDS;
use crate::lang::ast::Expression;
use crate::lang::{Applicability, Fix};
use crate::lint::values::Maker;
use crate::lint::{Findings, Level, Lint, Subject};

/// A003.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "A003",
    name: "aws-session-duration",
    default_level: Level::Error,
    fixes: Some(Applicability::Safe),
    page: include_str!("../../../docs/lints/A003.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let (least, most) = (SESSION_SECONDS.start(), SESSION_SECONDS.end());
    for issued in issued(subject).iter().filter(|issued| issued.attribute == Attribute::SessionDuration) {
        let Some(written) = issued.fixed_value().filter(|written| parse(written).is_none()) else { continue };
        let mut finding = findings
            .at(issued.span, format!("AWS refuses the SessionDuration `{written}`"))
            .with_help(format!("write a whole number of seconds from {least} to {most}, in plain digits"));
        if let (Maker::Value(Some(Expression::Literal(literal))), Some(near)) = (issued.maker, nearest(&written)) {
            let title = format!("write `{near}`, the nearest that AWS takes");
            finding = finding.with_fix(Fix::safe(title, literal.inner(), near.to_string()));
        }
        findings.push(finding);
    }
}

/// The nearest number of seconds that AWS takes; `None` if no number was written.
fn nearest(written: &str) -> Option<u32> {
    // `28,800` is a number in thousands; `28800,5` is something else.
    let thousands: Vec<&str> = written.trim().split([' ', ',', '\'', '_']).collect();
    let (first, rest) = thousands.split_first()?;
    if !rest.is_empty() && (!(1..=3).contains(&first.len()) || rest.iter().any(|three| three.len() != 3)) {
        return None;
    }
    let seconds: u64 = thousands.concat().parse().ok()?;
    let (least, most) = (*SESSION_SECONDS.start(), *SESSION_SECONDS.end());
    Some(u32::try_from(seconds).unwrap_or(most).clamp(least, most))
}
