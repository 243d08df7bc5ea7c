//! Places for work that blocks: how much of each kind runs at once.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::settings::Limits;

/// Kinds of work. Each has places of its own, so that a flood of one does not stop the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    /// Checks a password, which is slow by design, and anybody can ask for it.
    Password,
    /// Checks a Kerberos ticket.
    Ticket,
    /// Asks the directory about the user of a session.
    Session,
    /// Asks no directory.
    Page,
}

/// The places.
pub(super) struct Places {
    limits: Limits,
    passwords: Arc<Semaphore>,
    tickets: Arc<Semaphore>,
    sessions: Arc<Semaphore>,
    pages: Arc<Semaphore>,
}

/// A place. It belongs to the work, not to the client that wants it: work goes on when its client has gone.
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
}

impl Places {
    pub(super) fn new(limits: Limits) -> Self {
        let places = |count| Arc::new(Semaphore::new(count));
        Self {
            limits,
            passwords: places(limits.sign_ons),
            tickets: places(limits.tickets),
            sessions: places(limits.sessions),
            pages: places(limits.pages),
        }
    }

    /// A place, when one is free. `None` if none becomes free in time.
    pub(super) async fn take(&self, work: Work) -> Option<Place> {
        let places = match work {
            Work::Password => &self.passwords,
            Work::Ticket => &self.tickets,
            Work::Session => &self.sessions,
            Work::Page => &self.pages,
        };
        let permit = timeout(self.limits.place_time, Arc::clone(places).acquire_owned()).await.ok()?.ok()?;
        Some(Place { _permit: permit })
    }
}
