//! Lists of small numbers, one for each entry, side by side in one piece of memory.

/// A list for each place, from 0.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists {
    /// Where each list ends.
    ends: Vec<usize>,
    all: Vec<u32>,
}

impl Lists {
    /// Puts a list at the end.
    pub(super) fn push(&mut self, list: impl IntoIterator<Item = u32>) {
        self.all.extend(list);
        self.ends.push(self.all.len());
    }

    /// The list of a place; an empty one past the end.
    pub(super) fn list(&self, place: u32) -> &[u32] {
        let place = place as usize;
        let start = place.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        self.ends.get(place).and_then(|&end| self.all.get(start..end)).unwrap_or_default()
    }

    /// How many lists there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// All numbers of all lists.
    pub(super) fn all(&self) -> &[u32] {
        &self.all
    }

    /// The other way round: for each of `count` numbers the places whose lists hold it, in order.
    pub(super) fn turned(&self, count: usize) -> Self {
        let mut ends = vec![0; count];
        for &number in &self.all {
            if let Some(end) = ends.get_mut(number as usize) {
                *end += 1;
            }
        }
        let mut total = 0;
        for end in &mut ends {
            // For now where the list starts; it moves on with every place that is put in.
            (*end, total) = (total, total + *end);
        }
        let mut all = vec![0; total];
        for place in (0..).take(self.len()) {
            for &number in self.list(place) {
                if let Some(next) = ends.get_mut(number as usize) {
                    if let Some(slot) = all.get_mut(*next) {
                        *slot = place;
                    }
                    *next += 1;
                }
            }
        }
        Self { ends, all }
    }

    /// Gives back the memory that was reserved for more.
    pub(super) fn shrink(&mut self) {
        self.ends.shrink_to_fit();
        self.all.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_found_and_turned() {
        let mut lists = Lists::default();
        for list in [&[2, 0][..], &[], &[2]] {
            lists.push(list.iter().copied());
        }
        assert_eq!([0, 1, 2, 3].map(|place| lists.list(place)), [&[2, 0][..], &[], &[2], &[]]);
        let turned = lists.turned(4);
        assert_eq!([0, 1, 2, 3, 4].map(|number| turned.list(number)), [&[0][..], &[], &[0, 2], &[], &[]]);
        assert_eq!(turned.turned(3).list(0), [0, 2], "in order, each list");
        assert_eq!((turned.len(), turned.all().len()), (4, 3));
    }
}
