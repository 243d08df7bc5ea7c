//! LDAP search filters: read as Windows reads them, written as RFC 4515 wants them.

use std::fmt::{self, Write as _};

/// How deeply `(&(|(!…)))` may be nested.
const DEEPEST: usize = 50;
/// How many conditions a filter may have.
const MOST_ITEMS: usize = 2_000;
/// Matching rule: the value is in the entry, or in an entry that the entry leads to [MS-ADTS 3.1.1.3.4.4.3].
const IN_CHAIN: &str = "1.2.840.113556.1.4.1941";
/// Matching rule: all these bits are set [MS-ADTS 3.1.1.3.4.4.1].
const BIT_AND: &str = "1.2.840.113556.1.4.803";
/// Matching rule: one of these bits is set [MS-ADTS 3.1.1.3.4.4.2].
const BIT_OR: &str = "1.2.840.113556.1.4.804";

/// A search filter. Attribute names are in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Filter {
    And(Vec<Filter>),
    Or(Vec<Filter>),
    Not(Box<Filter>),
    Present(String),
    Equal(String, Vec<u8>),
    Substring(String, Pattern),
    AtLeast(String, Vec<u8>),
    AtMost(String, Vec<u8>),
    Extensible(String, Rule, Vec<u8>),
}

/// A value with `*` in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pattern {
    pub first: Vec<u8>,
    pub middle: Vec<Vec<u8>>,
    pub last: Vec<u8>,
}

/// The matching rules that Active Directory adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    InChain,
    BitAnd,
    BitOr,
}

impl Filter {
    /// Reads a filter. White space around conditions is passed over, and a single condition may lack its parentheses.
    ///
    /// # Errors
    ///
    /// What is wrong, with the byte it is wrong at.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut reader = Reader { text, at: 0, items: 0 };
        reader.blanks();
        let filter = if reader.peek() == Some('(') { reader.filter(0)? } else { reader.item()? };
        reader.blanks();
        if reader.at < text.len() {
            return Err(reader.wrong("nothing more is expected"));
        }
        Ok(filter)
    }
}

/// Whether conditions are nested more deeply than filters need. The LDAP library follows them as deep as they go, beyond
/// the end of the stack, which ends the process.
pub(super) fn is_too_deep(filter: &str) -> bool {
    let mut depth = 0_usize;
    filter.bytes().any(|byte| {
        depth = match byte {
            b'(' => depth + 1,
            b')' => depth.saturating_sub(1),
            _ => depth,
        };
        depth > DEEPEST + 1
    })
}

/// What is said of one.
pub(super) const TOO_DEEP: &str = "nested too deeply; 50 levels are the most that are read";

struct Reader<'a> {
    text: &'a str,
    at: usize,
    items: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn wrong(&self, what: &str) -> String {
        format!("in the filter `{}`, at byte {}: {what}", self.text, self.at)
    }

    fn take(&mut self, wanted: char) -> Result<(), String> {
        if self.peek() != Some(wanted) {
            return Err(self.wrong(&format!("`{wanted}` is expected")));
        }
        self.at += wanted.len_utf8();
        Ok(())
    }

    fn filter(&mut self, depth: usize) -> Result<Filter, String> {
        if depth > DEEPEST {
            return Err(self.wrong("it is nested too deeply"));
        }
        self.take('(')?;
        self.blanks();
        let filter = match self.peek() {
            Some('&') => Filter::And(self.list(depth)?),
            Some('|') => Filter::Or(self.list(depth)?),
            Some('!') => {
                self.at += 1;
                self.blanks();
                Filter::Not(Box::new(self.filter(depth + 1)?))
            }
            _ => self.item()?,
        };
        self.blanks();
        self.take(')')?;
        Ok(filter)
    }

    fn list(&mut self, depth: usize) -> Result<Vec<Filter>, String> {
        self.at += 1;
        let mut filters = Vec::new();
        self.blanks();
        while self.peek() == Some('(') {
            filters.push(self.filter(depth + 1)?);
            self.blanks();
        }
        if filters.is_empty() {
            return Err(self.wrong("a condition in parentheses is expected"));
        }
        Ok(filters)
    }

    fn item(&mut self) -> Result<Filter, String> {
        self.items += 1;
        if self.items > MOST_ITEMS {
            return Err(self.wrong("it has too many conditions"));
        }
        let rest = self.rest();
        let Some(equals) = rest.find(['=', '(', ')']).filter(|&at| rest.get(at..).is_some_and(|t| t.starts_with('=')))
        else {
            return Err(self.wrong("`attribute=value` is expected"));
        };
        let (left, right) = rest.split_at(equals);
        let right = right.get(1..).unwrap_or_default();
        let value = right.split(['(', ')']).next().unwrap_or_default();
        let filter = self.condition(left.trim_end(), value)?;
        self.at += equals + 1 + value.len();
        Ok(filter)
    }

    fn condition(&self, left: &str, value: &str) -> Result<Filter, String> {
        let (left, operator) = match left.char_indices().next_back() {
            Some((at, operator @ ('>' | '<' | '~' | ':'))) => (left.get(..at).unwrap_or_default(), operator),
            _ => (left, '='),
        };
        let (name, rule) = match left.split_once(':') {
            Some((name, rule)) if operator == ':' => (name, rule),
            _ => (left, ""),
        };
        let name = name.trim().to_ascii_lowercase();
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ';' | '_')) {
            return Err(self.wrong(&format!("`{name}` is no attribute name")));
        }
        Ok(match operator {
            '>' => Filter::AtLeast(name, self.bytes(value)?),
            '<' => Filter::AtMost(name, self.bytes(value)?),
            ':' => {
                let rule = match rule {
                    IN_CHAIN => Rule::InChain,
                    BIT_AND => Rule::BitAnd,
                    BIT_OR => Rule::BitOr,
                    other => return Err(self.wrong(&format!("the matching rule `{other}` is not known"))),
                };
                Filter::Extensible(name, rule, self.bytes(value)?)
            }
            '=' if value == "*" => Filter::Present(name),
            '=' if value.contains('*') => {
                let mut parts: Vec<Vec<u8>> =
                    value.split('*').map(|part| self.bytes(part)).collect::<Result<_, _>>()?;
                let last = parts.pop().unwrap_or_default();
                let first = if parts.is_empty() { Vec::new() } else { parts.remove(0) };
                parts.retain(|part| !part.is_empty());
                Filter::Substring(name, Pattern { first, middle: parts, last })
            }
            _ => Filter::Equal(name, self.bytes(value)?),
        })
    }

    /// A value without its `\xx` escapes.
    fn bytes(&self, text: &str) -> Result<Vec<u8>, String> {
        let mut pieces = text.split('\\');
        let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
        for piece in pieces {
            let byte = piece
                .get(..2)
                .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
                .and_then(|digits| u8::from_str_radix(digits, 16).ok())
                .ok_or_else(|| self.wrong("two hexadecimal digits are expected after `\\`; a backslash is `\\5c`"))?;
            bytes.push(byte);
            bytes.extend(piece.bytes().skip(2));
        }
        Ok(bytes)
    }
}

/// A value as it stands in a filter: what is not plain text is escaped, byte by byte [RFC 4515 3].
pub(super) struct Escaped<'a>(pub &'a [u8]);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ok(text) = std::str::from_utf8(self.0) else {
            return self.0.iter().try_for_each(|byte| write!(formatter, "\\{byte:02x}"));
        };
        text.chars().try_for_each(|character| match character {
            '*' | '(' | ')' | '\\' | '\0' => write!(formatter, "\\{:02x}", u32::from(character)),
            other => formatter.write_char(other),
        })
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(filters) => write_list(formatter, '&', filters),
            Self::Or(filters) => write_list(formatter, '|', filters),
            Self::Not(filter) => write!(formatter, "(!{filter})"),
            Self::Present(name) => write!(formatter, "({name}=*)"),
            Self::Equal(name, value) => write!(formatter, "({name}={})", Escaped(value)),
            Self::AtLeast(name, value) => write!(formatter, "({name}>={})", Escaped(value)),
            Self::AtMost(name, value) => write!(formatter, "({name}<={})", Escaped(value)),
            Self::Substring(name, pattern) => {
                write!(formatter, "({name}={}*", Escaped(&pattern.first))?;
                pattern.middle.iter().try_for_each(|part| write!(formatter, "{}*", Escaped(part)))?;
                write!(formatter, "{})", Escaped(&pattern.last))
            }
            Self::Extensible(name, rule, value) => {
                let rule = match rule {
                    Rule::InChain => IN_CHAIN,
                    Rule::BitAnd => BIT_AND,
                    Rule::BitOr => BIT_OR,
                };
                write!(formatter, "({name}:{rule}:={})", Escaped(value))
            }
        }
    }
}

fn write_list(formatter: &mut fmt::Formatter<'_>, operator: char, filters: &[Filter]) -> fmt::Result {
    write!(formatter, "({operator}")?;
    filters.iter().try_for_each(|filter| write!(formatter, "{filter}"))?;
    formatter.write_char(')')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_print_as_they_are_read() {
        for text in [
            "(mail=*)",
            "(&(objectclass=user)(|(cn=a*b**c)(cn=*x))(!(sn>=5)))",
            "(member:1.2.840.113556.1.4.1941:=CN=Smith\\5c, J.,DC=corp)",
            "(useraccountcontrol:1.2.840.113556.1.4.803:=2)",
            "(cn=\\2a\\28\\29\\00é)",
            "(objectsid=\\01\\05\\ff)",
            "(cn=)",
        ] {
            let filter = Filter::parse(text).unwrap();
            assert_eq!(filter.to_string(), text.replace("**", "*"));
            assert_eq!(Filter::parse(&filter.to_string()), Ok(filter));
        }
    }

    #[test]
    fn blanks_and_missing_parentheses_are_forgiven() {
        assert_eq!(Filter::parse(" ( & (a=b) (c=d) ) ").unwrap().to_string(), "(&(a=b)(c=d))");
        assert_eq!(Filter::parse("mail=a b").unwrap().to_string(), "(mail=a b)");
        assert_eq!(Filter::parse("(cn~=a)").unwrap().to_string(), "(cn=a)");
    }

    proptest::proptest! {
        #[test]
        fn an_escaped_value_is_that_value_and_nothing_else(value in "\\PC*|[*()\\\\\0&|!=<>~:;,+\"# ]{0,20}") {
            let text = format!("(&(cn={})(x=y))", crate::store::ldap::escape::escape(&value));
            let value = Filter::Equal("cn".to_owned(), value.into_bytes());
            let expected = Filter::And(vec![value, Filter::Equal("x".to_owned(), b"y".to_vec())]);
            proptest::prop_assert_eq!(Filter::parse(&text), Ok(expected));
        }
    }

    #[test]
    fn the_same_depth_is_too_deep_for_both_readers() {
        for levels in [DEEPEST, DEEPEST + 1, 100_000] {
            let deep = format!("{}(a=b){}", "(!".repeat(levels), ")".repeat(levels));
            assert_eq!(is_too_deep(&deep), levels > DEEPEST, "{levels}");
            assert_eq!(Filter::parse(&deep).is_err(), levels > DEEPEST, "{levels}");
        }
        assert!(!is_too_deep(&"(a=b)".repeat(1_000)));
    }

    #[test]
    fn other_texts_are_refused() {
        let deep = format!("{}(a=b){}", "(!".repeat(60), ")".repeat(60));
        let wide = format!("(|{})", "(a=b)".repeat(2_001));
        for text in [
            "",
            "(",
            "()",
            "(&)",
            "(a)",
            "(a=b",
            "(a=b))",
            "(a=\\zz)",
            "(a=\\4)",
            "(=b)",
            "(a b=c)",
            "(a:1.2:=c)",
            "(!a=b)",
            &deep,
            &wide,
        ] {
            assert!(Filter::parse(text).is_err(), "{text}");
        }
    }
}
