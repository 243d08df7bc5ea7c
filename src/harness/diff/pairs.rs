//! Which rule of the old text is which of the new one.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::lang::ast::Rule;
use crate::lang::{action_text, condition_text};

/// Rules by their places, from 0, in both texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pairs {
    /// Old and new place of rules that are in both, by old place.
    pub(super) both: Vec<(usize, usize)>,
    /// Old places of rules that are gone.
    pub(super) removed: Vec<usize>,
    /// New places of rules that were not there.
    pub(super) added: Vec<usize>,
    /// Those of `both` that passed another rule, by old place.
    pub(super) moved: BTreeSet<usize>,
}

/// What a rule does, whatever it is called: its conditions and its action.
pub(super) fn meaning(rule: &Rule) -> String {
    let mut text = rule.conditions.iter().map(condition_text).collect::<Vec<_>>().join(" && ");
    text.push_str(" => ");
    text.push_str(&action_text(&rule.action));
    text
}

/// Pairs rules: by name and text, then by name, then by text; at last, rules without a name that stand in the same place
/// among their neighbours.
pub(super) fn pairs(old: &[Rule], new: &[Rule]) -> Pairs {
    let mut pairing = Pairing::new(old.len(), new.len());
    let (old_texts, new_texts): (Vec<String>, Vec<String>) =
        (old.iter().map(meaning).collect(), new.iter().map(meaning).collect());
    let names_and_texts = |rules: &[Rule], texts: &[String]| -> Vec<Option<(Option<String>, String)>> {
        rules.iter().zip(texts).map(|(rule, text)| Some((rule.name().map(str::to_owned), text.clone()))).collect()
    };
    pairing.by(&names_and_texts(old, &old_texts), &names_and_texts(new, &new_texts));
    let names =
        |rules: &[Rule]| -> Vec<Option<String>> { rules.iter().map(|rule| rule.name().map(str::to_owned)).collect() };
    pairing.by(&names(old), &names(new));
    let some = |texts: Vec<String>| -> Vec<Option<String>> { texts.into_iter().map(Some).collect() };
    pairing.by(&some(old_texts), &some(new_texts));
    let (old_places, new_places) = pairing.neighbours(old, new);
    pairing.by(&old_places, &new_places);
    pairing.finish()
}

/// The partner of each rule, as far as it is known.
struct Pairing {
    of_old: Vec<Option<usize>>,
    of_new: Vec<Option<usize>>,
}

impl Pairing {
    fn new(old: usize, new: usize) -> Self {
        Self { of_old: vec![None; old], of_new: vec![None; new] }
    }

    /// Pairs those who have no partner yet and the same key, in order. Who has no key stays alone.
    fn by<K: Ord>(&mut self, old: &[Option<K>], new: &[Option<K>]) {
        let mut waiting: BTreeMap<&K, VecDeque<usize>> = BTreeMap::new();
        for (place, key) in new.iter().enumerate() {
            if let (Some(key), Some(None)) = (key, self.of_new.get(place)) {
                waiting.entry(key).or_default().push_back(place);
            }
        }
        for (place, key) in old.iter().enumerate() {
            let (Some(key), Some(None)) = (key, self.of_old.get(place)) else { continue };
            if let Some(partner) = waiting.get_mut(key).and_then(VecDeque::pop_front) {
                if let Some(slot) = self.of_old.get_mut(place) {
                    *slot = Some(partner);
                }
                if let Some(slot) = self.of_new.get_mut(partner) {
                    *slot = Some(place);
                }
            }
        }
    }

    /// For rules without a name: of the pairs that stand before them, the one that is last in the new order, as its new
    /// place plus one.
    fn neighbours(&self, old: &[Rule], new: &[Rule]) -> (Vec<Option<usize>>, Vec<Option<usize>>) {
        let mut before = 0;
        let of_old = old.iter().zip(&self.of_old).map(|(rule, partner)| {
            if let Some(partner) = partner {
                before = before.max(partner + 1);
            }
            rule.name().is_none().then_some(before)
        });
        let of_old = of_old.collect();
        before = 0;
        let of_new = new.iter().zip(&self.of_new).enumerate().map(|(place, (rule, partner))| {
            if partner.is_some() {
                before = place + 1;
            }
            rule.name().is_none().then_some(before)
        });
        (of_old, of_new.collect())
    }

    fn finish(self) -> Pairs {
        let alone = |partners: &[Option<usize>]| -> Vec<usize> {
            partners.iter().enumerate().filter(|(_, partner)| partner.is_none()).map(|(place, _)| place).collect()
        };
        let both: Vec<(usize, usize)> =
            self.of_old.iter().enumerate().filter_map(|(old, partner)| Some((old, (*partner)?))).collect();
        let stayed = longest_rising(&both);
        let moved = both.iter().map(|(old, _)| *old).filter(|old| !stayed.contains(old)).collect();
        Pairs { removed: alone(&self.of_old), added: alone(&self.of_new), moved, both }
    }
}

/// The old places of the most pairs that kept their order among each other.
fn longest_rising(both: &[(usize, usize)]) -> BTreeSet<usize> {
    // For every length, the pair that ends such a row with the smallest new place.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(both.len());
    let new_place = |index: usize| both.get(index).map_or(0, |(_, new)| *new);
    for (index, (_, new)) in both.iter().enumerate() {
        let length = ends.partition_point(|&end| new_place(end) < *new);
        before.push(length.checked_sub(1).and_then(|shorter| ends.get(shorter).copied()));
        match ends.get_mut(length) {
            Some(end) => *end = index,
            None => ends.push(index),
        }
    }
    let mut row = BTreeSet::new();
    let mut at = ends.last().copied();
    while let Some(index) = at {
        row.extend(both.get(index).map(|(old, _)| *old));
        at = before.get(index).copied().flatten();
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::parse;

    fn paired(old: &str, new: &str) -> Pairs {
        pairs(&parse(old).rule_set.rules, &parse(new).rule_set.rules)
    }

    fn rule(name: &str, value: &str) -> String {
        let name = if name.is_empty() { String::new() } else { format!("@RuleName = \"{name}\"\n") };
        format!("{name}=> issue(Type = \"t\", Value = \"{value}\");\n")
    }

    #[test]
    fn names_go_before_texts_and_texts_before_places() {
        let old = rule("a", "1") + &rule("b", "2") + &rule("", "3");
        let new = rule("b", "2") + &rule("a", "9") + &rule("", "4");
        let found = paired(&old, &new);
        assert_eq!(found.both, [(0, 1), (1, 0), (2, 2)]);
        assert_eq!(found.moved.len(), 1);
        assert!(found.removed.is_empty() && found.added.is_empty());
    }

    #[test]
    fn a_renamed_rule_is_the_same_rule() {
        assert_eq!(paired(&rule("a", "1"), &rule("b", "1")).both, [(0, 0)]);
    }

    #[test]
    fn rules_with_other_names_and_texts_are_others() {
        let found = paired(&rule("a", "1"), &rule("b", "2"));
        assert_eq!((found.removed, found.added), (vec![0], vec![0]));
    }

    #[test]
    fn a_rule_put_in_between_moves_none() {
        let old = rule("", "1") + &rule("", "2");
        let new = rule("", "1") + &rule("x", "5") + &rule("", "2");
        let found = paired(&old, &new);
        assert_eq!((found.both, found.added), (vec![(0, 0), (1, 2)], vec![1]));
        assert!(found.moved.is_empty());
    }

    #[test]
    fn of_rules_with_one_name_those_with_the_same_text_are_pairs() {
        let found = paired(&(rule("a", "1") + &rule("a", "2")), &(rule("a", "2") + &rule("a", "3")));
        assert_eq!(found.both, [(0, 1), (1, 0)]);
    }
}
