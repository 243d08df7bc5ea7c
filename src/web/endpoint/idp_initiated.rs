//! Sign-on that the relying party has not asked for: what AD FS's clients drive.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;

use crate::idp::sign_on::Asked;
use crate::web::address::IDP_INITIATED;
use crate::web::application_address::{address, wanted};
use crate::web::form::Fields;
use crate::web::server::{Incoming, Server};

use super::sign_on::{Form, is_form_wanted, sign_on};

pub(in crate::web) async fn answer(server: Arc<Server>, incoming: Incoming) -> Response {
    let wanted = Fields::parse(incoming.parts.uri.query().unwrap_or_default().as_bytes())
        .ok_or(())
        .and_then(|query| wanted(&query));
    let fields = Fields::parse(&incoming.body);
    let (Ok(wanted), Some(fields)) = (wanted, fields) else {
        let text = "The address names more than one application. Please open it again from where you found it.";
        return server.failure(StatusCode::BAD_REQUEST, "This address cannot be read", text);
    };
    let credentials = fields.credentials();
    let wants_form = is_form_wanted(&incoming, &fields);
    let (asked, action) = match wanted {
        None => (Asked::Applications, IDP_INITIATED.to_owned()),
        Some((identifier, relay_state)) => {
            let action = address(&identifier, relay_state.as_deref());
            (Asked::Application { identifier, relay_state }, action)
        }
    };
    sign_on(&server, incoming, asked, credentials, Form { action, hidden: Vec::new(), is_wanted: wants_form }).await
}
