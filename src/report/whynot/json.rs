//! Why somebody does not get a claim, for programs.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::engine::Stage;
use crate::harness::group::Standing;
use crate::harness::recording::RuleRef;
use crate::harness::wanted::Wanted;
use crate::harness::whynot::found::{
    Answer, Block, Candidate, Cut, Fired, Given, Made, Missing, Near, Obstacle, Tried, Why,
};
use crate::harness::whynot::{Denied, WhyNot};
use crate::report::explain::{self, Person};
use crate::report::rule_ref::JsonRule;

/// Writes one JSON object.
///
/// # Errors
///
/// `out` cannot be written.
pub fn json(out: &mut dyn Write, person: Person<'_>, wanted: &Wanted, whynot: &WhyNot) -> io::Result<()> {
    let (mut gets, mut explanation, mut denied_by, mut missing_why, mut failing) = (true, None, None, None, None);
    match whynot {
        WhyNot::Gets(found) => explanation = Some(serde_json::to_value(explain::object(person, found))?),
        WhyNot::Lacks(lacks) => {
            gets = false;
            denied_by = lacks.denied.as_ref().map(|found| denied(person, found)).transpose()?;
            missing_why = lacks.missing.as_ref().map(missing);
            failing = lacks.failing.as_deref();
        }
    }
    let object = json!({
        "user": person.user,
        "wanted": wanted.to_string(),
        "gets": gets,
        "explanation": explanation,
        "denied": denied_by,
        "missing": missing_why,
        "failing": failing,
    });
    serde_json::to_writer_pretty(&mut *out, &object)?;
    writeln!(out)
}

fn denied(person: Person<'_>, denied: &Denied) -> io::Result<Value> {
    let denying =
        denied.denying.as_ref().map(|found| serde_json::to_value(explain::object(person, found))).transpose()?;
    Ok(json!({ "reason": denied.reason, "missing": denied.missing.as_ref().map(missing), "explanation": denying }))
}

/// Why there is no claim.
pub(in crate::report) fn missing(missing: &Missing) -> Value {
    let Missing { sought, candidates, fixed, lookalikes, rules, given, cut } = missing;
    json!({
        "type": sought.claim_type,
        "value": sought.value,
        "issued": sought.issued,
        "stage": sought.stage.map(Stage::as_str),
        "rules": rules,
        "candidates": candidates.iter().map(candidate).collect::<Vec<_>>(),
        "fixed": fixed.iter().map(|fixed| json!({ "rule": rule(&fixed.rule), "value": fixed.value })).collect::<Vec<_>>(),
        "lookalikes": lookalikes
            .iter()
            .map(|found| json!({ "rule": rule(&found.rule), "type": found.claim_type }))
            .collect::<Vec<_>>(),
        "given": given.as_ref().map(given_claims),
        "cut": cut.map(|cut| match cut {
            Cut::Told => "told before",
            Cut::TooDeep => "too deep",
        }),
    })
}

fn rule(rule: &RuleRef) -> Value {
    serde_json::to_value(JsonRule::from(rule)).unwrap_or_default()
}

fn candidate(candidate: &Candidate) -> Value {
    let (why, detail) = match &candidate.why {
        Why::TooLate { made_it } => ("too late", json!({ "made_it": made_it })),
        Why::OnlyAdds => ("only adds", Value::Null),
        Why::Makes(made) => ("makes others", fired(made)),
        Why::Answers(answers) => ("store has none", answers.iter().map(answer).collect()),
        Why::Blocked(found) => ("condition", block(found)),
        Why::Unknown(error) => ("unknown", json!(error)),
    };
    let root = candidate.root.as_deref().map(missing);
    json!({ "rule": rule(&candidate.rule), "why": why, "detail": detail, "root": root })
}

fn fired(fired: &Fired) -> Value {
    json!({ "count": fired.count, "nearest": fired.values })
}

fn answer(answer: &Answer) -> Value {
    let Answer { store, query, rows, count, values, group } = answer;
    let group = group.as_ref().map(|group| match group {
        Standing::NoGroup { name } => json!({ "name": name, "standing": "no such group" }),
        Standing::Spelled { name } => json!({ "name": name, "standing": "spelled otherwise" }),
        Standing::NotMember { name, count, members } => {
            json!({ "name": name, "standing": "not a member", "members": count, "first": members })
        }
        Standing::Hidden { name, kind } => json!({ "name": name, "standing": "hidden", "kind": kind }),
    });
    json!({ "store": store, "query": query, "rows": rows, "values": count, "nearest": values, "group": group })
}

fn block(block: &Block) -> Value {
    let (found, claims, nearest) = match &block.obstacle {
        Obstacle::NoClaim(nearest) => (0, &[][..], nearest.as_ref()),
        Obstacle::Claims { count, first } => (*count, first.as_slice(), None),
        Obstacle::Count { count, first, near } => (*count, first.as_slice(), near.as_ref()),
    };
    json!({
        "condition": block.number,
        "binding": block.binding,
        "text": block.text,
        "claims": block.looked_at,
        "satisfying": found,
        "first": claims.iter().map(made).collect::<Vec<_>>(),
        "nearest": nearest.map(near),
        "fired": block.fired.as_ref().map(fired),
        "needed": block.needed,
        "needed_is_example": block.needed_is_example,
        "refused": block.refused.iter().map(tried).collect::<Vec<_>>(),
    })
}

fn made(made: &Made) -> Value {
    json!({ "type": &*made.claim.claim_type, "value": &*made.claim.value, "rule": made.by.as_ref().map(rule) })
}

fn near(near: &Near) -> Value {
    json!({ "claim": made(&near.made), "predicates": near.tried.iter().map(tried).collect::<Vec<_>>() })
}

fn tried(tried: &Tried) -> Value {
    let difference =
        tried.difference.as_ref().map(|found| json!({ "text": found.text, "byte": found.at, "hint": found.hint }));
    json!({
        "text": tried.text,
        "left": tried.left,
        "right": tried.right,
        "holds": tried.difference.is_none(),
        "difference": difference,
    })
}

fn given_claims(given: &Given) -> Value {
    match given {
        Given::Accepted(found) => json!({ "accepted": missing(found) }),
        Given::Input { count, values } => json!({ "claims": count, "nearest": values }),
        Given::NotIssued(found) => json!({ "not_issued": made(found) }),
    }
}
