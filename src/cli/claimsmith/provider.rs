//! A configuration to the identity provider that it describes.

use std::sync::Arc;

use crate::config::server::{DirectorySource, ServerConfig};
use crate::config::stores::DIRECTORY_STORE;
use crate::engine::{AttributeStore, Limits, Stores};
use crate::idp::clock::{Clock as _, SystemClock};
use crate::idp::random::{Rng as _, SystemRng};
use crate::idp::request::RequestLimits;
use crate::idp::ticket::TicketSignOn;
use crate::idp::{IdentityProvider, Parts};
use crate::store::built_in::{self, OpaqueIds};
use crate::store::directory::Directory;
use crate::web::{self, Tls};

use super::logging;

/// What a configuration comes to.
pub(super) struct Configured {
    /// The identity provider.
    pub(super) provider: IdentityProvider,
    /// How it is served.
    pub(super) settings: web::Settings,
    /// Its certificate.
    pub(super) tls: Tls,
}

/// Puts the identity provider together. `tickets` is what `integrated_authentication` comes to; only who serves needs it.
pub(super) fn configured(config: ServerConfig, tickets: Option<TicketSignOn>) -> anyhow::Result<Configured> {
    let change_url = config.passwords.change_url(&config.base_url);
    let (directory, stores) = asked(config.directory, config.stores, config.opaque_ids, change_url);
    let default = web::Limits::default();
    let header_bytes = if tickets.is_some() { web::Limits::HEADER_BYTES_WITH_TICKETS } else { default.header_bytes };
    let limits = web::Limits { header_bytes, ..default };
    let rng = SystemRng::new();
    let mut session_keys = config.session_keys;
    if session_keys.is_empty() {
        let mut fresh = [0; 32];
        rng.fill(&mut fresh)?;
        session_keys.push(fresh);
    }
    let provider = IdentityProvider::new(Parts {
        entity_id: config.entity_id,
        base_url: config.base_url,
        trusts: config.trusts,
        directory,
        stores,
        signer: Arc::new(config.signing.key),
        next_certificates: config.signing.next_certificates,
        session_keys,
        session_limits: config.session_limits,
        lockout_limits: config.lockout_limits,
        passwords: config.passwords,
        tickets,
        request_limits: RequestLimits::default(),
        rule_limits: Limits::default(),
        inside_corporate_network: config.inside_corporate_network,
        clock: Arc::new(SystemClock),
        rng: Arc::new(rng),
        audit: Arc::new(logging::audit()?),
    });
    let settings = web::Settings { organisation: config.organisation, trusted_proxies: config.trusted_proxies, limits };
    let tls = Tls { certificates: config.listen.certificates, key: config.listen.key };
    Ok(Configured { provider, settings, tls })
}

/// Who is asked: the directory, and all stores by name, of which it is one. Those that are built in are among them;
/// `change_url` is where people change their passwords.
pub(super) fn asked(
    directory: DirectorySource,
    mut stores: Stores,
    opaque_ids: Option<OpaqueIds>,
    change_url: Option<Arc<str>>,
) -> (Arc<dyn Directory>, Stores) {
    let directory = directory.into_directory();
    built_in::add(&mut stores, opaque_ids, Arc::new(|| SystemClock.now()), change_url);
    stores.insert(DIRECTORY_STORE, Arc::clone(&directory) as Arc<dyn AttributeStore>);
    (directory, stores)
}
