//! The start: the applications of somebody who is signed in, the sign-in form for everybody else.

use std::sync::Arc;

use axum::response::Response;

use crate::idp::sign_on::Asked;
use crate::web::address::IDP_INITIATED;
use crate::web::form::Fields;
use crate::web::server::{Incoming, Server};

use super::sign_on::{Form, is_form_wanted, sign_on};

pub(in crate::web) async fn answer(server: Arc<Server>, incoming: Incoming) -> Response {
    let is_wanted = is_form_wanted(&incoming, &Fields::default());
    let form = Form { action: IDP_INITIATED.to_owned(), hidden: Vec::new(), is_wanted };
    sign_on(&server, incoming, Asked::Applications, None, form).await
}
