//! What rules issue to AWS.

use crate::aws::attribute::{Attribute, Recognized, recognize};
use crate::engine::Stage;
use crate::engine::trust::Profile;
use crate::lang::Span;
use crate::lang::ast::{ActionBody, Expression, Property, Rule, Verb};
use crate::lint::Subject;
use crate::lint::mentions::{literal, selector_of, types_of_pattern};
use crate::lint::produced::{TypeSet, at_start, output};
use crate::lint::values::{Example, Maker, admits, constant, examples};

/// One attribute that a rule issues to AWS.
pub(super) struct Issued<'a> {
    subject: &'a Subject<'a>,
    pub(super) index: usize,
    pub(super) rule: &'a Rule,
    pub(super) attribute: Attribute<'a>,
    pub(super) claim_type: &'a str,
    pub(super) maker: Maker<'a>,
    /// Where the value is given, or else where the type is.
    pub(super) span: Span,
}

impl Issued<'_> {
    /// Examples of its values.
    pub(super) fn examples(&self) -> Vec<Example> {
        examples(self.subject, self.index, self.maker, self.claim_type)
    }

    /// Its value, if it is the same at all times.
    pub(super) fn fixed_value(&self) -> Option<String> {
        match self.maker {
            Maker::Value(Some(value)) => constant(value),
            Maker::Value(None) => Some(String::new()),
            Maker::Copy(_) | Maker::Column(..) => None,
        }
    }
}

/// The attributes that the rules issue to AWS, in order. None unless the rules decide what a relying party is told.
pub(super) fn issued<'a>(subject: &'a Subject<'a>) -> Vec<Issued<'a>> {
    if subject.stage.is_some_and(|stage| stage != Stage::Issuance) {
        return Vec::new();
    }
    let rules = subject.rule_set.rules.iter().enumerate().filter(|(_, rule)| rule.action.verb == Verb::Issue);
    rules.flat_map(|(index, rule)| of_rule(subject, index, rule)).collect()
}

fn of_rule<'a>(subject: &'a Subject<'a>, index: usize, rule: &'a Rule) -> Vec<Issued<'a>> {
    let known = |claim_type: &'a str, maker, span| match recognize(claim_type) {
        Recognized::Known(attribute) => Some(Issued { subject, index, rule, attribute, claim_type, maker, span }),
        Recognized::NearMiss(_) | Recognized::Other => None,
    };
    match &rule.action.body {
        ActionBody::Copy(name) => {
            let Some(selector) = selector_of(rule, name) else { return Vec::new() };
            let types =
                types_of_pattern(&selector.pattern).filter(|claim_type| admits(&selector.pattern, &claim_type.text));
            types.filter_map(|found| known(&found.text, Maker::Copy(selector), rule.action.span)).collect()
        }
        ActionBody::Claim(assignments) => {
            let of = |property| assignments.iter().find(|assignment| assignment.property == property);
            let Some(made) = of(Property::Type) else { return Vec::new() };
            let value = of(Property::Value).map(|assignment| &assignment.value);
            let span = value.map_or(made.span, Expression::span);
            literal(&made.value).and_then(|made| known(&made.text, Maker::Value(value), span)).into_iter().collect()
        }
        ActionBody::Store(query) => {
            let types = query.types.iter().enumerate();
            let types = types.filter_map(|(column, made)| Some((column, literal(made)?)));
            types.filter_map(|(column, made)| known(&made.text, Maker::Column(query, column), made.span)).collect()
        }
    }
}

/// The types that may be issued, if these are the issuance rules of a trust that AWS reads.
pub(super) fn for_aws(subject: &Subject<'_>) -> Option<TypeSet> {
    let is_aws = subject.trust.is_some_and(|trust| trust.profile == Some(Profile::Aws));
    (is_aws && subject.stage == Some(Stage::Issuance)).then(|| output(subject.rule_set, at_start(subject)))
}

/// Where to point for something that no rule does: the last rule.
pub(super) fn last_rule(subject: &Subject<'_>) -> Span {
    subject.rule_set.rules.last().map_or(Span::default(), |rule| rule.span)
}
