//! The address of the sign-on to one application, written and read.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::address::IDP_INITIATED;
use super::form::Fields;

/// What stays as it is in a query: a URN must look as people and clients write it.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b':').remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

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
