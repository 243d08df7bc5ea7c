//! The fields of a form or a query, and which of them are credentials.

use std::borrow::Cow;

/// Fields in the order in which they came. A name may come more than once.
#[derive(Debug, Default)]
pub(super) struct Fields(Vec<(String, String)>);

/// Names under which the clients of AD FS send the user name; the second is that of AD FS 2.0.
const USER_NAME: [&str; 2] = ["UserName", "ctl00$ContentPlaceHolder1$UsernameTextBox"];
/// Names under which they send the password.
const PASSWORD: [&str; 2] = ["Password", "ctl00$ContentPlaceHolder1$PasswordTextBox"];

/// More fields than any form of ours has.
const MOST_FIELDS: usize = 64;

impl Fields {
    /// Reads `application/x-www-form-urlencoded` bytes. `None` if there are too many fields.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let owned = |(name, value): (Cow<'_, str>, Cow<'_, str>)| (name.into_owned(), value.into_owned());
        let fields: Vec<_> = form_urlencoded::parse(bytes).take(MOST_FIELDS + 1).map(owned).collect();
        (fields.len() <= MOST_FIELDS).then_some(Self(fields))
    }

    /// The value of the first field of that name.
    pub(super) fn first(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// The only value of that name. `None` if there is none; `Err` if there are several.
    pub(super) fn only(&self, name: &'static str) -> Result<Option<&str>, Repeated> {
        let mut values = self.all(name);
        let first = values.next();
        if values.next().is_some() { Err(Repeated(name)) } else { Ok(first) }
    }

    /// User name and password as typed. `None` if neither was sent: AD FS's clients ask for a live session so.
    ///
    /// A name may be sent twice (AD FS 2019's own page makes clients do it): the first that is not empty counts.
    pub(super) fn credentials(&self) -> Option<(String, String)> {
        let typed = |names: [&str; 2]| {
            names.iter().flat_map(|name| self.all(name)).find(|value| !value.is_empty()).unwrap_or_default().to_owned()
        };
        let (user_name, password) = (typed(USER_NAME), typed(PASSWORD));
        (!user_name.trim().is_empty() || !password.is_empty()).then_some((user_name, password))
    }

    /// The value of the first field of that name, in any case.
    pub(super) fn first_in_any_case(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

/// A field came more than once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the field `{0}` came more than once")]
pub(super) struct Repeated(pub(super) &'static str);

/// Whether a body is a form, by its content type; the AD FS clients that send none are borne.
pub(super) fn is_form(content_type: Option<&str>) -> bool {
    content_type.is_none_or(|value| {
        let essence = value.split(';').next().unwrap_or_default().trim();
        essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials(body: &str) -> Option<(String, String)> {
        Fields::parse(body.as_bytes()).unwrap().credentials()
    }

    fn pair(user: &str, password: &str) -> (String, String) {
        (user.to_owned(), password.to_owned())
    }

    #[test]
    fn a_post_without_credentials_only_asks_for_a_session() {
        assert_eq!(credentials("AuthMethod=FormsAuthentication"), None);
        assert_eq!(credentials("UserName=&Password=&AuthMethod="), None);
    }

    #[test]
    fn a_doubled_user_name_is_borne() {
        assert_eq!(credentials("UserName=&UserName=alice&Password=x"), Some(pair("alice", "x")));
        assert_eq!(credentials("UserName=alice&UserName=bob&Password=x"), Some(pair("alice", "x")));
    }

    #[test]
    fn the_fields_of_ad_fs_2_count_where_the_others_are_empty() {
        let body = "ctl00%24ContentPlaceHolder1%24UsernameTextBox=alice&ctl00%24ContentPlaceHolder1%24PasswordTextBox=x&UserName=&Password=";
        assert_eq!(credentials(body), Some(pair("alice", "x")));
    }

    #[test]
    fn half_of_the_credentials_is_an_attempt() {
        assert_eq!(credentials("UserName=alice&Password="), Some(pair("alice", "")));
        assert_eq!(credentials("Password=x"), Some(pair("", "x")));
    }

    #[test]
    fn a_repeated_field_is_noticed() {
        let fields = Fields::parse(b"SAMLRequest=a&SAMLRequest=b&RelayState=r").unwrap();
        assert_eq!(fields.only("SAMLRequest"), Err(Repeated("SAMLRequest")));
        assert_eq!(fields.only("RelayState"), Ok(Some("r")));
        assert_eq!(fields.only("Other"), Ok(None));
    }

    #[test]
    fn a_flood_of_fields_is_refused() {
        assert!(Fields::parse("a=1&".repeat(65).as_bytes()).is_none());
    }
}
