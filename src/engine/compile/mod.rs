//! A rule set made ready to run: names resolved, regular expressions read, stores known.

mod beside;
mod examined;
mod expression;
mod lower;
mod names;
mod pattern;
pub(super) mod placeholders;
mod rule;

use std::sync::Arc;

pub(super) use examined::Examined;
pub(super) use expression::{Expression, Property, RegexSource, Replace, ReplacementSource};
pub(super) use pattern::{Pattern, Predicate, Test};
pub(super) use rule::{ActionCode, Aggregate, AggregateTest, ClaimCode, Join, Rule, Selector, StoreCode, TypeText};

use super::vocabulary::Vocabulary;
use super::{Conventions, code};
use crate::lang::{Diagnostic, Parsed, RuleSet, Span, parse};

/// A compiled rule set. It is evaluated any number of times, for any number of users, from any thread.
#[derive(Clone, Debug)]
pub struct Program {
    pub(super) rules: Vec<Rule>,
    pub(super) vocabulary: Arc<Vocabulary>,
    pub(super) conventions: Conventions,
    pub(super) defaults: Defaults,
    /// Index of the last rule that asks a store.
    pub(super) last_asking: Option<usize>,
    infos: Vec<RuleInfo>,
    stores: Vec<StoreUse>,
}

/// Texts that many claims share.
#[derive(Clone, Debug)]
pub(super) struct Defaults {
    pub(super) issuer: Arc<str>,
    pub(super) value_type: Arc<str>,
    pub(super) value: Arc<str>,
}

/// What people call a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// Position in the rule set, from 1.
    pub number: usize,
    /// Its `@RuleName`.
    pub name: Option<String>,
    /// Where it stands.
    pub span: Span,
}

/// A store that a rule names by a literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreUse {
    /// As written; store names compare without regard to ASCII case.
    pub name: Arc<str>,
    /// Position of the rule, from 1.
    pub rule_number: usize,
    /// Where the name stands.
    pub span: Span,
}

impl Program {
    /// Makes a rule set ready to run, under the default [`Conventions`].
    ///
    /// # Errors
    ///
    /// Everything that would fail whenever the rule runs: the findings of [`code`], and what the static checks of
    /// `lang` refuse too, where the rule set did not come from [`parse`].
    pub fn compile(rule_set: &RuleSet) -> Result<Self, Vec<Diagnostic>> {
        let mut known = names::Known::default();
        let mut stores = Vec::new();
        let mut diagnostics = Vec::new();
        let mut rules = Vec::with_capacity(rule_set.rules.len());
        let mut infos = Vec::with_capacity(rule_set.rules.len());
        for (index, rule) in rule_set.rules.iter().enumerate() {
            let number = index + 1;
            infos.push(RuleInfo { number, name: rule.name().map(str::to_owned), span: rule.span });
            rules.extend(lower::rule(rule, number, &mut known, &mut stores, &mut diagnostics));
        }
        if !diagnostics.is_empty() {
            return Err(diagnostics);
        }
        let defaults = Defaults {
            issuer: super::conventions::default_issuer().into(),
            value_type: super::conventions::default_value_type().into(),
            value: super::conventions::default_value().into(),
        };
        let last_asking = rules.iter().rposition(|rule| matches!(rule.action, ActionCode::Store(_)));
        Ok(Self {
            last_asking,
            rules,
            vocabulary: Arc::new(known.vocabulary),
            conventions: Conventions::default(),
            defaults,
            infos,
            stores,
        })
    }

    /// Parses and compiles a text.
    ///
    /// # Errors
    ///
    /// The errors among the diagnostics of the text; warnings alone do not fail.
    pub fn from_text(text: &str) -> Result<Self, Vec<Diagnostic>> {
        Self::from_parsed(&parse(text))
    }

    /// Compiles what was parsed.
    ///
    /// # Errors
    ///
    /// The errors of parsing and those of compiling, by place and none of them twice; warnings alone do not fail.
    pub fn from_parsed(parsed: &Parsed) -> Result<Self, Vec<Diagnostic>> {
        let mut errors: Vec<Diagnostic> = parsed.diagnostics.iter().filter(|found| found.is_error()).cloned().collect();
        match Self::compile(&parsed.rule_set) {
            Ok(program) if errors.is_empty() => return Ok(program),
            Ok(_) => {}
            Err(found) if errors.is_empty() => errors = found,
            // What the static checks of `lang` found already is not said twice.
            Err(found) => {
                errors.extend(found.into_iter().filter(|error| code::ALL.iter().any(|known| known.code == error.code)));
            }
        }
        errors.sort_by_key(|error| error.span);
        Err(errors)
    }

    /// The same program under other conventions.
    #[must_use]
    pub fn under(mut self, conventions: Conventions) -> Self {
        self.conventions = conventions;
        self
    }

    /// Whether a condition of some rule can match claims of this type. If not, it is the same to all rules whether a user
    /// has such claims.
    #[must_use]
    pub fn looks_at(&self, claim_type: &str) -> bool {
        let wanted = self.vocabulary.lookup(claim_type);
        let mut patterns = self.rules.iter().flat_map(Rule::patterns);
        patterns.any(|pattern| pattern.claim_type.is_none() || pattern.claim_type == wanted)
    }

    /// How many rules there are.
    #[must_use]
    pub fn rule_count(&self) -> usize {
        self.infos.len()
    }

    /// What people call the rules, in order.
    pub fn rules(&self) -> impl ExactSizeIterator<Item = &RuleInfo> {
        self.infos.iter()
    }

    /// The stores that rules name by a literal, in order, so that unknown ones can be refused before anyone signs in.
    pub fn stores(&self) -> impl ExactSizeIterator<Item = &StoreUse> {
        self.stores.iter()
    }
}
