//! The text of a query: finds its `{n}`, each of which becomes a bound parameter.
//!
//! A value never becomes part of the text, so nothing here guards against one. What is refused is what would not mean
//! what its author meant: a placeholder inside quotes is a piece of a constant, one in a comment is nothing, and two
//! statements would run as one.

/// Whose SQL it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    PostgreSql,
    MySql,
    Sqlite,
    SqlServer,
}

/// A query in pieces: between two pieces, a parameter is bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct QueryText {
    /// One more than there are parameters to bind.
    pieces: Vec<String>,
    /// The pieces without quotes and comments, in which a word is a word of the language or a name.
    pub(super) bare: String,
    /// Which parameter of the rule stands at each place.
    pub(super) order: Vec<usize>,
}

impl QueryText {
    /// Reads a query for a rule that has so many parameters.
    ///
    /// # Errors
    ///
    /// What is wrong with the text, and what to write instead.
    pub(super) fn parse(text: &str, dialect: Dialect, parameters: usize) -> Result<Self, String> {
        let mut reader = Reader { rest: text, before: None, dialect, piece: String::new(), bare: String::new() };
        let (mut pieces, mut order) = (Vec::new(), Vec::new());
        while let Some(part) = reader.next()? {
            if part == Part::End {
                continue;
            }
            let Part::Placeholder(digits) = part else { continue };
            let number = digits.parse::<usize>().ok().filter(|number| *number < parameters);
            let Some(number) = number else {
                return Err(format!("it uses `{{{digits}}}`, but the rule has {parameters} parameters"));
            };
            order.push(number);
            pieces.push(std::mem::take(&mut reader.piece));
        }
        pieces.push(reader.piece);
        if order.is_empty() && pieces.iter().all(|piece| piece.trim().is_empty()) {
            return Err("it is empty".to_owned());
        }
        Ok(Self { pieces, bare: reader.bare, order })
    }

    /// The text with `parameter(n)` in the place of parameter n, counted from 1 by place.
    pub(super) fn with(&self, parameter: impl Fn(usize) -> String) -> String {
        let mut text = String::new();
        for (index, piece) in self.pieces.iter().enumerate() {
            if index > 0 {
                text.push_str(&parameter(index));
            }
            text.push_str(piece);
        }
        text
    }
}

#[derive(PartialEq, Eq)]
enum Part<'a> {
    /// Something that goes to the database as it is.
    Text,
    /// The digits between the braces.
    Placeholder(&'a str),
    /// The `;` at the end.
    End,
}

struct Reader<'a> {
    rest: &'a str,
    /// The character before the rest.
    before: Option<char>,
    dialect: Dialect,
    /// What goes to the database, up to here.
    piece: String,
    /// The same without quotes, comments and parameters.
    bare: String,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<Option<Part<'a>>, String> {
        let Some(first) = self.rest.chars().next() else { return Ok(None) };
        if let Some(length) = self.comment()? {
            self.quiet("a comment", length)?;
            return Ok(Some(Part::Text));
        }
        if let Some(length) = self.quoted(first)? {
            self.quiet("quotes", length)?;
            return Ok(Some(Part::Text));
        }
        if let Some(digits) = placeholder(self.rest) {
            return self.placeholder(digits).map(Some);
        }
        if first == ';' {
            self.end()?;
            return Ok(Some(Part::End));
        }
        self.own_parameter(first)?;
        self.bare.push(first);
        self.keep(first.len_utf8());
        Ok(Some(Part::Text))
    }

    fn keep(&mut self, length: usize) {
        let (kept, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.before = kept.chars().next_back().or(self.before);
        self.piece.push_str(kept);
        self.rest = rest;
    }

    /// Takes over what the database reads as one thing, in which a placeholder would not be one.
    fn quiet(&mut self, within: &str, length: usize) -> Result<(), String> {
        let text = self.rest.get(..length).unwrap_or(self.rest);
        let held = text.char_indices().find_map(|(at, _)| placeholder(text.get(at..)?));
        if let Some(digits) = held {
            let advice = if within == "quotes" {
                "write it without quotes: the value is bound as a text, whatever characters it has"
            } else {
                "remove it, or take it out of the comment"
            };
            return Err(format!("`{{{digits}}}` stands in {within}; {advice}"));
        }
        self.bare.push(' ');
        self.keep(length);
        Ok(())
    }

    /// The length of a comment that begins here.
    fn comment(&self) -> Result<Option<usize>, String> {
        let my_sql = self.dialect == Dialect::MySql;
        let line = |from: usize| {
            from + self.rest.get(from..).and_then(|rest| rest.find('\n')).unwrap_or_else(|| self.rest.len() - from)
        };
        if my_sql && self.rest.starts_with('#') {
            return Ok(Some(line(1)));
        }
        if let Some(after) = self.rest.strip_prefix("--") {
            // To MySQL `5--3` is eight.
            let is_comment = !my_sql || after.chars().next().is_none_or(char::is_whitespace);
            return Ok(is_comment.then(|| line(2)));
        }
        if !self.rest.starts_with("/*") {
            return Ok(None);
        }
        if my_sql && (self.rest.starts_with("/*!") || self.rest.starts_with("/*M!")) {
            return Err("it has a comment that the server would run (`/*!`); write what should be run".to_owned());
        }
        let mut depth = 0_usize;
        let mut at = 0;
        while let Some(rest) = self.rest.get(at..).filter(|rest| !rest.is_empty()) {
            if rest.starts_with("/*")
                && (depth == 0 || matches!(self.dialect, Dialect::PostgreSql | Dialect::SqlServer))
            {
                depth += 1;
                at += 2;
            } else if rest.starts_with("*/") {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return Ok(Some(at));
                }
            } else {
                at += rest.chars().next().map_or(1, char::len_utf8);
            }
        }
        Err("a comment is not closed with `*/`".to_owned())
    }

    /// The length of a quoted constant or name that begins here.
    fn quoted(&self, first: char) -> Result<Option<usize>, String> {
        let close = match first {
            '\'' | '"' => first,
            '`' if matches!(self.dialect, Dialect::MySql | Dialect::Sqlite) => first,
            '[' if matches!(self.dialect, Dialect::Sqlite | Dialect::SqlServer) => ']',
            '$' if self.dialect == Dialect::PostgreSql => return self.dollar_quoted(),
            _ => return Ok(None),
        };
        let mut at = first.len_utf8();
        loop {
            let Some(found) = self.rest.get(at..).and_then(|rest| rest.find(close)) else {
                return Err(format!("a `{first}` is not closed"));
            };
            at += found + close.len_utf8();
            // To SQLite `]]` is an end and something else.
            let may_double = close != ']' || self.dialect == Dialect::SqlServer;
            let doubled = may_double && self.rest.get(at..).is_some_and(|rest| rest.starts_with(close));
            if !doubled {
                break;
            }
            at += close.len_utf8();
        }
        let escapes = match self.dialect {
            Dialect::MySql => matches!(first, '\'' | '"'),
            Dialect::PostgreSql => first == '\'' && self.before.is_some_and(|before| matches!(before, 'e' | 'E')),
            Dialect::Sqlite | Dialect::SqlServer => false,
        };
        if escapes && self.rest.get(..at).is_some_and(|text| text.contains('\\')) {
            return Err(
                "a constant has a backslash, which servers read in two ways; pass the constant as a `param`".to_owned()
            );
        }
        Ok(Some(at))
    }

    /// `$tag$…$tag$` [PostgreSQL 4.1.2.4].
    fn dollar_quoted(&self) -> Result<Option<usize>, String> {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        if self.before.is_some_and(|before| is_word(before) || before == '$') {
            return Ok(None);
        }
        let after = self.rest.get(1..).unwrap_or_default();
        let tag = after.get(..after.find(|c| !is_word(c)).unwrap_or(after.len())).unwrap_or_default();
        let begins_with_digit = tag.starts_with(|c: char| c.is_ascii_digit());
        if begins_with_digit || !after.get(tag.len()..).is_some_and(|rest| rest.starts_with('$')) {
            return Ok(None);
        }
        let delimiter = format!("${tag}$");
        let body = self.rest.get(delimiter.len()..).unwrap_or_default();
        match body.find(&delimiter) {
            Some(found) => Ok(Some(delimiter.len() * 2 + found)),
            None => Err(format!("a `{delimiter}` is not closed")),
        }
    }

    fn placeholder(&mut self, digits: &'a str) -> Result<Part<'a>, String> {
        let length = digits.len() + 2;
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '@');
        let after = self.rest.get(length..).and_then(|rest| rest.chars().next());
        if self.before.is_some_and(is_word) || after.is_some_and(is_word) {
            return Err(format!(
                "`{{{digits}}}` is part of a word; a parameter is a value, and cannot be part of a name or a number"
            ));
        }
        self.rest = self.rest.get(length..).unwrap_or_default();
        self.before = Some('}');
        self.bare.push(' ');
        Ok(Part::Placeholder(digits))
    }

    /// Takes the `;` at the end away.
    fn end(&mut self) -> Result<(), String> {
        self.rest = self.rest.get(1..).unwrap_or_default();
        self.before = Some(';');
        loop {
            let trimmed = self.rest.trim_start();
            self.rest = trimmed;
            if trimmed.is_empty() {
                return Ok(());
            }
            match self.comment()? {
                Some(length) => self.quiet("a comment", length)?,
                None => return Err("it has more than one statement; write one".to_owned()),
            }
        }
    }

    /// Parameters in the database's own form would be filled by nobody.
    fn own_parameter(&self, first: char) -> Result<(), String> {
        let next = self.rest.chars().nth(1);
        let is_number = next.is_some_and(|c| c.is_ascii_digit());
        let is_name = next.is_some_and(|c| c.is_alphabetic() || c == '_');
        let is_word = self.before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':');
        let found = match self.dialect {
            Dialect::PostgreSql => first == '$' && is_number && !is_word,
            Dialect::MySql | Dialect::SqlServer => first == '?',
            Dialect::Sqlite => first == '?' || matches!(first, ':' | '@' | '$') && is_name && !is_word,
        };
        if found {
            return Err(format!(
                "`{first}` marks a parameter of the database; write `{{0}}`, which the first `param` fills"
            ));
        }
        Ok(())
    }
}

/// The digits of a placeholder at the start of a text. Braces around anything else are plain text.
fn placeholder(text: &str) -> Option<&str> {
    let (digits, _) = text.strip_prefix('{')?.split_once('}')?;
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::Dialect::{MySql, PostgreSql, SqlServer, Sqlite};
    use super::*;

    const ALL: [Dialect; 4] = [PostgreSql, MySql, Sqlite, SqlServer];

    fn read(text: &str, dialect: Dialect) -> Result<(String, Vec<usize>), String> {
        let text = QueryText::parse(text, dialect, 3)?;
        Ok((text.with(|place| format!("<{place}>")), text.order))
    }

    #[test]
    fn placeholders_are_repeated_and_permuted() {
        for dialect in ALL {
            assert_eq!(
                read("SELECT {1} FROM t WHERE a = {0} OR b={1};", dialect).unwrap(),
                ("SELECT <1> FROM t WHERE a = <2> OR b=<3>".to_owned(), vec![1, 0, 1])
            );
            assert_eq!(read("SELECT a FROM t", dialect).unwrap(), ("SELECT a FROM t".to_owned(), vec![]));
        }
    }

    #[test]
    fn only_what_the_database_reads_as_a_value_is_a_place_for_one() {
        for (text, dialects, told) in [
            ("SELECT '{0}'", &ALL[..], "`{0}` stands in quotes"),
            ("SELECT 'it''s {0}'", &ALL, "quotes"),
            ("SELECT \"{0}\"", &ALL, "quotes"),
            ("SELECT `{0}`", &[MySql, Sqlite], "quotes"),
            ("SELECT [{0}]", &[Sqlite, SqlServer], "quotes"),
            ("SELECT [a]]{0}]", &[SqlServer], "quotes"),
            ("SELECT $${0}$$", &[PostgreSql], "quotes"),
            ("SELECT $a$ $$ {0} $a$", &[PostgreSql], "quotes"),
            ("SELECT 1 -- {0}", &ALL, "a comment"),
            ("SELECT 1 # {0}", &[MySql], "a comment"),
            ("SELECT /* {0} */ 1", &ALL, "a comment"),
            ("SELECT /* /* */ {0} */ 1", &[PostgreSql, SqlServer], "a comment"),
            ("SELECT 1; -- {0}", &ALL, "a comment"),
            ("SELECT 1 /*! + {0} */", &[MySql], "`/*!`"),
            ("SELECT a{0}", &ALL, "part of a word"),
            ("SELECT {0}a", &ALL, "part of a word"),
            ("SELECT ${0}", &ALL, "part of a word"),
            ("SELECT {3}", &ALL, "it uses `{3}`, but the rule has 3 parameters"),
            ("SELECT {99999999999999999999999999}", &ALL, "it uses"),
            ("SELECT 1; SELECT 2", &ALL, "more than one statement"),
            ("SELECT 1;; SELECT 2", &ALL, "more than one statement"),
            ("SELECT 1; /* x */ DROP TABLE t", &ALL, "more than one statement"),
            ("SELECT 'a", &ALL, "not closed"),
            ("SELECT /* a", &ALL, "not closed"),
            ("SELECT $x$ a $$", &[PostgreSql], "not closed"),
            ("SELECT $1", &[PostgreSql], "marks a parameter"),
            ("SELECT ?", &[MySql, Sqlite, SqlServer], "marks a parameter"),
            ("SELECT ?1, :name", &[Sqlite], "marks a parameter"),
            ("SELECT @name", &[Sqlite], "marks a parameter"),
            ("SELECT 'a\\'", &[MySql], "backslash"),
            ("SELECT E'a\\'", &[PostgreSql], "backslash"),
            ("", &ALL, "empty"),
            (" ; ", &ALL, "empty"),
        ] {
            for &dialect in dialects {
                let error = read(text, dialect).expect_err(text);
                assert!(error.contains(told), "{text} {dialect:?}: {error}");
            }
        }
    }

    #[test]
    fn what_only_looks_like_quotes_and_comments_is_neither() {
        for (text, dialects, written) in [
            ("SELECT 5--{0}", &[MySql][..], "SELECT 5--<1>"),
            ("SELECT ARRAY[{0}]", &[PostgreSql], "SELECT ARRAY[<1>]"),
            ("SELECT a ? {0}", &[PostgreSql], "SELECT a ? <1>"),
            ("SELECT a::text, {0}", &[PostgreSql], "SELECT a::text, <1>"),
            ("SELECT '\\', {0}", &[PostgreSql, Sqlite, SqlServer], "SELECT '\\', <1>"),
            ("SELECT a$b, {0}", &[PostgreSql], "SELECT a$b, <1>"),
            ("SELECT 'x''{y}' || {0} -- it's\n, \";\"", &ALL, "SELECT 'x''{y}' || <1> -- it's\n, \";\""),
            ("SELECT {0}/* ; */;  /* ; */ -- ;", &ALL, "SELECT <1>/* ; *//* ; */-- ;"),
            ("SELECT $t$;$t$, {0}", &[PostgreSql], "SELECT $t$;$t$, <1>"),
            ("SELECT {fn now()}, {0}", &ALL, "SELECT {fn now()}, <1>"),
            ("SELECT @x, {0}", &[MySql, SqlServer], "SELECT @x, <1>"),
            ("EXEC p @x={0}", &[SqlServer], "EXEC p @x=<1>"),
            ("SELECT 'ünïcode {' , {0}", &ALL, "SELECT 'ünïcode {' , <1>"),
        ] {
            for &dialect in dialects {
                assert_eq!(read(text, dialect).unwrap().0, written, "{dialect:?}");
            }
        }
    }
}
