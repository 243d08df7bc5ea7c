//! The keytab of a configuration to the one who checks tickets with it.

use std::ffi::OsString;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::config::server::{IntegratedAuthentication, ServerConfig};
use crate::idp::ticket::TicketSignOn;
use crate::kerberos::{Acceptor, environment};

/// Says that the variables were set by us: a second try would be in vain.
const RESTARTED: &str = "CLAIMSMITH_RESTARTED";

/// Makes sure that the process was started with the variables by which Kerberos finds the keytabs: if it was not, the same
/// program takes its place, with the same arguments, the same process number, and these variables.
///
/// A running process could only change its environment while no other thread reads it, which Rust calls unsafe.
pub(super) fn start_again_with_keytabs(config: &ServerConfig) -> anyhow::Result<()> {
    let keytab = config.integrated_authentication.as_ref().map(|section| section.keytab_file.as_path());
    let wanted = environment::variables(keytab, config.bind_keytab_file.as_deref());
    let missing: Vec<(&str, OsString)> =
        wanted.into_iter().filter(|(name, value)| std::env::var_os(name).as_ref() != Some(value)).collect();
    let Some((name, _)) = missing.first() else { return Ok(()) };
    if std::env::var_os(RESTARTED).is_some() {
        bail!("the variable `{name}` cannot be set; is something between this program and its environment?");
    }
    let program = std::env::current_exe().context("cannot find this program to start it with the keytab")?;
    let error = Command::new(program).args(std::env::args_os().skip(1)).envs(missing).env(RESTARTED, "1").exec();
    Err(error).context("cannot start this program again with the keytab")
}

/// The one who checks tickets, with the keys of the keytab.
pub(super) fn ticket_sign_on(section: IntegratedAuthentication) -> anyhow::Result<TicketSignOn> {
    let IntegratedAuthentication { keytab_file, principal, realms, user_agents, networks } = section;
    let acceptor = Acceptor::new(&principal).with_context(|| {
        format!(
            "`integrated_authentication` cannot start with `{}`; a program with capabilities of its own (`setcap`) is not \
             told by Kerberos where the keytab is",
            keytab_file.display()
        )
    })?;
    Ok(TicketSignOn { acceptor, realms, user_agents, networks })
}
