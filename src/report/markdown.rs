//! Text that Markdown leaves as it is.

use std::fmt::Write as _;

use super::visible::visible;

/// `text` as it stands, on one line, in a paragraph or a table: characters that mean something to Markdown, to HTML or to
/// GitHub (`@name`, `#1`, links) are written as entities.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in visible(text).chars() {
        if matches!(
            character,
            '&' | '<' | '>' | '|' | '`' | '*' | '_' | '~' | '[' | ']' | '\\' | ':' | '@' | '!' | '#' | '$'
        ) {
            // INVARIANT: writing to a `String` cannot fail.
            let _ = write!(out, "&#{};", u32::from(character));
        } else {
            out.push(character);
        }
    }
    out
}

/// The same in the letters of code. GitHub looks for names of people and for issues everywhere but there.
#[must_use]
pub fn code(text: &str) -> String {
    format!("<code>{}</code>", escaped(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_becomes_markup() {
        assert_eq!(
            code("a|b `c` <img> @team *x* http://y\nz"),
            "<code>a&#124;b &#96;c&#96; &#60;img&#62; &#64;team &#42;x&#42; http&#58;//y&#92;nz</code>"
        );
    }
}
