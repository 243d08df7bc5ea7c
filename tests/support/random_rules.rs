//! Small random rule sets, written as text so that a failing one can be read.

use std::fmt::Write;
use std::sync::Arc;

use claimsmith::engine::{AttributeStore, Claim, Query, Row, StoreError};

/// Choices made from bytes; when they run out, the first choice is taken.
pub struct Choices<'b> {
    bytes: std::slice::Iter<'b, u8>,
}

impl<'b> Choices<'b> {
    pub fn new(bytes: &'b [u8]) -> Self {
        Self { bytes: bytes.iter() }
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::from(self.bytes.next().copied().unwrap_or(0)) % limit
    }

    fn one_of<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[self.below(texts.len())]
    }
}

const TYPES: [&str; 3] = ["a", "b", "c"];
const VALUES: [&str; 4] = ["1", "2", "12", ""];
const ISSUERS: [&str; 2] = ["AD AUTHORITY", "I"];

/// Up to six claims of few types, values and issuers, so that they meet.
pub fn claims(choices: &mut Choices<'_>) -> Vec<Claim> {
    (0..choices.below(7))
        .map(|_| {
            let mut claim = Claim::new(choices.one_of(&TYPES), choices.one_of(&VALUES), choices.one_of(&ISSUERS));
            if choices.below(4) == 3 {
                claim.properties.insert("p".into(), choices.one_of(&VALUES).into());
            }
            claim
        })
        .collect()
}

/// Up to five rules with up to three conditions.
pub fn rules(choices: &mut Choices<'_>) -> String {
    (0..=choices.below(5)).map(|_| rule(choices)).collect()
}

fn rule(choices: &mut Choices<'_>) -> String {
    let mut bound = Vec::new();
    let conditions: Vec<String> = (0..choices.below(4)).map(|index| condition(choices, index, &mut bound)).collect();
    let verb = choices.one_of(&["issue", "add"]);
    format!("{} => {verb}({});\n", conditions.join(" && "), body(choices, &bound))
}

fn condition(choices: &mut Choices<'_>, index: usize, bound: &mut Vec<String>) -> String {
    let predicates: Vec<String> = (0..choices.below(3)).map(|_| predicate(choices, bound)).collect();
    let pattern = format!("[{}]", predicates.join(", "));
    match choices.below(8) {
        0..4 => {
            bound.push(format!("c{index}"));
            format!("c{index}:{pattern}")
        }
        4 | 5 => pattern,
        6 => format!("{}exists({pattern})", choices.one_of(&["", "not "])),
        _ => {
            let operator = choices.one_of(&[">", ">=", "==", "!=", "<=", "<"]);
            format!("count({pattern}) {operator} {}", choices.below(4))
        }
    }
}

fn predicate(choices: &mut Choices<'_>, bound: &[String]) -> String {
    let negated = choices.below(4) == 3;
    match choices.below(6) {
        0 | 1 => format!("Type {} \"{}\"", if negated { "!=" } else { "==" }, choices.one_of(&TYPES)),
        2 => format!("Value {} \"{}\"", if negated { "!~" } else { "=~" }, choices.one_of(&["^1", "2$", "1|2", "^$"])),
        3 => format!("Properties[\"p\"] {} {}", if negated { "!=" } else { "==" }, expression(choices, bound)),
        4 => format!("Issuer {} {}", if negated { "!=" } else { "==" }, expression(choices, bound)),
        _ => format!("Value {} {}", if negated { "!=" } else { "==" }, expression(choices, bound)),
    }
}

fn expression(choices: &mut Choices<'_>, bound: &[String]) -> String {
    let name = match bound {
        [] => None,
        names => Some(&names[choices.below(names.len())]),
    };
    match (choices.below(6), name) {
        (0..3, Some(name)) => {
            format!("{name}.{}", choices.one_of(&["Value", "Type", "Issuer", "OriginalIssuer", "Properties[\"p\"]"]))
        }
        (3, Some(name)) => format!("{name}.Value + \"{}\"", choices.one_of(&VALUES)),
        (4, Some(name)) => format!("RegExReplace({name}.Value, \"1\", \"{}\")", choices.one_of(&["", "2", "$&$&"])),
        _ => format!("\"{}\"", choices.one_of(&VALUES)),
    }
}

fn body(choices: &mut Choices<'_>, bound: &[String]) -> String {
    match (choices.below(5), bound) {
        (0, [first, ..]) => format!("claim = {first}"),
        (1, _) => {
            let mut text = format!(
                "store = \"S\", types = (\"{}\", \"{}\"), query = ",
                choices.one_of(&TYPES),
                choices.one_of(&TYPES)
            );
            let _ = write!(text, "\"{{0}}\", param = {}", expression(choices, bound));
            text
        }
        _ => {
            let mut text = format!("Type = \"{}\", Value = {}", choices.one_of(&TYPES), expression(choices, bound));
            if choices.below(3) == 2 {
                let _ = write!(text, ", Issuer = {}", expression(choices, bound));
            }
            if choices.below(3) == 2 {
                let _ = write!(text, ", Properties[\"p\"] = {}", expression(choices, bound));
            }
            text
        }
    }
}

/// A store that answers with rows made of the parameter.
pub struct Echo;

impl AttributeStore for Echo {
    fn answer(&self, queries: &[Query]) -> Result<Vec<Vec<Row>>, StoreError> {
        Ok(queries.iter().map(rows).collect())
    }
}

/// The rows of [`Echo`].
pub fn rows(query: &Query) -> Vec<Row> {
    let parameter = &query.parameters[0];
    match &**parameter {
        "" => vec![],
        "1" => vec![vec![Some("2".into()), None], vec![None, Some("1".into())]],
        _ => vec![vec![Some(Arc::clone(parameter)), Some("12".into())]],
    }
}
