//! Bodies of requests: read before the request takes a place, and quickly or not at all.

use axum::body::{Body, Bytes, HttpBody as _, to_bytes};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::settings::Limits;

/// Bodies up to this many bytes are read without a place: a sign-in form is smaller.
const SMALL_BYTES: u64 = 32 * 1024;

/// Reads bodies within limits.
pub(super) struct Bodies {
    limits: Limits,
    large: Semaphore,
}

/// Why a body was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// It is larger than any that is wanted.
    TooLarge,
    /// It did not arrive in time.
    TooSlow,
    /// Too many large ones are being read.
    Busy,
}

impl Bodies {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, large: Semaphore::new(limits.large_bodies) }
    }

    /// Reads a whole body.
    pub(super) async fn read(&self, body: Body) -> Result<Bytes, Unread> {
        let most = self.limits.body_bytes;
        let announced = body.size_hint().upper();
        if announced.is_some_and(|bytes| bytes > u64::try_from(most).unwrap_or(u64::MAX)) {
            return Err(Unread::TooLarge);
        }
        let _place = match announced {
            Some(0..=SMALL_BYTES) => None,
            _ => Some(self.large.try_acquire().map_err(|_| Unread::Busy)?),
        };
        match timeout(self.limits.body_time, to_bytes(body, most)).await {
            Ok(read) => read.map_err(|_| Unread::TooLarge),
            Err(_) => Err(Unread::TooSlow),
        }
    }
}
