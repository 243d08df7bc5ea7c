//! Why a user does not get a role or a claim: every rule that could have issued it, the condition that stopped it, and
//! the exact difference, back through added claims, stores and acceptance to the root of it.

mod candidate;
mod difference;
pub mod found;
mod makes;
mod near;
mod search;
mod solve;
mod sought;
mod walk;

use self::found::Missing;
use self::search::Search;
use self::solve::Value;
use self::sought::Sought;
use crate::aws::attribute;
use crate::engine::{Claim, Stage, Stores, claim_types};
use crate::harness::dry_run::Rules;
use crate::harness::explain::{Depth, Explanation, explain};
use crate::harness::recording::{Recording, RuleSetRun};
use crate::harness::wanted::Wanted;

/// Why somebody does not get what was asked for, or that they do.
#[derive(Debug)]
pub enum WhyNot {
    /// They get it.
    Gets(Box<Explanation>),
    /// They do not.
    Lacks(Box<Lacks>),
}

/// Why somebody does not get it. One of the parts is always there.
#[derive(Debug, Default)]
pub struct Lacks {
    /// Authorization keeps everything from them.
    pub denied: Option<Denied>,
    /// Why the issuance rules do not make it, or would not if they ran. `None` if they would.
    pub missing: Option<Missing>,
    /// The issuance rules fail, so that nobody can tell what they would do.
    pub failing: Option<String>,
}

/// Why authorization denies everything.
#[derive(Debug)]
pub struct Denied {
    /// The decision in words.
    pub reason: String,
    /// Why no rule permits it. `None` if a rule denies it, or if there are no rules.
    pub missing: Option<Missing>,
    /// The claims that deny it, and where they came from; none if no rule permits it.
    pub denying: Option<Explanation>,
}

/// Finds out why the person of a recorded run does not get what is `wanted`. `stores` are asked what more there is to
/// know, such as whether a group exists.
#[must_use]
pub fn whynot(rules: &Rules, recording: &Recording<'_>, stores: &Stores, wanted: &Wanted) -> WhyNot {
    if recording.run.claims.iter().any(|claim| wanted.fits(claim)) {
        return WhyNot::Gets(Box::new(explain(rules, recording, Some(wanted), Depth::Rules)));
    }
    let mut lacks = Lacks { denied: denied(rules, recording, stores), ..Lacks::default() };
    if let Some(Err(error)) = &recording.supposed {
        lacks.failing = Some(error.to_string());
    }
    if let Some(run) = recording.issuing_or_supposed() {
        let is_issued = run.trace.issued().iter().any(|id| run.claim(*id).is_some_and(|claim| wanted.fits(claim)));
        if !is_issued {
            let claim_type = match wanted {
                Wanted::Role { .. } => format!("{}Role", attribute::PREFIX),
                Wanted::Claim { claim_type, .. } => claim_type.clone(),
            };
            let sought = Sought {
                run,
                before: run.rules.rules.len(),
                issued: true,
                claim_type: Some(claim_type),
                value: Value::from(wanted),
                types: &|claim_type| wanted.is_type(claim_type),
                fits: &|claim| wanted.fits(claim),
            };
            lacks.missing = Some(Search::new(recording, stores).missing(&sought, 0));
        }
    }
    WhyNot::Lacks(Box::new(lacks))
}

/// Why the person of a recorded run is denied; `None` if they are not.
#[must_use]
pub fn denied(rules: &Rules, recording: &Recording<'_>, stores: &Stores) -> Option<Denied> {
    let decision = recording.run.decision().filter(|_| recording.run.permit == Some(false))?;
    let explanation = explain(rules, recording, Some(&nothing()), Depth::Rules);
    let denying = Some(explanation).filter(|explanation| !explanation.deciding.is_empty());
    let run = recording.stage(Some(Stage::Authorization)).filter(|_| denying.is_none());
    let missing = run.map(|run| permit_missing(run, recording, stores));
    Some(Denied { reason: decision, missing, denying })
}

/// Why no rule permits anything.
fn permit_missing(run: &RuleSetRun<'_>, recording: &Recording<'_>, stores: &Stores) -> Missing {
    let is_permit = |claim_type: &str| claim_type == claim_types::PERMIT;
    let sought = Sought {
        run,
        before: run.rules.rules.len(),
        issued: true,
        claim_type: Some(claim_types::PERMIT.to_owned()),
        value: Value::Any,
        types: &is_permit,
        fits: &|claim: &Claim| is_permit(&claim.claim_type),
    };
    Search::new(recording, stores).missing(&sought, 0)
}

/// What fits no claim: only the decision is of interest.
fn nothing() -> Wanted {
    Wanted::Claim { claim_type: String::new(), value: Some("\0".to_owned()) }
}
