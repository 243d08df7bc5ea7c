//! Writes tokens [MS-TDS 2.2.7].

/// `SQL_Latin1_General_CP1_CI_AS`, the usual one.
pub const COLLATION: [u8; 5] = [0x09, 0x04, 0xD0, 0x00, 0x34];
pub const MORE: u16 = 0x01;
pub const FAILED: u16 = 0x02;
pub const COUNT: u16 = 0x10;
pub const ATTENTION: u16 = 0x20;

/// A type of a column, and how it is described [MS-TDS 2.2.5.4].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// Has no NULL: the number of the type, and nothing about the length.
    Fixed(u8),
    /// One byte tells the length of a value: the number of the type, and what describes it.
    Short(u8, Vec<u8>),
    /// Two bytes tell it.
    Long(u8, u16),
    /// It comes in chunks.
    Chunks(u8, Vec<u8>),
    /// A value with its own type [MS-TDS 2.2.5.5.3].
    Variant,
}

impl Type {
    pub fn nvarchar() -> Self {
        Self::Long(0xE7, 8000)
    }

    pub fn nvarchar_max() -> Self {
        Self::Chunks(0xE7, [&[0xFF, 0xFF], &COLLATION[..]].concat())
    }

    pub fn varbinary_max() -> Self {
        Self::Chunks(0xA5, vec![0xFF, 0xFF])
    }

    fn describe(&self, into: &mut Vec<u8>) {
        match self {
            Self::Fixed(number) => into.push(*number),
            Self::Short(number, more) | Self::Chunks(number, more) => {
                into.push(*number);
                into.extend(more);
            }
            Self::Long(number, most) => {
                into.push(*number);
                into.extend(most.to_le_bytes());
                if !matches!(number, 0xA5 | 0xAD) {
                    into.extend(COLLATION);
                }
            }
            Self::Variant => {
                into.push(0x62);
                into.extend(8009_u32.to_le_bytes());
            }
        }
    }

    fn value(&self, value: Option<&[u8]>, into: &mut Vec<u8>) {
        match (self, value) {
            (Self::Fixed(_), Some(value)) => into.extend(value),
            (Self::Fixed(_), None) => panic!("no NULL in a column of a fixed type"),
            (Self::Short(..), value) => {
                let value = value.unwrap_or_default();
                into.push(u8::try_from(value.len()).unwrap());
                into.extend(value);
            }
            (Self::Long(..), None) => into.extend([0xFF, 0xFF]),
            (Self::Long(..), Some(value)) => {
                into.extend(u16::try_from(value.len()).unwrap().to_le_bytes());
                into.extend(value);
            }
            (Self::Chunks(..), None) => into.extend(u64::MAX.to_le_bytes()),
            (Self::Chunks(..), Some(value)) => {
                // Alternately with its length and without, as servers do.
                let total = if value.len() % 2 == 0 { u64::try_from(value.len()).unwrap() } else { u64::MAX - 1 };
                into.extend(total.to_le_bytes());
                for chunk in value.chunks(1000) {
                    into.extend(u32::try_from(chunk.len()).unwrap().to_le_bytes());
                    into.extend(chunk);
                }
                into.extend(0_u32.to_le_bytes());
            }
            (Self::Variant, value) => {
                let value = value.unwrap_or_default();
                into.extend(u32::try_from(value.len()).unwrap().to_le_bytes());
                into.extend(value);
            }
        }
    }
}

/// An answer with columns.
#[derive(Clone, Debug)]
pub struct Table {
    pub columns: Vec<(String, Type)>,
    pub rows: Vec<Vec<Option<Vec<u8>>>>,
}

pub fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn short_text(text: &str, into: &mut Vec<u8>) {
    into.push(u8::try_from(text.encode_utf16().count()).unwrap());
    into.extend(utf16(text));
}

fn with_length(token: u8, body: &[u8], into: &mut Vec<u8>) {
    into.push(token);
    into.extend(u16::try_from(body.len()).unwrap().to_le_bytes());
    into.extend(body);
}

pub fn table(table: &Table, into: &mut Vec<u8>) {
    into.push(0x81);
    into.extend(u16::try_from(table.columns.len()).unwrap().to_le_bytes());
    for (name, kind) in &table.columns {
        into.extend(0_u32.to_le_bytes());
        // May be NULL, or not.
        into.extend([u8::from(!matches!(kind, Type::Fixed(_))), 0]);
        kind.describe(into);
        short_text(name, into);
    }
    for row in &table.rows {
        let kinds = table.columns.iter().map(|(_, kind)| kind);
        if row.iter().all(Option::is_some) {
            into.push(0xD1);
            kinds.zip(row).for_each(|(kind, cell)| kind.value(cell.as_deref(), into));
            continue;
        }
        // Newer servers leave NULLs out and tell which they were.
        into.push(0xD2);
        let mut nulls = vec![0_u8; row.len().div_ceil(8)];
        for (index, _) in row.iter().enumerate().filter(|(_, cell)| cell.is_none()) {
            nulls[index / 8] |= 1 << (index % 8);
        }
        into.extend(nulls);
        for (kind, cell) in kinds.zip(row).filter(|(_, cell)| cell.is_some()) {
            kind.value(cell.as_deref(), into);
        }
    }
}

/// The end of a statement, or of all: `token` says of what.
pub fn done(token: u8, status: u16, rows: usize, into: &mut Vec<u8>) {
    into.push(token);
    into.extend(status.to_le_bytes());
    into.extend(0xC1_u16.to_le_bytes());
    into.extend(u64::try_from(rows).unwrap().to_le_bytes());
}

pub const DONE: u8 = 0xFD;
pub const DONE_PROCEDURE: u8 = 0xFE;
pub const DONE_IN_PROCEDURE: u8 = 0xFF;

pub fn return_status(status: i32, into: &mut Vec<u8>) {
    into.push(0x79);
    into.extend(status.to_le_bytes());
}

pub fn error(number: u32, class: u8, message: &str, into: &mut Vec<u8>) {
    let mut body = number.to_le_bytes().to_vec();
    body.extend([1, class]);
    body.extend(u16::try_from(message.encode_utf16().count()).unwrap().to_le_bytes());
    body.extend(utf16(message));
    short_text("FAKE", &mut body);
    short_text("", &mut body);
    body.extend(1_u32.to_le_bytes());
    // Below that it is for information only.
    with_length(if class > 10 { 0xAA } else { 0xAB }, &body, into);
}

pub fn login_acknowledged(into: &mut Vec<u8>) {
    let mut body = vec![1, 0x74, 0, 0, 4];
    short_text("Microsoft SQL Server", &mut body);
    body.extend([16, 0, 0x03, 0xE8]);
    with_length(0xAD, &body, into);
}

pub fn new_text(kind: u8, new: &str, old: &str, into: &mut Vec<u8>) {
    let mut body = vec![kind];
    short_text(new, &mut body);
    short_text(old, &mut body);
    with_length(0xE3, &body, into);
}

pub fn new_collation(into: &mut Vec<u8>) {
    with_length(0xE3, &[&[7, 5], &COLLATION[..], &[0]].concat(), into);
}

/// A transaction began (8), was committed (9) or rolled back (10).
pub fn transaction(kind: u8, descriptor: [u8; 8], into: &mut Vec<u8>) {
    let body = if kind == 8 {
        [&[kind, 8], &descriptor[..], &[0]].concat()
    } else {
        [&[kind, 0, 8], &descriptor[..]].concat()
    };
    with_length(0xE3, &body, into);
}

/// Sends the client elsewhere.
pub fn routing(host: &str, port: u16, into: &mut Vec<u8>) {
    let mut to = vec![0];
    to.extend(port.to_le_bytes());
    to.extend(u16::try_from(host.len()).unwrap().to_le_bytes());
    to.extend(utf16(host));
    let mut body = vec![20];
    body.extend(u16::try_from(to.len()).unwrap().to_le_bytes());
    body.extend(to);
    body.extend([0, 0]);
    with_length(0xE3, &body, into);
}
