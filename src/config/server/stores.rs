//! `stores`: further attribute stores, under the names by which rules ask them.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::faults::Faults;
use super::ldap;
use super::sql::{FileSection, ServerSection};
use crate::config::stores::{BUILT_IN_STORES, DIRECTORY_STORE};
use crate::engine::{AttributeStore, Stores, store_key};
use crate::input::Spanned;
use crate::store::sql::Database;

/// Settings of stores by name.
pub(super) type Section = BTreeMap<String, Spanned<Store>>;

/// One store: a key for each kind there is, of which one is given.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Store {
    #[serde(default)]
    ldap: Option<Spanned<ldap::Section>>,
    #[serde(default)]
    mariadb: Option<ServerSection>,
    #[serde(default)]
    mysql: Option<ServerSection>,
    #[serde(default)]
    postgresql: Option<ServerSection>,
    #[serde(default)]
    sqlite: Option<FileSection>,
    #[serde(default)]
    sql_server: Option<ServerSection>,
}

/// The kinds that a store may be of.
const KINDS: &str = "`ldap: { … }`, `mariadb: { … }`, `mysql: { … }`, `postgresql: { … }`, `sql_server: { … }` or \
                     `sqlite: { file: FILE }`";

/// Reads the section. Stores connect when the first rule asks them.
pub(super) fn read(section: &Section, faults: &mut Faults<'_>) -> Stores {
    let mut stores = Stores::default();
    let mut names: BTreeMap<String, &str> = BTreeMap::new();
    for (name, store) in section {
        if let Err((message, help)) = check_name(name, &names) {
            faults.at(store, message, help);
            continue;
        }
        names.insert(store_key(name), name);
        if let Some(opened) = open(name, store, faults) {
            stores.insert(name, opened);
        }
    }
    stores
}

/// Whether rules could ask a store by this name, and no other.
fn check_name(name: &str, others: &BTreeMap<String, &str>) -> Result<(), (String, String)> {
    let is = |reserved: &str| store_key(reserved) == store_key(name);
    if name.trim().is_empty() {
        return Err(("the store has no name".to_owned(), "write the name by which rules ask it".to_owned()));
    }
    if is(DIRECTORY_STORE) {
        let help = "choose another name; the directory is a section of its own".to_owned();
        return Err((format!("`{name}` is the name of the directory"), help));
    }
    if BUILT_IN_STORES.iter().any(|reserved| is(reserved)) {
        return Err((format!("`{name}` is the name of a store that is built in"), "choose another name".to_owned()));
    }
    match others.get(&store_key(name)) {
        Some(other) => {
            let message =
                format!("`{name}` and `{other}` are one name: rules compare the names of stores without case");
            Err((message, "give one of them another name".to_owned()))
        }
        None => Ok(()),
    }
}

/// The one kind that is given.
fn open(name: &str, store: &Spanned<Store>, faults: &mut Faults<'_>) -> Option<Arc<dyn AttributeStore>> {
    let kinds = &store.value;
    let given = [
        kinds.ldap.is_some(),
        kinds.mariadb.is_some(),
        kinds.mysql.is_some(),
        kinds.postgresql.is_some(),
        kinds.sqlite.is_some(),
        kinds.sql_server.is_some(),
    ];
    if given.iter().filter(|given| **given).count() != 1 {
        faults.at(store, "a store must be of one kind", format!("write one of {KINDS}"));
        return None;
    }
    if let Some(section) = &kinds.ldap {
        return ldap::store(name, section, faults).map(|store| Arc::new(store) as Arc<dyn AttributeStore>);
    }
    let server = kinds.mariadb.as_ref().or(kinds.mysql.as_ref());
    let opened = match (server, &kinds.postgresql, &kinds.sql_server, &kinds.sqlite) {
        (Some(server), ..) => server.read(Database::MySql, faults),
        (_, Some(server), ..) => server.read(Database::PostgreSql, faults),
        (_, _, Some(server), _) => server.read_sql_server(faults),
        (.., Some(file)) => file.read(faults),
        (None, None, None, None) => None,
    };
    Some(Arc::new(opened?))
}
