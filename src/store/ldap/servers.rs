//! The servers of one directory, those that are preferred first.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::endpoint::Endpoint;
use super::health::{Health, Preference, ServerHealth};
use super::settings::{Discovery, LdapServers, SettingsError};
use super::srv;
use super::tls::Trust;
use super::transport::Road;

/// If DNS gives no answer, or all servers are down, it is asked again after this.
const ASK_DNS_AGAIN: Duration = Duration::from_secs(10);

/// One server.
#[derive(Debug)]
pub(super) struct Server {
    pub endpoint: Endpoint,
    /// The endpoint, written.
    pub name: Arc<str>,
    /// Its place; servers that are equally preferred share one.
    rank: AtomicU32,
    health: Mutex<Health>,
    store: Arc<str>,
}

/// All of them.
#[derive(Debug)]
pub(super) struct Servers {
    store: Arc<str>,
    source: Option<Discovery>,
    start_tls: bool,
    trust: Trust,
    resolvers: Arc<[SocketAddr]>,
    listed: Mutex<Listed>,
}

#[derive(Debug, Default)]
struct Listed {
    servers: Vec<Arc<Server>>,
    /// When DNS was asked, and until when its answer is good.
    asked: Option<(Instant, Instant)>,
}

impl Server {
    fn new(store: &Arc<str>, endpoint: Endpoint, rank: u32) -> Arc<Self> {
        let name = endpoint.to_string().into();
        let health = Mutex::new(Health::new(Instant::now()));
        Arc::new(Self { endpoint, name, rank: AtomicU32::new(rank), health, store: Arc::clone(store) })
    }

    /// How willingly it is used now; the smaller, the more.
    pub(super) fn place(&self) -> (Preference, u32) {
        (self.health().preference(Instant::now()), self.rank.load(Ordering::Relaxed))
    }

    pub(super) fn answered(&self) {
        if self.health().answered(Instant::now()) {
            tracing::info!(store = &*self.store, server = &*self.name, "a server of the directory answers again");
        }
    }

    pub(super) fn failed(&self, reason: &str) {
        if self.health().failed(Instant::now(), reason.to_owned()) {
            tracing::warn!(store = &*self.store, server = &*self.name, reason, "a server of the directory is down");
        }
    }

    /// It took all the time that there was. One that has already given a reason keeps it.
    pub(super) fn silent(&self, reason: &str) {
        if self.place().0 != Preference::Down {
            self.failed(reason);
        }
    }

    pub(super) fn doubt(&self) {
        self.health().doubt(Instant::now());
    }

    pub(super) fn next_check(&self) -> Instant {
        self.health().next_check()
    }

    fn health(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Servers {
    pub(super) fn new(store: &str, settings: &LdapServers) -> Result<Self, SettingsError> {
        let store: Arc<str> = store.into();
        let urls = settings.validate()?;
        let servers =
            (0..).zip(urls).map(|(rank, url)| Server::new(&store, Endpoint::of_url(&url, settings.start_tls), rank));
        let listed = Mutex::new(Listed { servers: servers.collect(), asked: None });
        Ok(Self {
            listed,
            source: settings.discovery.clone(),
            start_tls: settings.start_tls,
            trust: Trust::new(settings.ca_file.clone())?,
            resolvers: settings.discovery.iter().flat_map(|source| source.name_servers.iter().copied()).collect(),
            store,
        })
    }

    /// Whether anybody is to look after them: there is a choice, or DNS may change it.
    pub(super) fn need_checks(&self) -> bool {
        self.source.is_some() || self.listed().servers.len() > 1
    }

    pub(super) fn road(&self) -> Road {
        Road { tls: self.trust.config(), name_servers: Arc::clone(&self.resolvers) }
    }

    /// Those that are not among `tried`, the best first.
    pub(super) fn candidates(&self, tried: &[Arc<str>]) -> Vec<Arc<Server>> {
        let mut servers: Vec<_> = self.all().into_iter().filter(|server| !tried.contains(&server.name)).collect();
        servers.sort_by_cached_key(|server| server.place());
        servers
    }

    /// Whether a server other than that and those tried could be asked instead. One that is doubted could: if that one is
    /// doubted, too, they take turns, and the last one asked has all the time that is left.
    pub(super) fn has_other(&self, server: &Server, tried: &[Arc<str>]) -> bool {
        self.all().iter().any(|other| {
            other.name != server.name && !tried.contains(&other.name) && other.place().0 <= Preference::Doubted
        })
    }

    /// Whether no other server is preferred to this one.
    pub(super) fn is_best(&self, server: &Arc<Server>) -> bool {
        let all = self.all();
        let best = all.iter().map(|server| server.place()).min();
        all.iter().any(|known| Arc::ptr_eq(known, server)) && best.is_some_and(|best| server.place() <= best)
    }

    pub(super) fn health(&self) -> Vec<ServerHealth> {
        let health = |server: &Arc<Server>| ServerHealth {
            server: server.name.to_string(),
            standing: server.health().standing().clone(),
        };
        self.all().iter().map(health).collect()
    }

    pub(super) fn all(&self) -> Vec<Arc<Server>> {
        self.listed().servers.clone()
    }

    /// When [`Self::look_up`] has something to do.
    pub(super) fn next_look_up(&self) -> Option<Instant> {
        self.source.as_ref()?;
        let listed = self.listed();
        let (asked, until) = listed.asked?;
        let all_down = listed.servers.iter().all(|server| server.place().0 == Preference::Down);
        Some(if all_down { until.min(asked + ASK_DNS_AGAIN) } else { until })
    }

    /// Asks DNS, if it is time to. What it said last is used as long as it gives no answer.
    pub(super) async fn look_up(&self) -> Result<(), String> {
        let Some(source) = &self.source else { return Ok(()) };
        if self.next_look_up().is_some_and(|due| Instant::now() < due) {
            return Ok(());
        }
        match srv::look_up(source, self.start_tls).await {
            Ok(found) => {
                self.replace(found);
                Ok(())
            }
            Err(reason) => {
                let mut listed = self.listed();
                if listed.servers.is_empty() {
                    return Err(reason);
                }
                let now = Instant::now();
                listed.asked = Some((now, now + ASK_DNS_AGAIN));
                drop(listed);
                tracing::warn!(store = &*self.store, reason, "the servers of the directory cannot be looked up again");
                Ok(())
            }
        }
    }

    /// Servers that were known keep what is known of them.
    fn replace(&self, found: srv::Found) {
        let mut listed = self.listed();
        let before = std::mem::take(&mut listed.servers);
        for (rank, endpoint) in found.servers {
            let server = match before.iter().find(|server| server.endpoint == endpoint) {
                Some(known) => {
                    known.rank.store(rank, Ordering::Relaxed);
                    Arc::clone(known)
                }
                None => Server::new(&self.store, endpoint, rank),
            };
            listed.servers.push(server);
        }
        listed.asked = Some((Instant::now(), found.until));
        let names = |servers: &[Arc<Server>]| {
            let mut names: Vec<_> = servers.iter().map(|server| Arc::clone(&server.name)).collect();
            names.sort_unstable();
            names
        };
        let now = names(&listed.servers);
        if now != names(&before) {
            tracing::info!(store = &*self.store, servers = now.join(" "), "DNS names the servers of the directory");
        }
    }

    fn listed(&self) -> MutexGuard<'_, Listed> {
        self.listed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_waits_for_one_server_while_another_is_only_doubted() {
        let urls = ["ldaps://dc1", "ldaps://dc2"].map(str::to_owned).to_vec();
        let servers = Servers::new("directory", &LdapServers { urls, ..LdapServers::default() }).unwrap();
        let [first, second] = servers.all().try_into().unwrap();
        assert!(servers.has_other(&first, &[]));
        first.doubt();
        second.doubt();
        assert!(servers.has_other(&first, &[]));
        assert!(!servers.has_other(&second, &[Arc::clone(&first.name)]), "the last one has all the time");
        second.failed("gone");
        assert!(!servers.has_other(&first, &[]));
    }
}
