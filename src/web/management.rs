//! The management listener: is it alive, is it ready, what has it done. For machines on the same host.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;

use crate::idp::IdentityProvider;
use crate::idp::counters::Counters;

pub(super) fn router(provider: Arc<IdentityProvider>) -> Router {
    // The listener is bound after trusts, keys and directory have been loaded: answering at all is being ready.
    Router::new()
        .route("/livez", get(|| async { "ok\n" }))
        .route("/readyz", get(|| async { "ok\n" }))
        .route("/metrics", get(metrics))
        .with_state(provider)
}

async fn metrics(State(provider): State<Arc<IdentityProvider>>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text(provider.counters()))
}

/// The counters in the text format of Prometheus.
fn text(counters: &Counters) -> String {
    let families = [
        (
            "claimsmith_sign_ins_total",
            "Passwords checked, by result.",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counters_read_as_prometheus_text() {
        let text = text(&Counters::default());
        assert!(
            text.contains("# TYPE claimsmith_sign_ins_total counter\nclaimsmith_sign_ins_total{result=\"ok\"} 0\n")
        );
        assert!(text.ends_with("claimsmith_requests_refused_total 0\n"));
    }
}
