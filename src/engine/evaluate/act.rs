//! What a rule does with its matches [language reference 4.5, 8].

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::join::Tuples;
use super::text::Scope;
use super::{Memo, Work};
use crate::engine::claim_set::ClaimSet;
use crate::engine::claims::{Manner, MannerId};
use crate::engine::compile::placeholders;
use crate::engine::compile::{ActionCode, ClaimCode, Expression, Program, Property, StoreCode, TypeText};
use crate::engine::conventions::{default_original_issuer, store_cell_value};
use crate::engine::vocabulary::TypeId;
use crate::engine::{Answer, ClaimId, EvalCause, Limits, Query};
use crate::lang::ast::Verb;

/// What a store rule wants to know: a query for each tuple, with the types that its columns become.
#[derive(Default)]
pub(super) struct Questions {
    queries: Vec<Query>,
}

impl Questions {
    /// The questions of a rule, one for each tuple; none unless it is a store rule.
    pub(super) fn of(action: &ActionCode, tuples: &Tuples, work: &Work) -> Result<Self, Box<EvalCause>> {
        let ActionCode::Store(code) = action else { return Ok(Self::default()) };
        let queries = tuples.iter().map(|tuple| question(code, work.scope(tuple)));
        Ok(Self { queries: queries.collect::<Result<_, _>>()? })
    }

    /// Those not yet answered in this request, each once.
    pub(super) fn unanswered(&self, memo: &Memo) -> Vec<Query> {
        if let [only] = self.queries.as_slice() {
            return if memo.contains_key(only) { Vec::new() } else { vec![only.clone()] };
        }
        let mut seen = HashSet::new();
        self.queries.iter().filter(|&query| !memo.contains_key(query) && seen.insert(query)).cloned().collect()
    }
}

/// The query of one tuple.
pub(super) fn question(code: &StoreCode, scope: Scope<'_>) -> Result<Query, Box<EvalCause>> {
    let text = scope.text(&code.query)?.into_shared();
    let parameters = code.parameters.iter().map(|parameter| Ok(scope.text(parameter)?.into_shared()));
    let parameters = parameters.collect::<Result<Vec<_>, Box<EvalCause>>>()?;
    if code.query.literal().is_none()
        && let Some(placeholder) = placeholders::unfilled(&text, parameters.len())
    {
        let placeholder = placeholder.to_owned();
        return Err(Box::new(EvalCause::Placeholder {
            query: text.to_string(),
            placeholder,
            parameters: parameters.len(),
        }));
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
) -> Result<(), Box<EvalCause>> {
    let Some(rule) = program.rules.get(rule_index) else { return Ok(()) };
    work.trace.hit(rule_index, tuples.count());
    let mut acting = Acting { program, rule_index, verb: rule.verb, work };
    match &rule.action {
        ActionCode::Copy { slot } => {
            acting.copy(*slot, tuples);
            Ok(())
        }
        ActionCode::Claim(code) => acting.make(code, tuples),
        ActionCode::Store(code) => acting.find(code, tuples, questions),
    }
}

/// One rule at work.
struct Acting<'a> {
    program: &'a Program,
    rule_index: usize,
    verb: Verb,
    work: &'a mut Work,
}

impl Acting<'_> {
    fn copy(&mut self, slot: usize, tuples: &Tuples) {
        for tuple in tuples.iter() {
            if let Some(&copied) = tuple.get(slot) {
                self.keep(copied, false, tuple);
            }
        }
    }

    fn make(&mut self, code: &ClaimCode, tuples: &Tuples) -> Result<(), Box<EvalCause>> {
        self.reserve(tuples.count(), tuples.tuple(0).len());
        let mut fixed = None;
        for tuple in tuples.iter() {
            let scope = self.work.scope(tuple);
            let claim_type = type_of(&code.claim_type, scope)?;
            let value = match &code.value {
                Some(value) => scope.text(value)?.into_shared(),
                None => Arc::clone(&self.program.defaults.value),
            };
            let manner = if let Some(manner) = fixed {
                manner
            } else {
                let manner = manner(self.program, &code.others, scope)?;
                self.work.set.manner_id(manner)
            };
            fixed = code.others_are_fixed.then_some(manner);
            self.insert(&claim_type, value, manner, tuple)?;
        }
        Ok(())
    }

    fn find(&mut self, code: &StoreCode, tuples: &Tuples, questions: &Questions) -> Result<(), Box<EvalCause>> {
        let issuer = &self.program.conventions.store_issuer;
        let manner = Manner {
            value_type: Arc::clone(&self.program.defaults.value_type),
            issuer: Arc::clone(issuer),
            original_issuer: default_original_issuer(issuer),
            properties: BTreeMap::new(),
        };
        let manner = self.work.set.manner_id(manner);
        for (tuple, query) in tuples.iter().zip(&questions.queries) {
            let types = code.types.iter().map(|claim_type| type_of(claim_type, self.work.scope(tuple)));
            let types = types.collect::<Result<Vec<_>, _>>()?;
            let made = Making { query, types: &types, manner, from: tuple };
            if let Some(answer) = self.answer_for_good(query, tuples) {
                match answer {
                    Answer::Columns(columns) => self.take_columns(columns.into_iter(), &made)?,
                    Answer::Rows(mut rows) => {
                        let cells = rows.iter_mut().map(|row| row.iter_mut().map(Option::take));
                        let taken = self.take_rows(cells, &made);
                        self.work.spent = rows;
                        taken?;
                    }
                }
            } else if let Some(answer) = self.work.memo.get(query).map(Arc::clone) {
                match &*answer {
                    Answer::Columns(columns) => {
                        self.take_columns(columns.iter().map(|column| column.iter().cloned()), &made)?;
                    }
                    Answer::Rows(rows) => self.take_rows(rows.iter().map(|row| row.iter().cloned()), &made)?,
                }
            }
        }
        Ok(())
    }

    /// An answer that nobody else has, nor can ask for again.
    fn answer_for_good(&mut self, query: &Query, tuples: &Tuples) -> Option<Answer> {
        let is_last = self.program.last_asking == Some(self.rule_index) && tuples.count() == 1;
        if self.work.keeps_answers || !is_last {
            return None;
        }
        self.work.memo.get_mut(query).and_then(Arc::get_mut).map(std::mem::take)
    }

    /// Makes claims of rows.
    fn take_rows<R: ExactSizeIterator<Item = Option<Arc<str>>>>(
        &mut self,
        rows: impl ExactSizeIterator<Item = R>,
        made: &Making<'_>,
    ) -> Result<(), Box<EvalCause>> {
        self.reserve_for_rows(rows.len(), made);
        for row in rows {
            made.check_columns(row.len())?;
            for (claim_type, cell) in made.types.iter().zip(row) {
                if let Some(value) = store_cell_value(cell) {
                    self.insert(claim_type, value, made.manner, made.from)?;
                }
            }
        }
        Ok(())
    }

    /// Makes claims of columns.
    fn take_columns<C: IntoIterator<Item = Arc<str>, IntoIter: ExactSizeIterator>>(
        &mut self,
        columns: impl ExactSizeIterator<Item = C>,
        made: &Making<'_>,
    ) -> Result<(), Box<EvalCause>> {
        let width = columns.len();
        for (index, column) in columns.enumerate() {
            let values = column.into_iter();
            self.reserve_for_rows(values.len(), made);
            for value in values {
                made.check_columns(width)?;
                if let (Some(claim_type), Some(value)) = (made.types.get(index), store_cell_value(Some(value))) {
                    self.insert(claim_type, value, made.manner, made.from)?;
                }
            }
        }
        Ok(())
    }

    /// Room for the claims of some rows, and for those that later rules make of these.
    fn reserve_for_rows(&mut self, rows: usize, made: &Making<'_>) {
        self.reserve(rows + rows / 2, made.from.len());
    }

    /// Room for some more claims, made of `width` claims each.
    fn reserve(&mut self, claims: usize, width: usize) {
        self.work.trace.reserve(claims, width);
        self.work.set.reserve(claims, self.verb == Verb::Issue);
    }

    #[inline]
    fn insert(
        &mut self,
        claim_type: &NewType<'_>,
        value: Arc<str>,
        manner: MannerId,
        from: &[ClaimId],
    ) -> Result<(), Box<EvalCause>> {
        let type_id = claim_type.id.unwrap_or_else(|| self.work.set.type_id(&claim_type.text));
        let (id, is_new) = self.work.set.insert_parts(type_id, claim_type.text.len(), value, manner);
        self.keep(id, is_new, from);
        within(&self.work.set, &self.work.limits)
    }

    /// Issues a claim of the set if the rule says so, and notes where it came from.
    #[inline]
    fn keep(&mut self, id: ClaimId, is_new: bool, from: &[ClaimId]) {
        if self.verb == Verb::Issue {
            self.work.set.issue(id, self.program.conventions.output_duplicates);
        }
        self.work.trace.derive(self.rule_index, id, is_new, from, &self.work.limits);
    }
}

/// What a store rule makes of an answer for one tuple.
struct Making<'m> {
    query: &'m Query,
    types: &'m [NewType<'m>],
    manner: MannerId,
    from: &'m [ClaimId],
}

impl Making<'_> {
    /// Whether there is a type for each column.
    #[inline]
    fn check_columns(&self, columns: usize) -> Result<(), Box<EvalCause>> {
        if columns == self.types.len() { Ok(()) } else { Err(Box::new(self.other_columns(columns))) }
    }

    #[cold]
    fn other_columns(&self, columns: usize) -> EvalCause {
        EvalCause::Columns {
            store: self.query.store.to_string(),
            query: self.query.text.to_string(),
            expected: self.types.len(),
            got: columns,
        }
    }
}

impl Work {
    fn scope<'a>(&'a self, tuple: &'a [ClaimId]) -> Scope<'a> {
        Scope { set: &self.set, tuple, regexes: &self.regexes, text_bytes: self.limits.text_bytes }
    }
}

/// What a new claim says beside its type and value.
fn manner(program: &Program, others: &[(Property, Expression)], scope: Scope<'_>) -> Result<Manner, Box<EvalCause>> {
    let (mut value_type, mut issuer, mut original_issuer) = (None, None, None);
    let mut properties = BTreeMap::new();
    for (property, assigned) in others {
        let assigned = scope.text(assigned)?.into_shared();
        match property {
            // These two have places of their own.
            Property::Type | Property::Value => {}
            Property::ValueType => value_type = Some(assigned),
            Property::Issuer => issuer = Some(assigned),
            Property::OriginalIssuer => original_issuer = Some(assigned),
            Property::Properties(key) => {
                properties.insert(scope.text(key)?.into_shared(), assigned);
            }
        }
    }
    let issuer = issuer.unwrap_or_else(|| Arc::clone(&program.defaults.issuer));
    Ok(Manner {
        value_type: value_type.unwrap_or_else(|| Arc::clone(&program.defaults.value_type)),
        original_issuer: original_issuer.unwrap_or_else(|| default_original_issuer(&issuer)),
        issuer,
        properties,
    })
}

/// A claim type, with its number where that is known.
pub(super) struct NewType<'c> {
    pub(super) text: Cow<'c, Arc<str>>,
    id: Option<TypeId>,
}

/// The type of a new claim.
pub(super) fn type_of<'c: 's, 's>(claim_type: &'c TypeText, scope: Scope<'s>) -> Result<NewType<'c>, Box<EvalCause>> {
    Ok(match claim_type {
        TypeText::Literal(text, id) => NewType { text: Cow::Borrowed(text), id: Some(*id) },
        TypeText::Dynamic(expression) => NewType { text: Cow::Owned(scope.text(expression)?.into_shared()), id: None },
    })
}

/// Whether a set is still small enough.
#[inline]
pub(super) fn within(set: &ClaimSet, limits: &Limits) -> Result<(), Box<EvalCause>> {
    let is_within = set.len() <= limits.claims && set.bytes() <= limits.set_bytes;
    if is_within { Ok(()) } else { Err(Box::new(too_large(set, limits))) }
}

#[cold]
fn too_large(set: &ClaimSet, limits: &Limits) -> EvalCause {
    if set.len() > limits.claims {
        EvalCause::Claims { limit: limits.claims }
    } else {
        EvalCause::SetBytes { limit: limits.set_bytes }
    }
}
