//! The way of a request to its endpoint.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, State};
use axum::http::header::{ALLOW, CONTENT_TYPE, USER_AGENT};
use axum::http::{Method, Request, StatusCode};
use axum::middleware::{Next, from_fn_with_state, map_response};
use axum::response::Response;
use tower_http::catch_panic::CatchPanicLayer;

use crate::idp::client::Client;

use super::address::Address;
use super::body::Unread;
use super::connections::Peer;
use super::endpoint;
use super::form::is_form;
use super::headers::harden;
use super::negotiate;
use super::proxy::route;
use super::reply::with;
use super::server::{Incoming, Server};

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
