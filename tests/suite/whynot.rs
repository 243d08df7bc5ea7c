//! Reasons for claims that nobody gets: over random rules, and over published ones.

use std::sync::Arc;

use claimsmith::engine::claim::AD_AUTHORITY;
use claimsmith::engine::{AttributeStore, Claim, Query, Row, StoreError, Stores};
use claimsmith::harness::dry_run::Rules;
use claimsmith::harness::recording::Recording;
use claimsmith::harness::wanted::Wanted;
use claimsmith::harness::whynot::found::{Block, Given, Missing, Obstacle, Why};
use claimsmith::harness::whynot::{WhyNot, whynot};
use claimsmith::lang::Source;
use claimsmith::report::explain::Person;
use claimsmith::report::whynot as report;
use proptest::prelude::*;

use crate::support::random_rules::{self, Choices, Echo};
use crate::support::shared::shared;

fn stores() -> Stores {
    let mut stores = Stores::default();
    stores.insert("S", Arc::new(Echo));
    stores
}

/// Every search below one, itself included.
fn all<'m>(missing: &'m Missing, found: &mut Vec<&'m Missing>) {
    found.push(missing);
    for root in missing.candidates.iter().filter_map(|candidate| candidate.root.as_deref()) {
        all(root, found);
    }
    if let Some(Given::Accepted(inner)) = &missing.given {
        all(inner, found);
    }
}

fn written(wanted: &Wanted, found: &WhyNot) -> String {
    let mut out = Vec::new();
    report::human(&mut out, Person { user: Some("u") }, wanted, found).unwrap();
    report::json(&mut Vec::new(), Person { user: Some("u") }, wanted, found).unwrap();
    String::from_utf8(out).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn who_lacks_a_claim_is_told_why_and_who_has_it_is_told_so(
        bytes in prop::collection::vec(any::<u8>(), 0..160),
        claim_type in 0_usize..4,
        value in 0_usize..6,
    ) {
        let mut choices = Choices::new(&bytes);
        let input = random_rules::claims(&mut choices);
        let text = random_rules::rules(&mut choices);
        let rules = Rules::from_source(Source::new("random.claims", text.as_str())).unwrap();
        let recording = Recording::of(&rules, input.clone(), &stores()).unwrap();
        let value = ["1", "2", "12", "", "122", "*"][value];
        let wanted = Wanted::Claim {
            claim_type: ["a", "b", "c", "d"][claim_type].to_owned(),
            value: (value != "*").then(|| value.to_owned()),
        };
        let found = whynot(&rules, &recording, &stores(), &wanted);
        let gets = recording.run.claims.iter().any(|claim| wanted.fits(claim));
        let said = written(&wanted, &found);
        prop_assert_eq!(said.contains("does not get"), !gets, "{}\n{}", text, said);
        let WhyNot::Lacks(lacks) = &found else { return Ok(()) };
        let missing = lacks.missing.as_ref().unwrap();
        let set = &recording.sets[0];
        if missing.candidates.is_empty() && missing.fixed.is_empty() {
            let of_type = recording.run.claims.iter().any(|claim| wanted.is_type(&claim.claim_type));
            prop_assert!(!of_type, "some rule issues this type: {}\n{}", text, said);
        }
        let mut searches = Vec::new();
        all(missing, &mut searches);
        for search in searches {
            for candidate in &search.candidates {
                let index = candidate.rule.number - 1;
                let rule = set.rule(index).unwrap();
                match &candidate.why {
                    Why::Blocked(block) => {
                        let Block { number, text: condition, obstacle, fired, .. } = &**block;
                        prop_assert!(text.contains(condition.as_str()), "{}", condition);
                        prop_assert!(*number <= rule.conditions.len());
                        prop_assert_eq!(fired.is_some(), set.trace.hits()[index] > 0, "{}\n{}", text, said);
                        if let Obstacle::NoClaim(Some(near)) = obstacle {
                            let fails = near.tried.iter().any(|tried| tried.difference.is_some());
                            prop_assert!(fails, "the nearest claim would do: {}\n{}", text, said);
                        }
                    }
                    Why::Makes(_) | Why::Answers(_) => {
                        prop_assert!(set.trace.hits()[index] > 0, "{}\n{}", text, said);
                    }
                    Why::TooLate { .. } | Why::OnlyAdds => {}
                    Why::Unknown(why) => prop_assert!(false, "{why}: {}", text),
                }
            }
        }
    }
}

/// Knows nobody.
struct Silent;

impl AttributeStore for Silent {
    fn answer(&self, queries: &[Query]) -> Result<Vec<Vec<Row>>, StoreError> {
        Ok(vec![Vec::new(); queries.len()])
    }
}

#[test]
fn no_published_rule_set_is_too_strange() {
    let input = ["http://schemas.microsoft.com/ws/2008/06/identity/claims/windowsaccountname", "http://temp/group"];
    let input: Vec<Claim> = input.iter().map(|it| Claim::new(*it, "CORP\\alice", AD_AUTHORITY)).collect();
    let mut stores = Stores::default();
    for name in ["Active Directory", "IDPData", "Internal WID", "_OpaqueIdStore"] {
        stores.insert(name, Arc::new(Silent));
    }
    let mut asked = 0;
    let Some(folder) = shared("corpus") else { return };
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let whole = claimsmith::input::read_source(&path).unwrap();
        // The first line says what to expect of the file.
        let text = whole.text.split_once('\n').map_or("", |(_, rest)| rest);
        let name = whole.name;
        let Ok(rules) = Rules::from_source(Source::new(name.as_str(), text)) else { continue };
        let recording = Recording::of(&rules, input.clone(), &stores).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut wanted = vec![
            Wanted::role("123456789012/Admin").unwrap(),
            Wanted::claim("http://schemas.microsoft.com/authorization/claims/permit"),
        ];
        wanted.extend(recording.run.claims.iter().map(|claim| Wanted::claim(&claim.claim_type)));
        for rule in &recording.sets[0].rules.rules {
            let text = claimsmith::lang::print(&claimsmith::lang::RuleSet { rules: vec![rule.clone()] });
            let types = text.split('"').filter(|it| it.contains("://")).map(|it| Wanted::claim(&format!("{it}=x")));
            wanted.extend(types);
        }
        for wanted in wanted {
            let found = whynot(&rules, &recording, &stores, &wanted);
            let gets = recording.run.claims.iter().any(|claim| wanted.fits(claim));
            assert_eq!(matches!(found, WhyNot::Gets(_)), gets, "{name}: {wanted}");
            assert!(written(&wanted, &found).lines().count() > 1, "{name}: {wanted}");
            asked += 1;
        }
    }
    assert!(asked > 400, "only {asked} questions were asked");
}
