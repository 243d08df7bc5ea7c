//! `claimsmith demo`: everything in one process, from nothing.

mod stage;

use std::io::Write as _;
use std::net::SocketAddr;

use anyhow::bail;

use crate::cli::{ExitCode, Output};

use super::{listening, logging};
use stage::Stage;

const EXAMPLES: &str = "\
Examples:
  claimsmith demo
  claimsmith demo --listen 127.0.0.1:9000

Exit codes:
  0  it was told to end, with Ctrl-C
  2  it could not start; the port may be taken";

/// Try it: an identity provider with a directory and a stand-in for AWS sign-in inside
///
/// Needs no configuration, network or service. Keys and certificates are made anew each time and kept in memory.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Loopback address to listen on; a port of 0 takes any that is free
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8443")]
    listen: SocketAddr,
}

/// Runs the command until the process is told to end.
pub(super) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    if !arguments.listen.ip().is_loopback() {
        bail!(
            "the passwords of the demo are published, so it listens on this machine only, and not on `{}`; \
             name a loopback address such as `127.0.0.1:8443`",
            arguments.listen
        );
    }
    logging::start(logging::Format::Human, tracing_subscriber::filter::LevelFilter::WARN)?;
    let listener = listening::bind(arguments.listen, "--listen")?;
    let stage = Stage::set(listener)?;
    let invitation = invitation(&stage.base_url);
    listening::serve(stage.served, || {
        write!(output.results, "{invitation}")?;
        Ok(output.results.flush()?)
    })?;
    Ok(ExitCode::Clean)
}

/// What to open and what to type.
fn invitation(base_url: &str) -> String {
    let [alice, bob, carol] = stage::PASSWORDS;
    format!(
        "\
Claimsmith demo. Stop it with Ctrl-C. Nothing here reaches AWS.

  Open   {base_url}
         (the certificate was made a moment ago, so the browser warns: go on)

  User   Password           What happens
  alice  {alice}  chooses among her roles
  bob    {bob}    has one role
  carol  {carol}  has none: the rules do not let her in

  From the command line:
  curl -sk '{base_url}/adfs/ls/IdpInitiatedSignOn.aspx?loginToRp=urn:amazon:webservices' \\
       -d UserName=alice -d Password={alice} -d AuthMethod=FormsAuthentication

  Metadata   {base_url}/FederationMetadata/2007-06/FederationMetadata.xml

What follows is the audit log.
"
    )
}
