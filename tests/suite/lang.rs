//! The language: reading, refusing, printing, and how findings look.

mod advice;
mod corpus;
mod grammar;
mod input;
mod laws;
mod limits;
mod literate;
mod rendered;
