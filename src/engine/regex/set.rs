//! Sets of UTF-16 code units: what a character class means.

/// A set of code units, as sorted ranges that neither touch nor overlap.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct UnitSet {
    /// The first 128 units, one bit each.
    ascii: u128,
    ranges: Vec<(u16, u16)>,
}

impl UnitSet {
    /// The set of everything in `ranges` (both ends included), in any order.
    pub(super) fn new(mut ranges: Vec<(u16, u16)>) -> Self {
        ranges.sort_unstable();
        let mut merged: Vec<(u16, u16)> = Vec::with_capacity(ranges.len());
        for (low, high) in ranges {
            match merged.last_mut() {
                Some(last) if low <= last.1.saturating_add(1) => last.1 = last.1.max(high),
                _ => merged.push((low, high)),
            }
        }
        let mut ascii = 0;
        for &(low, high) in merged.iter().take_while(|range| range.0 < 128) {
            let more = high.min(127) - low;
            ascii |= u128::MAX >> (127 - more) << low;
        }
        Self { ascii, ranges: merged }
    }

    /// Everything but the newline: `.`.
    pub(super) fn not_newline() -> Self {
        Self::new(vec![(0, 9), (11, u16::MAX)])
    }

    /// Every code unit: `.` with `(?s)`.
    pub(super) fn all() -> Self {
        Self::new(vec![(0, u16::MAX)])
    }

    #[inline]
    pub(super) fn contains(&self, unit: u16) -> bool {
        if unit < 128 {
            return self.ascii >> unit & 1 == 1;
        }
        let index = self.ranges.partition_point(|&(_, high)| high < unit);
        self.ranges.get(index).is_some_and(|&(low, _)| low <= unit)
    }

    pub(super) fn ranges(&self) -> &[(u16, u16)] {
        &self.ranges
    }

    pub(super) fn complement(&self) -> Self {
        let mut ranges = Vec::with_capacity(self.ranges.len() + 1);
        let mut next = Some(0_u16);
        for &(low, high) in &self.ranges {
            if let Some(start) = next
                && start < low
            {
                ranges.push((start, low - 1));
            }
            next = high.checked_add(1);
        }
        if let Some(start) = next {
            ranges.push((start, u16::MAX));
        }
        Self::new(ranges)
    }

    pub(super) fn union(&self, other: &Self) -> Self {
        Self::new(self.ranges.iter().chain(&other.ranges).copied().collect())
    }

    /// What is in both.
    pub(super) fn intersection(&self, other: &Self) -> Self {
        let mut ranges = Vec::new();
        let (mut ours, mut theirs) = (self.ranges.iter().peekable(), other.ranges.iter().peekable());
        while let (Some(&&(low, high)), Some(&&(other_low, other_high))) = (ours.peek(), theirs.peek()) {
            if low.max(other_low) <= high.min(other_high) {
                ranges.push((low.max(other_low), high.min(other_high)));
            }
            if high < other_high {
                ours.next()
            } else {
                theirs.next()
            };
        }
        Self::new(ranges)
    }

    /// What is in `self` and not in `other`.
    pub(super) fn minus(&self, other: &Self) -> Self {
        self.complement().union(other).complement()
    }
}

#[cfg(test)]
mod tests {
    use super::UnitSet;

    #[test]
    fn ranges_are_merged_and_complemented() {
        let set = UnitSet::new(vec![(98, 99), (97, 97), (0x400, 0x4FF), (0x450, 0x500)]);
        assert_eq!(set.ranges(), [(97, 99), (0x400, 0x500)]);
        assert_eq!(set.complement().ranges(), [(0, 96), (100, 0x3FF), (0x501, u16::MAX)]);
        assert_eq!(set.complement().complement(), set);
        assert!(set.contains(97) && set.contains(0x500) && !set.contains(100) && !set.contains(0x501));
    }

    #[test]
    fn minus_takes_away() {
        let letters = UnitSet::new(vec![(97, 122)]);
        let vowels = UnitSet::new(vec![(97, 97), (101, 101)]);
        assert_eq!(letters.minus(&vowels).ranges(), [(98, 100), (102, 122)]);
        assert_eq!(UnitSet::all().complement().ranges(), []);
        assert_eq!(letters.intersection(&vowels), vowels);
        assert_eq!(letters.intersection(&UnitSet::new(vec![(0, 99), (121, 0x500)])).ranges(), [(97, 99), (121, 122)]);
        assert_eq!(letters.intersection(&letters.complement()), UnitSet::default());
    }
}
