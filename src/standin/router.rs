//! HTTP to the stand-in and back.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::rejection::FormRejection;
use axum::extract::{DefaultBodyLimit, Form, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::map_response;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use jiff::Timestamp;
use serde::Deserialize;

use super::accept::{Accepted, SignIn};
use super::accounts::by_account;
use super::error::AwsError;
use super::pages::{Chooser, Console, Refusal};
use crate::aws::errors;

/// Room for 100,000 characters of base64, each percent-encoded.
const FORM_BYTES: usize = 512 * 1024;
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
);

/// The pages of the stand-in: `saml`, where responses are posted, and its style sheet beside it.
///
/// They name each other by relative addresses, so the router may be nested anywhere. `now` tells the time.
pub fn router(sign_in: SignIn, now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Router {
    Router::new()
        .route("/saml", get(nothing_posted).post(post))
        .route("/standin.css", get(style))
        .layer(DefaultBodyLimit::max(FORM_BYTES))
        .layer(map_response(strict_headers))
        .with_state(StandIn { sign_in: Arc::new(sign_in), now: Arc::new(now) })
}

#[derive(Clone)]
struct StandIn {
    sign_in: Arc<SignIn>,
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}

/// The form that the identity provider posts, and, with a role in it, the chooser's own.
#[derive(Deserialize)]
struct Posted {
    #[serde(rename = "SAMLResponse")]
    saml_response: String,
    #[serde(rename = "RelayState", default)]
    relay_state: String,
    /// ARN of the chosen role.
    #[serde(rename = "roleIndex")]
    role_index: Option<String>,
}

async fn post(State(standin): State<StandIn>, posted: Result<Form<Posted>, FormRejection>) -> Response {
    let Form(posted) = match posted {
        Ok(posted) => posted,
        Err(rejection) => {
            let found = "the form has no field SAMLResponse, has it twice, or is too large";
            return refused(rejection.status(), &AwsError::new(&errors::INVALID_RESPONSE, found));
        }
    };
    match standin.sign_in.accept(&posted.saml_response, Some(&posted.relay_state), (standin.now)()) {
        Ok(accepted) => opened(&standin.sign_in, &posted, &accepted),
        Err(error) => refused(StatusCode::BAD_REQUEST, &error),
    }
}

/// The console for the one role or the chosen one, the chooser if there are several.
fn opened(sign_in: &SignIn, posted: &Posted, accepted: &Accepted) -> Response {
    let aliases = &sign_in.settings().account_aliases;
    let role = match &posted.role_index {
        Some(chosen) => accepted.roles.iter().find(|role| role.role_arn == *chosen),
        None if accepted.roles.len() == 1 => accepted.roles.first(),
        None => {
            let chooser = Chooser {
                accounts: by_account(&accepted.roles, aliases),
                saml_response: &posted.saml_response,
                relay_state: &posted.relay_state,
                session_name: &accepted.session_name,
            };
            return page(StatusCode::OK, &chooser);
        }
    };
    let Some(role) = role else {
        let chosen = posted.role_index.as_deref().unwrap_or_default();
        let found = format!("the response does not offer the role `{chosen}`");
        return refused(StatusCode::FORBIDDEN, &AwsError::new(&errors::NOT_AUTHORIZED, found));
    };
    let alias = aliases.get(role.account.as_str()).map(String::as_str);
    page(StatusCode::OK, &Console { role, alias, accepted })
}

async fn nothing_posted() -> Response {
    let found = "nothing was posted: a browser gets here from the identity provider, with a response";
    refused(StatusCode::METHOD_NOT_ALLOWED, &AwsError::new(&errors::INVALID_RESPONSE, found))
}

async fn style() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("../../templates/standin/standin.css"))
}

fn refused(status: StatusCode, error: &AwsError) -> Response {
    page(status, &Refusal { error })
}

fn page(status: StatusCode, template: &impl Template) -> Response {
    template
        .render()
        .map_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response(), |html| (status, Html(html)).into_response())
}

async fn strict_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
