//! Distinguished names: compared by what they say, not by how they are spelled [RFC 4514].

/// A spelling that two names share exactly if they name the same entry.
pub(super) fn normalised(dn: &str) -> String {
    let mut text = String::with_capacity(dn.len());
    for part in parts(dn) {
        let mut pieces: Vec<(String, String)> =
            part.into_iter().map(|(name, value)| (short_name(&name), value.to_lowercase())).collect();
        // `cn=a+sn=b` is `sn=b+cn=a`.
        pieces.sort_unstable();
        text.push(BEFORE_PART);
        for (name, value) in pieces {
            push_plain(&mut text, &name);
            text.push(BEFORE_VALUE);
            push_plain(&mut text, &value);
            text.push(AFTER_VALUE);
        }
    }
    text
}

/// Stands before each part of a normalised name.
const BEFORE_PART: char = '\u{1d}';
const BEFORE_VALUE: char = '\u{1e}';
const AFTER_VALUE: char = '\u{1f}';
/// Stands before a character of a value that would pass for one of these.
const NOT_A_MARK: char = '\u{1c}';

/// Adds what somebody has written, so that nothing in it passes for the end of a part.
fn push_plain(text: &mut String, written: &str) {
    for character in written.chars() {
        if (NOT_A_MARK..=AFTER_VALUE).contains(&character) {
            text.push(NOT_A_MARK);
        }
        text.push(character);
    }
}

/// Whether a name is that of a base, or of an entry beneath it.
pub(super) fn is_within(dn: &str, base: &str) -> bool {
    normalised(dn).ends_with(&normalised(base))
}

/// The name of an attribute as most servers write it, in lower case [RFC 4514 3, RFC 4519].
fn short_name(name: &str) -> String {
    let name = name.to_lowercase();
    let short = match name.as_str() {
        "2.5.4.3" | "commonname" => "cn",
        "2.5.4.4" | "surname" => "sn",
        "2.5.4.6" | "countryname" => "c",
        "2.5.4.7" | "localityname" => "l",
        "2.5.4.8" | "stateorprovincename" => "st",
        "2.5.4.9" | "streetaddress" => "street",
        "2.5.4.10" | "organizationname" => "o",
        "2.5.4.11" | "organizationalunitname" => "ou",
        "0.9.2342.19200300.100.1.1" | "userid" => "uid",
        "0.9.2342.19200300.100.1.25" | "domaincomponent" => "dc",
        _ => return name,
    };
    short.to_owned()
}

/// The value of the first part: `Smith, J.` of `CN=Smith\, J.,OU=People,DC=corp`.
pub(super) fn leaf(dn: &str) -> Option<String> {
    parts(dn).into_iter().flatten().next().map(|(_, value)| value)
}

/// The value that the first part has for an attribute: `smith` of `cn=J. Smith+uid=smith,ou=People` for `uid`.
pub(super) fn leaf_value(dn: &str, attribute: &str) -> Option<String> {
    let wanted = short_name(attribute);
    parts(dn).into_iter().next()?.into_iter().find(|(name, _)| short_name(name) == wanted).map(|(_, value)| value)
}

/// The DNS name that the `DC=` parts spell.
pub(super) fn domain(dn: &str) -> String {
    let labels = parts(dn).into_iter().flatten().filter(|(name, _)| name.eq_ignore_ascii_case("dc"));
    labels.map(|(_, value)| value).collect::<Vec<_>>().join(".")
}

/// `DC=corp,DC=example,DC=com` of `corp.example.com`.
pub(super) fn of_domain(dns: &str) -> String {
    dns.split('.').map(|label| format!("DC={}", escaped(label))).collect::<Vec<_>>().join(",")
}

/// A value as it stands in a distinguished name [RFC 4514 2.4].
pub(super) fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let last = value.chars().count().saturating_sub(1);
    for (index, character) in value.chars().enumerate() {
        let at_edge = index == 0 || index == last;
        match character {
            ',' | '+' | '"' | '\\' | '<' | '>' | ';' | '=' => text.extend(['\\', character]),
            '#' if index == 0 => text.push_str("\\#"),
            ' ' if at_edge => text.push_str("\\ "),
            '\0' => text.push_str("\\00"),
            '\n' => text.push_str("\\0A"),
            '\r' => text.push_str("\\0D"),
            other => text.push(other),
        }
    }
    text
}

/// Name and unescaped value, or several of them, of each part.
pub(super) fn parts(dn: &str) -> Vec<Vec<(String, String)>> {
    let mut parts = Vec::new();
    let mut part = Vec::new();
    let mut name: Option<String> = None;
    let mut piece: Vec<u8> = Vec::new();
    let mut characters = dn.chars();
    // Blanks around a piece do not count, unless they are escaped.
    let mut kept = 0;
    while let Some(character) = characters.next() {
        match character {
            '\\' => {
                push_escaped(&mut piece, &mut characters);
                kept = piece.len();
            }
            '=' if name.is_none() => name = Some(finish(&mut piece, &mut kept)),
            ',' | '+' if character == ',' || name.is_some() => {
                part.push((name.take().unwrap_or_default(), finish(&mut piece, &mut kept)));
                if character == ',' {
                    parts.push(std::mem::take(&mut part));
                }
            }
            ' ' if piece.is_empty() => {}
            other => {
                piece.extend(other.encode_utf8(&mut [0; 4]).bytes());
                if other != ' ' {
                    kept = piece.len();
                }
            }
        }
    }
    part.push((name.take().unwrap_or_default(), finish(&mut piece, &mut kept)));
    parts.push(part);
    parts
}

fn finish(piece: &mut Vec<u8>, kept: &mut usize) -> String {
    piece.truncate(*kept);
    *kept = 0;
    String::from_utf8_lossy(&std::mem::take(piece)).into_owned()
}

/// What follows a backslash: two hexadecimal digits, or one character that stands for itself.
fn push_escaped(piece: &mut Vec<u8>, characters: &mut std::str::Chars<'_>) {
    let digits = characters.as_str().get(..2).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
    if let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
        characters.nth(1);
        piece.push(byte);
    } else if let Some(character) = characters.next() {
        piece.extend(character.encode_utf8(&mut [0; 4]).bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_does_not_matter() {
        let names = ["CN=Smith\\, J.,DC=corp", "cn = smith\\2C j. , dc=CORP", "Cn=Smith\\2c\\20J.,Dc=Corp"];
        for name in names {
            assert_eq!(normalised(name), normalised(names[0]), "{name}");
        }
        assert_eq!(normalised("uid=a+CN=b,0.9.2342.19200300.100.1.25=x"), normalised("commonName=B + UID=A,dc=x"));
        assert_ne!(normalised("cn=a+sn=b"), normalised("cn=a,sn=b"));
        assert!(is_within("uid=a,ou=People,dc=x", "OU = people, DC = X") && is_within("dc=x", "dc=x"));
        assert!(!is_within("ou=NotPeople,dc=x", "ou=People,dc=x") && !is_within("cn=a\\,dc=x", "dc=x"));
        assert_eq!(leaf_value("cn=J. Smith+uid=smith,ou=People", "UID").as_deref(), Some("smith"));
        assert_eq!(leaf_value("cn=a,uid=b", "uid"), None);
        assert_ne!(normalised("CN=a,DC=b"), normalised("CN=a\\,DC=b"));
        assert_ne!(normalised("CN=a"), normalised("CN=a\\ "));
    }

    #[test]
    fn a_value_cannot_pass_for_parts() {
        assert_eq!(leaf("CN=R\\+D,DC=x").as_deref(), Some("R+D"), "a sign is no hexadecimal digit");
        assert!(!is_within("CN=a\u{1f}\u{1d}dc\u{1e}corp", "DC=corp"));
        assert!(!is_within("CN=a\\1F\\1Ddc\\1Ecorp", "DC=corp"));
        assert_ne!(normalised("CN=a\u{1f}sn\u{1e}b"), normalised("CN=a+SN=b"));
    }

    #[test]
    fn values_survive_escaping() {
        for value in [
            "a",
            "#lead\\back \"q\" <x>;=+",
            " edges ",
            "Odd, (Grp) é*Ω",
            "two\nlines",
            "ends with \\",
            "R+D",
            "C++11",
            "+1",
        ] {
            let dn = format!("CN={},DC=corp,DC=example", escaped(value));
            assert_eq!(leaf(&dn).as_deref(), Some(value), "{dn}");
            assert_eq!(domain(&dn), "corp.example");
        }
        assert_eq!(of_domain("corp.example.com"), "DC=corp,DC=example,DC=com");
    }
}
