//! The parser that is generated from `grammar/claims.pest`.

#[derive(pest_derive::Parser)]
#[grammar = "../grammar/claims.pest"]
pub(super) struct Grammar;
