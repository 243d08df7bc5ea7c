//! Where a value of a YAML file stands.

pub use serde_saphyr::Spanned;

use crate::lang::{Source, Span};

/// The bytes of `source` that a value covers.
#[must_use]
pub fn span<T>(source: &Source, value: &Spanned<T>) -> Span {
    let place = value.referenced.span();
    let within = |offset: Option<u64>| {
        let offset = offset.and_then(|offset| usize::try_from(offset).ok()).unwrap_or_default();
        source.text.floor_char_boundary(offset.min(source.text.len()))
    };
    let end = place.byte_offset().zip(place.byte_len()).map(|(start, length)| start.saturating_add(length));
    Span::new(within(place.byte_offset()), within(end))
}
