//! One rule, from syntax to what runs.

use std::sync::Arc;

use super::StoreUse;
use super::expression::{self, Expression, Property};
use super::names::{Known, Names};
use super::pattern;
use super::placeholders;
use super::rule::{ActionCode, Aggregate, AggregateTest, ClaimCode, Join, Rule, Selector, StoreCode, TypeText};
use crate::engine::code;
use crate::lang::ast::{self, Condition, Verb};
use crate::lang::{Diagnostic, Span, code as lang_code};

/// How many conditions a rule may have; published rules have fewer than ten.
const CONDITIONS: usize = 200;

/// Compiles a rule; `None` if a diagnostic says why not.
pub(super) fn rule(
    written: &ast::Rule,
    number: usize,
    known: &mut Known,
    stores: &mut Vec<StoreUse>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Rule> {
    let mut names = Names::new(known, diagnostics);
    if written.conditions.len() > CONDITIONS {
        names.report(
            Diagnostic::error(
                code::TOO_MANY_CONDITIONS,
                written.span,
                format!("the rule has more than {CONDITIONS} conditions"),
            )
            .with_help("split it: let an `add` rule before it make a claim that stands for some of the conditions"),
        );
        return None;
    }
    let conditions = conditions(&written.conditions, &mut names);
    let action = action(&written.action.body, number, stores, &mut names);
    let mut rule = Rule { verb: written.action.verb, action: action?, ..conditions? };
    mark_references(&mut rule);
    Some(rule)
}

fn conditions<'c>(written: &'c [Condition], names: &mut Names<'c>) -> Option<Rule> {
    let mut rule =
        Rule { gates: Vec::new(), joins: Vec::new(), slots: 0, verb: Verb::Add, action: ActionCode::Copy { slot: 0 } };
    let mut complete = true;
    for condition in written {
        let aggregate = match condition {
            Condition::Selector(selector) => {
                let slot = rule.slots;
                rule.slots += 1;
                let pattern = pattern::pattern(&selector.pattern, names);
                if let Some(name) = &selector.binding {
                    names.bind(name, slot);
                }
                complete &= pattern.is_some();
                rule.joins
                    .extend(pattern.map(|pattern| Join::Selector(Selector { slot, pattern, is_referred_to: false })));
                continue;
            }
            Condition::Exists { negated, pattern, .. } => {
                let test = AggregateTest::Exists { negated: *negated };
                pattern::pattern(pattern, names).map(|pattern| Aggregate { pattern, test })
            }
            Condition::Count { pattern, operator, number, .. } => {
                let test = AggregateTest::Count { operator: *operator, number: number.value() };
                pattern::pattern(pattern, names).map(|pattern| Aggregate { pattern, test })
            }
        };
        match aggregate {
            None => complete = false,
            Some(aggregate) if aggregate.pattern.referring.is_empty() => rule.gates.push(aggregate),
            Some(aggregate) => rule.joins.push(Join::Aggregate(aggregate)),
        }
    }
    complete.then_some(rule)
}

/// Compiles an action; `None` if a diagnostic says why not.
pub(super) fn action(
    written: &ast::ActionBody,
    number: usize,
    stores: &mut Vec<StoreUse>,
    names: &mut Names<'_>,
) -> Option<ActionCode> {
    match written {
        ast::ActionBody::Copy(name) => names.slot(name).map(|slot| ActionCode::Copy { slot }),
        ast::ActionBody::Claim(assignments) => claim(assignments, names),
        ast::ActionBody::Store(query) => store(query, number, stores, names).map(ActionCode::Store),
    }
}

fn claim(written: &[ast::Assignment], names: &mut Names<'_>) -> Option<ActionCode> {
    let (mut claim_type, mut assigned_value) = (None, None);
    let mut others = Vec::with_capacity(written.len());
    let mut complete = true;
    for assignment in written {
        let property = expression::property(&assignment.property, names);
        let value = expression::expression(&assignment.value, names);
        let (Some(property), Some(value)) = (property, value) else {
            complete = false;
            continue;
        };
        match property {
            Property::Type => claim_type = Some(type_text(value, names)),
            Property::Value => assigned_value = Some(value),
            property => others.push((property, value)),
        }
    }
    if claim_type.is_none() && complete {
        let span = written.first().map_or(Span::default(), |first| first.span);
        names.report(
            Diagnostic::error(lang_code::NO_TYPE, span, "the new claim has no `Type`").with_help("add `Type = \"…\"`"),
        );
    }
    let mut others_are_fixed = true;
    for (property, value) in &others {
        property.each_slot(&mut |_| others_are_fixed = false);
        value.slots(&mut |_| others_are_fixed = false);
    }
    let claim_type = claim_type?;
    complete.then_some(ActionCode::Claim(ClaimCode { claim_type, value: assigned_value, others, others_are_fixed }))
}

fn store(
    written: &ast::StoreQuery,
    number: usize,
    stores: &mut Vec<StoreUse>,
    names: &mut Names<'_>,
) -> Option<StoreCode> {
    let store = expression::expression(&written.store, names);
    let types: Vec<Option<Expression>> =
        written.types.iter().map(|written| expression::expression(written, names)).collect();
    let query = expression::expression(&written.query, names);
    let parameters: Vec<Option<Expression>> =
        written.parameters.iter().map(|written| expression::expression(written, names)).collect();
    let (store, query) = (store?, query?);
    if let Some(name) = store.literal() {
        let span = expression::span(&written.store);
        stores.push(StoreUse { name: Arc::clone(name), rule_number: number, span });
    }
    let unfilled = query.literal().and_then(|text| placeholders::unfilled(text, written.parameters.len()));
    if let Some(placeholder) = unfilled {
        let placeholder = format!("{{{placeholder}}}");
        let message = format!("the query uses `{placeholder}`, but no `param` fills it");
        let place = expression::span_of_part(&written.query, &placeholder);
        names.report(
            Diagnostic::error(code::UNFILLED_PLACEHOLDER, place, message)
                .with_help("add a `param = …` for it, or correct the number; numbers start at 0"),
        );
        return None;
    }
    let types = types.into_iter().collect::<Option<Vec<_>>>()?;
    Some(StoreCode {
        store,
        types: types.into_iter().map(|claim_type| type_text(claim_type, names)).collect(),
        query,
        parameters: parameters.into_iter().collect::<Option<Vec<_>>>()?,
    })
}

fn type_text(expression: Expression, names: &mut Names<'_>) -> TypeText {
    match expression {
        Expression::Literal(text) => {
            let id = names.known.vocabulary.intern(&text);
            TypeText::Literal(text, id)
        }
        dynamic => TypeText::Dynamic(dynamic),
    }
}

/// Finds the selectors whose claims are read by others or by the action.
fn mark_references(rule: &mut Rule) {
    let mut referred = vec![false; rule.slots];
    let mut mark = |slot: usize| {
        if let Some(mark) = referred.get_mut(slot) {
            *mark = true;
        }
    };
    for join in &rule.joins {
        match join {
            Join::Selector(Selector { pattern, .. }) | Join::Aggregate(Aggregate { pattern, .. }) => {
                pattern.slots(&mut mark);
            }
        }
    }
    action_slots(&rule.action, &mut mark);
    for join in &mut rule.joins {
        if let Join::Selector(selector) = join {
            selector.is_referred_to = referred.get(selector.slot).is_some_and(|&referred| referred);
        }
    }
}

fn action_slots(action: &ActionCode, mark: &mut impl FnMut(usize)) {
    let of_type = |claim_type: &TypeText, mark: &mut dyn FnMut(usize)| {
        if let TypeText::Dynamic(expression) = claim_type {
            expression.slots(&mut |slot| mark(slot));
        }
    };
    match action {
        ActionCode::Copy { slot } => mark(*slot),
        ActionCode::Claim(ClaimCode { claim_type, value, others, .. }) => {
            of_type(claim_type, mark);
            if let Some(value) = value {
                value.slots(mark);
            }
            for (property, value) in others {
                property.each_slot(mark);
                value.slots(mark);
            }
        }
        ActionCode::Store(StoreCode { store, types, query, parameters }) => {
            for claim_type in types {
                of_type(claim_type, mark);
            }
            [store, query].into_iter().chain(parameters).for_each(|expression| expression.slots(mark));
        }
    }
}
