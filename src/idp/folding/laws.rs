use std::collections::BTreeMap;
use std::net::IpAddr;

use super::*;
use crate::idp::client::Client;

const LIMITS: FoldingLimits = FoldingLimits { singles: 3, window_seconds: 60, remembered: 4 };

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn from(address: &str) -> Source {
    Source::Network(address.parse().unwrap())
}

/// Pseudo-random numbers, the same each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

#[test]
fn the_first_stand_for_themselves_and_the_last_of_them_for_those_that_follow() {
    let folding = Folding::new(LIMITS);
    let note = |second: i64, reference: &str| folding.note("unknown", from("192.0.2.1"), at(second), reference);
    assert_eq!(note(0, "A"), Noted::Single);
    assert_eq!(note(1, "B"), Noted::Single);
    assert_eq!(note(2, "C"), Noted::Last(at(60)));
    assert_eq!(note(3, "D"), Noted::Folded("C".to_owned()));
    assert_eq!(note(59, "E"), Noted::Folded("C".to_owned()));
    assert_eq!(folding.ended(at(59)), []);
    let told = Fold {
        kind: "unknown",
        source: from("192.0.2.1"),
        reference: "C".to_owned(),
        count: 2,
        first: at(3),
        last: at(59),
    };
    assert_eq!(folding.ended(at(60)), [told]);
    assert_eq!(folding.ended(at(60)), [], "it is told once");
    assert_eq!(note(60, "F"), Noted::Single, "and then it begins anew");
}

#[test]
fn a_window_that_ends_unseen_is_told_all_the_same() {
    let folding = Folding::new(LIMITS);
    for second in 0..5 {
        folding.note((), Source::Unknown, at(second), "A");
    }
    assert_eq!(folding.note((), Source::Unknown, at(1000), "B"), Noted::Single);
    assert_eq!(folding.ended(at(1000)).iter().map(|fold| fold.count).collect::<Vec<_>>(), [2]);
}

#[test]
fn a_flood_folds_nothing_of_other_sources_and_kinds() {
    let folding = Folding::new(LIMITS);
    for _ in 0..1000 {
        folding.note("unknown", from("192.0.2.1"), at(0), "A");
    }
    assert_eq!(folding.note("unknown", from("192.0.2.2"), at(1), "B"), Noted::Single);
    assert_eq!(folding.note("unsigned", from("192.0.2.1"), at(1), "C"), Noted::Single);
}

#[test]
fn sources_that_find_no_room_are_counted_together_and_by_kind() {
    let folding = Folding::new(LIMITS);
    let note = |kind, last: usize| folding.note(kind, from(&format!("192.0.2.{last}")), at(0), "A");
    for last in 0..4 {
        assert_eq!(note("unknown", last), Noted::Single);
    }
    assert_eq!([note("unknown", 4), note("unknown", 5)], [Noted::Single, Noted::Single]);
    assert_eq!(note("unknown", 6), Noted::Last(at(60)));
    assert_eq!(note("unknown", 7), Noted::Folded("A".to_owned()));
    assert_eq!(note("unsigned", 7), Noted::Single, "the first of another kind are still seen");
    assert_eq!(note("unknown", 0), Noted::Single, "whoever has room keeps it");
    let [told] = &folding.ended(at(60))[..] else { panic!("one") };
    assert_eq!((told.source, told.count), (Source::Others, 1));
    assert_eq!(note("unknown", 8), Noted::Single);
}

#[test]
fn a_clock_that_is_set_back_keeps_no_window_open() {
    let folding = Folding::new(LIMITS);
    for _ in 0..5 {
        folding.note((), Source::Unknown, at(1_000_000), "A");
    }
    assert_eq!(folding.note((), Source::Unknown, at(999_990), "A"), Noted::Folded("A".to_owned()), "a little is usual");
    assert_eq!(folding.note((), Source::Unknown, at(0), "B"), Noted::Single);
    assert_eq!(folding.ended(at(0)).iter().map(|fold| fold.count).sum::<u64>(), 3);
}

#[test]
fn singles_and_folded_are_all_and_memory_is_bounded_whatever_comes() {
    const KINDS: u64 = 3;
    for seed in 0..50 {
        let mut numbers = Numbers(seed);
        let folding = Folding::new(LIMITS);
        let (mut now, mut asked) = (0_i64, BTreeMap::<u64, u64>::new());
        let mut told = BTreeMap::<u64, u64>::new();
        let tell = |told: &mut BTreeMap<u64, u64>, folds: Vec<Fold<u64>>| {
            for fold in folds {
                assert!(fold.first <= fold.last && fold.count > 0);
                *told.entry(fold.kind).or_default() += fold.count;
            }
        };
        for _ in 0..2_000 {
            now += i64::try_from(numbers.below(8)).unwrap() - if numbers.below(50) == 0 { 300 } else { 0 };
            let (kind, address) = (numbers.below(KINDS), numbers.below(12));
            let address = IpAddr::from([192, 0, 2, u8::try_from(address).unwrap()]);
            *asked.entry(kind).or_default() += 1;
            match folding.note(kind, Source::Network(address), at(now), "A") {
                Noted::Single | Noted::Last(_) => *told.entry(kind).or_default() += 1,
                Noted::Folded(reference) => assert_eq!(reference, "A"),
            }
            if numbers.below(20) == 0 {
                let mut folds = folding.ended(at(now));
                let failed = folds.split_off(folds.len() / 2);
                tell(&mut told, folds);
                folding.put_back(failed);
            }
            let state = folding.state.lock().unwrap();
            let most = LIMITS.remembered + usize::try_from(KINDS).unwrap();
            assert!(state.open.len() <= most && state.untold.len() <= most);
        }
        tell(&mut told, folding.all());
        assert_eq!(told, asked, "seed {seed}");
        assert_eq!(folding.all(), []);
    }
}

#[test]
fn all_addresses_of_a_household_are_one_source() {
    let source = |address: &str| {
        let address = address.parse().ok();
        Source::of(&Client { address, proxy: None, user_agent: None, endpoint_path: "/" })
    };
    assert_eq!(source("2001:db8:0:1::1"), source("2001:db8:0:1:ffff::2"));
    assert_ne!(source("2001:db8:0:1::1"), source("2001:db8:0:2::1"));
    assert_eq!(source("::ffff:192.0.2.7"), source("192.0.2.7"));
    assert_eq!(source("2001:db8:0:1::1").to_string(), "2001:db8:0:1::/64");
    assert_eq!(source("192.0.2.7").to_string(), "192.0.2.7");
    assert_eq!(source("?").to_string(), "unknown");
}
