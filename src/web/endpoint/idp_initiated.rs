//! Sign-on that the relying party has not asked for: what AD FS's clients drive.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::idp::sign_on::Asked;
use crate::web::address::IDP_INITIATED;
use crate::web::form::Fields;
use crate::web::server::{Incoming, Server};

use super::sign_on::{Form, is_form_wanted, sign_on};

/// What stays as it is in a query: a URN must look as people and clients write it.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b':').remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(in crate::web) async fn answer(server: Arc<Server>, incoming: Incoming) -> Response {
    let wanted = Fields::parse(incoming.parts.uri.query().unwrap_or_default().as_bytes())
        .ok_or(())
        .and_then(|query| wanted(&query));
    let fields = Fields::parse(&incoming.body);
    let (Ok(wanted), Some(fields)) = (wanted, fields) else {
        let text = "The address names more than one application. Please open it again from where you found it.";
        return server.failure(StatusCode::BAD_REQUEST, "This address cannot be read", text);
    };
    let credentials = fields.credentials();
    let wants_form = is_form_wanted(&incoming, &fields);
    let (asked, action) = match wanted {
        None => (Asked::Applications, IDP_INITIATED.to_owned()),
        Some((identifier, relay_state)) => {
            let action = address(&identifier, relay_state.as_deref());
            (Asked::Application { identifier, relay_state }, action)
        }
    };
    sign_on(&server, incoming, asked, credentials, Form { action, hidden: Vec::new(), is_wanted: wants_form }).await
}

/// The address of the sign-on to an application. A path: clients put the host before it.
pub(super) fn address(identifier: &str, relay_state: Option<&str>) -> String {
    let mut address = format!("{IDP_INITIATED}?loginToRp={}", utf8_percent_encode(identifier, KEPT));
    if let Some(state) = relay_state {
        address.push_str("&RelayState=");
        address.extend(utf8_percent_encode(state, KEPT));
    }
    address
}

/// The application that a query names, and what to hand on to it.
///
/// Either `loginToRp=ID[&RelayState=STATE]`, or AD FS's nested form: `RelayState=RPID%3DID%26RelayState%3DSTATE`.
pub(super) fn wanted(query: &Fields) -> Result<Option<(String, Option<String>)>, ()> {
    let login_to_rp = query.only("loginToRp").map_err(|_| ())?;
    let relay_state = query.only("RelayState").map_err(|_| ())?;
    match (login_to_rp, relay_state) {
        (Some(identifier), state) => Ok(Some((identifier.to_owned(), state.map(str::to_owned)))),
        (None, Some(nested)) if nested.starts_with("RPID=") => {
            let nested = Fields::parse(nested.as_bytes()).ok_or(())?;
            let identifier = nested.only("RPID").map_err(|_| ())?.unwrap_or_default().to_owned();
            let state = nested.only("RelayState").map_err(|_| ())?.map(str::to_owned);
            Ok(Some((identifier, state)))
        }
        (None, _) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted_by(query: &str) -> Result<Option<(String, Option<String>)>, ()> {
        wanted(&Fields::parse(query.as_bytes()).unwrap())
    }

    #[test]
    fn the_application_is_found_however_it_is_written() {
        let aws = |state: Option<&str>| Ok(Some(("urn:amazon:webservices".to_owned(), state.map(str::to_owned))));
        assert_eq!(wanted_by("loginToRp=urn:amazon:webservices"), aws(None));
        assert_eq!(
            wanted_by("loginToRp=urn%3Aamazon%3Awebservices&RedirectToIdentityProvider=AD+AUTHORITY"),
            aws(None)
        );
        assert_eq!(wanted_by("loginToRp=urn:amazon:webservices&RelayState=x%26y"), aws(Some("x&y")));
        let nested = "RelayState=RPID%3Durn%253Aamazon%253Awebservices%26RelayState%3Dhttps%253A%252F%252Fa%252F";
        assert_eq!(wanted_by(nested), aws(Some("https://a/")));
        assert_eq!(wanted_by(""), Ok(None));
        assert_eq!(wanted_by("loginToRp=a&loginToRp=b"), Err(()));
    }

    #[test]
    fn an_address_can_be_read_back() {
        assert_eq!(
            address("urn:amazon:webservices", None),
            "/adfs/ls/IdpInitiatedSignOn.aspx?loginToRp=urn:amazon:webservices"
        );
        let address = address("https://sp.example.com/a?b&c#d", Some("x&y=\"z"));
        let (_, query) = address.split_once('?').unwrap();
        let read = Ok(Some(("https://sp.example.com/a?b&c#d".to_owned(), Some("x&y=\"z".to_owned()))));
        assert_eq!(wanted_by(query), read);
    }
}
