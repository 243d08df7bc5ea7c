//! Distinguished names: compared by what they say, not by how they are spelled [RFC 4514].

/// A spelling that two names share exactly if they name the same entry.
pub(super) fn normalised(dn: &str) -> String {
    let mut text = String::with_capacity(dn.len());
    for (name, value) in parts(dn) {
        text.push_str(&name.to_lowercase());
        text.push('\u{1e}');
        text.push_str(&value.to_lowercase());
        text.push('\u{1f}');
    }
    text
}

/// The value of the first part: `Smith, J.` of `CN=Smith\, J.,OU=People,DC=corp`.
pub(super) fn leaf(dn: &str) -> Option<String> {
    parts(dn).into_iter().next().map(|(_, value)| value)
}

/// The DNS name that the `DC=` parts spell.
pub(super) fn domain(dn: &str) -> String {
    let labels = parts(dn).into_iter().filter(|(name, _)| name.eq_ignore_ascii_case("dc"));
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

/// Name and unescaped value of each part.
fn parts(dn: &str) -> Vec<(String, String)> {
    let mut parts = Vec::new();
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
            ',' => parts.push((name.take().unwrap_or_default(), finish(&mut piece, &mut kept))),
            ' ' if piece.is_empty() => {}
            other => {
                piece.extend(other.encode_utf8(&mut [0; 4]).bytes());
                if other != ' ' {
                    kept = piece.len();
                }
            }
        }
    }
    parts.push((name.take().unwrap_or_default(), finish(&mut piece, &mut kept)));
    parts
}

fn finish(piece: &mut Vec<u8>, kept: &mut usize) -> String {
    piece.truncate(*kept);
    *kept = 0;
    String::from_utf8_lossy(&std::mem::take(piece)).into_owned()
}

/// What follows a backslash: two hexadecimal digits, or one character that stands for itself.
fn push_escaped(piece: &mut Vec<u8>, characters: &mut std::str::Chars<'_>) {
    let hex = characters.as_str().get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
    if let Some(byte) = hex {
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
        assert_ne!(normalised("CN=a,DC=b"), normalised("CN=a\\,DC=b"));
        assert_ne!(normalised("CN=a"), normalised("CN=a\\ "));
    }

    #[test]
    fn values_survive_escaping() {
        for value in ["a", "#lead\\back \"q\" <x>;=+", " edges ", "Odd, (Grp) é*Ω", "two\nlines", "ends with \\"] {
            let dn = format!("CN={},DC=corp,DC=example", escaped(value));
            assert_eq!(leaf(&dn).as_deref(), Some(value), "{dn}");
            assert_eq!(domain(&dn), "corp.example");
        }
        assert_eq!(of_domain("corp.example.com"), "DC=corp,DC=example,DC=com");
    }
}
