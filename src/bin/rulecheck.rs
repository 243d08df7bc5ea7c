//! `rulecheck`: tries out AD FS claim rules before anybody signs in with them.

fn main() -> std::process::ExitCode {
    claimsmith::cli::rulecheck::run(std::env::args_os()).into()
}
