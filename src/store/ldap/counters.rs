//! What a store asked of its servers, counted.

use std::ops::AddAssign;
use std::sync::atomic::{AtomicU64, Ordering};

use super::ber;

/// How often a store did what costs time, since it was made. Health checks are not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OperationCounts {
    /// Connections opened, with TLS.
    pub connections: u64,
    /// Binds, of the service account and of users.
    pub binds: u64,
    /// Searches; each page of a listing is one.
    pub searches: u64,
    /// Pages of listings.
    pub pages: u64,
    /// Entries changed, such as passwords.
    pub changes: u64,
    /// Operations that were given up while the connection went on.
    pub abandons: u64,
    /// Questions that were asked of another server because the first gave no answer.
    pub moved: u64,
}

impl OperationCounts {
    /// Each count with the word for what is counted.
    #[must_use]
    pub const fn by_kind(&self) -> [(&'static str, u64); 7] {
        [
            ("connection", self.connections),
            ("bind", self.binds),
            ("search", self.searches),
            ("page", self.pages),
            ("change", self.changes),
            ("abandon", self.abandons),
            ("moved", self.moved),
        ]
    }
}

impl AddAssign for OperationCounts {
    fn add_assign(&mut self, other: Self) {
        self.connections += other.connections;
        self.binds += other.binds;
        self.searches += other.searches;
        self.pages += other.pages;
        self.changes += other.changes;
        self.abandons += other.abandons;
        self.moved += other.moved;
    }
}

/// Counts as the work is done.
#[derive(Debug, Default)]
pub(super) struct Operations {
    connections: AtomicU64,
    binds: AtomicU64,
    searches: AtomicU64,
    pages: AtomicU64,
    changes: AtomicU64,
    abandons: AtomicU64,
    moved: AtomicU64,
}

/// The identifier octets of requests [RFC 4511 4].
pub(super) mod request {
    pub(in crate::store::ldap) const BIND: u8 = 0x60;
    pub(in crate::store::ldap) const SEARCH: u8 = 0x63;
    pub(in crate::store::ldap) const MODIFY: u8 = 0x66;
    pub(in crate::store::ldap) const ABANDON: u8 = 0x50;
    pub(in crate::store::ldap) const EXTENDED: u8 = 0x77;
}

impl Operations {
    /// A message to the server.
    pub(super) fn sent(&self, message: ber::Message<'_>) {
        let counter = match message.operation {
            request::BIND => &self.binds,
            request::SEARCH => &self.searches,
            request::MODIFY => &self.changes,
            request::ABANDON => &self.abandons,
            _ => return,
        };
        add(counter);
    }

    pub(super) fn connected(&self) {
        add(&self.connections);
    }

    /// A bind in steps, which is one bind.
    pub(super) fn bound(&self) {
        add(&self.binds);
    }

    pub(super) fn paged(&self) {
        add(&self.pages);
    }

    pub(super) fn moved(&self) {
        add(&self.moved);
    }

    pub(super) fn counts(&self) -> OperationCounts {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        OperationCounts {
            connections: read(&self.connections),
            binds: read(&self.binds),
            searches: read(&self.searches),
            pages: read(&self.pages),
            changes: read(&self.changes),
            abandons: read(&self.abandons),
            moved: read(&self.moved),
        }
    }
}

fn add(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}
