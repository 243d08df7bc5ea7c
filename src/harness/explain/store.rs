//! Which cell of a store's answer became a claim.

use std::sync::Arc;

use crate::engine::{Claim, Query};
use crate::harness::group::Membership;
use crate::harness::recording::Recording;

/// A cell of a store's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The store, as the rule names it.
    pub store: String,
    /// The query with its parameters filled in.
    pub query: String,
    /// The row, from 1; 0 if it cannot be told.
    pub row: usize,
    /// How many rows there were.
    pub rows: usize,
    /// The column, from 1.
    pub column: usize,
    /// How many columns there are.
    pub columns: usize,
    /// How the user is in the group that the cell names, if that was asked.
    pub membership: Option<Membership>,
    pub(super) asked: Query,
}

/// The cell of the answer to `query` that became `claim`.
pub(super) fn cell(recording: &Recording<'_>, query: &Query, types: &[Arc<str>], claim: &Claim) -> Cell {
    let rows = recording.answer(query).unwrap_or_default();
    let is_it = |(claim_type, cell): (&Arc<str>, &Option<Arc<str>>)| {
        *claim_type == claim.claim_type && cell.as_ref() == Some(&claim.value)
    };
    let place = rows.iter().enumerate().find_map(|(row, cells)| {
        let column = types.iter().zip(cells).position(is_it)?;
        Some((row + 1, column + 1))
    });
    let (row, column) = place.unwrap_or_default();
    let (rows, columns) = (rows.len(), types.len());
    let (store, text, asked) = (query.store.to_string(), filled(query), query.clone());
    Cell { store, query: text, row, rows, column, columns, membership: None, asked }
}

/// A query with its parameters in place of `{0}`, `{1}`, …, for showing: how a store escapes them is its own affair.
#[must_use]
pub(in crate::harness) fn filled(query: &Query) -> String {
    let mut text = String::new();
    let mut rest = &*query.text;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let parameter = after.split_once('}').and_then(|(number, behind)| {
            let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            let value = query.parameters.get(number.parse::<usize>().ok().filter(|_| is_number)?)?;
            Some((value, behind))
        });
        if let Some((value, behind)) = parameter {
            text.push_str(value);
            rest = behind;
        } else {
            text.push('{');
            rest = after;
        }
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_in_braces_are_filled() {
        let query = Query {
            store: "S".into(),
            text: "(x={1}{a}{{0}});mail;{0}".into(),
            parameters: vec!["CORP\\a{1}".into(), "b".into()],
            columns: 1,
        };
        assert_eq!(filled(&query), "(x=b{a}{CORP\\a{1}});mail;CORP\\a{1}");
    }
}
