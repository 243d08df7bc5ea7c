//! Attribute stores and directories: where claims about people come from.

pub mod directory;
