//! Servers that DNS names [RFC 2782].

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::RData;

use super::endpoint::{Endpoint, is_of_a_catalogue, is_of_a_domain};
use super::settings::{Discovery, DiscoveryRecords};

/// What DNS said of a domain.
#[derive(Debug)]
pub(super) struct Found {
    /// With the place of each: those that are equally preferred share one. The lowest comes first.
    pub servers: Vec<(u32, Endpoint)>,
    /// When it must be asked again.
    pub until: Instant,
}

/// A record, and from which question it comes.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Record {
    nearness: u16,
    priority: u16,
    weight: u16,
    port: u16,
    target: String,
}

/// Answers of DNS are not believed to be good for less or more than this.
const SHORTEST: Duration = Duration::from_secs(5);
const LONGEST: Duration = Duration::from_hours(1);

/// The addresses of the servers that DNS names, those first that would be asked first. For people who look for a fault;
/// blocks, `limit` at most.
///
/// # Errors
///
/// DNS names none, or none that is used, or does not answer. Says what to do.
pub fn discover(discovery: &Discovery, start_tls: bool, limit: Duration) -> Result<Vec<String>, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    let found = runtime.block_on(async { tokio::time::timeout(limit, look_up(discovery, start_tls)).await });
    runtime.shutdown_background();
    let silent = |_| format!("DNS did not answer within {} s; check the name servers of this machine", limit.as_secs());
    Ok(found.map_err(silent)??.servers.into_iter().map(|(_, server)| server.to_string()).collect())
}

/// Asks DNS for the servers of a domain.
pub(super) async fn look_up(discovery: &Discovery, start_tls: bool) -> Result<Found, String> {
    let resolver = resolver(&discovery.name_servers)?;
    let mut records = Vec::new();
    let mut until = Instant::now() + LONGEST;
    let mut failure = String::new();
    for (nearness, name) in (0_u16..).zip(names(discovery)) {
        match resolver.srv_lookup(format!("{name}.")).await {
            Ok(found) => {
                until = until.min(found.valid_until());
                records.extend(found.answers().iter().filter_map(|record| match &record.data {
                    RData::SRV(srv) => Some(Record {
                        nearness,
                        priority: srv.priority,
                        weight: srv.weight,
                        port: srv.port,
                        target: srv.target.to_utf8(),
                    }),
                    _ => None,
                }));
            }
            Err(error) => failure = format!("DNS gives no server for `{name}`: {}", told(&error)),
        }
    }
    let domain = &discovery.domain;
    let (total, by_hand) = (records.len(), by_hand(discovery));
    records.retain(|record| is_within(&record.target, domain));
    if records.len() < total {
        tracing::warn!(domain, "DNS names servers outside of the domain, which are not used; name them in `{by_hand}`");
    }
    let within = records.len();
    records.retain(|record| is_of_the_kind(record.port, discovery));
    if records.len() < within {
        tracing::warn!(domain, "DNS names ports of another kind of server, which are not used; correct its records");
    }
    if records.is_empty() {
        let reason = match (total, within) {
            (0, _) => failure,
            (_, 0) => format!("the servers that DNS names are not within `{domain}`; name them in `{by_hand}`"),
            _ => format!("the ports that DNS names for `{domain}` are those of another kind of server"),
        };
        return Err(format!("{reason}; check the domain's name and the name servers of this machine"));
    }
    let until = until.max(Instant::now() + SHORTEST);
    Ok(Found { servers: ordered(records, start_tls, random), until })
}

/// The addresses of a machine, from the name servers that were given.
pub(super) async fn addresses(host: &str, port: u16, name_servers: &[SocketAddr]) -> Result<Vec<SocketAddr>, String> {
    let found = resolver(name_servers)?.lookup_ip(format!("{host}.")).await.map_err(|error| told(&error))?;
    Ok(found.iter().map(|address| SocketAddr::new(address, port)).collect())
}

/// Why DNS has no answer.
fn told(error: &NetError) -> String {
    if error.is_nx_domain() {
        "it knows no such name".to_owned()
    } else if error.is_no_records_found() {
        "it has no such record of that name".to_owned()
    } else {
        error.to_string()
    }
}

/// What is asked, the nearest servers first [MS-ADTS 6.3.2.3].
fn names(discovery: &Discovery) -> Vec<String> {
    let domain = &discovery.domain;
    match &discovery.records {
        DiscoveryRecords::DomainControllers { site } => {
            let near = site.as_ref().map(|site| format!("_ldap._tcp.{site}._sites.dc._msdcs.{domain}"));
            near.into_iter().chain([format!("_ldap._tcp.dc._msdcs.{domain}")]).collect()
        }
        DiscoveryRecords::GlobalCatalogue { site } => {
            let near = site.as_ref().map(|site| format!("_gc._tcp.{site}._sites.{domain}"));
            near.into_iter().chain([format!("_gc._tcp.{domain}")]).collect()
        }
        DiscoveryRecords::Ldap => vec![format!("_ldap._tcp.{domain}")],
    }
}

/// The setting that names the servers without DNS.
fn by_hand(discovery: &Discovery) -> &'static str {
    match discovery.records {
        DiscoveryRecords::GlobalCatalogue { .. } => "global_catalogue",
        DiscoveryRecords::DomainControllers { .. } | DiscoveryRecords::Ldap => "urls",
    }
}

/// A catalogue shows the people of all domains, a controller those of its own: one in place of the other would be believed,
/// and answer wrongly.
fn is_of_the_kind(port: u16, discovery: &Discovery) -> bool {
    match discovery.records {
        DiscoveryRecords::GlobalCatalogue { .. } => !is_of_a_domain(port),
        DiscoveryRecords::DomainControllers { .. } => !is_of_a_catalogue(port),
        DiscoveryRecords::Ldap => true,
    }
}

/// Whoever can forge an answer of DNS could name a machine of their own, with a good certificate for its own name. A
/// machine of the domain's own has a name within the domain.
fn is_within(target: &str, domain: &str) -> bool {
    let (target, domain) = (target.trim_end_matches('.').to_ascii_lowercase(), domain.to_ascii_lowercase());
    target == domain || target.strip_suffix(&domain).is_some_and(|rest| rest.ends_with('.'))
}

/// Servers of one nearness and priority are equally preferred, and drawn by weight. A server that two questions named has
/// its better place.
fn ordered(mut records: Vec<Record>, start_tls: bool, mut random: impl FnMut(u64) -> u64) -> Vec<(u32, Endpoint)> {
    records.sort_by(|a, b| {
        (a.nearness, a.priority, a.weight != 0, &a.target).cmp(&(b.nearness, b.priority, b.weight != 0, &b.target))
    });
    let mut servers: Vec<(u32, Endpoint)> = Vec::new();
    while let Some((nearness, priority)) = records.first().map(|first| (first.nearness, first.priority)) {
        let equal = records.iter().take_while(|each| (each.nearness, each.priority) == (nearness, priority));
        let total: u64 = equal.clone().map(|each| u64::from(each.weight)).sum();
        let count = equal.count();
        let drawn = random(total);
        let mut sum = 0;
        let place = records.iter().take(count).position(|each| {
            sum += u64::from(each.weight);
            sum >= drawn
        });
        let record = records.remove(place.unwrap_or_default());
        let rank = u32::from(nearness) << 16 | u32::from(priority);
        let endpoint = Endpoint::of_record(&record.target, record.port, start_tls);
        if !servers.iter().any(|(_, known)| *known == endpoint) {
            servers.push((rank, endpoint));
        }
    }
    servers
}

/// A number from 0 to `most`.
fn random(most: u64) -> u64 {
    let mut bytes = [0; 8];
    // Without randomness, the first is taken.
    let _ = aws_lc_rs::rand::fill(&mut bytes);
    u64::from_le_bytes(bytes) % (most + 1)
}

fn resolver(name_servers: &[SocketAddr]) -> Result<TokioResolver, String> {
    let builder = if name_servers.is_empty() {
        TokioResolver::builder_tokio()
            .map_err(|error| format!("the name servers of this machine are not known: {error}"))?
    } else {
        let servers = name_servers.iter().map(name_server).collect();
        TokioResolver::builder_with_config(ResolverConfig::from_name_servers(servers), TokioRuntimeProvider::default())
    };
    builder.build().map_err(|error| error.to_string())
}

fn name_server(address: &SocketAddr) -> NameServerConfig {
    let at_port = |mut connection: ConnectionConfig| {
        connection.port = address.port();
        connection
    };
    let connections = vec![at_port(ConnectionConfig::udp()), at_port(ConnectionConfig::tcp())];
    NameServerConfig::new(IpAddr::clone(&address.ip()), true, connections)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(nearness: u16, priority: u16, weight: u16, target: &str) -> Record {
        Record { nearness, priority, weight, port: 389, target: format!("{target}.corp.example.com.") }
    }

    fn hosts(records: Vec<Record>, drawn: u64) -> Vec<String> {
        let servers = ordered(records, false, |most| drawn.min(most));
        servers.into_iter().map(|(_, server)| server.host.split('.').next().unwrap().to_owned()).collect()
    }

    #[test]
    fn priority_goes_first_and_weight_draws() {
        let records =
            || vec![record(0, 10, 0, "c"), record(0, 0, 10, "a"), record(0, 0, 90, "b"), record(0, 0, 0, "z")];
        assert_eq!(hosts(records(), 0), ["z", "a", "b", "c"]);
        assert_eq!(hosts(records(), 10), ["a", "b", "z", "c"]);
        assert_eq!(hosts(records(), 11), ["b", "a", "z", "c"]);
    }

    #[test]
    fn the_site_goes_before_the_rest_and_nobody_is_named_twice() {
        let records = vec![record(1, 0, 100, "a"), record(1, 0, 100, "b"), record(0, 5, 1, "b")];
        let servers = ordered(records, false, |most| most);
        assert_eq!(servers.iter().map(|(rank, _)| *rank).collect::<Vec<_>>(), [5, 1 << 16]);
        assert_eq!(servers[0].1.host, "b.corp.example.com");
    }

    #[test]
    fn servers_outside_of_the_domain_are_not_believed() {
        assert!(is_within("DC1.corp.example.com.", "Corp.example.com"));
        assert!(is_within("corp.example.com", "corp.example.com"));
        for target in ["evil.example.com.", "evilcorp.example.com.", "corp.example.com.evil.net.", ""] {
            assert!(!is_within(target, "corp.example.com"), "{target}");
        }
    }
}
