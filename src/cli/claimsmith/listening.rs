//! Sockets, signals, and the runtime that serves.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use anyhow::anyhow;
use axum::Router;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::idp::IdentityProvider;
use crate::web::{self, Settings, Stop, Tls};

/// A socket for the address that `key` of the configuration, or an option, names.
pub(super) fn bind(address: SocketAddr, key: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).map_err(|error| {
        let (ip, port) = (address.ip(), address.port());
        let told = match error.kind() {
            ErrorKind::AddrInUse => {
                format!("another program does already; `ss -ltnp 'sport = :{port}'` names it, or change `{key}`")
            }
            ErrorKind::PermissionDenied => format!(
                "ports below 1024 need the capability `CAP_NET_BIND_SERVICE`, as the unit in docs/operate/service.md gives \
                 it; or change `{key}`"
            ),
            ErrorKind::AddrNotAvailable => {
                format!("this machine has no address `{ip}`; correct `{key}`, `0.0.0.0` stands for all addresses")
            }
            _ => format!("{error}; correct `{key}`"),
        };
        anyhow!("cannot listen on `{address}`: {told}")
    })
}

/// What is served.
pub(super) struct Served {
    /// The socket for browsers.
    pub(super) listener: TcpListener,
    /// Its certificate.
    pub(super) tls: Tls,
    /// Who answers.
    pub(super) provider: Arc<IdentityProvider>,
    /// How.
    pub(super) settings: Settings,
    /// What answers beside it.
    pub(super) extra: Router,
    /// The socket for machines on this host.
    pub(super) management: Option<TcpListener>,
}

/// Serves until the process is told to end, then lets running requests finish.
///
/// `announce` says that it is there: from then on a signal ends it in order.
pub(super) fn serve(served: Served, announce: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let Served { listener, tls, provider, settings, extra, management } = served;
    let limits = settings.limits;
    let stop = Stop::new();
    let management_stop = Stop::new();
    let outcome = runtime.block_on(async {
        let signals = [signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?];
        tokio::spawn(stop_on_signal(signals, vec![stop.clone(), management_stop.clone()], limits));
        announce()?;
        let machines = async {
            match management {
                Some(socket) => {
                    web::serve_management(socket, Arc::clone(&provider), limits, management_stop.clone()).await
                }
                None => Ok(()),
            }
        };
        let browsers = async {
            let outcome = web::serve(listener, tls, Arc::clone(&provider), settings, extra, stop).await;
            management_stop.gracefully(limits);
            outcome
        };
        let (browsers, machines) = tokio::join!(browsers, machines);
        Ok(browsers.and(machines)?)
    });
    // Waits for what is still at work: with the last of it, what was counted for the audit log is told.
    drop((runtime, provider));
    tracing::info!("stopped");
    outcome
}

async fn stop_on_signal(signals: [Signal; 2], stops: Vec<Stop>, limits: web::Limits) {
    let [mut terminate, mut interrupt] = signals;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping: running requests have {} s", limits.shutdown_time.as_secs());
    for stop in stops {
        stop.gracefully(limits);
    }
}
