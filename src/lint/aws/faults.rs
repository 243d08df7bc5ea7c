//! From examples of values to what is said of a rule.

use crate::lint::values::{Example, How};

/// A value that AWS refuses.
pub(super) struct Fault<T> {
    /// How the rule comes to make it.
    pub(super) example: Example,
    /// What is wrong with it.
    pub(super) reason: T,
}

/// The values of examples that AWS refuses. Values that rest on assumed words count only if all of them are refused:
/// then it is the rule, whatever the words.
pub(super) fn faults<T>(examples: Vec<Example>, refused: impl Fn(&str) -> Option<T>) -> Vec<Fault<T>> {
    let (assumed, known): (Vec<Example>, Vec<Example>) =
        examples.into_iter().partition(|example| example.how == How::Assumed);
    let judged = |examples: Vec<Example>| -> (usize, Vec<Fault<T>>) {
        let count = examples.len();
        let found = examples.into_iter().filter_map(|example| {
            let reason = refused(&example.made)?;
            Some(Fault { example, reason })
        });
        (count, found.collect())
    };
    let (_, mut found) = judged(known);
    let (count, assumed) = judged(assumed);
    if assumed.len() == count {
        found.extend(assumed.into_iter().take(1));
    }
    found.sort_by_key(|fault| fault.example.how);
    found
}

/// The sentence that says how a rule comes to make a value: `what` names the value.
pub(super) fn sentence(example: &Example, what: &str, reason: &str) -> String {
    let made = &example.made;
    let met: Vec<String> = example.met.iter().map(|value| format!("`{value}`")).collect();
    let met = met.join(" and ");
    match example.how {
        How::Always => format!("AWS cannot use the {what} `{made}`: {reason}"),
        _ if example.met.as_slice() == [made.as_str()] && example.how != How::Unchanged => {
            format!("the {what} can be `{made}`, which AWS cannot use: {reason}")
        }
        How::Unchanged => format!("{met} comes through unchanged as {what}, which AWS cannot use: {reason}"),
        How::Typical | How::LetIn | How::Assumed => {
            format!("{met} becomes the {what} `{made}`, which AWS cannot use: {reason}")
        }
    }
}
