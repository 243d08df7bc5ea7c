//! Sign-on with a Kerberos ticket, where AD FS has it. The query and the form are those of the address that led here.
//!
//! A browser is asked for a ticket once, with the form as the page of that answer: one that has no ticket shows the form.
//! Nothing here redirects, so that no browser goes round in circles.

use std::sync::Arc;

use axum::response::Response;

use crate::web::form::Fields;
use crate::web::server::{Incoming, Server};

use super::{idp_initiated, saml};

pub(in crate::web) async fn answer(server: Arc<Server>, incoming: Incoming) -> Response {
    let holds_message = |text: &[u8]| {
        Fields::parse(text)
            .is_some_and(|fields| ["SAMLRequest", "SAMLResponse"].iter().any(|name| fields.first(name).is_some()))
    };
    let query = incoming.parts.uri.query().unwrap_or_default();
    if holds_message(query.as_bytes()) || holds_message(&incoming.body) {
        saml::answer(server, incoming).await
    } else {
        idp_initiated::answer(server, incoming).await
    }
}
