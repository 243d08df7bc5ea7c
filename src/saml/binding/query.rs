//! A query string as it arrived: signatures are over its octets, not over what they mean.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::saml::Error;

/// One `name=value`, still encoded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parameter<'a> {
    pub(super) name: &'a str,
    pub(super) value: &'a str,
}

impl Parameter<'_> {
    /// The value as text.
    ///
    /// # Errors
    /// If a `%` is not followed by two hexadecimal digits, or the octets are no UTF-8.
    pub(super) fn decode(self) -> Result<String, Error> {
        let malformed = || Error::malformed(format!("parameter `{}` is not percent-encoded UTF-8", self.name));
        let complete = self.value.split('%').skip(1).all(|part| {
            let mut digits = part.bytes();
            digits.next().is_some_and(|d| d.is_ascii_hexdigit()) && digits.next().is_some_and(|d| d.is_ascii_hexdigit())
        });
        if !complete || !self.value.is_ascii() {
            return Err(malformed());
        }
        let spaced =
            if self.value.contains('+') { Cow::Owned(self.value.replace('+', " ")) } else { Cow::Borrowed(self.value) };
        percent_decode_str(&spaced).decode_utf8().map(Cow::into_owned).map_err(|_| malformed())
    }
}

/// Splits a query.
///
/// # Errors
/// If a name is encoded, or written so that another reader might take it for another name.
pub(super) fn split(raw_query: &str) -> Result<Vec<Parameter<'_>>, Error> {
    raw_query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)) {
                return Ok(Parameter { name, value });
            }
            Err(Error::malformed("a parameter name of the query is encoded or has unusual characters"))
        })
        .collect()
}

/// The one parameter with this name, if there is one. Case matters, but a second spelling is refused.
///
/// # Errors
/// If it is there more than once, in whatever case.
pub(super) fn only<'a>(parameters: &[Parameter<'a>], name: &str) -> Result<Option<Parameter<'a>>, Error> {
    let mut found = parameters.iter().filter(|parameter| parameter.name.eq_ignore_ascii_case(name));
    match (found.next(), found.next()) {
        (None, _) => Ok(None),
        (Some(parameter), None) if parameter.name == name => Ok(Some(*parameter)),
        (Some(parameter), None) => {
            Err(Error::malformed(format!("parameter `{}` must be spelled `{name}`", parameter.name)))
        }
        (Some(_), Some(_)) => Err(Error::malformed(format!("parameter `{name}` is there more than once"))),
    }
}
