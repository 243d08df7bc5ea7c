//! Secrets in YAML files, blanked before any line of such a file is shown.

use std::ops::Range;

use crate::lang::Source;

/// `source` without the values of keys that may hold a secret, also misspelled ones. Whatever else there is keeps its
/// line, column and offset; too much is blanked rather than too little.
#[must_use]
pub fn without_secrets(source: &Source) -> Source {
    let text = source.text.as_str();
    let mut shown = String::with_capacity(text.len());
    let mut done = 0;
    for (colon, _) in text.match_indices(':') {
        if colon < done || !is_secret(key_before(text, colon)) {
            continue;
        }
        if let Some(Range { start, end }) = value_after(text, colon + 1) {
            shown.push_str(text.get(done..start).unwrap_or_default());
            shown.extend(text.get(start..end).unwrap_or_default().chars().map(blank));
            done = end;
        }
    }
    shown.push_str(text.get(done..).unwrap_or_default());
    Source::excerpt(source.name.clone(), shown, source.first_line())
}

/// The word before a colon, without quotes.
fn key_before(text: &str, colon: usize) -> &str {
    let before = text.get(..colon).unwrap_or_default().trim_end().trim_end_matches(['"', '\'']);
    let start = before.rfind(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-')));
    let start = start.and_then(|at| Some(at + before.get(at..)?.chars().next()?.len_utf8()));
    before.get(start.unwrap_or_default()..).unwrap_or_default()
}

/// Whether a key holds a secret itself, and not the name of a file.
fn is_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let has_word = ["pass", "pasw", "pwd", "secret"].iter().any(|word| key.contains(word));
    (has_word || key.starts_with("key") || key.ends_with("key")) && !key.ends_with("file")
}

/// The bytes of the value after a colon. `None` if the colon ends no key.
fn value_after(text: &str, from: usize) -> Option<Range<usize>> {
    let rest = text.get(from..)?;
    if rest.starts_with(|c: char| !c.is_whitespace() && !matches!(c, '"' | '\'')) {
        return None;
    }
    let value = rest.trim_start();
    let start = text.len() - value.len();
    match value.chars().next() {
        Some(quote @ ('"' | '\'')) => {
            let end = start + quoted_length(value, quote);
            let follows = text.get(end..line_end(text, end)).unwrap_or_default().trim_start();
            let ends_here = follows.is_empty() || follows.starts_with([',', '}', ']']);
            Some(start..if ends_here { end } else { line_end(text, end) })
        }
        _ => Some(from..plain_end(text, from)),
    }
}

/// The length of the quoted text at the start of `value`, with its quotes; all of `value` if it does not end.
fn quoted_length(value: &str, quote: char) -> usize {
    let mut characters = value.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        if character == '\\' && quote == '"' {
            characters.next();
        } else if character == quote {
            let doubled = quote == '\'' && characters.next_if(|&(_, next)| next == quote).is_some();
            if !doubled {
                return at + 1;
            }
        }
    }
    value.len()
}

/// Where a value without quotes ends: with its line, and with the lines below that are indented deeper.
fn plain_end(text: &str, from: usize) -> usize {
    let line_start = text.get(..from).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let indentation = indentation(text.get(line_start..).unwrap_or_default());
    let mut end = line_end(text, from);
    loop {
        let next = text.get(end..).and_then(|rest| rest.strip_prefix('\n')).unwrap_or_default();
        let next_end = line_end(text, end + 1);
        let line = text.get(end + 1..next_end).unwrap_or_default();
        let goes_on = line.trim().is_empty() || self::indentation(line) > indentation;
        if next.is_empty() || !goes_on {
            return end;
        }
        end = next_end;
    }
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn line_end(text: &str, from: usize) -> usize {
    text.get(from..).and_then(|rest| rest.find('\n')).map_or(text.len(), |length| from + length)
}

/// A character that says nothing and takes as many bytes.
fn blank(character: char) -> char {
    match (character, character.len_utf8()) {
        ('\n' | '\r', _) => character,
        (_, 1) => '*',
        (_, 2) => '·',
        (_, 3) => '•',
        _ => '🔒',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let blanked = without_secrets(&Source::new("t.yaml", text)).text;
        assert_eq!(blanked.len(), text.len());
        assert_eq!(blanked.chars().count(), text.chars().count());
        blanked
    }

    #[test]
    fn no_way_to_write_a_secret_shows_it() {
        for text in [
            "key: hunter2",
            "key:   hunter2 # the key",
            "password: \"hunter2\"",
            "\"password\":\"hunter2\"",
            "'password' : 'it''hunter2'",
            "password: \"a\\\"hunter2\"",
            "password: \"a\" hunter2",
            "password: \"hunter2",
            "{ file: a, bind_password: hunter2, more: b }",
            "{ file: a, bind_password: 'hunter2', more: b }",
            "  key: |\n    first\n\n    hunter2\n",
            "  key:\n    hunter2\n",
            "{\n\"password\":\n\"hunter2\"}",
            "? password\n: hunter2",
            "key: |\r\n  hunter2\r\n",
            "bind_pasword: hunter2",
            "Password: hunter2",
            "password: ünï名😀hunter2",
            "key: a\npassword: hunter2",
        ] {
            assert!(!shown(text).contains("hunter2"), "{text}: {}", shown(text));
        }
    }

    #[test]
    fn all_else_is_shown() {
        assert_eq!(shown("a: { password: \"x\", enabled: tru }"), "a: { password: ***, enabled: tru }");
        assert_eq!(shown("key: x\nhost: y"), "key:**\nhost: y");
        for text in ["key_file: a.key", "host: h\nurl: https://h/key:x", "bind_password_file: p", "monkeys: b\n"] {
            assert_eq!(shown(text), text);
        }
    }
}
