//! `claimsmith`: an identity provider that runs AD FS claim rules.

fn main() -> std::process::ExitCode {
    claimsmith::cli::claimsmith::run(std::env::args_os()).into()
}
