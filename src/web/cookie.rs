//! The session's cookie.
//!
//! `__Host-` binds it to this very host over HTTPS, so that no sibling domain can plant one. `SameSite=Lax` keeps it out
//! of requests that other sites make in the background; a request that a relying party posts is sent once more from a page
//! of ours (see `endpoint::saml`), so nothing is lost by it.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;

const NAME: &str = "__Host-Claimsmith-Session";
const ATTRIBUTES: &str = "Path=/; Secure; HttpOnly; SameSite=Lax";

/// The session values that a request brings. More than one means that something planted the others.
pub(super) fn session(headers: &HeaderMap) -> Option<&str> {
    let mut found = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(name, value)| *name == NAME && !value.is_empty())
        .map(|(_, value)| value);
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// `Set-Cookie` that keeps a session until the browser closes.
pub(super) fn set(sealed: &str) -> String {
    format!("{NAME}={sealed}; {ATTRIBUTES}")
}

/// `Set-Cookie` that removes it.
pub(super) fn clear() -> String {
    format!("{NAME}=; {ATTRIBUTES}; Max-Age=0")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session_in(cookie: &'static str) -> Option<String> {
        let headers = HeaderMap::from_iter([(COOKIE, cookie.parse().unwrap())]);
        session(&headers).map(str::to_owned)
    }

    #[test]
    fn only_our_cookie_counts_and_only_once() {
        assert_eq!(session_in("a=b; __Host-Claimsmith-Session=x; c=d").as_deref(), Some("x"));
        assert_eq!(session_in("Claimsmith-Session=x"), None);
        assert_eq!(session_in("__Host-Claimsmith-Session="), None);
        assert_eq!(session_in("__Host-Claimsmith-Session=x; __Host-Claimsmith-Session=y"), None);
    }
}
