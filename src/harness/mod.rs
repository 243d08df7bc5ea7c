//! Rules tried out before anybody signs in: dry runs and rule tests.

pub mod case;
pub mod check;
pub mod claims;
pub mod dry_run;
pub mod expectation;
pub mod nearest;
pub mod pattern;
pub mod run;
