//! Findings and results as text for people and for programs.

pub mod concise;
pub mod human;
pub mod json;
