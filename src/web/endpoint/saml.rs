//! The SAML 2.0 endpoint: requests by Redirect and by POST, and the sign-in form that belongs to them.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;

use crate::idp::request::{Message, MessageType};
use crate::idp::sign_on::Asked;
use crate::web::address::SAML;
use crate::web::cookie;
use crate::web::form::{Fields, Repeated};
use crate::web::headers::{Policy, SUBMIT_SCRIPT};
use crate::web::pages::{Hidden, PostPage};
use crate::web::places::Work;
use crate::web::reply::{page, see_other};
use crate::web::server::{Incoming, Server};

use super::sign_on::{Form, is_form_wanted, sign_on};
use super::sign_out::{confirm, signed_out};

/// Marks a request that we have had the browser send again, so that it is done once only.
const AGAIN: &str = "Again";

/// What a request carries.
pub(super) enum Carried {
    Message(Message, Vec<Hidden>),
    SignOut,
    Nothing,
}

pub(in crate::web) async fn answer(server: Arc<Server>, incoming: Incoming) -> Response {
    let raw_query = incoming.parts.uri.query().unwrap_or_default();
    let (Some(query), Some(fields)) = (Fields::parse(raw_query.as_bytes()), Fields::parse(&incoming.body)) else {
        return unreadable(&server);
    };
    let (message, hidden) = match carried(raw_query, &query, &fields) {
        Ok(Carried::Message(message, hidden)) => (message, hidden),
        Ok(Carried::SignOut) => return confirm(&server),
        Ok(Carried::Nothing) => return see_other("/"),
        Err(_) => return unreadable(&server),
    };
    let credentials = fields.credentials();
    let is_wanted = is_form_wanted(&incoming, &fields);
    if credentials.is_none() && must_come_again(&incoming, &message, &fields) {
        return again(&server, hidden);
    }
    let action = match &message {
        Message::Redirect { raw_query } => format!("{SAML}?{raw_query}"),
        Message::Post { .. } => SAML.to_owned(),
    };
    let read = server.blocking(Work::Page, move |_| (message.message_type(), message)).await;
    let (message_type, message) = match read {
        Ok(read) => read,
        Err(response) => return response,
    };
    match message_type {
        Some(MessageType::LogoutRequest) => sign_out(&server, incoming, message).await,
        Some(MessageType::LogoutResponse) => confirm(&server),
        Some(MessageType::AuthnRequest) | None => {
            sign_on(&server, incoming, Asked::Request(message), credentials, Form { action, hidden, is_wanted }).await
        }
    }
}

pub(super) fn carried(raw_query: &str, query: &Fields, fields: &Fields) -> Result<Carried, Repeated> {
    let in_query = query.first("SAMLRequest").is_some() || query.first("SAMLResponse").is_some();
    let request = fields.only("SAMLRequest")?;
    let response = fields.only("SAMLResponse")?;
    match (in_query, request, response) {
        (true, None, None) => {
            let message = Message::Redirect { raw_query: raw_query.to_owned() };
            Ok(Carried::Message(message, Vec::new()))
        }
        (false, Some(field), None) | (false, None, Some(field)) => {
            let name = if request.is_some() { "SAMLRequest" } else { "SAMLResponse" };
            let relay_state = fields.only("RelayState")?;
            let mut hidden = vec![Hidden::new(name, field)];
            hidden.extend(relay_state.map(|state| Hidden::new("RelayState", state)));
            let message = Message::Post { field: field.to_owned(), relay_state: relay_state.map(str::to_owned) };
            Ok(Carried::Message(message, hidden))
        }
        (false, None, None) if query.first("wa").is_some_and(|wa| wa.eq_ignore_ascii_case("wsignout1.0")) => {
            Ok(Carried::SignOut)
        }
        (false, None, None) => Ok(Carried::Nothing),
        _ => Err(Repeated("SAMLRequest")),
    }
}

/// Whether a relying party's page posted a request: the browser leaves our cookie out then, as it is `SameSite=Lax`.
fn must_come_again(incoming: &Incoming, message: &Message, fields: &Fields) -> bool {
    let headers = &incoming.parts.headers;
    let from_elsewhere = headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin");
    matches!(message, Message::Post { .. })
        && from_elsewhere
        && cookie::session(headers).is_none()
        && fields.first(AGAIN).is_none()
}

/// Has the browser send the request again, from a page of ours, with the cookie.
fn again(server: &Server, mut hidden: Vec<Hidden>) -> Response {
    hidden.push(Hidden::new(AGAIN, "1"));
    let application = &server.settings.organisation;
    let shown =
        PostPage { frame: server.frame(), action: SAML, application, hidden, script: SUBMIT_SCRIPT, notice: None };
    page(StatusCode::OK, &shown, Policy::Repost)
}

async fn sign_out(server: &Arc<Server>, incoming: Incoming, message: Message) -> Response {
    let Incoming { parts, client, .. } = incoming;
    let sealed = cookie::session(&parts.headers).map(str::to_owned);
    let ended = server
        .blocking(Work::Page, move |provider| provider.sign_out_by_request(&message, sealed.as_deref(), &client))
        .await;
    match ended {
        Ok(Ok(())) => signed_out(server),
        Ok(Err(problem)) => crate::web::reply::problem(&problem, server.frame()),
        Err(response) => response,
    }
}

fn unreadable(server: &Server) -> Response {
    let text = "The application sent a request that cannot be read. Please tell its administrators.";
    server.failure(StatusCode::BAD_REQUEST, "This request cannot be accepted", text)
}
