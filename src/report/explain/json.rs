//! Where claims came from, for programs: claims with numbers, which origins refer to.

use std::io::{self, Write};

use serde::Serialize;

use crate::engine::{Replaced, Stage};
use crate::harness::explain::{Explanation, Met, MetBy, Node, NodeId, Origin, Through};
use crate::harness::group::Membership;
use crate::harness::whynot::Denied;
use crate::report::explain::Person;
use crate::report::rule_ref::JsonRule;
use crate::report::whynot;

#[derive(Serialize)]
struct JsonExplanation<'a> {
    user: Option<&'a str>,
    permit: Option<bool>,
    decision: Option<String>,
    deciding: Vec<usize>,
    issued: Vec<usize>,
    roles: Vec<String>,
    claims: Vec<JsonNode<'a>>,
}

#[derive(Serialize)]
struct JsonNode<'a> {
    id: usize,
    stage: Option<&'static str>,
    #[serde(rename = "type")]
    claim_type: &'a str,
    value: &'a str,
    given: bool,
    accepted: Option<usize>,
    origins: Vec<JsonOrigin<'a>>,
}

#[derive(Serialize)]
struct JsonOrigin<'a> {
    rule: JsonRule<'a>,
    action: &'static str,
    store: Option<JsonCell<'a>>,
    from: Vec<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    conditions: Vec<JsonMet<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    replaced: Vec<JsonReplaced<'a>>,
}

#[derive(Serialize)]
struct JsonCell<'a> {
    name: &'a str,
    query: &'a str,
    row: usize,
    rows: usize,
    column: usize,
    columns: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    member_through: Option<&'a [String]>,
}

#[derive(Serialize)]
struct JsonMet<'a> {
    text: &'a str,
    count: usize,
    claims: Vec<usize>,
}

#[derive(Serialize)]
struct JsonReplaced<'a> {
    pattern: &'a str,
    input: &'a str,
    matches: bool,
    groups: serde_json::Map<String, serde_json::Value>,
}

/// The explanation, and why nothing is permitted.
#[derive(Serialize)]
struct Answered<E> {
    #[serde(flatten)]
    explanation: E,
    missing: Option<serde_json::Value>,
}

/// Writes one JSON object. `denied` tells more about a denial.
///
/// # Errors
///
/// `out` cannot be written.
pub fn json(
    out: &mut dyn Write,
    person: Person<'_>,
    explanation: &Explanation,
    denied: Option<&Denied>,
) -> io::Result<()> {
    let missing = denied.and_then(|denied| denied.missing.as_ref()).map(whynot::missing);
    serde_json::to_writer_pretty(&mut *out, &Answered { explanation: object(person, explanation), missing })?;
    writeln!(out)
}

/// The JSON object.
pub(in crate::report) fn object<'a>(person: Person<'a>, explanation: &'a Explanation) -> impl Serialize + 'a {
    let Explanation { run, deciding, issued, graph } = explanation;
    JsonExplanation {
        user: person.user,
        permit: run.permit,
        decision: run.decision(),
        deciding: indices(deciding),
        issued: indices(issued),
        roles: run.roles.iter().map(ToString::to_string).collect(),
        claims: graph.nodes().map(|(id, node)| json_node(id, node)).collect(),
    }
}

fn indices(ids: &[NodeId]) -> Vec<usize> {
    ids.iter().map(|id| id.index()).collect()
}

fn json_node(id: NodeId, node: &Node) -> JsonNode<'_> {
    JsonNode {
        id: id.index(),
        stage: node.stage.map(Stage::as_str),
        claim_type: &node.claim.claim_type,
        value: &node.claim.value,
        given: node.is_given,
        accepted: node.accepted.map(NodeId::index),
        origins: node.origins.iter().map(json_origin).collect(),
    }
}

fn json_origin(origin: &Origin) -> JsonOrigin<'_> {
    JsonOrigin {
        rule: (&origin.rule).into(),
        action: origin.verb.word(),
        store: match &origin.through {
            Through::Store(cell) => Some(JsonCell {
                name: &cell.store,
                query: &cell.query,
                row: cell.row,
                rows: cell.rows,
                column: cell.column,
                columns: cell.columns,
                member_through: match &cell.membership {
                    Some(Membership::Direct) => Some(&[]),
                    Some(Membership::Through(groups)) => Some(groups),
                    None => None,
                },
            }),
            Through::Copy | Through::Claim => None,
        },
        from: indices(&origin.from),
        conditions: origin.conditions.iter().map(json_met).collect(),
        replaced: origin.replaced.iter().map(json_replaced).collect(),
    }
}

fn json_met(met: &Met) -> JsonMet<'_> {
    let (count, claims) = match &met.by {
        MetBy::Claim(id) => (1, vec![id.index()]),
        MetBy::Claims { count, first } => (*count, indices(first)),
    };
    JsonMet { text: &met.text, count, claims }
}

fn json_replaced(replaced: &Replaced) -> JsonReplaced<'_> {
    let groups = replaced.found.iter().flat_map(|found| found.groups.iter().cloned());
    JsonReplaced {
        pattern: &replaced.pattern,
        input: &replaced.input,
        matches: replaced.found.is_some(),
        groups: groups.map(|(name, took)| (name, took.into())).collect(),
    }
}
