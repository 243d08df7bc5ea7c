//! Letter case: the simple, invariant folding that `(?i)` uses.
//!
//! .NET lowers both the pattern and the input, one code unit at a time, and compares. This is done here with the
//! simple lower-case mapping of Unicode, in no culture. So `İ` matches `i`, the Kelvin sign matches `k` and `ẞ`
//! matches `ß`; but `ſ` is not `s`, `ı` is not `i`, `ς` is not `σ` and `µ` (micro) is not `μ` (mu), because each of
//! these is lower case already. A server in a Turkish culture would differ for `i`.

use std::sync::LazyLock;

use super::set::UnitSet;

/// Every unit that has another lower case, with it: sorted by the lower case, and sorted by the unit.
struct Pairs {
    by_lower: Vec<(u16, u16)>,
    by_upper: Vec<(u16, u16)>,
}

static PAIRS: LazyLock<Pairs> = LazyLock::new(|| {
    let by_upper: Vec<(u16, u16)> =
        (0..=u16::MAX).map(|unit| (unit, lower(unit))).filter(|(unit, lower)| unit != lower).collect();
    let mut by_lower: Vec<(u16, u16)> = by_upper.iter().map(|&(unit, lower)| (lower, unit)).collect();
    by_lower.sort_unstable();
    Pairs { by_lower, by_upper }
});

/// The lower case of a code unit; surrogates and characters without one stay.
pub(super) fn lower(unit: u16) -> u16 {
    if let Ok(byte) = u8::try_from(unit)
        && byte.is_ascii()
    {
        return u16::from(byte.to_ascii_lowercase());
    }
    // Only `İ` lowers to more than one character; the first is its simple mapping.
    char::from_u32(u32::from(unit))
        .and_then(|character| character.to_lowercase().next())
        .and_then(|lower| u16::try_from(u32::from(lower)).ok())
        .unwrap_or(unit)
}

/// All units whose lower case is that of `unit`.
pub(super) fn variants(unit: u16) -> Vec<u16> {
    let lower = lower(unit);
    if let Ok(byte) = u8::try_from(lower)
        && byte.is_ascii()
    {
        let mut found = vec![lower];
        if byte.is_ascii_lowercase() {
            found.push(u16::from(byte.to_ascii_uppercase()));
        }
        match byte {
            b'i' => found.push(0x130),
            b'k' => found.push(0x212A),
            _ => {}
        }
        return found;
    }
    let mut found = vec![lower];
    found.extend(with_key(&PAIRS.by_lower, lower, lower).iter().map(|&(_, upper)| upper));
    found
}

/// The set with the lower case of each member added.
pub(super) fn with_lower(set: &UnitSet) -> UnitSet {
    let mut ranges = set.ranges().to_vec();
    for &(low, high) in set.ranges() {
        ranges.extend(with_key(&PAIRS.by_upper, low, high).iter().map(|&(_, lower)| (lower, lower)));
    }
    UnitSet::new(ranges)
}

/// All units whose lower case is in `set`.
pub(super) fn whose_lower_is_in(set: &UnitSet) -> UnitSet {
    let mut gained = Vec::new();
    let mut lost = Vec::new();
    for &(low, high) in set.ranges() {
        gained.extend(with_key(&PAIRS.by_lower, low, high).iter().map(|&(_, upper)| (upper, upper)));
        lost.extend(
            with_key(&PAIRS.by_upper, low, high)
                .iter()
                .filter(|&&(_, lower)| !set.contains(lower))
                .map(|&(upper, _)| (upper, upper)),
        );
    }
    if gained.is_empty() && lost.is_empty() {
        return set.clone();
    }
    set.minus(&UnitSet::new(lost)).union(&UnitSet::new(gained))
}

/// The pairs whose first part lies between `low` and `high`.
fn with_key(pairs: &[(u16, u16)], low: u16, high: u16) -> &[(u16, u16)] {
    let start = pairs.partition_point(|&(key, _)| key < low);
    let end = pairs.partition_point(|&(key, _)| key <= high);
    pairs.get(start..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{UnitSet, lower, variants, whose_lower_is_in, with_lower};

    fn same(left: char, right: char) -> bool {
        let unit = |character: char| u16::try_from(u32::from(character)).unwrap();
        lower(unit(left)) == lower(unit(right))
    }

    #[test]
    fn the_awkward_letters_fold_as_documented() {
        assert!(same('İ', 'i') && same('\u{212A}', 'k') && same('ẞ', 'ß') && same('É', 'é'));
        assert!(!same('ſ', 's') && !same('ı', 'i') && !same('ς', 'σ') && !same('µ', 'μ'));
    }

    #[test]
    fn variants_are_all_units_with_the_same_lower_case() {
        let mut expected = std::collections::BTreeMap::<u16, Vec<u16>>::new();
        for unit in 0..=u16::MAX {
            expected.entry(lower(unit)).or_default().push(unit);
        }
        for unit in (0..0x250).chain(0x370..0x400).chain(0x1E00..0x2200) {
            let mut found = variants(unit);
            found.sort_unstable();
            assert_eq!(found, expected[&lower(unit)], "U+{unit:04X}");
        }
    }

    #[test]
    fn a_set_is_folded_as_dotnet_folds_a_class() {
        for ranges in [vec![(65, 70)], vec![(97, 122)], vec![(0x80, 0x250)], vec![(0, 90), (0x3A3, 0x3C2)]] {
            let set = UnitSet::new(ranges);
            let lowered = with_lower(&set);
            let folded = whose_lower_is_in(&lowered);
            for unit in 0..=u16::MAX {
                let expected = lowered.contains(lower(unit));
                assert_eq!(folded.contains(unit), expected, "U+{unit:04X}");
            }
        }
    }
}
