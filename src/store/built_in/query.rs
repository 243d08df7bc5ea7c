//! Queries of the built-in stores: parts between semicolons, each of which may be a parameter.

use crate::engine::{Query, StoreError};

/// The parts of a query with their values. The text is split first: a `;` in a value belongs to the value.
pub(super) fn parts(query: &Query) -> Result<Vec<String>, StoreError> {
    query.text.split(';').map(|part| value(part.trim(), query)).collect()
}

fn value(part: &str, query: &Query) -> Result<String, StoreError> {
    let number = part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    let Some(number) = number.filter(|number| number.bytes().all(|byte| byte.is_ascii_digit())) else {
        return Ok(part.to_owned());
    };
    let parameter = number.parse::<usize>().ok().and_then(|number| query.parameters.get(number));
    match parameter {
        Some(value) => Ok(value.to_string()),
        None => Err(unreadable(query, format!("no `param` fills `{{{number}}}`"))),
    }
}

/// A query that is not of the store's form.
pub(super) fn unreadable(query: &Query, reason: impl Into<String>) -> StoreError {
    StoreError::Query { store: query.store.to_string(), query: query.text.to_string(), reason: reason.into() }
}

/// Whether the rule has as many types as the store gives fields.
pub(super) fn check_fields(query: &Query, fields: usize) -> Result<(), StoreError> {
    if query.columns == fields {
        return Ok(());
    }
    let (store, text) = (query.store.to_string(), query.text.to_string());
    Err(StoreError::Columns { store, query: text, fields, types: query.columns })
}
