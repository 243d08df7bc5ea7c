//! What was found out about a rule set, for lints that ask the same again.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;

use super::constant;
use super::examples::Example;
use crate::lang::RuleSet;
use crate::lang::ast::{ActionBody, Expression, Property};

/// Keeps answers about one rule set: several lints ask for the same examples, and rules that build on each other ask for
/// those of earlier rules.
#[derive(Debug, Default)]
pub struct Memory {
    examples: RefCell<BTreeMap<Question, Vec<Example>>>,
    makers: OnceCell<Makers>,
}

/// What is asked: rule, place of the expression in the text, claim type, and how many rules it may be followed back.
pub(super) type Question = (usize, usize, String, usize);

/// Which rules can make which claim types, by the types that they name.
#[derive(Debug, Default)]
struct Makers {
    by_type: BTreeMap<String, Vec<usize>>,
    /// Rules that copy, or that make a type which is not the same at all times.
    any_type: Vec<usize>,
}

impl Memory {
    /// The answer to a question: found out once.
    pub(super) fn examples(&self, question: Question, find_out: impl FnOnce() -> Vec<Example>) -> Vec<Example> {
        let known = self.examples.borrow().get(&question).cloned();
        known.unwrap_or_else(|| {
            let found = find_out();
            self.examples.borrow_mut().insert(question, found.clone());
            found
        })
    }

    /// The rules that may make a claim type, in order, and perhaps others; `rule_set` is the one this memory is of.
    pub(super) fn may_make(&self, rule_set: &RuleSet, claim_type: &str) -> Vec<usize> {
        let makers = self.makers.get_or_init(|| Makers::of(rule_set));
        let mut found = makers.by_type.get(claim_type).cloned().unwrap_or_default();
        found.extend(&makers.any_type);
        found.sort_unstable();
        found.dedup();
        found
    }
}

impl Makers {
    fn of(rule_set: &RuleSet) -> Self {
        let mut makers = Self::default();
        for (index, rule) in rule_set.rules.iter().enumerate() {
            let types: Vec<&Expression> = match &rule.action.body {
                ActionBody::Copy(_) => {
                    makers.any_type.push(index);
                    continue;
                }
                ActionBody::Claim(assignments) => {
                    let types = assignments.iter().filter(|assignment| assignment.property == Property::Type);
                    types.map(|assignment| &assignment.value).collect()
                }
                ActionBody::Store(query) => query.types.iter().collect(),
            };
            for made in types {
                match constant(made) {
                    Some(claim_type) => makers.by_type.entry(claim_type).or_default().push(index),
                    None => makers.any_type.push(index),
                }
            }
        }
        makers
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang;

    #[test]
    fn a_question_is_answered_once() {
        let memory = Memory::default();
        let question = || (0, 7, "http://temp/group".to_owned(), 4);
        assert_eq!(memory.examples(question(), Vec::new), []);
        assert_eq!(memory.examples(question(), || panic!("it is known")), []);
    }

    #[test]
    fn rules_are_found_by_the_type_that_they_make() {
        let rules = r#"
            => add(Type = "a", Value = "1");
            => add(Type = "b", Value = "1");
            c:[] => issue(claim = c);
            c:[] => add(Type = c.Value, Value = "1");
            => add(store = "Active Directory", types = ("b", "a"), query = ";mail,sn;{0}", param = "x");
        "#;
        let rule_set = lang::parse(rules).rule_set;
        let memory = Memory::default();
        assert_eq!(memory.may_make(&rule_set, "a"), [0, 2, 3, 4]);
        assert_eq!(memory.may_make(&rule_set, "other"), [2, 3]);
    }
}
