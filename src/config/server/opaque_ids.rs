//! `opaque_ids`: the key of the store `_OpaqueIdStore`, and ids that were given before.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::faults::Faults;
use super::secret;
use crate::input::{self, Spanned};
use crate::store::built_in::{OpaqueIds, TableEntry};

/// A table of ids may be this large, in bytes.
const TABLE_BYTES: u64 = 64 << 20;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Section {
    #[serde(default)]
    key: Option<Spanned<String>>,
    #[serde(default)]
    key_file: Option<Spanned<PathBuf>>,
    #[serde(default)]
    table_file: Option<Spanned<PathBuf>>,
}

/// A line of the table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    relying_party: String,
    value: String,
    original_issuer: String,
    id: Spanned<String>,
}

impl Section {
    /// The store; `None` without a key.
    pub(super) fn read(&self, faults: &mut Faults<'_>) -> Option<OpaqueIds> {
        if let (None, None, Some(table)) = (&self.key, &self.key_file, &self.table_file) {
            let help = "add `key_file: FILE`; people who are not in the table need an id, too";
            faults.at(table, "a table of ids is no use without a key", help);
            return None;
        }
        let text = secret::read("key", self.key.as_ref(), self.key_file.as_ref(), faults)?;
        let key = STANDARD.decode(text.trim()).ok().and_then(|bytes| bytes.try_into().ok());
        let Some(key) = key else {
            let (message, help) =
                ("the key of opaque ids is 32 bytes in base64", "`openssl rand -base64 32` makes one");
            match (&self.key, &self.key_file) {
                (Some(key), _) => faults.at(key, message, help),
                (None, Some(file)) => faults.at(file, message, help),
                (None, None) => {}
            }
            return None;
        };
        Some(OpaqueIds::new(&key, self.table(faults)))
    }

    fn table(&self, faults: &mut Faults<'_>) -> BTreeMap<TableEntry, Arc<str>> {
        let Some(named) = &self.table_file else { return BTreeMap::new() };
        let path = faults.path(&named.value);
        let read =
            input::read_file(&path, TABLE_BYTES).and_then(|bytes| input::decode(bytes, &path.display().to_string()));
        let lines = read.and_then(|source| input::yaml::<Vec<Line>>(&source));
        let lines = match lines {
            Ok(lines) => lines,
            Err(error) => {
                faults.elsewhere(named, error.into(), "name a YAML file that the server may read");
                return BTreeMap::new();
            }
        };
        let mut table = BTreeMap::new();
        for Line { relying_party, value, original_issuer, id } in lines {
            let told = format!("`{value}` of `{original_issuer}` has two ids for `{relying_party}`");
            let entry = TableEntry { relying_party, value, original_issuer };
            if table.insert(entry, Arc::from(id.value)).is_some() {
                faults.at(named, told, "remove one of them");
            }
        }
        table
    }
}
