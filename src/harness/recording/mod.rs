//! A dry run with everything kept that can be looked at afterwards: the traces, and what stores answered.

mod drive;
mod rule_ref;
mod rule_set_run;

use std::collections::BTreeMap;

use self::drive::{Answers, evaluate, run};
pub use self::rule_ref::RuleRef;
pub use self::rule_set_run::{RuleSetRun, before, origins_by_claim};
use crate::config::trust::TrustFolder;
use crate::engine::{Claim, EvalError, Query, Row, Stage, Stores, Traces};
use crate::harness::dry_run::{DryRun, Rules};

/// A dry run that can be looked at.
pub struct Recording<'r> {
    /// What came out.
    pub run: DryRun,
    /// The rule sets that ran, in order.
    pub sets: Vec<RuleSetRun<'r>>,
    /// What the issuance rules would have made, where authorization kept them from running.
    pub supposed: Option<Result<RuleSetRun<'r>, EvalError>>,
    answers: BTreeMap<Query, Vec<Row>>,
}

impl<'r> Recording<'r> {
    /// Runs `rules` over `input`.
    ///
    /// # Errors
    ///
    /// A rule failed; nothing is issued then.
    pub fn of(rules: &'r Rules, input: Vec<Claim>, stores: &Stores) -> Result<Self, EvalError> {
        let mut answers = Answers::new(stores);
        match rules {
            Rules::RuleSet { source, program } => {
                let output = evaluate(program, input, &mut answers)?;
                let set = RuleSetRun::new(None, source, output.trace);
                Ok(Self {
                    run: DryRun::of_rule_set(output.issued),
                    sets: vec![set],
                    supposed: None,
                    answers: answers.given,
                })
            }
            Rules::Trust(folder) => {
                let outcome = run(&folder.pipeline, input, &mut answers)?;
                let supposed = (!outcome.decision.is_permit()).then(|| {
                    let output = evaluate(&folder.pipeline.issuance, outcome.accepted.clone(), &mut answers);
                    output.map_err(|mut error| {
                        error.stage = Some(Stage::Issuance);
                        error
                    })
                });
                let sets = Self::sets(folder, outcome.traces);
                let issuance = source(folder, Stage::Issuance);
                Ok(Self {
                    run: DryRun::of_trust(
                        folder,
                        &outcome.decision,
                        outcome.additional_authentication_required,
                        outcome.issued,
                    ),
                    sets,
                    supposed: supposed.zip(issuance).map(|(supposed, source)| {
                        supposed.map(|output| RuleSetRun::new(Some(Stage::Issuance), source, output.trace))
                    }),
                    answers: answers.given,
                })
            }
        }
    }

    /// The run of a stage; for a single rule set, which has no stages, `None` names it.
    #[must_use]
    pub fn stage(&self, stage: Option<Stage>) -> Option<&RuleSetRun<'r>> {
        self.sets.iter().find(|set| set.stage == stage)
    }

    /// The run whose output counts: the issuance rules, or the single rule set. `None` if authorization kept it from
    /// running.
    #[must_use]
    pub fn issuing(&self) -> Option<&RuleSetRun<'r>> {
        self.sets.last().filter(|set| matches!(set.stage, None | Some(Stage::Issuance)))
    }

    /// The same, or what it would have been.
    #[must_use]
    pub fn issuing_or_supposed(&self) -> Option<&RuleSetRun<'r>> {
        self.issuing().or_else(|| self.supposed.as_ref()?.as_ref().ok())
    }

    /// What a store answered. `None` for a query that was not asked.
    #[must_use]
    pub fn answer(&self, query: &Query) -> Option<&[Row]> {
        self.answers.get(query).map(Vec::as_slice)
    }

    fn sets(folder: &'r TrustFolder, traces: Traces) -> Vec<RuleSetRun<'r>> {
        let Traces { acceptance, authorization, additional_authentication, issuance } = traces;
        let traces = [
            (Stage::Acceptance, Some(acceptance)),
            (Stage::Authorization, authorization),
            (Stage::AdditionalAuthentication, additional_authentication),
            (Stage::Issuance, issuance),
        ];
        let run = |(stage, trace)| Some(RuleSetRun::new(Some(stage), source(folder, stage)?, trace?));
        traces.into_iter().filter_map(run).collect()
    }
}

/// The text of a stage's rules.
fn source(folder: &TrustFolder, stage: Stage) -> Option<&crate::lang::Source> {
    folder.rule_sets.iter().find(|rules| rules.kind.stage() == stage).map(|rules| &rules.source)
}
