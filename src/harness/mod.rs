//! Rules tried out before anybody signs in: dry runs and rule tests, and what became of one claim.

pub mod access;
pub mod bless;
pub mod case;
pub mod check;
pub mod claims;
pub mod coverage;
pub mod diff;
pub mod dry_run;
pub mod expectation;
pub mod explain;
pub mod group;
pub mod nearest;
#[cfg(feature = "cli")]
pub mod parity;
pub mod pattern;
pub mod population;
pub mod recording;
pub mod run;
pub mod wanted;
pub mod whynot;
