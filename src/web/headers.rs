//! Headers on every answer.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;

/// The one script there is: it sends the form of `post.html`.
pub(super) const SUBMIT_SCRIPT: &str = "document.forms.hiddenform.submit()";
/// SHA-256 of [`SUBMIT_SCRIPT`], as a content security policy names it.
const SUBMIT_SCRIPT_HASH: &str = "'sha256-JfqB66WbNNkVcc82DryCQziJREY3885PvJ31PuqHhL8='";

/// What a page may do. No page runs a script but the one that sends a form, and none may be framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Policy {
    /// Forms go to this server only.
    Page,
    /// The form is sent by script, to this server.
    Repost,
    /// The form is sent by script, to a relying party.
    ///
    /// Browsers hold `form-action` against every redirect that follows the post, too, and a relying party redirects where
    /// it likes (the AWS console lives on other hosts than its sign-in): so any address over HTTPS is allowed.
    Post,
}

impl Policy {
    /// The value of `Content-Security-Policy`.
    pub(super) fn value(self) -> String {
        let common = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";
        match self {
            Self::Page => format!("{common}; form-action 'self'"),
            Self::Repost => format!("{common}; script-src {SUBMIT_SCRIPT_HASH}; form-action 'self'"),
            Self::Post => format!("{common}; script-src {SUBMIT_SCRIPT_HASH}; form-action 'self' https:"),
        }
    }
}

/// Adds what every answer carries and an endpoint has not set.
pub(super) async fn harden(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let mut add = |name: HeaderName, value: HeaderValue| {
        headers.entry(name).or_insert(value);
    };
    add(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    add(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    add(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    // Not `no-referrer`: with it browsers send `Origin: null` even to ourselves, and `origin` could not tell us from others.
    add(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    add(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    add(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin"));
    if let Ok(policy) = HeaderValue::from_str(&Policy::Page.value()) {
        add(CONTENT_SECURITY_POLICY, policy);
    }
    response
}
