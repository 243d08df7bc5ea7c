//! The management listener: is it alive, is it ready, what has it done. For machines on the same host.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;

use crate::idp::IdentityProvider;
use crate::idp::counters::{Counters, DirectoryCondition};

pub(super) fn router(provider: Arc<IdentityProvider>) -> Router {
    // The listener is bound after trusts, keys and directory have been loaded: answering at all is being ready. That the
    // directory does not answer is no reason to send people elsewhere: they are told so here, and sessions are not lost.
    Router::new()
        .route("/livez", get(|| async { "ok\n" }))
        .route("/readyz", get(|| async { "ok\n" }))
        .route("/metrics", get(metrics))
        .with_state(provider)
}

async fn metrics(State(provider): State<Arc<IdentityProvider>>) -> impl IntoResponse {
    (
        [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
        text(provider.counters()) + &directory(provider.directory_condition()),
    )
}

/// The counters in the text format of Prometheus.
fn text(counters: &Counters) -> String {
    let families = [
        (
            "claimsmith_sign_ins_total",
            "Sign-ins with a password or a ticket, by result.",
            vec![
                ("result=\"ok\"", &counters.sign_ins),
                ("result=\"refused\"", &counters.sign_ins_refused),
                ("result=\"failed\"", &counters.sign_ins_failed),
            ],
        ),
        (
            "claimsmith_issuances_total",
            "Responses asked for by signed-in users, by result.",
            vec![
                ("result=\"ok\"", &counters.responses),
                ("result=\"refused\"", &counters.issuances_refused),
                ("result=\"failed\"", &counters.issuances_failed),
            ],
        ),
        (
            "claimsmith_password_changes_total",
            "Changes of passwords, by result.",
            vec![
                ("result=\"ok\"", &counters.password_changes),
                ("result=\"refused\"", &counters.password_changes_refused),
                ("result=\"failed\"", &counters.password_changes_failed),
            ],
        ),
        ("claimsmith_sign_outs_total", "Sessions ended.", vec![("", &counters.sign_outs)]),
        ("claimsmith_requests_refused_total", "Requests not accepted.", vec![("", &counters.requests_refused)]),
        (
            "claimsmith_refusals_folded_total",
            "Refusals that were counted in one audit record with others; the other counters count them, too.",
            vec![("", &counters.folded)],
        ),
        (
            "claimsmith_audit_failures_total",
            "Audit records that could not be written; nothing is issued without.",
            vec![("", &counters.audit_failures)],
        ),
    ];
    let mut out = String::new();
    for (name, help, counters) in families {
        let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} counter");
        for (label, counter) in counters {
            let braces = if label.is_empty() { String::new() } else { format!("{{{label}}}") };
            let _ = writeln!(out, "{name}{braces} {}", counter.value());
        }
    }
    out
}

/// What was asked of the directory's servers, and which of them answer, in the same format. One that was not asked yet is
/// left out.
fn directory(condition: Option<DirectoryCondition>) -> String {
    let Some(condition) = condition else { return String::new() };
    let mut out = String::new();
    let name = "claimsmith_directory_operations_total";
    let _ = writeln!(out, "# HELP {name} What was asked of the directory's servers, by kind.\n# TYPE {name} counter");
    for (kind, count) in condition.operations.by_kind() {
        let _ = writeln!(out, "{name}{{kind=\"{kind}\"}} {count}");
    }
    let name = "claimsmith_directory_server_up";
    let _ = writeln!(out, "# HELP {name} Whether a server of the directory answered last.\n# TYPE {name} gauge");
    // Two domains may name one server; a name may stand here once.
    let up: BTreeMap<String, bool> = condition
        .servers
        .into_iter()
        .filter_map(|health| Some((health.is_up()?, health.server)))
        .map(|(is_up, server)| (server, is_up))
        .collect();
    for (server, is_up) in up {
        let server = server.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        let _ = writeln!(out, "{name}{{server=\"{server}\"}} {}", u8::from(is_up));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counters_read_as_prometheus_text() {
        let text = text(&Counters::default());
        assert!(
            text.contains("# TYPE claimsmith_sign_ins_total counter\nclaimsmith_sign_ins_total{result=\"ok\"} 0\n")
        );
        assert!(text.ends_with("claimsmith_audit_failures_total 0\n"));
    }

    #[test]
    fn the_servers_of_the_directory_are_told_once_each() {
        assert_eq!(directory(None), "");
        let text = directory(Some(DirectoryCondition::default()));
        assert!(text.contains("# TYPE claimsmith_directory_operations_total counter\n"), "{text}");
        assert!(text.contains("claimsmith_directory_operations_total{kind=\"bind\"} 0\n"), "{text}");
        assert!(text.ends_with("# TYPE claimsmith_directory_server_up gauge\n"), "{text}");
    }
}
