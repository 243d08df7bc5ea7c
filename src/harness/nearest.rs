//! What somebody probably meant.

/// The candidates that resemble `wanted`, best first; at most `limit`. Equals of the same rank keep their order.
///
/// A candidate resembles it if no more than a third of the characters differ, or if it contains it.
#[must_use]
pub fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>, limit: usize) -> Vec<&'a str> {
    let folded = wanted.to_lowercase();
    let mut ranked: Vec<(usize, &str)> = candidates
        .into_iter()
        .filter(|candidate| *candidate != wanted)
        .filter_map(|candidate| rank(&folded, &candidate.to_lowercase()).map(|rank| (rank, candidate)))
        .collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, candidate)| candidate).take(limit).collect()
}

fn rank(wanted: &str, candidate: &str) -> Option<usize> {
    let distance = strsim::damerau_levenshtein(wanted, candidate);
    let longer = wanted.chars().count().max(candidate.chars().count());
    let contains = wanted.chars().count() > 2 && candidate.contains(wanted);
    (distance * 3 <= longer || contains).then_some(distance)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn names_that_resemble_come_best_first() {
        assert_eq!(nearest("alise", ["bob", "elise", "alice", "Alise"], 3), ["Alise", "elise", "alice"]);
    }

    #[test]
    fn what_is_nothing_like_it_is_not_offered() {
        assert!(nearest("zz", ["alice", "bob"], 3).is_empty());
    }

    #[test]
    fn a_part_of_a_name_finds_it() {
        assert_eq!(nearest("smith", ["john.smithers", "jane"], 3), ["john.smithers"]);
    }
}
