//! Findings and results as text for people and for programs.

pub mod access;
pub mod concise;
pub mod count;
pub mod coverage;
pub mod csv;
pub mod diff;
pub mod eval;
pub mod explain;
pub mod findings_junit;
pub mod github;
pub mod human;
pub mod import;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod parity;
pub mod people;
pub mod rule_ref;
pub mod sarif;
pub mod test;
pub mod visible;
pub mod whynot;
