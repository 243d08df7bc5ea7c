//! What rule sets mean: cases written down in `testdata/engine`, the pipeline, and properties of random rule sets.

mod cases;
mod equivalence;
mod memory;
mod pipeline;
mod trace;
mod versions;
