//! Which claim types can exist where: what a rule set starts with, what its rules make, and what it hands on.

use std::collections::BTreeSet;

use super::mentions::{literal, selector_of, types_given};
use super::{Facts, Subject};
use crate::engine::regex::{DotNetRegex, Steps};
use crate::engine::{Stage, claim_types};
use crate::lang::RuleSet;
use crate::lang::ast::{ActionBody, Comparison, Condition, Expression, Identifier, Pattern, Property, Rule, Verb};

/// What AD FS adds after the acceptance rules, once a user has shown another factor [language reference 7].
const ADDED_LATER: [&str; 2] = [
    claim_types::AUTHENTICATION_METHODS_REFERENCES,
    "http://schemas.microsoft.com/ws/2017/04/identity/claims/multifactorauthenticationinstant",
];

/// Claim types that may exist at some point of a sign-on.
#[derive(Clone, Debug, Default)]
pub struct TypeSet {
    exact: BTreeSet<String>,
    open: Vec<OpenTypes>,
}

/// Types that nobody can list: all that pass every test.
#[derive(Clone, Debug, Default)]
struct OpenTypes {
    tests: Vec<TypeTest>,
}

/// What rules demand of a type.
#[derive(Clone, Debug)]
enum TypeTest {
    Equals(String),
    BeginsWith(String),
    Matches(Box<DotNetRegex>),
    Not(Box<TypeTest>),
}

impl TypeTest {
    /// Whether a type may pass. A pattern that gives up says yes.
    fn allows(&self, claim_type: &str) -> bool {
        match self {
            Self::Equals(text) => text == claim_type,
            Self::BeginsWith(text) => claim_type.starts_with(text.as_str()),
            Self::Matches(regex) => regex.is_match(claim_type, &Steps::new(STEPS)).unwrap_or(true),
            Self::Not(test) => match &**test {
                Self::Matches(regex) => !regex.is_match(claim_type, &Steps::new(STEPS)).unwrap_or(false),
                other => !other.allows(claim_type),
            },
        }
    }
}

/// Steps that a pattern may take on a claim type.
const STEPS: usize = 100_000;

impl OpenTypes {
    fn allows(&self, claim_type: &str) -> bool {
        self.tests.iter().all(|test| test.allows(claim_type))
    }
}

impl TypeSet {
    /// Every type: nothing is known.
    #[must_use]
    pub fn anything() -> Self {
        Self { exact: BTreeSet::new(), open: vec![OpenTypes::default()] }
    }

    /// Whether a claim of this type may exist. Says yes when in doubt.
    #[must_use]
    pub fn may_hold(&self, claim_type: &str) -> bool {
        self.exact.contains(claim_type) || self.open.iter().any(|open| open.allows(claim_type))
    }

    /// Whether a claim that satisfies what a pattern says of `Type` may exist. Says yes when in doubt.
    #[must_use]
    pub fn may_match(&self, pattern: &Pattern) -> bool {
        let found = self.matching(pattern);
        !found.exact.is_empty() || !found.open.is_empty()
    }

    /// Whether every type may exist.
    #[must_use]
    pub fn is_anything(&self) -> bool {
        self.open.iter().any(|open| open.tests.is_empty())
    }

    /// The types that can be listed, sorted.
    pub fn listed(&self) -> impl Iterator<Item = &str> {
        self.exact.iter().map(String::as_str)
    }

    /// Adds all types of another set.
    pub fn extend(&mut self, other: Self) {
        self.exact.extend(other.exact);
        if !self.is_anything() {
            self.open.extend(other.open);
        }
    }

    /// Adds a type.
    pub fn insert(&mut self, claim_type: impl Into<String>) {
        self.exact.insert(claim_type.into());
    }

    /// The types that satisfy what a pattern says of `Type`.
    #[must_use]
    pub fn matching(&self, pattern: &Pattern) -> Self {
        let tests = tests_of(pattern);
        let all = |claim_type: &str| tests.iter().all(|test| test.allows(claim_type));
        let mut found = Self::default();
        let fixed = tests.iter().find_map(|test| match test {
            TypeTest::Equals(text) => Some(text),
            _ => None,
        });
        // Of many types, one that is named is found without looking at the others.
        match fixed {
            Some(named) => found.exact.extend(self.exact.get(named).filter(|claim_type| all(claim_type)).cloned()),
            None => found.exact.extend(self.exact.iter().filter(|claim_type| all(claim_type)).cloned()),
        }
        for open in &self.open {
            if let Some(claim_type) = fixed {
                if all(claim_type) && open.allows(claim_type) {
                    found.exact.insert(claim_type.clone());
                }
            } else {
                found.open.push(OpenTypes { tests: open.tests.iter().chain(&tests).cloned().collect() });
            }
        }
        found
    }
}

/// The types with which a rule set starts. For a rule file by itself that is anything, unless facts say otherwise.
#[must_use]
pub fn at_start(subject: &Subject<'_>) -> TypeSet {
    let provided = provided(subject.facts);
    let acceptance = subject.trust.and_then(|trust| trust.rule_sets.get(&Stage::Acceptance));
    match (subject.stage, acceptance) {
        (Some(Stage::Authorization | Stage::AdditionalAuthentication | Stage::Issuance), Some(acceptance)) => {
            let mut accepted = output(acceptance, provided);
            accepted.exact.extend(ADDED_LATER.map(str::to_owned));
            accepted
        }
        _ => provided,
    }
}

/// Whether somebody says that a claims provider states claims of a type.
#[must_use]
pub fn is_stated(facts: &Facts, claim_type: &str) -> bool {
    facts.claim_types.is_some() && provided(facts).may_hold(claim_type)
}

/// The types that a claims provider may state.
fn provided(facts: &Facts) -> TypeSet {
    let Some(listed) = &facts.claim_types else { return TypeSet::anything() };
    let mut provided = TypeSet::default();
    for name in listed {
        match name.strip_suffix('*') {
            Some(start) => {
                provided.open.push(OpenTypes { tests: vec![TypeTest::BeginsWith(start.to_owned())] });
            }
            None => provided.insert(name.as_str()),
        }
    }
    provided
}

/// The types that rules after this one may see because of it, beside what is there before. Types that are taken from
/// another claim are not among them: they were there.
#[must_use]
pub fn made_by(rule: &Rule) -> TypeSet {
    let mut made = TypeSet::default();
    for expression in types_given(rule) {
        match expression {
            Expression::Literal(literal) => made.insert(literal.text.as_str()),
            Expression::Access { property: Property::Type, .. } => {}
            Expression::Concat(parts) => {
                made.extend(parts.first().and_then(literal).map_or_else(TypeSet::anything, |first| {
                    let tests = vec![TypeTest::BeginsWith(first.text.clone())];
                    TypeSet { exact: BTreeSet::new(), open: vec![OpenTypes { tests }] }
                }));
            }
            Expression::Access { .. } | Expression::Call { .. } => made.extend(TypeSet::anything()),
        }
    }
    made
}

/// The types that a rule takes from claims that are there.
fn taken_by(rule: &Rule, available: &TypeSet) -> TypeSet {
    let mut taken = TypeSet::default();
    let mut take = |binding: &Identifier| {
        taken.extend(
            selector_of(rule, binding).map_or_else(TypeSet::anything, |found| available.matching(&found.pattern)),
        );
    };
    if let ActionBody::Copy(binding) = &rule.action.body {
        take(binding);
    }
    for expression in types_given(rule) {
        if let Expression::Access { binding, property: Property::Type, .. } = expression {
            take(binding);
        }
    }
    taken
}

/// The types that may exist while and after a rule set runs.
#[must_use]
pub fn within(rule_set: &RuleSet, start: TypeSet) -> TypeSet {
    rule_set.rules.iter().fold(start, |mut available, rule| {
        available.extend(made_by(rule));
        available
    })
}

/// The types that a rule set may issue.
#[must_use]
pub fn output(rule_set: &RuleSet, start: TypeSet) -> TypeSet {
    let mut available = start;
    let mut issued = TypeSet::default();
    for rule in &rule_set.rules {
        if rule.action.verb == Verb::Issue {
            issued.extend(taken_by(rule, &available));
            issued.extend(made_by(rule));
        }
        available.extend(made_by(rule));
    }
    issued
}

/// What a pattern says of the type alone. What depends on other claims says nothing here.
fn tests_of(pattern: &Pattern) -> Vec<TypeTest> {
    let about_type = pattern.predicates.iter().filter(|predicate| predicate.property == Property::Type);
    about_type
        .filter_map(|predicate| {
            let text = &literal(&predicate.operand)?.text;
            let equals = || TypeTest::Equals(text.clone());
            let matches = || DotNetRegex::new(text).ok().map(|regex| TypeTest::Matches(Box::new(regex)));
            match predicate.comparison {
                Comparison::Equal => Some(equals()),
                Comparison::NotEqual => Some(TypeTest::Not(Box::new(equals()))),
                Comparison::Matches => matches(),
                Comparison::DoesNotMatch => matches().map(|test| TypeTest::Not(Box::new(test))),
            }
        })
        .collect()
}

/// Whether a condition only holds if a claim exists that its pattern matches.
#[must_use]
pub fn needs_a_claim(condition: &Condition) -> bool {
    use crate::lang::ast::CountOperator::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    match condition {
        Condition::Selector(_) | Condition::Exists { negated: false, .. } => true,
        Condition::Exists { negated: true, .. } => false,
        Condition::Count { operator, number, .. } => match (operator, number.value()) {
            (Greater, _) => true,
            (GreaterOrEqual | Equal, number) => number > 0,
            (NotEqual, number) => number == 0,
            (Less | LessOrEqual, _) => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::parse;

    fn rules(text: &str) -> RuleSet {
        let parsed = parse(text);
        assert!(parsed.is_ok(), "{:?}", parsed.diagnostics);
        parsed.rule_set
    }

    #[test]
    fn what_is_added_is_seen_later_and_not_handed_on() {
        let rules = rules(
            r#"c:[Type == "a"] => add(Type = "b", Value = c.Value);
               c:[Type == "b"] => issue(claim = c);
               c:[Type =~ "^x"] => issue(claim = c);
               c:[Type == "a"] => issue(store = "S", types = ("d", "e" + c.Value), query = "");"#,
        );
        let issued = output(&rules, TypeSet::anything());
        for issued_type in ["b", "x", "xy", "d", "e1"] {
            assert!(issued.may_hold(issued_type), "{issued_type}");
        }
        for kept in ["a", "yx", "c"] {
            assert!(!issued.may_hold(kept), "{kept}");
        }
        let mut start = TypeSet::default();
        start.insert("a");
        let seen = within(&rules, start.clone());
        assert!(seen.may_hold("a") && seen.may_hold("b") && seen.may_hold("e7") && !seen.may_hold("x"));
        assert!(!output(&rules, start).may_hold("x"), "nobody states it");
    }

    #[test]
    fn copies_of_everything_stay_small() {
        let rules = rules(&"c:[] => issue(claim = c);\n".repeat(200));
        assert!(output(&rules, TypeSet::anything()).is_anything());
        let rules = self::rules(&"c:[Type != \"a\"] => issue(Type = c.Type, Value = \"1\");\n".repeat(200));
        assert!(output(&rules, TypeSet::anything()).open.len() <= 200);
    }

    #[test]
    fn facts_bound_what_a_provider_states() {
        let facts = Facts { claim_types: Some(["a".to_owned(), "urn:x:*".to_owned()].into()), ..Facts::default() };
        let provided = provided(&facts);
        assert!(provided.may_hold("a") && provided.may_hold("urn:x:y") && !provided.may_hold("b"));
    }
}
