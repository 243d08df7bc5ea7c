//! The LDIF text format: records of `attribute: value` lines [RFC 2849], read one after the other.

use std::collections::HashMap;
use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::attributes::{NameId, Names};
use super::mistake::Mistake;
use crate::input::{InputError, Lines};

/// The records of an export.
pub(super) struct Records<'a> {
    lines: Lines<'a>,
    /// The current line with its continuations.
    line: String,
    /// Where it begins.
    number: usize,
    names: Names,
    /// Numbers of names as they are spelled, options included.
    spelled: HashMap<Box<str>, NameId>,
    marks: Marks,
    at_start: bool,
}

/// Names that begin an entry or have no place in one.
struct Marks {
    dn: NameId,
    version: NameId,
    change: [NameId; 2],
    /// What `ldapsearch` adds at the end: `search:`, `result:` and references to other servers.
    remarks: [NameId; 3],
}

/// One entry of an export, in memory that the next entry uses again.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// The line of its `dn`, from 1.
    pub line: usize,
    pub dn: String,
    /// The line itself.
    dn_line: String,
    /// Name without options, and where in `bytes` the value is. Values of one attribute stand together.
    fields: Vec<(NameId, Range<usize>)>,
    bytes: Vec<u8>,
}

impl Record {
    /// All values of an attribute.
    pub(super) fn values(&self, name: NameId) -> impl Iterator<Item = &[u8]> {
        self.fields.iter().filter(move |(own, _)| *own == name).map(|(_, value)| self.value(value))
    }

    /// The values that are text.
    pub(super) fn texts(&self, name: NameId) -> impl Iterator<Item = &str> {
        self.values(name).filter_map(|value| str::from_utf8(value).ok())
    }

    /// The first value that is text.
    pub(super) fn text(&self, name: NameId) -> Option<&str> {
        self.texts(name).next()
    }

    /// Every attribute with all its values.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (NameId, impl ExactSizeIterator<Item = &[u8]>)> {
        let same = self.fields.chunk_by(|(one, _), (other, _)| one == other);
        same.filter_map(|same| Some((same.first()?.0, same.iter().map(|(_, value)| self.value(value)))))
    }

    /// The error for people: a mistake of this entry.
    pub(super) fn wrong(&self, name: &str, mistake: Mistake) -> InputError {
        mistake.in_line(name, self.line, &self.dn_line)
    }

    fn value(&self, place: &Range<usize>) -> &[u8] {
        self.bytes.get(place.clone()).unwrap_or_default()
    }
}

impl<'a> Records<'a> {
    /// The records that these lines hold.
    pub(super) fn new(lines: Lines<'a>) -> Self {
        let mut names = Names::default();
        let marks = Marks {
            dn: names.intern("dn"),
            version: names.intern("version"),
            change: ["changetype", "control"].map(|name| names.intern(name)),
            remarks: ["search", "result", "ref"].map(|name| names.intern(name)),
        };
        Self { lines, line: String::new(), number: 0, names, spelled: HashMap::new(), marks, at_start: true }
    }

    /// What messages call the export.
    pub(super) fn name(&self) -> &str {
        self.lines.name()
    }

    /// The numbers of attribute names.
    pub(super) fn names(&mut self) -> &mut Names {
        &mut self.names
    }

    /// Reads the next entry into `record`. `false` at the end. Comments are passed over, and so are the remarks of
    /// `ldapsearch`.
    pub(super) fn read(&mut self, record: &mut Record) -> Result<bool, InputError> {
        let mut started = false;
        while self.read_line()? {
            if self.line.is_empty() {
                if started {
                    break;
                }
                continue;
            }
            if !started {
                record.bytes.clear();
                record.fields.clear();
            }
            let field = self.field(&mut record.bytes);
            let field = field.and_then(|(name, value)| self.place(record, &mut started, name, value));
            field.map_err(|mistake| mistake.in_line(self.lines.name(), self.number, &self.line))?;
            self.at_start = false;
        }
        record.fields.sort_by_key(|(name, _)| *name);
        Ok(started)
    }

    /// Reads the next line with its continuations, and no comment.
    fn read_line(&mut self) -> Result<bool, InputError> {
        loop {
            self.line.clear();
            let read = self.lines.read(&mut self.line)?;
            self.number = self.lines.number();
            if !read {
                return Ok(false);
            }
            if self.line.starts_with(' ') {
                let mistake = Mistake::new("this line continues another, and there is none before it");
                return Err(mistake.in_line(self.lines.name(), self.number, &self.line));
            }
            while !self.line.is_empty() && self.lines.next_starts_with(b' ')? {
                let joint = self.line.len();
                self.lines.read(&mut self.line)?;
                self.line.remove(joint);
            }
            if !self.line.starts_with('#') {
                return Ok(true);
            }
        }
    }

    /// Name and value of the line; the value is put at the end of `bytes`.
    fn field(&mut self, bytes: &mut Vec<u8>) -> Result<(NameId, Range<usize>), Mistake> {
        let Some((spelled, value)) = self.line.split_once(':') else {
            return Err(Mistake::new("this is no `attribute: value`"));
        };
        let name = if let Some(&known) = self.spelled.get(spelled) {
            known
        } else {
            let name = self.names.intern(&name(spelled)?);
            self.spelled.insert(spelled.into(), name);
            name
        };
        let start = bytes.len();
        match value.strip_prefix(':') {
            Some(encoded) => STANDARD
                .decode_vec(encoded.trim(), bytes)
                .map_err(|error| Mistake::new(format!("the value is no Base64: {error}")))?,
            None if value.starts_with('<') => {
                return Err(
                    Mistake::new("values kept in other files are not read").with_help("export the values themselves")
                );
            }
            None => bytes.extend_from_slice(value.trim_start_matches(' ').as_bytes()),
        }
        Ok((name, start..bytes.len()))
    }

    /// Puts a field where it belongs.
    fn place(&self, record: &mut Record, started: &mut bool, name: NameId, value: Range<usize>) -> Result<(), Mistake> {
        let Marks { dn, version, change, remarks } = &self.marks;
        if *started {
            if name == *dn {
                return Err(
                    Mistake::new("a second `dn` in one entry").with_help("an empty line is missing in front of it")
                );
            }
            if change.contains(&name) {
                return Err(Mistake::new("this file changes a directory and does not describe one")
                    .with_help("export the entries themselves, as `ldapsearch -LLL` or `ldifde -f` do"));
            }
            record.fields.push((name, value));
        } else if name == *dn {
            let text = str::from_utf8(record.value(&value)).map(str::to_owned);
            record.dn = text.map_err(|_| Mistake::new("this distinguished name is no UTF-8"))?;
            self.line.clone_into(&mut record.dn_line);
            record.line = self.number;
            *started = true;
        } else if name == *version && self.at_start {
            if record.value(&value) != b"1" {
                return Err(Mistake::new("only version 1 of LDIF can be read"));
            }
        } else if !remarks.contains(&name) {
            let spelled = self.line.split(':').next().unwrap_or_default();
            return Err(Mistake::new(format!("`{spelled}` begins an entry where `dn` should"))
                .with_help("entries are separated by empty lines and begin with `dn:`"));
        }
        Ok(())
    }
}

/// The name of an attribute as it is spelled: in lower case, without options such as `;binary`, `;range=0-1499` and
/// languages, which are of the same attribute.
fn name(spelled: &str) -> Result<String, Mistake> {
    let name = spelled.split(';').next().unwrap_or_default().to_ascii_lowercase();
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'));
    if is_name { Ok(name) } else { Err(Mistake::new(format!("`{name}` is no attribute name"))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str) -> Records<'_> {
        Records::new(Lines::new(text.as_bytes(), "d.ldif", 10_000).unwrap())
    }

    #[test]
    fn records_come_with_folding_comments_and_base64() {
        let text = "version: 1\n# made by\n  hand\n\ndn: CN=Al\n ice,DC=corp\nmail: a@b\nmail:: w6k=\ncn;lang-en:Alice\n\n\r\ndn:: Q049Qm9i\r\nsn:\r\n\nsearch: 2\nresult: 0 Success\n";
        let mut records = records(text);
        let [mail, cn, sn] = ["mail", "cn", "sn"].map(|name| records.names().intern(name));
        let mut record = Record::default();
        assert!(records.read(&mut record).unwrap());
        assert_eq!((record.dn.as_str(), record.line), ("CN=Alice,DC=corp", 5));
        assert_eq!(record.values(mail).collect::<Vec<_>>(), ["a@b".as_bytes(), "é".as_bytes()]);
        assert_eq!(record.text(cn), Some("Alice"));
        assert!(records.read(&mut record).unwrap());
        assert_eq!((record.dn.as_str(), record.text(sn), record.text(mail)), ("CN=Bob", Some(""), None));
        assert!(!records.read(&mut record).unwrap());
    }

    #[test]
    fn values_of_one_attribute_come_together() {
        let mut records = records("dn: CN=a\nmail: 1\nsn: 2\nMAIL;x-a: 3\n");
        let mut record = Record::default();
        records.read(&mut record).unwrap();
        let all: Vec<Vec<&[u8]>> = record.attributes().map(|(_, values)| values.collect()).collect();
        assert_eq!(all, [vec![&b"1"[..], b"3"], vec![b"2"]]);
    }

    #[test]
    fn other_texts_are_refused_at_their_line() {
        for (text, line) in [
            (" continued", 1),
            ("dn: CN=a\n\n continued", 3),
            ("dn: CN=a\nno colon", 2),
            ("mail: a@b", 1),
            ("dn: CN=a\nmail:\n a\nchangetype: add", 4),
            ("dn: CN=a\ndn: CN=b", 2),
            ("dn: CN=a\njpegPhoto:< file:///etc/passwd", 2),
            ("dn: CN=a\nmail:: !!", 2),
            ("version: 2\n\ndn: CN=a", 1),
            ("dn:: /w==", 1),
            ("dn: CN=a\nm l: a", 2),
        ] {
            let (mut records, mut record) = (records(text), Record::default());
            let error = loop {
                match records.read(&mut record) {
                    Ok(true) => {}
                    Ok(false) => panic!("{text} is read"),
                    Err(error) => break error.to_string(),
                }
            };
            assert!(error.starts_with(&format!("d.ldif:{line}:1: ")), "{text}: {error}");
        }
    }
}
