//! The HTTP authentication scheme `Negotiate` [RFC 4559].

use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderName};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::reply::with;

const SCHEME: &str = "Negotiate";
/// Some browsers name it where they send NTLM without a wrapping.
const NTLM: &str = "NTLM";
/// Longest value of `Authorization` that is taken, in bytes: a token of [`crate::idp::ticket::MOST_TOKEN_BYTES`] in base64.
const MOST_BYTES: usize = crate::idp::ticket::MOST_TOKEN_BYTES / 3 * 4 + 16;

/// The token that a request brings. One that cannot be decoded is empty, and so is nobody's ticket.
pub(super) fn token(headers: &HeaderMap) -> Option<Vec<u8>> {
    let value = headers.get(AUTHORIZATION)?.as_bytes().trim_ascii();
    let end = value.iter().position(u8::is_ascii_whitespace).unwrap_or(value.len());
    let (scheme, encoded) = value.split_at(end);
    let is_ours = [SCHEME, NTLM].iter().any(|name| scheme.eq_ignore_ascii_case(name.as_bytes()));
    is_ours.then(|| STANDARD.decode(encoded.trim_ascii()).unwrap_or_default())
}

/// Whether a request brings more than any ticket.
pub(super) fn is_too_large(headers: &HeaderMap) -> bool {
    headers.get_all(AUTHORIZATION).iter().any(|value| value.len() > MOST_BYTES)
}

/// Whether a person is waiting for the page: not a script, a picture or a frame on another site's page.
pub(super) fn is_navigation(headers: &HeaderMap) -> bool {
    let says =
        |name: HeaderName, wanted: &str| headers.get(name).is_none_or(|value| value.as_bytes() == wanted.as_bytes());
    says(HeaderName::from_static("sec-fetch-mode"), "navigate")
        && says(HeaderName::from_static("sec-fetch-dest"), "document")
}

/// Asks for a ticket.
pub(super) fn challenge(response: Response) -> Response {
    with(response, WWW_AUTHENTICATE, SCHEME)
}

/// Proves to the browser who we are.
pub(super) fn answer(response: Response, token: &[u8]) -> Response {
    with(response, WWW_AUTHENTICATE, &format!("{SCHEME} {}", STANDARD.encode(token)))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let value = |text: &str| HeaderValue::from_str(text).unwrap();
        pairs.iter().map(|(name, text)| (HeaderName::from_static(name), value(text))).collect()
    }

    fn token_in(value: &str) -> Option<Vec<u8>> {
        token(&headers(&[("authorization", value)]))
    }

    #[test]
    fn tokens_come_in_base64_after_the_scheme() {
        assert_eq!(token_in("Negotiate YWJj"), Some(b"abc".to_vec()));
        assert_eq!(token_in("negotiate   YWJj "), Some(b"abc".to_vec()));
        assert_eq!(token_in("NTLM TlRMTVNTUAA="), Some(b"NTLMSSP\0".to_vec()));
        for broken in ["Negotiate", "Negotiate ", "Negotiate ###", "Negotiate YWJ"] {
            assert_eq!(token_in(broken), Some(Vec::new()), "{broken}");
        }
        for other in ["Basic YWJj", "Bearer x", "NegotiateYWJj", ""] {
            assert_eq!(token_in(other), None, "{other}");
        }
        assert_eq!(token(&HeaderMap::new()), None);
    }

    #[test]
    fn the_longest_token_has_room() {
        let whole = "A".repeat(crate::idp::ticket::MOST_TOKEN_BYTES / 3 * 4);
        assert!(!is_too_large(&headers(&[("authorization", &format!("Negotiate {whole}"))])));
        assert!(is_too_large(&headers(&[("authorization", &format!("Negotiate {whole}AAAAAAAA"))])));
    }

    #[test]
    fn pictures_and_frames_are_nobody_who_waits() {
        assert!(is_navigation(&HeaderMap::new()));
        assert!(is_navigation(&headers(&[("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")])));
        assert!(!is_navigation(&headers(&[("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "image")])));
        assert!(!is_navigation(&headers(&[("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")])));
    }
}
