//! A directory that is no Active Directory: each server reached and believed; then whether it is what it is configured as,
//! and shows people and groups.

use std::time::Duration;

use jiff::Timestamp;

use super::bounded::bounded;
use super::controllers::way_to;
use super::finding::Finding;
use super::wire::Obstacle;
use crate::config::server::{DirectorySource, Reached};

/// How long the way to one server may take.
const LIMIT: Duration = Duration::from_secs(40);

/// Findings, if the directory is of that kind.
pub(super) fn check(directory: &DirectorySource, servers: Vec<Reached>, now: Timestamp) -> Vec<Finding> {
    let DirectorySource::Ldap(directory) = directory else { return Vec::new() };
    let running: Vec<_> = servers.into_iter().map(|server| std::thread::spawn(move || one(server, now))).collect();
    let mut findings: Vec<Finding> = running.into_iter().filter_map(|examined| examined.join().ok()).collect();
    let subject = "directory";
    findings.push(match directory.check() {
        Ok(()) => Finding::ok(subject, "it answers, and shows people and groups to the service account"),
        Err(error) => Finding::error(subject, error.to_string())
            .why("nobody can sign in")
            .help("correct `directory.ldap`, or what its servers let the service account see"),
    });
    findings
}

fn one(server: Reached, now: Timestamp) -> Finding {
    let subject = format!("server `{}`", server.url);
    let told = subject.clone();
    let way = bounded(LIMIT, move || way_to(&server, now, &told));
    match way {
        Some(Ok(certificate)) => certificate,
        Some(Err(Obstacle { what, help })) => Finding::error(subject, what).help(help),
        None => Finding::error(subject, format!("it was not examined within {} s", LIMIT.as_secs()))
            .help("see whether the server or the DNS hangs"),
    }
}
