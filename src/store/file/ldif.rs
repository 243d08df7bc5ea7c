//! The LDIF text format: records of `attribute: value` lines [RFC 2849].

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::mistake::Mistake;

/// One entry of an export.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// The line of its `dn`, from 1.
    pub line: usize,
    pub dn: String,
    /// Name in lower case, without options, and value.
    pub attributes: Vec<(String, Vec<u8>)>,
}

impl Record {
    /// All values of an attribute, its name in lower case.
    pub(super) fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.attributes.iter().filter(move |(own, _)| own == name).map(|(_, value)| value.as_slice())
    }

    /// The first value that is text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let mut named = self.attributes.iter().filter(|(own, _)| own == name);
        named.find_map(|(_, value)| std::str::from_utf8(value).ok())
    }
}

/// A line with its continuations, and where it begins.
struct Line {
    number: usize,
    text: String,
}

/// Reads all records. Comments are passed over, and so is what `ldapsearch` adds at the end: `search:`, `result:` and
/// references to other servers.
pub(super) fn parse(text: &str) -> Result<Vec<Record>, Mistake> {
    let mut records = Vec::new();
    let mut current: Option<Record> = None;
    let mut at_start = true;
    for line in unfolded(text)? {
        if line.text.is_empty() {
            records.extend(current.take());
            continue;
        }
        let (name, value) = attribute(&line)?;
        match (&mut current, name.as_str()) {
            (None, "version") if at_start => {
                if value != b"1" {
                    return Err(Mistake::at_line(line.number, "only version 1 of LDIF can be read"));
                }
            }
            (None, "dn") => {
                let dn = String::from_utf8(value)
                    .map_err(|_| Mistake::at_line(line.number, "this distinguished name is no UTF-8"))?;
                current = Some(Record { line: line.number, dn, attributes: Vec::new() });
            }
            (None, "search" | "result" | "ref") => {}
            (None, _) => {
                return Err(Mistake::at_line(line.number, format!("`{name}` begins an entry where `dn` should"))
                    .with_help("entries are separated by empty lines and begin with `dn:`"));
            }
            (Some(_), "changetype" | "control") => {
                return Err(Mistake::at_line(line.number, "this file changes a directory and does not describe one")
                    .with_help("export the entries themselves, as `ldapsearch -LLL` or `ldifde -f` do"));
            }
            (Some(_), "dn") => {
                return Err(Mistake::at_line(line.number, "a second `dn` in one entry")
                    .with_help("an empty line is missing in front of it"));
            }
            (Some(record), _) => record.attributes.push((name, value)),
        }
        at_start = false;
    }
    records.extend(current);
    Ok(records)
}

/// Joins folded lines and drops comments.
fn unfolded(text: &str) -> Result<Vec<Line>, Mistake> {
    let mut lines: Vec<Line> = Vec::new();
    let mut in_comment = false;
    for (index, text) in text.lines().enumerate() {
        let number = index + 1;
        if let Some(more) = text.strip_prefix(' ') {
            match lines.last_mut() {
                _ if in_comment => {}
                Some(line) if !line.text.is_empty() => line.text.push_str(more),
                _ => return Err(Mistake::at_line(number, "this line continues another, and there is none before it")),
            }
            continue;
        }
        in_comment = text.starts_with('#');
        if !in_comment {
            lines.push(Line { number, text: text.to_owned() });
        }
    }
    Ok(lines)
}

fn attribute(line: &Line) -> Result<(String, Vec<u8>), Mistake> {
    let Some((name, value)) = line.text.split_once(':') else {
        return Err(Mistake::at_line(line.number, "this is no `attribute: value`"));
    };
    // `;binary`, `;range=0-1499` and languages are options of the same attribute.
    let name = name.split(';').next().unwrap_or_default().to_ascii_lowercase();
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'));
    if !is_name {
        return Err(Mistake::at_line(line.number, format!("`{name}` is no attribute name")));
    }
    if value.starts_with('<') {
        return Err(Mistake::at_line(line.number, "values kept in other files are not read")
            .with_help("export the values themselves"));
    }
    let value = match value.strip_prefix(':') {
        Some(encoded) => STANDARD
            .decode(encoded.trim())
            .map_err(|error| Mistake::at_line(line.number, format!("the value is no Base64: {error}")))?,
        None => value.trim_start_matches(' ').as_bytes().to_vec(),
    };
    Ok((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_with_folding_comments_and_base64() {
        let text = "version: 1\n# made by\n  hand\n\ndn: CN=Al\n ice,DC=corp\nmail: a@b\nmail:: w6k=\ncn;lang-en:Alice\n\n\ndn:: Q049Qm9i\nsn:\n\nsearch: 2\nresult: 0 Success\n";
        let records = parse(text).unwrap();
        assert_eq!(records.len(), 2);
        assert_eq!((records[0].dn.as_str(), records[0].line), ("CN=Alice,DC=corp", 5));
        assert_eq!(records[0].values("mail").collect::<Vec<_>>(), ["a@b".as_bytes(), "é".as_bytes()]);
        assert_eq!(records[0].text("cn"), Some("Alice"));
        assert_eq!((records[1].dn.as_str(), records[1].text("sn")), ("CN=Bob", Some("")));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            " continued",
            "dn: CN=a\nno colon",
            "mail: a@b",
            "dn: CN=a\nchangetype: add",
            "dn: CN=a\ndn: CN=b",
            "dn: CN=a\njpegPhoto:< file:///etc/passwd",
            "dn: CN=a\nmail:: !!",
            "version: 2\n\ndn: CN=a",
            "dn:: /w==",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
