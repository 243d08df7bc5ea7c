//! Explanations of random rule sets: every issued claim names a rule that fired, and sources that exist.

use std::sync::Arc;

use claimsmith::engine::Stores;
use claimsmith::harness::dry_run::Rules;
use claimsmith::harness::explain::{Depth, Explanation, MetBy, Through, explain};
use claimsmith::harness::recording::Recording;
use claimsmith::lang::Source;
use proptest::prelude::*;

use crate::support::random_rules::{self, Choices, Echo};

fn stores() -> Stores {
    let mut stores = Stores::default();
    stores.insert("S", Arc::new(Echo));
    stores
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_issued_claim_has_a_rule_that_fired_and_sources_that_exist(
        bytes in prop::collection::vec(any::<u8>(), 0..160),
    ) {
        let mut choices = Choices::new(&bytes);
        let input = random_rules::claims(&mut choices);
        let text = random_rules::rules(&mut choices);
        let rules = Rules::from_source(Source::new("random.claims", text.as_str())).unwrap();
        let recording = Recording::of(&rules, input.clone(), &stores()).unwrap();
        let Explanation { run, issued, graph, .. } = explain(&rules, &recording, None, Depth::Conditions);
        let claim = |id| &graph.node(id).unwrap().claim;
        prop_assert_eq!(issued.iter().map(|&id| claim(id).clone()).collect::<Vec<_>>(), run.claims, "{}", text);
        let set = &recording.sets[0];
        for &id in &issued {
            prop_assert!(!graph.node(id).unwrap().origins.is_empty(), "{}", text);
        }
        for (id, node) in graph.nodes() {
            prop_assert_eq!(node.is_given, input.contains(&node.claim), "{}", text);
            prop_assert!(node.is_given || !node.origins.is_empty(), "{}", text);
            for origin in &node.origins {
                prop_assert!(set.trace.hits()[origin.rule.number - 1] > 0, "{}", text);
                prop_assert_eq!(set.rule(origin.rule.number - 1).unwrap().action.verb, origin.verb);
                prop_assert!(origin.from.iter().all(|&from| graph.node(from).is_some()));
                match &origin.through {
                    Through::Copy => prop_assert!(origin.from.contains(&id), "{}", text),
                    Through::Claim => {}
                    Through::Store(cell) => prop_assert!((1..=cell.rows).contains(&cell.row), "{cell:?} {}", text),
                }
                let conditions = set.rule(origin.rule.number - 1).unwrap().conditions.len();
                prop_assert_eq!(origin.conditions.len(), conditions, "{}", text);
                for met in &origin.conditions {
                    prop_assert!(text.contains(&met.text), "{} in {}", met.text, text);
                    match &met.by {
                        MetBy::Claim(id) => prop_assert!(origin.from.contains(id), "{}", text),
                        MetBy::Claims { count: 0, .. } => {
                            prop_assert!(met.text.starts_with("not exists") || met.text.starts_with("count"));
                        }
                        MetBy::Claims { .. } => prop_assert!(!met.text.starts_with("not "), "{}", text),
                    }
                }
            }
        }
    }
}
