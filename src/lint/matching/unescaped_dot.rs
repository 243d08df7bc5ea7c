//! M005: a dot in what looks like a domain or an address.

use super::patterns::{Sign, Signs, patterns, within};
use crate::lang::{Applicability, Fix};
use crate::lint::{Findings, Level, Lint, Subject};

/// M005.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "M005",
    name: "unescaped-dot",
    default_level: Level::Info,
    fixes: Some(Applicability::Safe),
    page: include_str!("../../../docs/lints/M005.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for pattern in subject.rule_set.rules.iter().flat_map(patterns) {
        let signs: Vec<Sign> = Signs::of(&pattern.literal.text).collect();
        let names = names(&signs);
        let mut dots = names.iter().copied().flat_map(unescaped);
        let Some(first) = dots.next() else { continue };
        let place = |at: usize| within(pattern.literal, at, at + 1);
        let is_beyond_doubt = names.iter().all(|name| unescaped(name).next().is_none() || is_of_internet(name, &signs));
        let title = r"write `\.`";
        let first_dot = if is_beyond_doubt {
            Fix::safe(title, place(first), r"\.")
        } else {
            // `AWS.Admins` may well stand for `AWS-Admins`, and somebody would lose it.
            Fix::not_safe(title, place(first), r"\.")
        };
        let fix = dots.fold(first_dot, |fix, at| fix.and(place(at), r"\."));
        let message = format!("a dot in `{}` stands for any character", pattern.literal.text);
        findings.push(findings.at(place(first), message).with_fix(fix));
    }
}

/// The runs of signs that look like `example.com` or `192.168.1.1`.
fn names(signs: &[Sign]) -> Vec<&[Sign]> {
    let is_part = |sign: &Sign| {
        !sign.is_in_class
            && match sign.character {
                '.' | '-' => true,
                letter => !sign.is_escaped && letter.is_ascii_alphanumeric(),
            }
    };
    let mut found = Vec::new();
    let mut start = 0;
    for index in 0..=signs.len() {
        let run = signs.get(start..index).unwrap_or_default();
        match signs.get(index) {
            Some(sign) if is_part(sign) => {}
            next => {
                // A quantifier belongs to the sign before it.
                let is_repeated = next.is_some_and(|next| !next.is_escaped && "*+?{".contains(next.character));
                let run = if is_repeated { run.get(..run.len().saturating_sub(1)).unwrap_or_default() } else { run };
                if is_name(run) {
                    found.push(run);
                }
                start = index + 1;
            }
        }
    }
    found
}

/// Whether a run can only be a domain or an address: what stands after `@`, ends with a well-known top-level domain, or is
/// numbers.
fn is_of_internet(run: &[Sign], signs: &[Sign]) -> bool {
    let Some(start) = run.first().map(|sign| sign.at) else { return false };
    let before = signs.iter().take_while(|sign| sign.at < start).last();
    let text: String = run.iter().map(|sign| sign.character).collect();
    let last = text.trim_matches(['.', '-']).rsplit('.').next().unwrap_or_default();
    let is_country = last.len() == 2 && last.bytes().all(|byte| byte.is_ascii_lowercase());
    before.is_some_and(|sign| sign.character == '@')
        || is_country
        || TOP_LEVEL_DOMAINS.contains(&last)
        || last.bytes().all(|byte| byte.is_ascii_digit())
}

/// Beside those of countries, the usual ones, and those that networks of their own have.
const TOP_LEVEL_DOMAINS: [&str; 18] = [
    "arpa", "biz", "cloud", "com", "corp", "edu", "example", "gov", "info", "internal", "int", "invalid", "lan",
    "local", "mil", "net", "org", "test",
];

/// Whether a run is labels with dots between them, of which the last looks like a top-level domain, or four numbers.
fn is_name(run: &[Sign]) -> bool {
    let text: String = run.iter().map(|sign| sign.character).collect();
    let labels: Vec<&str> = text.trim_matches(['.', '-']).split('.').collect();
    let is_label = |label: &&str| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
    let (Some(last), true) = (labels.last(), labels.iter().all(is_label)) else { return false };
    let is_number = |label: &&str| label.len() <= 3 && label.bytes().all(|byte| byte.is_ascii_digit());
    let is_address = (3..=4).contains(&labels.len()) && labels.iter().all(is_number);
    let is_domain = labels.len() >= 2 && last.len() >= 2 && last.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_address || is_domain
}

/// The places of the dots of a run that stand for any character.
fn unescaped(run: &[Sign]) -> impl Iterator<Item = usize> {
    let last = run.last().map(|sign| sign.at);
    let first = run.first().map(|sign| sign.at);
    // A dot at either end may well stand for any character.
    let inner = run.iter().filter(move |sign| Some(sign.at) != last && Some(sign.at) != first);
    inner.filter(|sign| sign.character == '.' && !sign.is_escaped).map(|sign| sign.at)
}
