//! `\w`, `\d`, `\s`, and the categories that `\p{…}` names.
//!
//! The tables are those of the Unicode version that the `regex` crate carries; .NET Framework has older ones, so
//! letters that were encoded since match here and not there.

use std::sync::{Arc, LazyLock};

use regex_syntax::hir::{Class, HirKind};

use super::blocks;
use super::set::UnitSet;

/// General categories that .NET knows [.NET: Unicode category or block `\p{}`].
const CATEGORIES: &[&str] = &[
    "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps", "Pe", "Pi",
    "Pf", "Po", "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl", "Zp", "C", "Cc", "Cf", "Cs", "Co", "Cn",
];

const SURROGATES: (u16, u16) = (0xD800, 0xDFFF);

/// `\w`: letters, non-spacing marks, decimal digits and connector punctuation.
pub(super) static WORD: LazyLock<Arc<UnitSet>> = LazyLock::new(|| Arc::new(read(r"[\p{L}\p{Mn}\p{Nd}\p{Pc}]")));
/// `\d`: decimal digits of every script.
pub(super) static DIGIT: LazyLock<Arc<UnitSet>> = LazyLock::new(|| Arc::new(read(r"\p{Nd}")));
/// `\s`: white space.
pub(super) static SPACE: LazyLock<Arc<UnitSet>> = LazyLock::new(|| Arc::new(read(r"\s")));

/// The set that `\p{name}` stands for, or `None` when .NET has no such name. Names are case-sensitive.
pub(super) fn by_name(name: &str, ignore_case: bool) -> Option<UnitSet> {
    if let Some(block) = blocks::by_name(name) {
        return Some(UnitSet::new(vec![block]));
    }
    let name = *CATEGORIES.iter().find(|known| **known == name)?;
    Some(match name {
        "Cs" => UnitSet::new(vec![SURROGATES]),
        "C" => read(r"[\p{Cc}\p{Cf}\p{Co}\p{Cn}]").union(&UnitSet::new(vec![SURROGATES])),
        // Without regard to case, each of these three means all of them.
        "Lu" | "Ll" | "Lt" if ignore_case => read(r"[\p{Lu}\p{Ll}\p{Lt}]"),
        _ => read(&format!(r"\p{{{name}}}")),
    })
}

/// Whether a unit counts as part of a word for `\b`: `\w`, and the two joiners [.NET RegexCharClass.IsWordChar].
pub(super) fn is_boundary_word(unit: u16) -> bool {
    is_word(unit) || unit == 0x200C || unit == 0x200D
}

/// Whether `\w` matches the unit.
pub(super) fn is_word(unit: u16) -> bool {
    match u8::try_from(unit) {
        Ok(byte) if byte.is_ascii() => byte.is_ascii_alphanumeric() || byte == b'_',
        _ => WORD.contains(unit),
    }
}

/// The part below U+10000 of a class in the syntax of the `regex` crate.
fn read(class: &str) -> UnitSet {
    let Ok(parsed) = regex_syntax::parse(class) else { return UnitSet::default() };
    let mut ranges = Vec::new();
    let mut push = |low: char, high: char| {
        if let Ok(low) = u16::try_from(u32::from(low)) {
            ranges.push((low, u16::try_from(u32::from(high)).unwrap_or(u16::MAX)));
        }
    };
    match parsed.kind() {
        HirKind::Class(Class::Unicode(class)) => {
            class.ranges().iter().for_each(|range| push(range.start(), range.end()));
        }
        HirKind::Literal(literal) => {
            String::from_utf8_lossy(&literal.0).chars().for_each(|character| push(character, character));
        }
        _ => {}
    }
    UnitSet::new(ranges)
}

#[cfg(test)]
mod tests {
    use super::{CATEGORIES, by_name, is_word};

    #[test]
    fn every_category_has_members() {
        for name in CATEGORIES {
            assert!(!by_name(name, false).unwrap().ranges().is_empty(), "{name}");
        }
    }

    #[test]
    fn words_are_those_of_dotnet() {
        for (unit, expected) in
            [('a', true), ('_', true), ('é', true), ('\u{200D}', false), ('\u{903}', false), ('\u{24B6}', false)]
        {
            assert_eq!(is_word(u16::try_from(u32::from(unit)).unwrap()), expected, "{unit:?}");
        }
    }

    #[test]
    fn names_are_case_sensitive() {
        assert!(by_name("lu", false).is_none());
        assert!(by_name("Letter", false).is_none());
        assert!(by_name("IsGreek", false).is_some());
    }
}
