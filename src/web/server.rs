//! What all endpoints share.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use tokio::sync::Semaphore;

use crate::idp::IdentityProvider;
use crate::idp::client::Client;

use super::address::Address;
use super::body::Bodies;
use super::pages::Frame;
use super::places::{Places, Work};
use super::refusals::Refusals;
use super::reply::failure;
use super::settings::Settings;

/// How often what was counted is looked at: windows are long, and who asks for their number finds it soon.
const TELLING: Duration = Duration::from_secs(1);

/// The server: an identity provider and how it is reached.
pub(super) struct Server {
    pub(super) provider: Arc<IdentityProvider>,
    pub(super) settings: Settings,
    pub(super) bodies: Bodies,
    pub(super) requests: Semaphore,
    places: Places,
    refusals: Refusals,
}

/// One request, as endpoints see it.
pub(super) struct Incoming {
    pub(super) parts: Parts,
    pub(super) body: Bytes,
    pub(super) client: Client,
    pub(super) address: Address,
}

impl Server {
    pub(super) fn new(provider: Arc<IdentityProvider>, settings: Settings) -> Self {
        let limits = settings.limits;
        Self {
            provider,
            settings,
            bodies: Bodies::new(limits),
            requests: Semaphore::new(limits.requests),
            places: Places::new(limits),
            refusals: Refusals::new(),
        }
    }

    /// Tells what was counted of refused requests, in the log and in the audit log, again and again.
    pub(super) async fn tell_refusals(self: Arc<Self>) {
        loop {
            tokio::time::sleep(TELLING).await;
            let server = Arc::clone(&self);
            let tell = move || {
                server.provider.tell_folded();
                // Whoever reads standard error may have stopped.
                server.refusals.tell(server.provider.now());
            };
            if let Err(error) = tokio::task::spawn_blocking(tell).await {
                tracing::error!(%error, "telling of refused requests failed");
            }
        }
    }

    /// Runs what blocks on a thread that may wait, when one of the places for such work is free. Work that has begun
    /// keeps its place until it is done, whether or not its client waits for it.
    ///
    /// # Errors
    ///
    /// No place became free in time, or the work panicked: the answer to give.
    pub(super) async fn blocking<T: Send + 'static>(
        &self,
        kind: Work,
        work: impl FnOnce(&IdentityProvider) -> T + Send + 'static,
    ) -> Result<T, Response> {
        let Some(place) = self.places.take(kind).await else { return Err(self.busy()) };
        let provider = Arc::clone(&self.provider);
        let work = move || {
            let _place = place;
            work(&provider)
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| self.internal_failure())
    }

    pub(super) fn frame(&self) -> Frame<'_> {
        Frame::new(&self.settings.organisation)
    }

    /// A request that has no place in the audit log: what is wrong with it concerns HTTP, not people.
    pub(super) fn failure(&self, status: StatusCode, title: &'static str, text: &str) -> Response {
        let reference = self.refusals.log(status, title, self.provider.reference(), self.provider.now());
        failure(status, title, text, &reference, self.frame())
    }

    pub(super) fn busy(&self) -> Response {
        let text = "Too many people are signing in at this moment. Please try again in a minute.";
        self.failure(StatusCode::SERVICE_UNAVAILABLE, "The server is busy", text)
    }

    pub(super) fn too_large(&self) -> Response {
        self.failure(StatusCode::PAYLOAD_TOO_LARGE, "Too large", "The request is larger than any sign-in request.")
    }

    pub(super) fn too_slow(&self) -> Response {
        self.failure(StatusCode::REQUEST_TIMEOUT, "Too slow", "The request took too long. Please try again.")
    }

    pub(super) fn internal_failure(&self) -> Response {
        let reference = self.provider.reference();
        tracing::error!(reference, "a request panicked");
        let text = "Something went wrong on our side. Please tell the help desk.";
        failure(StatusCode::INTERNAL_SERVER_ERROR, "Sign-in failed", text, &reference, self.frame())
    }
}
