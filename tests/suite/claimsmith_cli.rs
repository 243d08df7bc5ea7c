//! `claimsmith` as an operator types it: transcripts.

use std::path::Path;

#[test]
fn transcripts() {
    trycmd::TestCases::new()
        .register_bin("claimsmith", Path::new(env!("CARGO_BIN_EXE_claimsmith")))
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .case("testdata/cli/claimsmith/*.trycmd");
}
