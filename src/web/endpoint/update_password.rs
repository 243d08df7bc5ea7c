//! The form for a new password, where AD FS has it; the request of an application that waits is carried along.

use std::sync::Arc;

use axum::http::{Method, StatusCode};
use axum::response::Response;
use tokio::time::{Instant, sleep_until};

use crate::idp::request::Message;
use crate::idp::sign_on::{Asked, ChangeStep, NewPassword, Next, SignOn};
use crate::web::address::{IDP_INITIATED, SAML};
use crate::web::application_address::{address, wanted};
use crate::web::cookie;
use crate::web::form::{Fields, Repeated};
use crate::web::headers::Policy;
use crate::web::origin::{Site, site};
use crate::web::pages::{Hidden, PasswordChangedPage, Then};
use crate::web::places::Work;
use crate::web::reply::{page, with_cookie};
use crate::web::server::{Incoming, Server};

use super::saml::{Carried, carried};
use super::sign_on::{Form, change_page};

pub(in crate::web) async fn answer(server: Arc<Server>, incoming: Incoming) -> Response {
    let raw_query = incoming.parts.uri.query().unwrap_or_default();
    let read = Fields::parse(raw_query.as_bytes()).zip(Fields::parse(&incoming.body));
    let asked = read.as_ref().and_then(|(query, fields)| asked(raw_query, query, fields));
    let (Some((query, fields)), Some((asked, form))) = (read, asked) else {
        let text = "The address or the form cannot be read. Please open the application again and sign in from there.";
        return server.failure(StatusCode::BAD_REQUEST, "Not changed", text);
    };
    if incoming.parts.method != Method::POST {
        let user_name = query.first_in_any_case("username").map(str::to_owned);
        return show(&server, &incoming, user_name, form).await;
    }
    if site(&incoming.parts.headers, server.provider.base_url()) == Site::Foreign {
        let text = "Another site tried to change your password. It was not changed.";
        return server.failure(StatusCode::FORBIDDEN, "Not changed", text);
    }
    change(&server, incoming, asked, typed(&fields), form).await
}

/// The form, with the name of whoever is signed in or was asked for.
async fn show(server: &Arc<Server>, incoming: &Incoming, user_name: Option<String>, form: Form) -> Response {
    let sealed = cookie::session(&incoming.parts.headers).map(str::to_owned);
    let work = if sealed.is_some() { Work::Session } else { Work::Page };
    let shown =
        server.blocking(work, move |provider| provider.change_page(user_name.as_deref(), sealed.as_deref())).await;
    match shown {
        Ok(shown) => change_page(server, &shown, form),
        Err(response) => response,
    }
}

async fn change(server: &Arc<Server>, incoming: Incoming, asked: Asked, typed: NewPassword, form: Form) -> Response {
    let began = Instant::now();
    let client = incoming.client;
    let step = server.blocking(Work::Password, move |provider| provider.change_password(&asked, &typed, &client)).await;
    match step {
        Ok(ChangeStep::Again(shown)) => {
            sleep_until(began + server.settings.limits.refusal_time).await;
            change_page(server, &shown, form)
        }
        Ok(ChangeStep::Changed(signed_on)) => changed(server, &signed_on, &form),
        Err(response) => response,
    }
}

/// Says that the password is changed, and leads on to where the sign-on with the new one leads.
fn changed(server: &Server, SignOn { next, cookie }: &SignOn, form: &Form) -> Response {
    let then = match next {
        Next::Post(posting) => {
            let mut hidden = vec![Hidden::new("SAMLResponse", &posting.saml_response)];
            hidden.extend(posting.relay_state.iter().map(|state| Hidden::new("RelayState", state)));
            Then::Application { name: &posting.application, action: &posting.url, hidden }
        }
        Next::Applications(_) => Then::Applications,
        Next::SignIn(_) | Next::ChangePassword(_) => Then::SignIn { address: &form.action },
        Next::Problem(problem) => Then::Problem(problem),
    };
    let policy = if matches!(then, Then::Application { .. }) { Policy::Post } else { Policy::Page };
    let changed = PasswordChangedPage { frame: server.frame(), then };
    with_cookie(page(StatusCode::OK, &changed, policy), cookie)
}

/// What was asked for before the password had to be changed, and the sign-in form that belongs to it. `None` if it
/// cannot be read.
fn asked(raw_query: &str, query: &Fields, fields: &Fields) -> Option<(Asked, Form)> {
    match carried(raw_query, query, fields) {
        Ok(Carried::Message(message, hidden)) => {
            let action = match &message {
                Message::Redirect { raw_query } => format!("{SAML}?{raw_query}"),
                Message::Post { .. } => SAML.to_owned(),
            };
            Some((Asked::Request(message), Form { action, hidden, is_wanted: true }))
        }
        Ok(Carried::SignOut | Carried::Nothing) => {
            let (asked, action) = match wanted(query).ok()? {
                None => (Asked::Applications, IDP_INITIATED.to_owned()),
                Some((identifier, relay_state)) => {
                    let action = address(&identifier, relay_state.as_deref());
                    (Asked::Application { identifier, relay_state }, action)
                }
            };
            Some((asked, Form { action, hidden: Vec::new(), is_wanted: true }))
        }
        Err(Repeated(_)) => None,
    }
}

/// The fields of the form, named as on AD FS.
fn typed(fields: &Fields) -> NewPassword {
    let text = |name: &str| fields.first(name).unwrap_or_default().to_owned();
    NewPassword::typed(text("UserName"), text("OldPassword"), text("NewPassword"), text("ConfirmNewPassword"))
}
