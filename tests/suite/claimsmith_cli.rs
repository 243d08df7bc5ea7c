//! `claimsmith` as an operator types it: transcripts.

use std::path::Path;
use std::process::Command;

use claimsmith::kerberos;

#[test]
fn transcripts() {
    trycmd::TestCases::new()
        .register_bin("claimsmith", Path::new(env!("CARGO_BIN_EXE_claimsmith")))
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .case("testdata/cli/claimsmith/*.trycmd");
}

#[test]
fn the_long_version_says_whether_kerberos_is_built_in() {
    for (name, program) in
        [("claimsmith", env!("CARGO_BIN_EXE_claimsmith")), ("rulecheck", env!("CARGO_BIN_EXE_rulecheck"))]
    {
        let said = |option: &str| {
            let output = Command::new(program).arg(option).output().unwrap();
            assert_eq!(output.status.code(), Some(0), "{name} {option}");
            String::from_utf8(output.stdout).unwrap()
        };
        let first = format!("{name} {}\n", env!("CARGO_PKG_VERSION"));
        assert_eq!(said("-V"), first);
        let sign = if kerberos::IS_BUILT_IN { '+' } else { '-' };
        assert_eq!(said("--version"), format!("{first}features: {sign}kerberos\n"));
    }
}
