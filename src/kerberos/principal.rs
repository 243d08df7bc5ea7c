//! Names of people and services in Kerberos.

use std::fmt;

/// A principal such as `alice@CORP.EXAMPLE.COM` or `HTTP/sts.example.com@CORP.EXAMPLE.COM` [RFC 4120 6.2].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Principal {
    /// The parts between the slashes: one for a person, two for a service.
    pub components: Vec<String>,
    /// The realm, in the case in which it is written.
    pub realm: String,
}

impl Principal {
    /// Reads a principal as MIT Kerberos writes it: `\` before a character that would otherwise part names
    /// [`krb5_unparse_name`]. `None` if a part is missing or empty, or a control character is in it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = vec![String::new()];
        let mut realm: Option<String> = None;
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            let escaped = character == '\\';
            let character = if escaped { characters.next()? } else { character };
            // `\n`, `\t`, `\b` and `\0` stand for control characters, which no name that is used here holds.
            if character.is_control() || (escaped && matches!(character, 'n' | 't' | 'b' | '0')) {
                return None;
            }
            match (character, escaped, &mut realm) {
                ('@', false, None) => realm = Some(String::new()),
                ('@' | '/', false, Some(_)) => return None,
                ('/', false, None) => parts.push(String::new()),
                (_, _, Some(realm)) => realm.push(character),
                (_, _, None) => parts.last_mut()?.push(character),
            }
        }
        let realm = realm.filter(|realm| !realm.is_empty())?;
        parts.iter().all(|part| !part.is_empty()).then_some(Self { components: parts, realm })
    }

    /// The login name, if this is a person: one part, and nothing in it that parts names elsewhere.
    #[must_use]
    pub fn login(&self) -> Option<&str> {
        match self.components.as_slice() {
            [login] if !login.contains(['@', '/', '\\']) => Some(login),
            _ => None,
        }
    }

    /// Whether this is the service `service` of `host`. Active Directory takes both in any case.
    #[must_use]
    pub fn is_service(&self, service: &str, host: &str) -> bool {
        matches!(self.components.as_slice(), [first, second]
            if first.eq_ignore_ascii_case(service) && second.eq_ignore_ascii_case(host))
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let escaped = |part: &str| {
            let mut text = String::with_capacity(part.len());
            for character in part.chars() {
                if matches!(character, '@' | '/' | '\\') {
                    text.push('\\');
                }
                text.push(character);
            }
            text
        };
        let components: Vec<String> = self.components.iter().map(|part| escaped(part)).collect();
        write!(formatter, "{}@{}", components.join("/"), escaped(&self.realm))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_and_services_are_told_apart() {
        let alice = Principal::parse("alice@CORP.EXAMPLE.COM").unwrap();
        assert_eq!((alice.login(), alice.realm.as_str()), (Some("alice"), "CORP.EXAMPLE.COM"));
        let service = Principal::parse("HTTP/sts.example.com@CORP.EXAMPLE.COM").unwrap();
        assert_eq!(service.login(), None);
        assert!(service.is_service("HTTP", "STS.example.com") && !service.is_service("HTTP", "other.example.com"));
    }

    #[test]
    fn a_name_that_hides_a_separator_is_no_login() {
        let enterprise = Principal::parse("alice\\@corp.example.com@CORP.EXAMPLE.COM").unwrap();
        assert_eq!(enterprise.components, ["alice@corp.example.com"]);
        assert_eq!(enterprise.login(), None);
        assert_eq!(Principal::parse("CORP\\\\alice@CORP.EXAMPLE.COM").unwrap().login(), None);
        assert_eq!(enterprise.to_string(), "alice\\@corp.example.com@CORP.EXAMPLE.COM");
    }

    #[test]
    fn what_is_no_principal_is_not_read() {
        for text in
            ["", "alice", "@R", "alice@", "a@b@c", "alice/@R", "/alice@R", "ali\\", "a\\nb@R", "a\0b@R", "a@b/c"]
        {
            assert_eq!(Principal::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn what_is_written_reads_the_same() {
        for text in ["alice@R", "HTTP/host@R", "a\\/b\\@c\\\\d@R", "WELLKNOWN/ANONYMOUS@WELLKNOWN:ANONYMOUS"] {
            assert_eq!(Principal::parse(text).unwrap().to_string(), text);
        }
    }
}
