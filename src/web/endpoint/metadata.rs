//! The metadata of this identity provider, where AD FS has it.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};

use crate::web::places::Work;
use crate::web::server::Server;

pub(in crate::web) async fn answer(server: &Arc<Server>) -> Response {
    match server.blocking(Work::Page, crate::idp::IdentityProvider::metadata).await {
        Ok(Ok(xml)) => ([(CONTENT_TYPE, "application/samlmetadata+xml; charset=utf-8")], xml).into_response(),
        Ok(Err(error)) => {
            tracing::error!(%error, "the metadata could not be signed");
            server.failure(StatusCode::INTERNAL_SERVER_ERROR, "No metadata", "The metadata could not be signed.")
        }
        Err(response) => response,
    }
}
