//! What may stand between the quotes and brackets of a rule, and what may not.

use crate::lang::{Diagnostic, Span, code};

/// Length of white space that AD FS may not know: U+00A0.
/// DECISION: it is white space, with a warning.
pub(super) fn blank(rest: &str) -> Option<usize> {
    rest.starts_with('\u{A0}').then_some('\u{A0}'.len_utf8())
}

pub(super) fn no_break_space(span: Span) -> Diagnostic {
    Diagnostic::warning(code::NO_BREAK_SPACE, span, "a no-break space (U+00A0) stands between words")
        .with_label("looks like a space and is none")
        .with_help("replace it with an ordinary space; it comes from web pages, and AD FS may refuse it")
}

/// Length of a comment as other languages have them.
pub(super) fn comment(rest: &str) -> Option<usize> {
    if rest.starts_with("/*") {
        return Some(rest.find("*/").map_or(rest.len(), |end| end + 2));
    }
    let to_line_end = || rest.find(['\n', '\r']).unwrap_or(rest.len());
    ["//", "#", "--"].iter().any(|opening| rest.starts_with(opening)).then(to_line_end)
}

/// DECISION: the language has no comments, and none are added.
pub(super) fn comment_found(span: Span) -> Diagnostic {
    Diagnostic::error(code::COMMENT, span, "claim rules have no comments (AD FS: POLICY0029)")
        .with_label("AD FS would refuse the whole rule set here")
        .with_help("say it in `@RuleName = \"…\"`, or in a file beside the rules")
}

/// A literal, or what was meant to be one.
pub(super) enum Literal {
    /// With both quotes on one line.
    Whole { end: usize, finding: Option<Diagnostic> },
    /// Cannot be read; `end` is where reading goes on.
    Broken { end: usize, finding: Diagnostic, ends_rule: bool },
}

/// The literal that starts at `start`, if one does.
pub(super) fn literal(text: &str, start: usize) -> Option<Literal> {
    let rest = text.get(start..)?;
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let inside = rest.get(1..)?;
    let length = inside.find([quote, '\n', '\r']).unwrap_or(inside.len());
    let stop = start + 1 + length;
    let Some(after) = inside.get(length..).filter(|after| after.starts_with(quote)) else {
        return Some(line_break(text, start, stop, quote));
    };
    let end = stop + 1;
    if quote == '"' && length == 0 && after.get(1..).is_some_and(begins_doubled) {
        return Some(doubled(text, start, end));
    }
    let finding = (quote == '\'').then(|| single_quotes(Span::new(start, end)));
    Some(Literal::Whole { end, finding })
}

/// DECISION: `'…'` is read, with a warning, and printed as `"…"`.
fn single_quotes(span: Span) -> Diagnostic {
    Diagnostic::warning(code::SINGLE_QUOTES, span, "a literal stands in single quotes")
        .with_label("only double quotes are documented")
        .with_help("write it in double quotes; a double quote inside would belong to the text")
}

/// Whether what follows an empty literal continues a text: `""http://…""`.
fn begins_doubled(after: &str) -> bool {
    after.starts_with(|next: char| next.is_alphanumeric() || matches!(next, '_' | '^' | '(' | '\\' | '.' | '$' | '{'))
}

fn doubled(text: &str, start: usize, end: usize) -> Literal {
    let rest = text.get(end..).unwrap_or_default();
    let length = rest.find(['\n', '\r', '"']).unwrap_or(rest.len());
    let is_closed = rest.get(length..).is_some_and(|closing| closing.starts_with("\"\""));
    let end = if is_closed { end + length + 2 } else { end };
    let finding = Diagnostic::error(
        code::DOUBLED_QUOTES,
        Span::new(start, end),
        "the quotes are doubled; a claim rule has no `\"\"` inside a literal (AD FS: POLICY0030)",
    )
    .with_label("`\"\"` is a whole, empty literal")
    .with_help("this is the text of a PowerShell string: replace every `\"\"` with `\"`");
    Literal::Broken { end, finding, ends_rule: false }
}

/// DECISION: a line break inside a literal is refused; where the literal goes on is guessed, so that what follows can
/// be read.
fn line_break(text: &str, start: usize, stop: usize, quote: char) -> Literal {
    let after = text.get(stop..).unwrap_or_default();
    if after.is_empty() {
        let finding = Diagnostic::error(
            code::UNCLOSED_LITERAL,
            Span::new(start, stop),
            "a literal has no closing quote (AD FS: POLICY0029)",
        )
        .with_label("opened here, and the text ends")
        .with_help("close it, or remove its opening quote; a literal cannot hold a double quote");
        return Literal::Broken { end: stop, finding, ends_rule: true };
    }
    let (end, label, help) = match wrapped_to(after, quote) {
        Some(length) => (
            stop + length,
            "the line ends inside this literal",
            "line-wrapped export? join the lines; nothing may be added at the joint (`Format-List` and consoles wrap: \
             export with `Out-File -Width 9999`)",
        ),
        None => (stop, "no closing quote on this line", "close the literal on its line; it cannot hold a line break"),
    };
    let finding = Diagnostic::error(
        code::LINE_BREAK_IN_LITERAL,
        Span::new(start, stop),
        "a literal must end on the line on which it begins (AD FS: POLICY0029)",
    )
    .with_label(label)
    .with_help(help);
    let swallowed = text.get(start..stop).unwrap_or_default();
    Literal::Broken { end, finding, ends_rule: end == stop && swallowed.trim_end().ends_with(';') }
}

/// How far a literal goes on after a line break: up to the next quote, if that quote looks like a closing one.
fn wrapped_to(after: &str, quote: char) -> Option<usize> {
    let end = after.find(quote)? + 1;
    let mut following = after.get(end..)?.trim_start().chars();
    matches!(following.next(), Some(',' | ']' | ')' | '+' | ';' | '=' | '&' | '@') | None).then_some(end)
}

/// How much of a URI follows a word, where a literal should be: `http` of `http://x/y`, `urn` of `urn:oid:1`.
pub(super) fn unquoted_uri(rest: &str) -> Option<usize> {
    let scheme = rest.strip_prefix(':')?;
    let has_authority = scheme.starts_with("//");
    if !has_authority && !scheme.starts_with(|next: char| next.is_ascii_alphanumeric()) {
        return None;
    }
    let length = scheme.find([' ', '\t', '\r', '\n', ',', ']', ')', ';', '"', '[', '(']).unwrap_or(scheme.len());
    let is_urn = || scheme.get(..length).is_some_and(|path| path.contains([':', '/']));
    (has_authority || is_urn()).then_some(length + 1)
}

pub(super) fn uri_without_quotes(span: Span, uri: &str) -> Diagnostic {
    Diagnostic::error(code::MISSING_QUOTES, span, format!("`{uri}` needs quotes (AD FS: POLICY0030)"))
        .with_help(format!("write `\"{uri}\"`"))
}

/// A character that begins no token: how much to skip, and what to say.
pub(super) fn stray(text: &str, start: usize) -> (usize, Diagnostic) {
    let rest = text.get(start..).unwrap_or_default();
    let Some(first) = rest.chars().next() else {
        return (0, unknown(Span::new(start, start), "the end", None));
    };
    if is_typographic(first) {
        return typographic(rest, start);
    }
    if let Some(found) = invisible(first, start) {
        return (first.len_utf8(), found);
    }
    let known = STRAYS.iter().find(|(sign, ..)| rest.starts_with(sign));
    let length = known.map_or(first.len_utf8(), |(sign, ..)| sign.len());
    let span = Span::new(start, start + length);
    let Some(&(sign, operator, help)) = known else {
        let shown = if first.is_ascii_graphic() || first.is_alphanumeric() {
            format!("`{first}`")
        } else {
            format!("the character U+{:04X}", u32::from(first))
        };
        return (length, unknown(span, &shown, None));
    };
    if operator {
        let message = format!("`{sign}` is no operator of the language (AD FS: POLICY0029)");
        return (length, Diagnostic::error(code::WRONG_OPERATOR, span, message).with_help(help));
    }
    (length, unknown(span, &format!("`{sign}`"), Some(help)))
}

/// A character that no one sees: joiners, word joiners, soft hyphens, byte order marks of joined files.
fn invisible(character: char, start: usize) -> Option<Diagnostic> {
    if !matches!(character, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}') {
        return None;
    }
    let span = Span::new(start, start + character.len_utf8());
    let number = u32::from(character);
    let message = format!("an invisible character (U+{number:04X}) stands between words (AD FS: POLICY0029)");
    let help = "it is left from a web page or joined files; delete it";
    Some(Diagnostic::error(code::UNKNOWN_CHARACTER, span, message).with_help(help))
}

/// Length of a number below zero: `-1`.
pub(super) fn negative_number(rest: &str) -> Option<usize> {
    let digits = rest.strip_prefix('-')?;
    let length = digits.find(|next: char| !next.is_ascii_digit()).unwrap_or(digits.len());
    (length > 0).then_some(length + 1)
}

pub(super) fn count_below_zero(span: Span) -> Diagnostic {
    Diagnostic::error(code::NUMBER, span, "a count is never below zero (AD FS: POLICY0029)")
        .with_help("compare with 0 or more, or remove the condition")
}

fn unknown(span: Span, shown: &str, help: Option<&str>) -> Diagnostic {
    let message = format!("{shown} means nothing outside a literal (AD FS: POLICY0029)");
    let help = help.unwrap_or("remove it, or put the text that it belongs to in double quotes");
    Diagnostic::error(code::UNKNOWN_CHARACTER, span, message).with_help(help)
}

/// Signs that people write from other languages: whether each was meant as an operator, and what to write instead.
const STRAYS: &[(&str, bool, &str)] = &[
    ("~=", true, "write `=~`: the value matches a regular expression"),
    ("~", true, "`=~` matches a regular expression, `!~` does not match one"),
    ("||", true, "there is no \"or\": write two rules, or one regular expression such as `=~ \"^(a|b)$\"`"),
    ("|", true, "there is no \"or\" between conditions; inside a regular expression `|` needs the quotes around it"),
    ("&", true, "conditions are joined by `&&`, predicates inside brackets by `,`"),
    ("!", true, "`!=` and `!~` compare; the opposite of `exists([…])` is `not exists([…])`"),
    ("->", true, "write `=>` between conditions and action"),
    ("-", true, "a text with `-` needs double quotes; the language does not calculate"),
    ("*", true, "a pattern needs double quotes, and `=~` before it"),
    ("{", false, "`{0}` belongs inside the literal of `query`; there are no blocks"),
    ("}", false, "`{0}` belongs inside the literal of `query`; there are no blocks"),
    ("`", false, "a back quote is left over from PowerShell; remove it"),
    ("$", false, "a PowerShell variable is left in the text: put its value here, in double quotes"),
    ("\\", false, "a path or pattern needs double quotes around it"),
    ("^", false, "a regular expression needs double quotes around it"),
    ("/", false, "a URI needs double quotes around it"),
];

fn is_typographic(character: char) -> bool {
    matches!(character, '\u{2018}'..='\u{201F}' | '\u{00AB}' | '\u{00BB}' | '\u{2032}' | '\u{2033}')
}

/// DECISION: typographic quotes are refused, never read as delimiters.
fn typographic(rest: &str, start: usize) -> (usize, Diagnostic) {
    let first = rest.chars().next().unwrap_or_default();
    let inside = rest.get(first.len_utf8()..).unwrap_or_default();
    let ends = |next: char| is_typographic(next) || matches!(next, '\n' | '\r' | '"');
    let closing = inside.char_indices().find(|&(_, next)| ends(next)).filter(|&(_, next)| is_typographic(next));
    let length = first.len_utf8() + closing.map_or(0, |(at, next)| at + next.len_utf8());
    let message = format!("typographic quotes (`{first}`) do not delimit a literal (AD FS: POLICY0029)");
    let finding = Diagnostic::error(code::TYPOGRAPHIC_QUOTE, Span::new(start, start + length), message)
        .with_label("changed by a word processor or a web page")
        .with_help("replace both quotes with `\"`");
    (length, finding)
}
