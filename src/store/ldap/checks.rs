//! A thread that looks after the servers of a store, so that a dead one is known before a person waits for it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::ber::{self, answer};
use super::connection::BUSY;
use super::counters::request;
use super::servers::{Server, Servers};
use super::transport::{self, Road, Wire};

/// A server that takes longer than this to connect, or to answer the smallest question, is no help to anybody.
const LIMIT: Duration = Duration::from_secs(1);
/// The thread looks around at least this often.
const LONGEST_SLEEP: Duration = Duration::from_secs(5);
/// If nothing is due, it sleeps at least this long.
const SHORTEST_SLEEP: Duration = Duration::from_millis(20);

/// The thread. It ends when this is dropped.
#[derive(Debug)]
pub(super) struct Checks(Arc<Signals>);

#[derive(Debug, Default)]
struct Signals {
    stopped: AtomicBool,
    wake: Notify,
}

impl Checks {
    /// Starts the thread. Without one, servers are found to be dead by those who ask them.
    pub(super) fn start(servers: Arc<Servers>) -> Self {
        let signals = Arc::new(Signals::default());
        let of_thread = Arc::clone(&signals);
        let started = thread::Builder::new().name("ldap-checks".to_owned()).spawn(move || {
            let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
            runtime.block_on(look_after(&servers, &of_thread));
            runtime.shutdown_background();
        });
        if let Err(error) = started {
            tracing::warn!(reason = error.to_string(), "the servers of the directory are not checked");
        }
        Self(signals)
    }

    /// There is a server to look at now.
    pub(super) fn wake(&self) {
        self.0.wake.notify_one();
    }
}

impl Drop for Checks {
    fn drop(&mut self) {
        self.0.stopped.store(true, Ordering::Relaxed);
        self.0.wake.notify_one();
    }
}

async fn look_after(servers: &Servers, signals: &Signals) {
    // Connections on which nothing but checks is asked, and nobody is bound.
    let mut wires: BTreeMap<Arc<str>, Wire> = BTreeMap::new();
    while !signals.stopped.load(Ordering::Relaxed) {
        // Until the first lookup has succeeded, those who ask see why it fails.
        let _ = tokio::time::timeout(LIMIT, servers.look_up()).await;
        let now = Instant::now();
        let all = servers.all();
        wires.retain(|name, _| all.iter().any(|server| server.name == *name));
        let mut running = JoinSet::new();
        for server in all.iter().filter(|server| server.next_check() <= now) {
            running.spawn(look_at(Arc::clone(server), wires.remove(&server.name), servers.road()));
        }
        let checked = async {
            while let Some(Ok((server, wire))) = running.join_next().await {
                wires.extend(wire.map(|wire| (server, wire)));
            }
        };
        checked.await;
        let due = servers.all().iter().map(|server| server.next_check()).chain(servers.next_look_up()).min();
        let sleep = due.map_or(LONGEST_SLEEP, |due| due.saturating_duration_since(Instant::now()));
        let sleep = sleep.clamp(SHORTEST_SLEEP, LONGEST_SLEEP);
        let _ = tokio::time::timeout(sleep, signals.wake.notified()).await;
    }
}

async fn look_at(server: Arc<Server>, wire: Option<Wire>, road: Road) -> (Arc<str>, Option<Wire>) {
    let name = Arc::clone(&server.name);
    if let Some(mut wire) = wire
        && let Ok(Ok(())) = tokio::time::timeout(LIMIT, ask(&mut wire)).await
    {
        server.answered();
        return (name, Some(wire));
    }
    let anew = async {
        let mut wire = transport::connect(server.endpoint.clone(), road).await?;
        ask(&mut wire).await?;
        Ok::<_, String>(wire)
    };
    let silent = || format!("no answer within {:.1} seconds", LIMIT.as_secs_f64());
    match tokio::time::timeout(LIMIT, anew).await.unwrap_or_else(|_| Err(silent())) {
        Ok(wire) => {
            server.answered();
            (name, Some(wire))
        }
        Err(reason) => {
            server.failed(&reason);
            (name, None)
        }
    }
}

/// Asks for the root of the directory without any attribute, as nobody. Any answer shows that somebody is there, also a
/// refusal.
async fn ask(wire: &mut Wire) -> Result<(), String> {
    let [base, attribute] = [ber::element(0x04, b""), ber::element(0x04, b"1.1")];
    let [scope, aliases] = [0, 0].map(|number| ber::element(0x0a, &[number]));
    let [entries, seconds] = [1, 1].map(|number| ber::element(0x02, &[number]));
    let types_only = ber::element(0x01, &[0]);
    let filter = ber::element(0x87, b"objectClass");
    let attributes = ber::element(0x30, &attribute);
    let search = [base, scope, aliases, entries, seconds, types_only, filter, attributes].concat();
    let mut bytes = wire.exchange(&ber::request(2, request::SEARCH, &search)).await?;
    loop {
        let message = ber::answer(&bytes).map_err(|error| error.to_string())?;
        if message.id == 2 && message.operation == answer::SEARCH_DONE {
            let result = ber::result(message.content).map_err(|error| error.to_string())?;
            return if BUSY.contains(&result.code) {
                Err(format!("it is busy (code {})", result.code))
            } else {
                Ok(())
            };
        }
        if message.id == 0 {
            return Err("it is ending its connections".to_owned());
        }
        bytes = wire.message().await?;
    }
}
