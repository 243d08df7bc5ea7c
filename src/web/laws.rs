//! What must hold of the readers of requests, whatever is sent: cargo feature `laws`, for the targets in `fuzz/`.

use std::net::{IpAddr, Ipv4Addr};

use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::{HeaderMap, HeaderName, HeaderValue};

use super::form::Fields;
use super::{cookie, negotiate, proxy};
use crate::idp::network::Network;

/// The value of a session that no other cookie must displace.
const SEALED: &str = "AQIDBAUGBwg";

/// A line for each header value, an empty line, and the body: our own cookie is found beside any other that is not of its
/// name, no proxy that is trusted passes for the client, and a token and a form are what their bytes say.
///
/// # Panics
///
/// If not so.
pub fn request(bytes: &[u8]) {
    let split = bytes.windows(2).position(|pair| pair == b"\n\n").unwrap_or(bytes.len());
    let (head, body) = bytes.split_at(split);
    let values: Vec<HeaderValue> =
        head.split(|byte| *byte == b'\n').filter_map(|line| HeaderValue::from_bytes(line).ok()).collect();
    cookies(&values);
    tickets(&values);
    ways(&values);
    form(body);
}

fn cookies(values: &[HeaderValue]) {
    let mut headers = all(&COOKIE, values);
    let planted = cookie::session(&headers).map(str::to_owned);
    let set = cookie::set(SEALED);
    let own = set.split(';').next().and_then(|pair| HeaderValue::from_str(pair).ok());
    headers.extend(own.map(|own| (COOKIE, own)));
    let is_named = |value: &HeaderValue| value.as_bytes().windows(4).any(|part| part == b"Host");
    match cookie::session(&headers) {
        Some(found) => assert!(found == SEALED && planted.is_none()),
        None => assert!(values.iter().any(is_named), "{values:?}"),
    }
}

fn tickets(values: &[HeaderValue]) {
    let headers = all(&AUTHORIZATION, values.get(..1).unwrap_or_default());
    let Some(token) = negotiate::token(&headers) else { return };
    assert!(values.first().is_some_and(|value| token.len() <= value.len()));
}

fn ways(values: &[HeaderValue]) {
    let trusted: Vec<Network> = ["10.0.0.0/8", "fd00::/8"].iter().filter_map(|network| network.parse().ok()).collect();
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let headers = all(&HeaderName::from_static("x-forwarded-for"), values);
    let proxy = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));
    let route = proxy::route(proxy, &headers, &trusted);
    assert!(route.proxy == Some(proxy) && route.client.is_none_or(|client| !is_trusted(client)), "{route:?}");
    let stranger = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    assert_eq!(proxy::route(stranger, &headers, &trusted), proxy::Route { client: Some(stranger), proxy: None });
}

fn form(body: &[u8]) {
    let Some(fields) = Fields::parse(body) else { return };
    for name in ["SAMLRequest", "RelayState"] {
        match fields.only(name) {
            Ok(value) => assert_eq!(value, fields.first(name)),
            Err(_) => assert!(fields.first(name).is_some()),
        }
    }
    if let Some((user_name, password)) = fields.credentials() {
        assert!(!user_name.trim().is_empty() || !password.is_empty());
    }
}

fn all(name: &HeaderName, values: &[HeaderValue]) -> HeaderMap {
    values.iter().map(|value| (name.clone(), value.clone())).collect()
}
