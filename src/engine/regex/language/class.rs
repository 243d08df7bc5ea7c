//! Classes of units: those that no set of any automaton tells apart, so that one stands for all.

use std::collections::BTreeMap;

use super::automaton::Automaton;
use crate::engine::regex::set::UnitSet;

/// Units that no set of any part tells apart.
pub(super) struct Class {
    pub(super) units: UnitSet,
    /// The one that reads best in an example.
    pub(super) example: u16,
    /// For every part, which of its sets hold these units.
    pub(super) within: Vec<Vec<bool>>,
}

/// The classes of units that every part which must accept can take somewhere: others lead nowhere.
pub(super) fn classes(parts: &[(&Automaton, bool)]) -> Vec<Class> {
    let sets: Vec<&UnitSet> = parts.iter().flat_map(|(part, _)| &part.sets).collect();
    let mut starts: Vec<u32> = vec![0];
    for &(low, high) in sets.iter().flat_map(|set| set.ranges()) {
        starts.extend([u32::from(low), u32::from(high) + 1]);
    }
    starts.sort_unstable();
    starts.dedup();
    let mut by_members: BTreeMap<Vec<bool>, Vec<(u16, u16)>> = BTreeMap::new();
    for (index, &start) in starts.iter().enumerate() {
        let end = starts.get(index + 1).map_or(u32::from(u16::MAX), |next| next - 1);
        let (Ok(low), Ok(high)) = (u16::try_from(start), u16::try_from(end)) else { continue };
        by_members.entry(sets.iter().map(|set| set.contains(low)).collect()).or_default().push((low, high));
    }
    let mut classes: Vec<Class> = by_members
        .into_iter()
        .filter_map(|(members, ranges)| {
            let mut members = members.into_iter();
            let within: Vec<Vec<bool>> =
                parts.iter().map(|(part, _)| members.by_ref().take(part.sets.len()).collect()).collect();
            if parts.iter().zip(&within).any(|((_, wanted), within)| *wanted && !within.contains(&true)) {
                return None;
            }
            let example = ranges.iter().map(|range| best(*range)).min_by_key(|unit| rank(*unit)).unwrap_or_default();
            Some(Class { units: UnitSet::new(ranges), example, within })
        })
        .collect();
    classes.sort_by_cached_key(|class| rank(class.example));
    classes
}

/// The unit of a range that reads best.
fn best((low, high): (u16, u16)) -> u16 {
    let inside = |unit: &u16| (low..=high).contains(unit);
    PREFERRED.bytes().map(u16::from).find(inside).unwrap_or(low)
}

/// Smaller reads better.
fn rank(unit: u16) -> (usize, u16) {
    let preferred = u8::try_from(unit).ok().and_then(|byte| PREFERRED.bytes().position(|known| known == byte));
    let strange = if (0x20..0xD800).contains(&unit) && unit != 0x7F { 1_000 } else { 2_000 };
    (preferred.unwrap_or(strange), unit)
}

const PREFERRED: &str = "a1Axbcdefghijklmnopqrstuvwyz023456789BCDEFGHIJKLMNOPQRSTUVWXYZ-_.@ ,:/+=\\";
