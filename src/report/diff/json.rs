//! Differences as one JSON object.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::words;
use crate::engine::Claim;
use crate::harness::diff::{Cause, Diff, Group, RuleChange, What};
use crate::harness::population::UserId;
use crate::harness::recording::RuleRef;
use crate::report::rule_ref::JsonRule;

#[derive(Serialize)]
struct Object<'a> {
    users: usize,
    changed: bool,
    gains: Vec<Value>,
    losses: Vec<Value>,
    other: Vec<Value>,
    unexercised_rules: Vec<Value>,
    old: &'a str,
    new: &'a str,
    changed_users: usize,
    unchanged_users: usize,
    reordered_users: usize,
    rules: Vec<Value>,
    settings: &'a [&'static str],
    fails_in_both: Vec<&'a str>,
    left_out: Vec<Value>,
    vanished: Vec<&'a str>,
}

/// Writes one JSON object, with all users of every difference.
///
/// # Errors
///
/// `out` cannot be written.
pub fn json(out: &mut dyn Write, diff: &Diff<'_>) -> io::Result<()> {
    let (mut gains, mut losses, mut other) = (Vec::new(), Vec::new(), Vec::new());
    for group in &diff.groups {
        match &group.what {
            What::Role { role, gained } => {
                let list = if *gained { &mut gains } else { &mut losses };
                list.push(entry(diff, group, json!({ "role": role })));
            }
            what => other.push(entry(diff, group, of_other(what))),
        }
    }
    let tally = &diff.tally;
    let object = Object {
        users: tally.ran,
        changed: diff.changed > 0,
        gains,
        losses,
        other,
        unexercised_rules: diff.unexercised.iter().filter_map(|&id| diff.rules.get(id)).map(change).collect(),
        old: &diff.old,
        new: &diff.new,
        changed_users: diff.changed,
        unchanged_users: diff.unchanged(),
        reordered_users: diff.reordered,
        rules: diff.rules.iter().map(change).collect(),
        settings: &diff.settings,
        fails_in_both: names(diff, &diff.fails_in_both),
        left_out: tally
            .left_out
            .iter()
            .map(|(user, reason)| json!({ "user": diff.people.name(*user), "reason": reason.to_string() }))
            .collect(),
        vanished: names(diff, &tally.vanished),
    };
    serde_json::to_writer_pretty(&mut *out, &object)?;
    writeln!(out)
}

fn names<'d>(diff: &'d Diff<'_>, users: &[UserId]) -> Vec<&'d str> {
    users.iter().map(|&user| diff.people.name(user)).collect()
}

/// What is there, who it is, and why.
fn entry(diff: &Diff<'_>, group: &Group, what: Value) -> Value {
    let mut entry = match what {
        Value::Object(entry) => entry,
        _ => Map::new(),
    };
    entry.insert("users".to_owned(), names(diff, &group.users).into());
    entry.insert("because".to_owned(), because(diff, &group.what, &group.cause));
    Value::Object(entry)
}

fn of_other(what: &What) -> Value {
    let change = words::verb(what);
    match what {
        What::Access { .. } => json!({ "kind": "sign_on", "change": change }),
        What::FurtherAuthentication { asked } => {
            json!({ "kind": "additional_authentication", "change": change, "asked": asked })
        }
        What::Claim { old, new, varies } => {
            let claim_type = new.as_ref().or(old.as_ref()).map(|claim| claim.claim_type.to_string());
            let (old, new) = (old.as_ref().map(claim), new.as_ref().map(claim));
            json!({ "kind": "claim", "change": change, "type": claim_type, "old": old, "new": new, "varies": varies })
        }
        What::Failure { side, error } => {
            json!({ "kind": "failure", "change": change, "fails_in": side.as_str(), "error": error })
        }
        What::Role { role, .. } => json!({ "kind": "role", "change": change, "role": role }),
    }
}

fn claim(claim: &Claim) -> Value {
    let properties: Map<String, Value> =
        claim.properties.iter().map(|(key, value)| (key.to_string(), value.as_ref().into())).collect();
    json!({
        "type": &*claim.claim_type,
        "value": &*claim.value,
        "value_type": &*claim.value_type,
        "issuer": &*claim.issuer,
        "original_issuer": &*claim.original_issuer,
        "properties": properties,
    })
}

fn because(diff: &Diff<'_>, what: &What, cause: &Cause) -> Value {
    let changed = cause.change.and_then(|id| diff.rules.get(id)).map(change);
    let rule = cause.rule.and_then(|place| diff.rule(place)).map(rule);
    json!({ "text": words::because(diff, what, cause), "changed_rule": changed, "rule": rule })
}

fn rule(rule: &RuleRef) -> Value {
    json!(JsonRule::from(rule))
}

fn change(change: &RuleChange) -> Value {
    let mut object = match words::changed_rule(change).map(rule) {
        Some(Value::Object(object)) => object,
        _ => Map::new(),
    };
    object.insert("change".to_owned(), change.kind.as_str().into());
    let what: Vec<String> = change.what.iter().map(ToString::to_string).collect();
    object.insert("what".to_owned(), what.into());
    Value::Object(object)
}
