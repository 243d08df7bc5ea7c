//! `_OpaqueIdStore`: ids that are the same at every sign-in of a person to a relying party, or another one at each, and
//! say nothing about the person.
//!
//! AD FS makes its ids with a secret of the farm, in a way that is not documented: they cannot be made anew, only brought
//! along in a table.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::query::{check_fields, parts, unreadable};
use crate::engine::{AttributeStore, Query, Row, StoreError};

/// Bytes of the key.
pub const KEY_BYTES: usize = 32;

/// An id that was given before, by AD FS.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TableEntry {
    /// Identifier of the relying party that knows the id.
    pub relying_party: String,
    /// The value that the rule passes, such as `CORP\alice`.
    pub value: String,
    /// The original issuer that the rule passes, such as `AD AUTHORITY`.
    pub original_issuer: String,
}

/// `_OpaqueIdStore`.
#[derive(Clone)]
pub struct OpaqueIds {
    key: Arc<hmac::Key>,
    table: Arc<BTreeMap<TableEntry, Arc<str>>>,
    relying_party: Arc<str>,
}

impl OpaqueIds {
    /// Ids of one key, except for those of the table.
    #[must_use]
    pub fn new(key: &[u8; KEY_BYTES], table: BTreeMap<TableEntry, Arc<str>>) -> Self {
        let key = Arc::new(hmac::Key::new(hmac::HMAC_SHA256, key));
        Self { key, table: Arc::new(table), relying_party: "".into() }
    }

    /// The ids of dry runs that know no server: those of a key of zeros, which anybody can work out.
    #[must_use]
    pub fn for_dry_runs() -> Self {
        Self::new(&[0; KEY_BYTES], BTreeMap::new())
    }

    fn answer_one(&self, query: &Query) -> Result<Vec<Row>, StoreError> {
        let parts = parts(query)?;
        let fields: Vec<&str> = parts.iter().map(String::as_str).collect();
        let id = match fields.as_slice() {
            [kind, value, issuer] if kind.eq_ignore_ascii_case("ppid") => self.pairwise(value, issuer),
            [kind, value, issuer, extra, instant] if kind.eq_ignore_ascii_case("useEntropy") => {
                if instant.is_empty() {
                    return Err(unreadable(query, "the fifth part, the time of the sign-in, is empty"));
                }
                self.hash(&["useEntropy", value, issuer, extra, instant])
            }
            _ => {
                return Err(unreadable(
                    query,
                    "it is not of the form `{0};{1};{2}` with the parameters \"ppid\", a value and its original issuer, or \
                     `{0};{1};{2};{3};{4}` with \"useEntropy\", a value, its original issuer, \"\" and the authentication \
                     instant",
                ));
            }
        };
        if fields.get(1).is_none_or(|value| value.is_empty()) {
            return Err(unreadable(query, "the value is empty; everybody without one would have the same id"));
        }
        check_fields(query, 1)?;
        Ok(vec![vec![Some(id)]])
    }

    fn pairwise(&self, value: &str, issuer: &str) -> Arc<str> {
        let entry = TableEntry {
            relying_party: self.relying_party.to_string(),
            value: value.to_owned(),
            original_issuer: issuer.to_owned(),
        };
        self.table.get(&entry).map_or_else(|| self.hash(&["ppid", value, issuer]), Arc::clone)
    }

    /// Each part goes in with its length, so that no two lists of parts look the same.
    fn hash(&self, parts: &[&str]) -> Arc<str> {
        let mut context = hmac::Context::with_key(&self.key);
        for part in parts.iter().chain([&&*self.relying_party]) {
            context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            context.update(part.as_bytes());
        }
        STANDARD.encode(context.sign()).into()
    }
}

impl AttributeStore for OpaqueIds {
    fn answer(&self, queries: &[Query]) -> Result<Vec<Vec<Row>>, StoreError> {
        queries.iter().map(|query| self.answer_one(query)).collect()
    }

    fn for_relying_party(&self, identifier: &str) -> Option<Arc<dyn AttributeStore>> {
        Some(Arc::new(Self { relying_party: identifier.into(), ..self.clone() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> Arc<dyn AttributeStore> {
        let entry = TableEntry {
            relying_party: "urn:sp".to_owned(),
            value: "CORP\\old".to_owned(),
            original_issuer: "AD AUTHORITY".to_owned(),
        };
        let store = OpaqueIds::new(&[7; KEY_BYTES], BTreeMap::from([(entry, "brought along".into())]));
        store.for_relying_party("urn:sp").unwrap()
    }

    fn ask(store: &dyn AttributeStore, text: &str, parameters: &[&str]) -> Result<String, StoreError> {
        let query = Query {
            store: "_OpaqueIdStore".into(),
            text: text.into(),
            parameters: parameters.iter().map(|&value| value.into()).collect(),
            columns: 1,
        };
        let rows = store.answer(&[query])?.remove(0);
        Ok(rows.into_iter().flatten().flatten().map(|cell| cell.to_string()).collect())
    }

    fn ppid(store: &dyn AttributeStore, value: &str, issuer: &str) -> String {
        ask(store, "{0};{1};{2}", &["ppid", value, issuer]).unwrap()
    }

    #[test]
    fn an_id_stays_and_is_nobody_elses() {
        let store = store();
        let alice = ppid(store.as_ref(), "CORP\\alice", "AD AUTHORITY");
        assert_eq!(alice.len(), 44);
        assert_eq!(ppid(store.as_ref(), "CORP\\alice", "AD AUTHORITY"), alice);
        assert_eq!(ask(store.as_ref(), "PPID;{0}; {1}", &["CORP\\alice", "AD AUTHORITY"]).unwrap(), alice);
        let other_party = store.for_relying_party("urn:other").unwrap();
        let other_key = OpaqueIds::new(&[8; KEY_BYTES], BTreeMap::new()).for_relying_party("urn:sp").unwrap();
        for other in [
            ppid(store.as_ref(), "CORP\\bob", "AD AUTHORITY"),
            ppid(store.as_ref(), "CORP\\alice", "OTHER"),
            ppid(store.as_ref(), "CORP\\aliceAD", " AUTHORITY"),
            ppid(other_party.as_ref(), "CORP\\alice", "AD AUTHORITY"),
            ppid(other_key.as_ref(), "CORP\\alice", "AD AUTHORITY"),
        ] {
            assert_ne!(other, alice);
        }
    }

    #[test]
    fn an_id_of_a_session_is_another_at_each_sign_in() {
        let id = |instant: &str| {
            ask(store().as_ref(), "{0};{1};{2};{3};{4}", &["useEntropy", "CORP\\alice", "AD AUTHORITY", "", instant])
        };
        let first = id("2026-11-21T08:30:00.000Z").unwrap();
        assert_eq!(id("2026-11-21T08:30:00.000Z").unwrap(), first);
        assert_ne!(id("2026-11-21T08:30:01.000Z").unwrap(), first);
        assert_ne!(ppid(store().as_ref(), "CORP\\alice", "AD AUTHORITY"), first);
        assert!(id("").unwrap_err().to_string().contains("is empty"));
    }

    #[test]
    fn an_id_of_the_table_goes_before() {
        let store = store();
        assert_eq!(ppid(store.as_ref(), "CORP\\old", "AD AUTHORITY"), "brought along");
        let other_party = store.for_relying_party("urn:other").unwrap();
        assert_eq!(ppid(other_party.as_ref(), "CORP\\old", "AD AUTHORITY").len(), 44);
    }

    #[test]
    fn other_queries_are_refused() {
        for (text, parameters) in [
            ("{0}", &["ppid"][..]),
            ("{0};{1};{2}", &["pairwise", "a", "b"]),
            ("{0};{1};{2}", &["useEntropy", "a", "b"]),
            ("{0};{1};{2};{3}", &["ppid", "a", "b", "c"]),
            ("{0};{1};{2}", &["ppid", "", "b"]),
            ("{0};{1};{2}", &["ppid", "a"]),
        ] {
            let error = ask(store().as_ref(), text, parameters).unwrap_err();
            assert!(matches!(error, StoreError::Query { .. }), "{text} {parameters:?}: {error}");
        }
        // A `;` in a value is no part of the query.
        assert_eq!(ppid(store().as_ref(), "a;b;c;d", "x").len(), 44);
    }
}
