//! Meaning: what a rule set does to a set of claims. Pure and synchronous.
//!
//! A rule set is compiled once to a [`Program`] and evaluated for many users. An [`Evaluation`] never waits: it asks
//! for what it needs of attribute stores, and whoever drives it answers. [`evaluate`] and [`Pipeline::run`] drive it
//! with [`Stores`].

mod by_type;
mod claim_id;
mod claim_set;
pub mod claim_types;
mod claims;
pub mod code;
mod compile;
pub mod conventions;
pub mod duplicates;
pub mod error;
mod evaluate;
mod fingerprints;
mod room;
mod vocabulary;

pub mod answer;
pub mod authorization;
pub mod claim;
pub mod limits;
pub mod pipeline;
pub mod query;
pub mod regex;
pub mod trace;
pub mod trust;
pub mod versions;

pub use answer::Answer;
pub use authorization::{Decision, DenyReason};
pub use claim::Claim;
pub use claim_id::ClaimId;
pub use compile::{Program, RuleInfo, StoreUse};
pub use conventions::Conventions;
pub use duplicates::Duplicates;
pub use error::{EvalCause, EvalError, Stage};
pub use evaluate::{Evaluation, Examiner, Failure, Made, Memory, Output, Replaced, Sides, Step, evaluate};
pub use limits::Limits;
pub use pipeline::{Outcome, Pipeline, PipelineRun, PipelineStep, Traces, Verdict};
pub use query::{AttributeStore, Query, Row, StoreError, Stores, store_key};
pub use trace::{Origin, Trace};
pub use versions::Versions;
