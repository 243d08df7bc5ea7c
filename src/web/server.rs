//! What all endpoints share, and the way of a request to its endpoint.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, State};
use axum::http::header::{ALLOW, CONTENT_TYPE, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{Method, Request, StatusCode};
use axum::middleware::{Next, from_fn_with_state, map_response};
use axum::response::Response;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;

use crate::idp::IdentityProvider;
use crate::idp::client::Client;

use super::address::Address;
use super::body::{Bodies, Unread};
use super::connections::Peer;
use super::endpoint;
use super::form::is_form;
use super::headers::harden;
use super::negotiate;
use super::pages::Frame;
use super::places::{Places, Work};
use super::proxy::route;
use super::refusals::Refusals;
use super::reply::{failure, with};
use super::settings::Settings;

/// How often what was counted is looked at: windows are long, and who asks for their number finds it soon.
const TELLING: Duration = Duration::from_secs(1);

/// The server: an identity provider and how it is reached.
pub(super) struct Server {
    pub(super) provider: Arc<IdentityProvider>,
    pub(super) settings: Settings,
    bodies: Bodies,
    requests: Semaphore,
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

/// The way to all endpoints. `extra` is reached where none of them is.
pub(super) fn router(server: Arc<Server>, extra: Router) -> Router {
    let panicked = {
        let server = Arc::clone(&server);
        move |_: Box<dyn std::any::Any + Send>| server.internal_failure()
    };
    Router::new()
        .fallback(dispatch)
        .with_state(Arc::clone(&server))
        .merge(extra)
        .layer(from_fn_with_state(server, guard))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(map_response(harden))
}

/// Holds every request to the limits. Whoever is slow to send takes no place from those who are not.
async fn guard(State(server): State<Arc<Server>>, request: Request<Body>, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let body = match server.bodies.read(body).await {
        Ok(body) => body,
        Err(Unread::TooLarge) => return server.too_large(),
        Err(Unread::Broken) => {
            let text = "The request did not arrive whole. Please try again.";
            return server.failure(StatusCode::BAD_REQUEST, "Broken off", text);
        }
        Err(Unread::TooSlow) => return server.too_slow(),
        Err(Unread::Busy) => return server.busy(),
    };
    let Ok(_permit) = server.requests.try_acquire() else { return server.busy() };
    let answer = next.run(Request::from_parts(parts, Body::from(body)));
    tokio::time::timeout(server.settings.limits.request_time, answer).await.unwrap_or_else(|_| server.too_slow())
}

async fn dispatch(State(server): State<Arc<Server>>, peer: ConnectInfo<Peer>, request: Request<Body>) -> Response {
    let address = Address::of(request.uri().path());
    let offered = |address: &Address| *address != Address::UpdatePassword || server.provider.changes_passwords();
    let Some(address) = address.filter(offered) else {
        let text = "There is nothing at this address.";
        return server.failure(StatusCode::NOT_FOUND, "Not found", text);
    };
    let (parts, body) = request.into_parts();
    let is_read = matches!(parts.method, Method::GET | Method::HEAD);
    let is_post = parts.method == Method::POST;
    let allowed = match address {
        Address::Start | Address::Metadata | Address::Style => is_read,
        Address::SignOut => is_post,
        Address::IdpInitiated | Address::Integrated | Address::Saml | Address::UpdatePassword => is_read || is_post,
    };
    if !allowed {
        let refused =
            server.failure(StatusCode::METHOD_NOT_ALLOWED, "Not possible", "This address takes no such request.");
        let methods = match address {
            Address::SignOut => "POST",
            Address::IdpInitiated | Address::Integrated | Address::Saml | Address::UpdatePassword => "GET, HEAD, POST",
            Address::Start | Address::Metadata | Address::Style => "GET, HEAD",
        };
        return with(refused, ALLOW, methods);
    }
    if negotiate::is_too_large(&parts.headers) {
        let text = "Your browser sent a Windows ticket that is larger than any. Your account may be in too many groups: \
                    please tell the help desk.";
        return server.failure(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "Too large", text);
    }
    let Ok(body) = to_bytes(body, server.settings.limits.body_bytes).await else { return server.too_large() };
    let text_of = |name| parts.headers.get(name).and_then(|value: &axum::http::HeaderValue| value.to_str().ok());
    if is_post && !body.is_empty() && !is_form(text_of(CONTENT_TYPE)) {
        let text = "Forms are sent as `application/x-www-form-urlencoded`.";
        return server.failure(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Not a form", text);
    }
    let route = route(peer.0.0.ip(), &parts.headers, &server.settings.trusted_proxies);
    let client = Client {
        address: route.client,
        proxy: route.proxy,
        user_agent: text_of(USER_AGENT).map(str::to_owned),
        endpoint_path: address.endpoint_path(),
    };
    let incoming = Incoming { parts, body, client, address };
    match address {
        Address::Start => endpoint::start::answer(server, incoming).await,
        Address::IdpInitiated => endpoint::idp_initiated::answer(server, incoming).await,
        Address::Integrated => endpoint::integrated::answer(server, incoming).await,
        Address::Saml => endpoint::saml::answer(server, incoming).await,
        Address::Metadata => endpoint::metadata::answer(&server).await,
        Address::UpdatePassword => endpoint::update_password::answer(server, incoming).await,
        Address::SignOut => endpoint::sign_out::answer(server, incoming).await,
        Address::Style => endpoint::style::answer(),
    }
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
                server.refusals.tell(server.provider.now());
                server.provider.tell_folded();
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

    fn busy(&self) -> Response {
        let text = "Too many people are signing in at this moment. Please try again in a minute.";
        self.failure(StatusCode::SERVICE_UNAVAILABLE, "The server is busy", text)
    }

    fn too_large(&self) -> Response {
        self.failure(StatusCode::PAYLOAD_TOO_LARGE, "Too large", "The request is larger than any sign-in request.")
    }

    fn too_slow(&self) -> Response {
        self.failure(StatusCode::REQUEST_TIMEOUT, "Too slow", "The request took too long. Please try again.")
    }

    fn internal_failure(&self) -> Response {
        let reference = self.provider.reference();
        tracing::error!(reference, "a request panicked");
        let text = "Something went wrong on our side. Please tell the help desk.";
        failure(StatusCode::INTERNAL_SERVER_ERROR, "Sign-in failed", text, &reference, self.frame())
    }
}
