//! What a text in quotes is for, by the words before it. Works also while the rule is half written.

use super::tokens::{Kind, Token};

/// What stands, or could stand, at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role<'a> {
    /// A whole claim type.
    ClaimType,
    /// The key of a claim property.
    PropertyKey,
    /// A regular expression.
    Pattern,
    /// What takes the place of a match.
    Replacement,
    /// The name of an attribute store.
    Store,
    /// The question to a store.
    Query,
    /// Who says it.
    Issuer,
    /// A value; the type of the claim, if the same brackets name it.
    Value(Option<&'a str>),
    /// The name of a rule.
    Label,
    /// Any other text.
    Other,
}

/// The role of what stands after `before`, the tokens of the text up to there.
pub(super) fn role<'a>(before: &[Token<'a>]) -> Role<'a> {
    let Some((last, earlier)) = before.split_last() else { return Role::Other };
    match last.text {
        "==" | "!=" => of_property(earlier, earlier),
        "=~" | "!~" => Role::Pattern,
        "=" => assigned(earlier),
        "[" if earlier.last().is_some_and(|word| word.is_word("Properties")) => Role::PropertyKey,
        "(" | "," => listed(before),
        _ => Role::Other,
    }
}

/// What is given to a word: `Type = …`, `store = …`, `@RuleName = …`.
fn assigned<'a>(earlier: &[Token<'a>]) -> Role<'a> {
    let [.., before, word] = earlier else { return Role::Other };
    match () {
        () if before.is_sign("@") => Role::Label,
        () if word.is_word("store") => Role::Store,
        () if word.is_word("query") => Role::Query,
        () => of_property(earlier, earlier),
    }
}

fn of_property<'a>(earlier: &[Token<'a>], all: &[Token<'a>]) -> Role<'a> {
    match earlier.last() {
        Some(word) if word.is_word("Type") => Role::ClaimType,
        Some(word) if word.is_word("Value") => Role::Value(type_beside(all)),
        Some(word) if word.is_word("Issuer") || word.is_word("OriginalIssuer") => Role::Issuer,
        _ => Role::Other,
    }
}

/// What an item of a list in parentheses is: a type of `types = (…)`, or an argument of a function.
fn listed<'a>(before: &[Token<'a>]) -> Role<'a> {
    let mut depth = 0_usize;
    let mut commas = 0_usize;
    for (index, token) in before.iter().enumerate().rev() {
        match token.text {
            ")" | "]" => depth += 1,
            "(" if depth == 0 => {
                return match before.get(..index) {
                    Some([.., word, sign]) if sign.is_sign("=") && word.is_word("types") => Role::ClaimType,
                    Some([.., word]) if word.is_word("RegExReplace") => match commas {
                        1 => Role::Pattern,
                        2 => Role::Replacement,
                        _ => Role::Other,
                    },
                    _ => Role::Other,
                };
            }
            "(" | "[" => {
                if depth == 0 {
                    return Role::Other;
                }
                depth -= 1;
            }
            "," if depth == 0 => commas += 1,
            ";" => return Role::Other,
            _ => {}
        }
    }
    Role::Other
}

/// The type that the brackets or the action around a place name: `Type == "…"` before it.
fn type_beside<'a>(before: &[Token<'a>]) -> Option<&'a str> {
    let mut depth = 0_usize;
    for (index, token) in before.iter().enumerate().rev() {
        match token.text {
            ")" | "]" => depth += 1,
            "(" | "[" if depth == 0 => return None,
            "(" | "[" => depth -= 1,
            ";" => return None,
            "==" | "=" if depth == 0 => {
                let is_type =
                    index.checked_sub(1).and_then(|at| before.get(at)).is_some_and(|word| word.is_word("Type"));
                if is_type && let Some((text, _)) = before.get(index + 1).and_then(Token::inside) {
                    return Some(text);
                }
            }
            _ => {}
        }
    }
    None
}

/// The tokens of the rule that a place is in, up to that place: what follows the last `;`.
pub(super) fn rule_before<'t, 'a>(tokens: &'t [Token<'a>], offset: usize) -> &'t [Token<'a>] {
    let end = tokens.partition_point(|token| token.span.start < offset);
    let before = tokens.get(..end).unwrap_or_default();
    let start = before.iter().rposition(|token| token.is_sign(";") && token.span.end <= offset).map_or(0, |at| at + 1);
    before.get(start..).unwrap_or_default()
}

/// The token at a place, and its index. Between a word and a sign the word counts.
pub(super) fn token_at<'t, 'a>(tokens: &'t [Token<'a>], offset: usize) -> Option<(usize, &'t Token<'a>)> {
    let first = tokens.partition_point(|token| token.span.end < offset);
    let touching = tokens.iter().enumerate().skip(first).take_while(|(_, token)| token.span.start <= offset);
    touching.min_by_key(|(_, token)| match token.kind {
        Kind::Literal { .. } => 0,
        Kind::Word | Kind::Number => 1,
        Kind::Sign if offset < token.span.end => 2,
        Kind::Sign => 3,
    })
}

#[cfg(test)]
mod tests {
    use super::super::tokens::tokens;
    use super::*;

    fn of(text: &str) -> Role<'_> {
        role(&tokens(text))
    }

    #[test]
    fn words_before_a_text_say_what_it_is() {
        assert_eq!(of("c:[Type =="), Role::ClaimType);
        assert_eq!(of("=> issue(TYPE ="), Role::ClaimType);
        assert_eq!(of("c:[Type =~"), Role::Pattern);
        assert_eq!(of("c:[] => add(store = \"x\", types = (\"a\", \"b\","), Role::ClaimType);
        assert_eq!(of("c:[] => add(store ="), Role::Store);
        assert_eq!(of("c:[] => add(store = \"x\", types = (\"a\"), query ="), Role::Query);
        assert_eq!(of("=> issue(Type = \"t\", Value = RegExReplace(c.Value,"), Role::Pattern);
        assert_eq!(of("=> issue(Value = RegExReplace(RegExReplace(a, b, c), \"(,\","), Role::Replacement);
        assert_eq!(of("c:[Type == \"urn:t\", Value =="), Role::Value(Some("urn:t")));
        assert_eq!(of("c:[Properties["), Role::PropertyKey);
        assert_eq!(of("@RuleName ="), Role::Label);
        assert_eq!(of("c:[OriginalIssuer !="), Role::Issuer);
        assert_eq!(of("c:["), Role::Other);
        assert_eq!(of(""), Role::Other);
    }

    #[test]
    fn the_token_under_the_cursor_is_the_one_that_says_something() {
        let all = tokens("c.Value");
        assert_eq!(token_at(&all, 1).unwrap().1.text, "c");
        assert_eq!(token_at(&all, 2).unwrap().1.text, "Value");
        assert_eq!(token_at(&tokens("x  y"), 2), None);
        assert_eq!(token_at(&tokens("[\"a\"]"), 4).unwrap().1.text, "\"a\"");
    }
}
