//! Pages to HTTP answers.

use askama::Template;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, SET_COOKIE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};

use crate::idp::problem::{Kind, Problem};
use crate::idp::sign_on::CookieChange;

use super::cookie;
use super::headers::Policy;
use super::pages::{ErrorPage, Frame};

/// A page. Without a `charset` some clients would take it for Latin-1.
pub(super) fn page(status: StatusCode, page: &impl Template, policy: Policy) -> Response {
    match page.render() {
        Ok(html) => {
            let response = (status, html).into_response();
            let response = with(response, CONTENT_TYPE, "text/html; charset=utf-8");
            with(response, CONTENT_SECURITY_POLICY, &policy.value())
        }
        Err(error) => {
            tracing::error!(%error, "a page could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The page of a problem.
pub(super) fn problem(problem: &Problem, frame: Frame<'_>) -> Response {
    let status = match problem.kind {
        Kind::Request => StatusCode::BAD_REQUEST,
        Kind::Denied => StatusCode::FORBIDDEN,
        Kind::Fault => StatusCode::INTERNAL_SERVER_ERROR,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    };
    page(status, &ErrorPage::of(problem, frame), Policy::Page)
}

/// The page of a problem that concerns HTTP, not people.
pub(super) fn failure(status: StatusCode, title: &str, text: &str, reference: &str, frame: Frame<'_>) -> Response {
    page(status, &ErrorPage { frame, title, text, details: &[], reference }, Policy::Page)
}

/// Sends the browser to another path of ours by GET. Never to another host: the cookie would be lost.
pub(super) fn see_other(path: &str) -> Response {
    with(StatusCode::SEE_OTHER.into_response(), LOCATION, path)
}

/// Sends the browser to another path of ours with the same form.
pub(super) fn again_at(path: &str) -> Response {
    with(StatusCode::TEMPORARY_REDIRECT.into_response(), LOCATION, path)
}

/// Sets or removes the session's cookie.
pub(super) fn with_cookie(response: Response, change: &CookieChange) -> Response {
    match change {
        CookieChange::Keep => response,
        CookieChange::Set(sealed) => with(response, SET_COOKIE, &cookie::set(sealed)),
        CookieChange::Clear => with(response, SET_COOKIE, &cookie::clear()),
    }
}

/// Sets a header. A value that no header can hold is left out.
pub(super) fn with(mut response: Response, name: HeaderName, value: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
    response
}
