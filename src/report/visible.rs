//! Texts of strangers on a terminal.

/// A text on one line: control characters of a hostile value must not reach a terminal.
#[must_use]
pub fn visible(text: &str) -> String {
    text.chars()
        .flat_map(|character| {
            let shown = if character.is_control() { character.escape_debug().collect() } else { vec![character] };
            shown.into_iter()
        })
        .collect()
}
