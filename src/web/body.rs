//! Bodies of requests: read before the request takes a place, and quickly or not at all.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody as _};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::settings::Limits;

/// Bodies up to this many bytes are read without a place: a sign-in form is smaller.
const SMALL_BYTES: u64 = 32 * 1024;

/// How much more of a body that is too large is taken in and thrown away. A client that is cut off while it sends does
/// not see the answer.
const DISCARDED_BYTES: usize = 1024 * 1024;
const DISCARDING_TIME: Duration = Duration::from_secs(1);

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
    /// It ended before its end, or is not encoded as it says.
    Broken,
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
    pub(super) async fn read(&self, mut body: Body) -> Result<Bytes, Unread> {
        let read = self.read_within_limits(&mut body).await;
        if matches!(read, Err(Unread::TooLarge | Unread::Busy)) {
            // The answer is the same, whether or not the rest arrives.
            let _ = timeout(DISCARDING_TIME, take(&mut body, DISCARDED_BYTES, |_| ())).await;
        }
        read
    }

    async fn read_within_limits(&self, body: &mut Body) -> Result<Bytes, Unread> {
        let most = self.limits.body_bytes;
        let announced = body.size_hint().upper();
        if announced.is_some_and(|bytes| bytes > u64::try_from(most).unwrap_or(u64::MAX)) {
            return Err(Unread::TooLarge);
        }
        let _place = match announced {
            Some(0..=SMALL_BYTES) => None,
            _ => Some(self.large.try_acquire().map_err(|_| Unread::Busy)?),
        };
        let mut bytes = Vec::new();
        let taken = take(body, most, |data| bytes.extend_from_slice(&data));
        timeout(self.limits.body_time, taken).await.map_err(|_| Unread::TooSlow)??;
        Ok(bytes.into())
    }
}

/// Hands out a body in pieces, up to `most` bytes.
async fn take(body: &mut Body, most: usize, mut piece: impl FnMut(Bytes)) -> Result<(), Unread> {
    let mut left = most;
    while let Some(frame) = poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await {
        let Ok(frame) = frame else { return Err(Unread::Broken) };
        let Ok(data) = frame.into_data() else { continue };
        left = left.checked_sub(data.len()).ok_or(Unread::TooLarge)?;
        piece(data);
    }
    Ok(())
}
