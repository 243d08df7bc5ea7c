//! What a rule test expects, and how far what came out is from it.

use crate::engine::{Claim, EvalError};
use crate::harness::dry_run::DryRun;
use crate::harness::nearest::nearest;
use crate::harness::pattern::{ClaimPattern, describe};

/// One expectation of a rule test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// Exactly these AWS roles, as `ACCOUNT/NAME`.
    Roles(Vec<String>),
    /// Exactly these claims: each is expected once, and there is no other.
    Claims(Vec<ClaimPattern>),
    /// These claims, among others.
    Has(Vec<ClaimPattern>),
    /// None of these claims.
    Lacks(Vec<ClaimPattern>),
    /// The user may use the relying party, or may not.
    Permit(bool),
    /// The rules fail, with an error that contains this text.
    Error(String),
}

/// An expectation that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The key of the test file.
    pub key: &'static str,
    /// What was expected.
    pub expected: Vec<String>,
    /// What came out instead.
    pub got: Vec<String>,
    /// The nearest thing to what is missing.
    pub nearest: Option<String>,
}

/// What came of running the rules.
pub type Outcome = Result<DryRun, EvalError>;

impl Expectation {
    /// Compares with what came out. `None` if it is as expected.
    #[must_use]
    pub fn mismatch(&self, outcome: &Outcome) -> Option<Mismatch> {
        match (self, outcome) {
            (Self::Error(wanted), outcome) => error_mismatch(wanted, outcome),
            (_, Err(error)) => {
                let expected = vec!["the rules to run".to_owned()];
                Some(Mismatch { key: self.key(), expected, got: vec![error.to_string()], nearest: None })
            }
            (Self::Permit(wanted), Ok(run)) => permit_mismatch(*wanted, run),
            (Self::Roles(wanted), Ok(run)) => roles_mismatch(wanted, run),
            (Self::Claims(wanted), Ok(run)) => claims_mismatch(wanted, run),
            (Self::Has(wanted), Ok(run)) => {
                let missing = wanted.iter().filter(|pattern| !run.claims.iter().any(|claim| pattern.fits(claim)));
                missing_mismatch("has", &missing.collect::<Vec<_>>(), run)
            }
            (Self::Lacks(unwanted), Ok(run)) => {
                let (expected, got) = unwanted
                    .iter()
                    .filter_map(|pattern| {
                        let claim = run.claims.iter().find(|claim| pattern.fits(claim))?;
                        Some((format!("no {}", pattern.describe()), pattern.describe_in_kind(claim)))
                    })
                    .unzip::<_, _, Vec<_>, Vec<_>>();
                (!got.is_empty()).then_some(Mismatch { key: "lacks", expected, got, nearest: None })
            }
        }
    }

    /// Its key in the test file.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Roles(_) => "roles",
            Self::Claims(_) => "claims",
            Self::Has(_) => "has",
            Self::Lacks(_) => "lacks",
            Self::Permit(_) => "permit",
            Self::Error(_) => "error",
        }
    }
}

fn error_mismatch(wanted: &str, outcome: &Outcome) -> Option<Mismatch> {
    let got = match outcome {
        Err(error) if error.to_string().contains(wanted) => return None,
        Err(error) => error.to_string(),
        Ok(_) => "the rules ran without an error".to_owned(),
    };
    let expected = vec![format!("an error that contains {wanted:?}")];
    Some(Mismatch { key: "error", expected, got: vec![got], nearest: None })
}

fn permit_mismatch(wanted: bool, run: &DryRun) -> Option<Mismatch> {
    if run.permit == Some(wanted) {
        return None;
    }
    let no_decision =
        || "no decision: a rule set by itself permits nobody; name a trust folder under `rules`".to_owned();
    let got = run.decision().unwrap_or_else(no_decision);
    let expected = vec![if wanted { "permitted" } else { "denied" }.to_owned()];
    Some(Mismatch { key: "permit", expected, got: vec![got], nearest: None })
}

fn roles_mismatch(wanted: &[String], run: &DryRun) -> Option<Mismatch> {
    let sorted = |mut roles: Vec<String>| {
        roles.sort();
        roles.dedup();
        roles
    };
    let expected = sorted(wanted.to_vec());
    let got = sorted(run.roles.iter().map(ToString::to_string).collect());
    if expected == got {
        return None;
    }
    let unexpected = got.iter().filter(|role| !expected.contains(role)).map(String::as_str);
    let missing = expected.iter().find(|role| !got.contains(role));
    let nearest = missing.and_then(|role| nearest(role, unexpected, 1).first().map(|&role| role.to_owned()));
    Some(Mismatch { key: "roles", expected, got: or_denied(got, run), nearest })
}

fn claims_mismatch(wanted: &[ClaimPattern], run: &DryRun) -> Option<Mismatch> {
    let mut left: Vec<&Claim> = run.claims.iter().collect();
    let mut missing = Vec::new();
    for pattern in wanted {
        match left.iter().position(|claim| pattern.fits(claim)) {
            Some(at) => drop(left.remove(at)),
            None => missing.push(pattern),
        }
    }
    if missing.is_empty() && left.is_empty() {
        return None;
    }
    if left.is_empty() {
        return missing_mismatch("claims", &missing, run);
    }
    Some(Mismatch {
        key: "claims",
        expected: if missing.is_empty() {
            vec!["no other claim".to_owned()]
        } else {
            missing.iter().map(|pattern| pattern.describe()).collect()
        },
        got: left.iter().map(|claim| describe(claim)).collect(),
        nearest: missing.first().and_then(|pattern| pattern.nearest(&run.claims)),
    })
}

fn missing_mismatch(key: &'static str, missing: &[&ClaimPattern], run: &DryRun) -> Option<Mismatch> {
    let first = missing.first()?;
    let got = match run.claims.len() {
        0 => or_denied(Vec::new(), run),
        1 => vec!["1 claim, and not this one".to_owned()],
        many => vec![format!("{many} claims, and none like this")],
    };
    let expected = missing.iter().map(|pattern| pattern.describe()).collect();
    Some(Mismatch { key, expected, got, nearest: first.nearest(&run.claims) })
}

/// What came out, or why nothing did.
fn or_denied(got: Vec<String>, run: &DryRun) -> Vec<String> {
    if !got.is_empty() {
        return got;
    }
    vec![match run.decision() {
        Some(decision) if run.permit == Some(false) => format!("nothing, {decision}"),
        _ => "nothing".to_owned(),
    }]
}
