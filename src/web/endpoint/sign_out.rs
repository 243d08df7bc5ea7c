//! Ends the session.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;

use crate::idp::sign_on::CookieChange;
use crate::web::cookie;
use crate::web::headers::Policy;
use crate::web::origin::{Site, site};
use crate::web::pages::{SignOutPage, SignedOutPage};
use crate::web::places::Work;
use crate::web::reply::{page, with_cookie};
use crate::web::server::{Incoming, Server};

/// Where a browser that could bring a ticket is not asked for it.
const WITH_PASSWORD: &str = "/?AuthMethod=FormsAuthentication";

pub(in crate::web) async fn answer(server: Arc<Server>, incoming: Incoming) -> Response {
    if site(&incoming.parts.headers, server.provider.base_url()) == Site::Foreign {
        let text = "Another site tried to sign you out. You are still signed in.";
        return server.failure(StatusCode::FORBIDDEN, "Not signed out", text);
    }
    let Incoming { parts, client, .. } = incoming;
    let sealed = cookie::session(&parts.headers).map(str::to_owned);
    match server.blocking(Work::Page, move |provider| provider.sign_out(sealed.as_deref(), &client)).await {
        Ok(()) => signed_out(&server),
        Err(response) => response,
    }
}

/// The page that says so; removes the cookie.
pub(super) fn signed_out(server: &Server) -> Response {
    let with_password = server.provider.takes_tickets().then_some(WITH_PASSWORD);
    let page = page(StatusCode::OK, &SignedOutPage { frame: server.frame(), with_password }, Policy::Page);
    with_cookie(page, &CookieChange::Clear)
}

/// The page that asks: a link alone ends nothing.
pub(super) fn confirm(server: &Server) -> Response {
    page(StatusCode::OK, &SignOutPage { frame: server.frame() }, Policy::Page)
}
