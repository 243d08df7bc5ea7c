//! Was this request made by a page of ours?
//!
//! Browsers say so in `Sec-Fetch-Site`, older ones in `Origin`. Command-line clients send neither and are let through: they
//! have no other page's script in them, and the clients of AD FS post without ever having fetched a form.

use axum::http::HeaderMap;
use axum::http::header::ORIGIN;

/// Where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Site {
    /// A page of ours, the person at the address bar, or a client that is no browser.
    Own,
    /// Another site, a sibling domain included.
    Foreign,
}

/// Where a request comes from. `own_origin` is configured, never taken from `Host`.
pub(super) fn site(headers: &HeaderMap, own_origin: &str) -> Site {
    if let Some(fetch_site) = headers.get("sec-fetch-site") {
        return match fetch_site.as_bytes() {
            b"same-origin" | b"none" => Site::Own,
            _ => Site::Foreign,
        };
    }
    match headers.get(ORIGIN) {
        Some(origin) if !origin.as_bytes().eq_ignore_ascii_case(own_origin.as_bytes()) => Site::Foreign,
        _ => Site::Own,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site_of(headers: &[(&'static str, &'static str)]) -> Site {
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        site(&headers, "https://sts.example.com")
    }

    #[test]
    fn a_page_of_ours_is_told_from_others() {
        assert_eq!(site_of(&[("sec-fetch-site", "same-origin"), ("origin", "null")]), Site::Own);
        assert_eq!(site_of(&[("sec-fetch-site", "none")]), Site::Own);
        assert_eq!(site_of(&[("sec-fetch-site", "cross-site"), ("origin", "https://sts.example.com")]), Site::Foreign);
        assert_eq!(site_of(&[("sec-fetch-site", "same-site")]), Site::Foreign);
        assert_eq!(site_of(&[("origin", "https://sts.example.com")]), Site::Own);
        assert_eq!(site_of(&[("origin", "https://evil.example.com")]), Site::Foreign);
        assert_eq!(site_of(&[("origin", "null")]), Site::Foreign);
    }

    #[test]
    fn a_client_that_says_nothing_is_let_through() {
        assert_eq!(site_of(&[]), Site::Own);
    }
}
