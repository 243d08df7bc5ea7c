//! What a rule does with its matches [language reference 4.5, 8].

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::join::Tuples;
use super::text::Scope;
use super::{Memo, Work};
use crate::engine::claim_set::ClaimSet;
use crate::engine::compile::placeholders;
use crate::engine::compile::{ActionCode, Expression, Program, Property, StoreCode, TypeText};
use crate::engine::conventions::{default_original_issuer, store_cell_value};
use crate::engine::vocabulary::TypeId;
use crate::engine::{Claim, ClaimId, EvalCause, Query};
use crate::lang::ast::Verb;

/// What a store rule wants to know: a query for each tuple, with the types that its columns become.
#[derive(Default)]
pub(super) struct Questions {
    queries: Vec<Query>,
}

impl Questions {
    /// The questions of a rule, one for each tuple; none unless it is a store rule.
    pub(super) fn of(action: &ActionCode, tuples: &Tuples, work: &Work<'_>) -> Result<Self, EvalCause> {
        let ActionCode::Store(code) = action else { return Ok(Self::default()) };
        let queries = (0..tuples.count()).map(|index| question(code, work.scope(tuples.tuple(index))));
        Ok(Self { queries: queries.collect::<Result<_, _>>()? })
    }

    /// Those not yet answered in this request, each once.
    pub(super) fn unanswered(&self, memo: &Memo) -> Vec<Query> {
        let mut seen = HashSet::new();
        self.queries.iter().filter(|&query| !memo.contains_key(query) && seen.insert(query)).cloned().collect()
    }
}

fn question(code: &StoreCode, scope: Scope<'_>) -> Result<Query, EvalCause> {
    let text = scope.text(&code.query)?.into_shared();
    let parameters = code.parameters.iter().map(|parameter| Ok(scope.text(parameter)?.into_shared()));
    let parameters = parameters.collect::<Result<Vec<_>, EvalCause>>()?;
    if code.query.literal().is_none()
        && let Some(placeholder) = placeholders::unfilled(&text, parameters.len())
    {
        let placeholder = placeholder.to_owned();
        return Err(EvalCause::Placeholder { query: text.to_string(), placeholder, parameters: parameters.len() });
    }
    Ok(Query { store: scope.text(&code.store)?.into_shared(), text, parameters, columns: code.types.len() })
}

/// Runs the action of a rule for every tuple. The claims appear after the last tuple: a rule cannot feed itself.
pub(super) fn act(
    program: &Program,
    rule_index: usize,
    tuples: &Tuples,
    questions: &Questions,
    work: &mut Work<'_>,
) -> Result<(), EvalCause> {
    let Some(rule) = program.rules.get(rule_index) else { return Ok(()) };
    work.trace.hit(rule_index, tuples.count());
    for index in 0..tuples.count() {
        let tuple = tuples.tuple(index);
        match &rule.action {
            ActionCode::Copy { slot } => {
                let copied = tuple.get(*slot).and_then(|&id| work.set.get(id)).cloned();
                if let Some(claim) = copied {
                    work.keep(program, rule_index, rule.verb, claim, None, tuple)?;
                }
            }
            ActionCode::Claim { claim_type, assignments } => {
                let (claim, type_id) = made(program, claim_type, assignments, work.scope(tuple))?;
                work.keep(program, rule_index, rule.verb, claim, type_id, tuple)?;
            }
            ActionCode::Store(code) => {
                let Some(query) = questions.queries.get(index) else { continue };
                found(program, rule_index, rule.verb, code, query, tuple, work)?;
            }
        }
    }
    Ok(())
}

fn made(
    program: &Program,
    claim_type: &TypeText,
    assignments: &[(Property, Expression)],
    scope: Scope<'_>,
) -> Result<(Claim, Option<TypeId>), EvalCause> {
    let (claim_type, type_id) = type_of(claim_type, scope)?;
    let mut claim = Claim {
        claim_type,
        value: Arc::clone(&program.defaults.value),
        value_type: Arc::clone(&program.defaults.value_type),
        issuer: Arc::clone(&program.defaults.issuer),
        original_issuer: Arc::clone(&program.defaults.issuer),
        properties: BTreeMap::new(),
    };
    let mut names_original_issuer = false;
    for (property, value) in assignments {
        let value = scope.text(value)?.into_shared();
        match property {
            Property::Type => claim.claim_type = value,
            Property::Value => claim.value = value,
            Property::ValueType => claim.value_type = value,
            Property::Issuer => claim.issuer = value,
            Property::OriginalIssuer => {
                names_original_issuer = true;
                claim.original_issuer = value;
            }
            Property::Properties(key) => {
                claim.properties.insert(scope.text(key)?.into_shared(), value);
            }
        }
    }
    if !names_original_issuer {
        claim.original_issuer = default_original_issuer(&claim.issuer);
    }
    Ok((claim, type_id))
}

fn type_of(claim_type: &TypeText, scope: Scope<'_>) -> Result<(Arc<str>, Option<TypeId>), EvalCause> {
    match claim_type {
        TypeText::Literal(text, id) => Ok((Arc::clone(text), Some(*id))),
        TypeText::Dynamic(expression) => Ok((scope.text(expression)?.into_shared(), None)),
    }
}

fn found(
    program: &Program,
    rule_index: usize,
    verb: Verb,
    code: &StoreCode,
    query: &Query,
    tuple: &[ClaimId],
    work: &mut Work<'_>,
) -> Result<(), EvalCause> {
    let types = code.types.iter().map(|claim_type| type_of(claim_type, work.scope(tuple)));
    let types = types.collect::<Result<Vec<_>, _>>()?;
    let Some(rows) = work.memo.get(query).map(Arc::clone) else { return Ok(()) };
    if let Some(row) = rows.iter().find(|row| row.len() != types.len()) {
        return Err(EvalCause::Columns {
            store: query.store.to_string(),
            query: query.text.to_string(),
            expected: types.len(),
            got: row.len(),
        });
    }
    work.set.reserve(rows.len());
    let issuer = &program.conventions.store_issuer;
    for row in rows.iter() {
        for ((claim_type, type_id), cell) in types.iter().zip(row) {
            let Some(value) = store_cell_value(cell.as_ref()) else { continue };
            let claim = Claim {
                claim_type: Arc::clone(claim_type),
                value: Arc::clone(value),
                value_type: Arc::clone(&program.defaults.value_type),
                issuer: Arc::clone(issuer),
                original_issuer: default_original_issuer(issuer),
                properties: BTreeMap::new(),
            };
            work.keep(program, rule_index, verb, claim, *type_id, tuple)?;
        }
    }
    Ok(())
}

impl Work<'_> {
    fn scope<'a>(&'a self, tuple: &'a [ClaimId]) -> Scope<'a> {
        Scope { set: &self.set, tuple, regexes: &self.regexes, text_bytes: self.limits.text_bytes }
    }

    fn keep(
        &mut self,
        program: &Program,
        rule_index: usize,
        verb: Verb,
        claim: Claim,
        type_id: Option<TypeId>,
        from: &[ClaimId],
    ) -> Result<(), EvalCause> {
        let (id, is_new) = self.set.insert(claim, type_id);
        if verb == Verb::Issue {
            self.set.issue(id, program.conventions.output_duplicates);
        }
        self.trace.derive(rule_index, id, is_new, from, &self.limits);
        if is_new { within(&self.set, &self.limits) } else { Ok(()) }
    }
}

/// Whether a set is still small enough.
pub(super) fn within(set: &ClaimSet<'_>, limits: &crate::engine::Limits) -> Result<(), EvalCause> {
    if set.len() > limits.claims {
        return Err(EvalCause::Claims { limit: limits.claims });
    }
    if set.bytes() > limits.set_bytes {
        return Err(EvalCause::SetBytes { limit: limits.set_bytes });
    }
    Ok(())
}
