//! In which form a text was exported.

use super::list;
use crate::lang::parse;

/// What wrote a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `ConvertTo-Json`.
    Json,
    /// `Export-Clixml`.
    Clixml,
    /// `Format-List`.
    List,
    /// Somebody who kept the rules alone.
    Rules,
    /// Nobody that is known.
    Unknown,
}

impl Form {
    /// Tells it from how the text begins, and from labels in it.
    pub(super) fn of(text: &str) -> Self {
        let text = text.trim_start();
        match text.chars().next() {
            Some('{') => Self::Json,
            Some('[') if begins_json(text) => Self::Json,
            Some('<') => Self::Clixml,
            Some(_) if list::is_one(text) => Self::List,
            Some(_) if !parse(text).rule_set.rules.is_empty() => Self::Rules,
            _ => Self::Unknown,
        }
    }
}

/// A rule may begin with `[` as well, with the name of a property after it, or with `[]` and more.
fn begins_json(text: &str) -> bool {
    let rest = text.get(1..).unwrap_or_default().trim_start();
    match rest.chars().next() {
        Some(']') => rest.get(1..).is_none_or(|after| after.trim().is_empty()),
        Some(next) => !next.is_ascii_alphabetic(),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::Form;

    #[test]
    fn rules_and_json_are_told_apart() {
        for (text, form) in [
            ("\r\n[\r\n  {", Form::Json),
            ("{}", Form::Json),
            ("[]", Form::Json),
            ("[[[", Form::Json),
            ("[] => issue(Type = \"t\");", Form::Rules),
            ("[Type == \"t\"] => issue(Type = \"t\");", Form::Rules),
            ("@RuleName = \"n\" => issue(Type = \"t\");", Form::Rules),
            ("<Objs/>", Form::Clixml),
            ("Name                   : x\nIssuanceTransformRules : y", Form::List),
            ("Name  Enabled\n----  -------\nx     True", Form::Unknown),
            ("", Form::Unknown),
        ] {
            assert_eq!(Form::of(text), form, "{text}");
        }
    }
}
