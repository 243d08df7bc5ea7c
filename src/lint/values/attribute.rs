//! Queries to the Active Directory store: `filter;attribute[,attribute…];DOMAIN\user` [language reference 8.1].

use super::constant;
use crate::engine::store_key;
use crate::lang::ast::StoreQuery;

/// The name under which rules ask the directory.
const DIRECTORY: &str = "Active Directory";

/// A part of a query, with its place in the text, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lint) struct Part<'a> {
    /// Without the blanks around it.
    pub(in crate::lint) text: &'a str,
    /// From the start of the query.
    pub(in crate::lint) start: usize,
}

/// The text of a query to the directory, if it is the same at all times.
pub(in crate::lint) fn directory_query(query: &StoreQuery) -> Option<String> {
    if is_directory(query) { constant(&query.query) } else { None }
}

/// Whether a query goes to the directory.
pub(in crate::lint) fn is_directory(query: &StoreQuery) -> bool {
    constant(&query.store).is_some_and(|store| store_key(&store) == store_key(DIRECTORY))
}

impl<'a> Part<'a> {
    /// The parts between `separator`, in order.
    pub(in crate::lint) fn split(text: &'a str, separator: char) -> impl Iterator<Item = Self> {
        let mut start = 0;
        text.split(separator).map(move |part| {
            let leading = part.len() - part.trim_start().len();
            let found = Self { text: part.trim(), start: start + leading };
            start += part.len() + separator.len_utf8();
            found
        })
    }

    /// The attributes that a query to the directory asks for; `None` unless it has three parts.
    pub(in crate::lint) fn attributes(query: &'a str) -> Option<Vec<Self>> {
        let parts: Vec<Part<'_>> = Part::split(query, ';').collect();
        let [_, attributes, _] = parts[..] else { return None };
        let inside = Part::split(attributes.text, ',');
        Some(inside.map(|part| Self { start: part.start + attributes.start, ..part }).collect())
    }
}

/// The attribute that a column of a query to the directory reads.
pub(in crate::lint) fn column_attribute(query: &StoreQuery, column: usize) -> Option<String> {
    let text = directory_query(query)?;
    Part::attributes(&text)?.get(column).map(|part| part.text.to_owned())
}
