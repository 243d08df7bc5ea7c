//! What must hold of the texts of queries, whatever rules say: cargo feature `laws`, for the targets in `fuzz/`.

use super::text::{Dialect, QueryText};

const PARAMETERS: usize = 3;

/// Whatever a query says, its pieces are its own, and between two of them stands the placeholder that is bound there. Only
/// the `;` at its end, and the white space around that, is left out.
///
/// # Panics
///
/// If not so.
pub fn query(text: &str) {
    for dialect in [Dialect::PostgreSql, Dialect::MySql, Dialect::Sqlite, Dialect::SqlServer] {
        let Ok(query) = QueryText::parse(text, dialect, PARAMETERS) else { continue };
        assert!(query.order.iter().all(|number| *number < PARAMETERS));
        let bound = query.with(|place| {
            let number = place.checked_sub(1).and_then(|place| query.order.get(place));
            number.map_or_else(String::new, |number| format!("{{{number}}}"))
        });
        assert_eq!(bare(&bound), bare(&without_zeros(text)), "{dialect:?} {text}");
        // Read again, it means the same.
        assert_eq!(QueryText::parse(&bound, dialect, PARAMETERS), Ok(query), "{text}");
    }
}

/// Without what may be left out.
fn bare(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace() && *character != ';').collect()
}

/// `{007}` is `{7}`.
fn without_zeros(text: &str) -> String {
    let mut pieces = text.split('{');
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |short, piece| {
        let digits = piece.split('}').next().unwrap_or_default();
        let is_number = !digits.is_empty() && digits.len() < piece.len() && digits.bytes().all(|b| b.is_ascii_digit());
        let zeros = if is_number { digits.len() - digits.trim_start_matches('0').len().max(1) } else { 0 };
        short + "{" + piece.get(zeros..).unwrap_or_default()
    })
}
