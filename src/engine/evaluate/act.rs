//! What a rule does with its matches [language reference 4.5, 8].

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::join::Tuples;
use super::text::Scope;
use super::{Memo, Work};
use crate::engine::claim_set::ClaimSet;
use crate::engine::claims::Manner;
use crate::engine::compile::placeholders;
use crate::engine::compile::{ActionCode, Expression, Program, Property, StoreCode, TypeText};
use crate::engine::conventions::{default_original_issuer, store_cell_value};
use crate::engine::vocabulary::TypeId;
use crate::engine::{ClaimId, EvalCause, Limits, Query};
use crate::lang::ast::Verb;

/// What a store rule wants to know: a query for each tuple, with the types that its columns become.
#[derive(Default)]
pub(super) struct Questions {
    queries: Vec<Query>,
}

impl Questions {
    /// The questions of a rule, one for each tuple; none unless it is a store rule.
    pub(super) fn of(action: &ActionCode, tuples: &Tuples, work: &Work) -> Result<Self, EvalCause> {
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
    work: &mut Work,
) -> Result<(), EvalCause> {
    let Some(rule) = program.rules.get(rule_index) else { return Ok(()) };
    work.trace.hit(rule_index, tuples.count());
    for index in 0..tuples.count() {
        let tuple = tuples.tuple(index);
        match &rule.action {
            ActionCode::Copy { slot } => {
                if let Some(&copied) = tuple.get(*slot) {
                    work.keep(program, rule_index, copied, false, tuple);
                }
            }
            ActionCode::Claim { claim_type, assignments } => {
                let claim = made(program, claim_type, assignments, work.scope(tuple))?;
                let (id, is_new) = work.insert(claim);
                work.keep(program, rule_index, id, is_new, tuple);
                work.within()?;
            }
            ActionCode::Store(code) => {
                let Some(query) = questions.queries.get(index) else { continue };
                found(program, rule_index, code, query, tuple, work)?;
            }
        }
    }
    Ok(())
}

/// A claim that an action made.
struct Made {
    claim_type: Arc<str>,
    type_id: Option<TypeId>,
    value: Arc<str>,
    manner: Manner,
}

fn made(
    program: &Program,
    claim_type: &TypeText,
    assignments: &[(Property, Expression)],
    scope: Scope<'_>,
) -> Result<Made, EvalCause> {
    let (claim_type, type_id) = type_of(claim_type, scope)?;
    let (mut value, mut value_type, mut issuer, mut original_issuer) = (None, None, None, None);
    let mut properties = BTreeMap::new();
    for (property, assigned) in assignments {
        let assigned = scope.text(assigned)?.into_shared();
        match property {
            // The type has its own place; the compiler puts none here.
            Property::Type => {}
            Property::Value => value = Some(assigned),
            Property::ValueType => value_type = Some(assigned),
            Property::Issuer => issuer = Some(assigned),
            Property::OriginalIssuer => original_issuer = Some(assigned),
            Property::Properties(key) => {
                properties.insert(scope.text(key)?.into_shared(), assigned);
            }
        }
    }
    let issuer = issuer.unwrap_or_else(|| Arc::clone(&program.defaults.issuer));
    let manner = Manner {
        value_type: value_type.unwrap_or_else(|| Arc::clone(&program.defaults.value_type)),
        original_issuer: original_issuer.unwrap_or_else(|| default_original_issuer(&issuer)),
        issuer,
        properties,
    };
    Ok(Made { claim_type, type_id, value: value.unwrap_or_else(|| Arc::clone(&program.defaults.value)), manner })
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
    code: &StoreCode,
    query: &Query,
    tuple: &[ClaimId],
    work: &mut Work,
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
    if rows.is_empty() {
        return Ok(());
    }
    let issuer = &program.conventions.store_issuer;
    let manner = work.set.manner_id(Manner {
        value_type: Arc::clone(&program.defaults.value_type),
        issuer: Arc::clone(issuer),
        original_issuer: default_original_issuer(issuer),
        properties: BTreeMap::new(),
    });
    work.set.reserve(rows.len());
    for row in rows.iter() {
        for ((claim_type, type_id), cell) in types.iter().zip(row) {
            let Some(value) = store_cell_value(cell.as_ref()) else { continue };
            let type_id = type_id.unwrap_or_else(|| work.set.type_id(claim_type));
            let (id, is_new) = work.set.insert_parts(type_id, claim_type.len(), Arc::clone(value), manner);
            work.keep(program, rule_index, id, is_new, tuple);
            work.within()?;
        }
    }
    Ok(())
}

impl Work {
    fn scope<'a>(&'a self, tuple: &'a [ClaimId]) -> Scope<'a> {
        Scope { set: &self.set, tuple, regexes: &self.regexes, text_bytes: self.limits.text_bytes }
    }

    fn insert(&mut self, made: Made) -> (ClaimId, bool) {
        let type_id = made.type_id.unwrap_or_else(|| self.set.type_id(&made.claim_type));
        let manner = self.set.manner_id(made.manner);
        self.set.insert_parts(type_id, made.claim_type.len(), made.value, manner)
    }

    /// Issues a claim of the set if the rule says so, and notes where it came from.
    fn keep(&mut self, program: &Program, rule_index: usize, id: ClaimId, is_new: bool, from: &[ClaimId]) {
        if program.rules.get(rule_index).is_some_and(|rule| rule.verb == Verb::Issue) {
            self.set.issue(id, program.conventions.output_duplicates);
        }
        self.trace.derive(rule_index, id, is_new, from, &self.limits);
    }

    fn within(&self) -> Result<(), EvalCause> {
        within(&self.set, &self.limits)
    }
}

/// Whether a set is still small enough.
pub(super) fn within(set: &ClaimSet, limits: &Limits) -> Result<(), EvalCause> {
    if set.len() > limits.claims {
        return Err(EvalCause::Claims { limit: limits.claims });
    }
    if set.bytes() > limits.set_bytes {
        return Err(EvalCause::SetBytes { limit: limits.set_bytes });
    }
    Ok(())
}
