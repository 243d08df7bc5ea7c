//! From the pairs of the generated parser to the syntax tree.
//!
//! Every function returns `None` where the pairs do not have the shape that the grammar promises; the caller reports
//! that as a defect instead of panicking.

use pest::iterators::{Pair, Pairs};

use super::grammar::Rule;
use crate::lang::Span;
use crate::lang::ast::{
    self, Action, ActionBody, Assignment, Attribute, Comparison, Condition, CountOperator, Expression, Identifier,
    Number, Pattern, Predicate, Property, Selector, StoreQuery, StringLiteral, Verb,
};

/// The rule that `rule` matched; `base` is where its text starts in the whole text.
pub(super) fn rule(pairs: Pairs<'_, Rule>, base: usize) -> Option<ast::Rule> {
    let whole = only(pairs, Rule::claim_rule)?;
    let span = Builder { base }.span(&whole);
    let built = body(whole.into_inner(), base)?;
    Some(ast::Rule { span, ..built })
}

/// The rule that `rule_body` matched: without its `;`.
pub(super) fn body(pairs: Pairs<'_, Rule>, base: usize) -> Option<ast::Rule> {
    Builder { base }.rule_body(only(pairs, Rule::rule_body)?)
}

fn only(mut pairs: Pairs<'_, Rule>, wanted: Rule) -> Option<Pair<'_, Rule>> {
    pairs.find(|pair| pair.as_rule() == wanted)
}

struct Builder {
    base: usize,
}

impl Builder {
    fn span(&self, pair: &Pair<'_, Rule>) -> Span {
        let span = pair.as_span();
        Span::new(self.base + span.start(), self.base + span.end())
    }

    fn rule_body(&self, pair: Pair<'_, Rule>) -> Option<ast::Rule> {
        let span = self.span(&pair);
        let (mut attributes, mut conditions, mut action) = (Vec::new(), Vec::new(), None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::attribute => attributes.push(self.attribute(part)?),
                Rule::conditions => {
                    for condition in part.into_inner().filter(|part| part.as_rule() != Rule::and) {
                        conditions.push(self.condition(condition)?);
                    }
                }
                Rule::action => action = Some(self.action(part)?),
                _ => {}
            }
        }
        Some(ast::Rule { attributes, conditions, action: action?, span })
    }

    fn attribute(&self, pair: Pair<'_, Rule>) -> Option<Attribute> {
        let span = self.span(&pair);
        let (mut name, mut value) = (None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::identifier => name = Some(self.identifier(&part)),
                Rule::literal => value = Some(self.literal(&part)?),
                _ => {}
            }
        }
        Some(Attribute { name: name?, value: value?, span })
    }

    fn condition(&self, pair: Pair<'_, Rule>) -> Option<Condition> {
        let span = self.span(&pair);
        let rule = pair.as_rule();
        let (mut binding, mut negated, mut pattern, mut operator, mut number) = (None, false, None, None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::binding => binding = Some(self.identifier(&part)),
                Rule::not => negated = true,
                Rule::pattern => pattern = Some(self.pattern(part)?),
                Rule::count_operator => operator = Some(count_operator(part.as_str())?),
                Rule::integer => number = Some(Number::of(part.as_str())),
                _ => {}
            }
        }
        let pattern = pattern?;
        Some(match rule {
            Rule::selector => Condition::Selector(Selector { binding, pattern, span }),
            Rule::exists_condition => Condition::Exists { negated, pattern, span },
            Rule::count_condition => Condition::Count { pattern, operator: operator?, number: number?, span },
            _ => return None,
        })
    }

    fn pattern(&self, pair: Pair<'_, Rule>) -> Option<Pattern> {
        let span = self.span(&pair);
        let predicates = pair.into_inner().filter(|part| part.as_rule() == Rule::predicate);
        Some(Pattern { predicates: predicates.map(|part| self.predicate(part)).collect::<Option<_>>()?, span })
    }

    fn predicate(&self, pair: Pair<'_, Rule>) -> Option<Predicate> {
        let span = self.span(&pair);
        let mut parts = pair.into_inner();
        Some(Predicate {
            property: self.property(parts.next()?)?,
            comparison: comparison(parts.next()?.as_str())?,
            operand: self.expression(parts.next()?)?,
            span,
        })
    }

    fn action(&self, pair: Pair<'_, Rule>) -> Option<Action> {
        let span = self.span(&pair);
        let (mut verb, mut body) = (None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::verb => verb = Some(verb_of(part)?),
                Rule::copy_body => {
                    let name = part.into_inner().find(|part| part.as_rule() == Rule::identifier)?;
                    body = Some(ActionBody::Copy(self.identifier(&name)));
                }
                Rule::claim_body => {
                    let assignments = part.into_inner().filter(|part| part.as_rule() == Rule::assignment);
                    body =
                        Some(ActionBody::Claim(assignments.map(|part| self.assignment(part)).collect::<Option<_>>()?));
                }
                Rule::store_body => body = Some(ActionBody::Store(self.store_query(part)?)),
                _ => {}
            }
        }
        Some(Action { verb: verb?, body: body?, span })
    }

    fn assignment(&self, pair: Pair<'_, Rule>) -> Option<Assignment> {
        let span = self.span(&pair);
        let mut parts = pair.into_inner().filter(|part| part.as_rule() != Rule::assign);
        Some(Assignment { property: self.property(parts.next()?)?, value: self.expression(parts.next()?)?, span })
    }

    fn store_query(&self, pair: Pair<'_, Rule>) -> Option<StoreQuery> {
        let (mut store, mut types, mut query, mut parameters) = (None, Vec::new(), None, Vec::new());
        for part in pair.into_inner() {
            let rule = part.as_rule();
            for value in part.into_inner().filter(|part| part.as_rule() == Rule::expression) {
                let value = self.expression(value)?;
                match rule {
                    Rule::store_argument => store = Some(value),
                    Rule::types_argument => types.push(value),
                    Rule::query_argument => query = Some(value),
                    Rule::param_argument => parameters.push(value),
                    _ => return None,
                }
            }
        }
        Some(StoreQuery { store: store?, types, query: query?, parameters })
    }

    fn expression(&self, pair: Pair<'_, Rule>) -> Option<Expression> {
        let parts = pair.into_inner().filter(|part| part.as_rule() != Rule::plus);
        let mut primaries = parts.map(|part| self.primary(part)).collect::<Option<Vec<_>>>()?;
        if primaries.len() > 1 { Some(Expression::Concat(primaries)) } else { primaries.pop() }
    }

    fn primary(&self, pair: Pair<'_, Rule>) -> Option<Expression> {
        let span = self.span(&pair);
        match pair.as_rule() {
            Rule::literal => Some(Expression::Literal(self.literal(&pair)?)),
            Rule::access => {
                let mut parts = pair.into_inner().filter(|part| part.as_rule() != Rule::dot);
                let binding = self.identifier(&parts.next()?);
                Some(Expression::Access { binding, property: self.property(parts.next()?)?, span })
            }
            Rule::call => {
                let (mut function, mut arguments) = (None, Vec::new());
                for part in pair.into_inner() {
                    match part.as_rule() {
                        Rule::identifier => function = Some(self.identifier(&part)),
                        Rule::expression => arguments.push(self.expression(part)?),
                        _ => {}
                    }
                }
                Some(Expression::Call { function: function?, arguments, span })
            }
            _ => None,
        }
    }

    fn property(&self, pair: Pair<'_, Rule>) -> Option<Property> {
        let inner = pair.into_inner().next()?;
        if inner.as_rule() == Rule::indexed_property {
            let key = inner.into_inner().find(|part| part.as_rule() == Rule::expression)?;
            return Some(Property::Properties(Box::new(self.expression(key)?)));
        }
        let named = [Property::Type, Property::Value, Property::ValueType, Property::Issuer, Property::OriginalIssuer];
        named.into_iter().find(|property| property.name().eq_ignore_ascii_case(inner.as_str()))
    }

    fn identifier(&self, pair: &Pair<'_, Rule>) -> Identifier {
        Identifier { text: pair.as_str().trim_end().to_owned(), span: self.span(pair) }
    }

    fn literal(&self, pair: &Pair<'_, Rule>) -> Option<StringLiteral> {
        let written = pair.as_str();
        let text = written.get(1..written.len().checked_sub(1)?)?.to_owned();
        Some(StringLiteral { text, span: self.span(pair) })
    }
}

fn comparison(text: &str) -> Option<Comparison> {
    [Comparison::Equal, Comparison::NotEqual, Comparison::Matches, Comparison::DoesNotMatch]
        .into_iter()
        .find(|comparison| comparison.sign() == text)
}

fn count_operator(text: &str) -> Option<CountOperator> {
    use CountOperator::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    [Greater, GreaterOrEqual, Equal, NotEqual, LessOrEqual, Less].into_iter().find(|operator| operator.sign() == text)
}

fn verb_of(pair: Pair<'_, Rule>) -> Option<Verb> {
    match pair.into_inner().next()?.as_rule() {
        Rule::issue => Some(Verb::Issue),
        Rule::add => Some(Verb::Add),
        _ => None,
    }
}
