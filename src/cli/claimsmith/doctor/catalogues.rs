//! Every server of the global catalogue by itself: reached, believed, and willing to show the forest.

use std::time::Duration;

use jiff::Timestamp;

use super::bounded::bounded;
use super::controllers::way_to;
use super::finding::{Finding, count};
use super::wire::Obstacle;
use crate::config::server::{Controller, Controllers};

/// How long all checks of one server may take.
const LIMIT: Duration = Duration::from_secs(40);
/// What does not work without one.
const WHY: &str = "groups of other domains have no names, so rules that test these names give nothing";

/// Examines all of them at the same time.
pub(super) fn check(catalogues: Controllers, now: Timestamp) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        catalogues.unfound.iter().map(|(forest, reason)| unfound(forest, reason)).collect();
    let running: Vec<_> = catalogues
        .found
        .into_iter()
        .map(|catalogue| {
            let subject = format!("global catalogue `{}`", catalogue.reached.url);
            let told = subject.clone();
            (subject, std::thread::spawn(move || bounded(LIMIT, move || one(&catalogue, now, &told))))
        })
        .collect();
    for (subject, examined) in running {
        findings.extend(examined.join().ok().flatten().unwrap_or_else(|| {
            let told = format!("it was not examined within {} s", LIMIT.as_secs());
            vec![Finding::error(subject, told).why(WHY).help("see whether the server or the DNS hangs")]
        }));
    }
    findings
}

fn unfound(forest: &str, reason: &str) -> Finding {
    // What to do stands at its end.
    let (what, help) = reason.rsplit_once("; ").unwrap_or((reason, "name the servers in `global_catalogue`"));
    Finding::error(format!("global catalogue of `{forest}`"), what).why(WHY).help(help)
}

fn one(catalogue: &Controller, now: Timestamp, subject: &str) -> Vec<Finding> {
    let certificate = match way_to(&catalogue.reached, now, subject) {
        Ok(certificate) => certificate,
        Err(Obstacle { what, help }) => return vec![Finding::error(subject, what).why(WHY).help(help)],
    };
    let forest = match catalogue.alone.examine_catalogue() {
        None => return vec![certificate],
        Some(Ok(domains)) => {
            Finding::ok(subject, format!("it shows a forest of {} to the service account", count(domains, "domain")))
        }
        Some(Err(error)) => Finding::error(subject, error.to_string()).why(WHY).help(
            "name a controller that is a global catalogue, on port 3269; the service account must be let in there",
        ),
    };
    vec![certificate, forest]
}
