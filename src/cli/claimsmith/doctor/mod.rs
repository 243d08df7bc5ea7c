//! `claimsmith doctor`: the whole chain, from the configuration to the roles that somebody would get.

mod bind_keytab;
mod bounded;
mod catalogues;
mod certificate;
mod controllers;
mod finding;
mod keys;
mod keytab;
mod ldap;
mod person;
mod report;
mod server;
mod stores;
mod trusts;
mod wire;

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use clap::ValueEnum;
use jiff::Timestamp;

use self::finding::{Finding, Severity, count};
use self::person::Person;
use super::{kerberos, provider};
use crate::cli::progress::Progress;
use crate::cli::{ExitCode, Output, failure};
use crate::config::server::{self as config, ServerConfig};
use crate::idp::clock::{Clock as _, SystemClock};

/// Groups of checks, for the line that says how far it is.
const STEPS: usize = 6;

const EXAMPLES: &str = "\
Examples:
  claimsmith doctor --config claimsmith.yaml
  claimsmith doctor --user alice              follows her to the roles that AWS would get
  claimsmith doctor --user alice --from 10.1.2.3 --format json

It asks the directory and the stores as the server does, with the same
accounts, and changes nothing; the server may run meanwhile. Nobody's password
is needed. Each finding says what to do; `docs/operate/doctor.md` explains them.

Exit codes:
  0  nothing to report
  1  findings: warnings or errors, also mistakes in the configuration
  2  there is no such configuration, or it is no text";

/// Look for what is wrong, or soon will be: configuration, certificates, directory, stores, trusts
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The configuration
    #[arg(long, value_name = "FILE", default_value = "claimsmith.yaml")]
    config: PathBuf,
    /// Follow this person through directory and rules; no password is needed
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Where their browser is: rules may ask
    #[arg(long, value_name = "ADDRESS", requires = "user", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    from: IpAddr,
    /// How to write the findings
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// A JSON object
    Json,
}

/// Runs the command.
pub(super) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    let now = SystemClock.now();
    let findings = match config::load(&arguments.config) {
        Ok(loaded) => {
            kerberos::start_again_with_keytabs(&loaded)?;
            examine(arguments, loaded, now)?
        }
        Err(error) if failure::is_unreadable(&error, &arguments.config) => return Err(error.into()),
        Err(error) => {
            if arguments.format == Format::Human {
                failure::load_error(&mut output.messages, &error)?;
            }
            vec![
                Finding::error("configuration", told_in_one_line(&error.to_string()))
                    .help("correct it first; `claimsmith config check` says the same"),
            ]
        }
    };
    match arguments.format {
        Format::Human => report::human(output, &findings)?,
        Format::Json => report::json(output, &findings)?,
    }
    let grave = findings.iter().any(|finding| finding.severity > Severity::Ok);
    Ok(if grave { ExitCode::Findings } else { ExitCode::Clean })
}

/// Everything, in the order of a sign-in.
fn examine(arguments: &Arguments, loaded: ServerConfig, now: Timestamp) -> anyhow::Result<Vec<Finding>> {
    let named = config::named(&arguments.config)?;
    let mut progress = Progress::new("steps", STEPS);
    let mut findings = vec![Finding::ok(
        "configuration",
        format!("`{}` with {}", loaded.entity_id, count(loaded.trusts.iter().count(), "trust")),
    )];
    findings.extend(loaded.warnings.iter().map(|warning| surprise(warning)));
    findings.push(server::host(&loaded));
    progress.done(1);
    findings.extend(server::listener(&loaded, now));
    findings.extend(server::signing(&loaded, now));
    findings.push(server::sessions(&loaded));
    findings.push(server::proxies(&loaded));
    findings.extend(signs(config::load(&arguments.config)?));
    progress.done(2);
    let login = arguments.user.as_deref().map(|name| {
        let name = name.rsplit_once('\\').map_or(name, |(_, login)| login);
        name.split_once('@').map_or(name, |(login, _)| login)
    });
    findings.extend(controllers::check(named.controllers, login, now));
    findings.extend(catalogues::check(named.catalogues, now));
    findings.extend(ldap::check(&loaded.directory, named.ldap_servers, now));
    findings.extend(bind_keytab::check(loaded.bind_keytab_file.as_deref(), &loaded.directory));
    findings.extend(keytab::check(loaded.integrated_authentication.as_ref(), &loaded.directory));
    progress.done(3);
    findings.extend(stores::check(&loaded.stores));
    progress.done(4);
    let trusts = trusts::read(named.trusts);
    for read in &trusts {
        findings.push(trusts::check(read));
        findings.extend(loaded.trusts.find(&read.trust.relying_party.identifier).map(|trust| trusts::ways(trust)));
    }
    progress.done(5);
    if let Some(name) = &arguments.user {
        let person = Person { name, address: arguments.from, now, inside: &loaded.inside_corporate_network };
        let change_url = loaded.passwords.change_url(&loaded.base_url);
        let (directory, stores) = provider::asked(loaded.directory, loaded.stores, loaded.opaque_ids, change_url);
        findings.extend(person::follow(&person, &directory, &stores, &trusts));
    }
    Ok(findings)
}

/// Whether the key of the listener fits, and the metadata can be signed.
fn signs(loaded: ServerConfig) -> Vec<Finding> {
    let configured = match provider::configured(loaded, None) {
        Ok(configured) => configured,
        Err(error) => {
            let help = "correct it; `serve` does not start with it";
            return vec![Finding::error("configuration", error.to_string()).help(help)];
        }
    };
    let key = match configured.tls.usable() {
        Ok(()) => Finding::ok("listener certificate", "it belongs to the key"),
        Err(error) => Finding::error("listener certificate", error.to_string())
            .help("certificate and key of `listen` must belong together"),
    };
    let metadata = match configured.provider.metadata() {
        Ok(_) => Finding::ok("metadata", "it can be signed, and holds for 400 days from when it is fetched"),
        Err(error) => Finding::error("metadata", error.to_string()).help("see the signing key"),
    };
    vec![key, metadata]
}

/// What `serve` warns of. What to do stands at its end.
fn surprise(warning: &str) -> Finding {
    let (message, help) = warning.rsplit_once("; ").unwrap_or((warning, "correct it; `serve` warns of it, too"));
    Finding::warning("configuration", message).help(help)
}

/// The faults of a configuration, each of which ends with what to do.
fn told_in_one_line(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" | ")
}
