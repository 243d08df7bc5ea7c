//! What a change of rules does to 100,000 users in 50 groups each, against a loop written by hand.
//!
//! By hand: the loop of `benches/evaluate.rs` over the group names of every user, once with the old pattern and once
//! with the new one, on as many threads. The names lie ready in memory: nothing is read, looked up or compared. The
//! rules start from an opened directory: accounts, group names and `mail` are looked up there, both versions are
//! evaluated, and what they issue is compared.
//!
//! `cargo bench --bench population -- write FOLDER USERS WAY` writes the directory and both versions of the rules, for
//! measurements of the whole program: benches/README.md says how.
#![expect(clippy::print_stderr, clippy::panic, reason = "a benchmark reports, and stops where its premises fail")]
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "the directory is made up here")]
#![expect(clippy::cast_precision_loss, reason = "megabytes of a file that fits into memory")]

mod by_hand;
mod by_rules;
#[path = "../../tests/support/export.rs"]
#[expect(unreachable_pub, reason = "the tests use it too")]
mod export;

use std::fs::{self, File};
use std::hint::black_box;
use std::io::BufWriter;
use std::num::NonZero;
use std::path::Path;
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use claimsmith::input::Lines;
use claimsmith::store::file::FileDirectory;
use criterion::{Criterion, Throughput, criterion_group};

use self::export::{Export, Told};

/// Users in the two measurements that show whether the time grows as they do.
const USERS: [usize; 2] = [10_000, 100_000];

/// Groups of the directory, whatever its users.
const GROUPS: usize = 5_000;

fn directory_of(users: usize, told: Told) -> Export {
    Export { users, groups: GROUPS, told }
}

fn read(export: &[u8]) -> FileDirectory {
    match Lines::new(export, "directory.ldif", u64::MAX).and_then(FileDirectory::read_ldif) {
        Ok(directory) => directory,
        Err(error) => panic!("{error}"),
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let done = black_box(work());
    (start.elapsed(), done)
}

/// The shorter of several runs of both, in turn: what is left when other work on the machine is taken away.
fn ratio(users: usize) {
    let export = directory_of(users, Told::ByMembers);
    let mut text = Vec::new();
    export.write(&mut text).unwrap();
    let (reading, directory) = timed(|| read(&text));
    let megabytes = text.len() as f64 / 1e6;
    eprintln!(
        "{users} users: {megabytes:.0} MB read in {reading:.2?}, {:.0} MB/s (goal: at least 100 MB/s)",
        megabytes / reading.as_secs_f64()
    );
    drop(text);
    let directory = by_rules::Population::new(directory);
    let names = by_hand::names(&export);
    let threads = available_parallelism().map_or(1, NonZero::get);
    assert_eq!(directory.changed(threads), by_hand::changed(&names, threads), "both must see the same users change");
    let (mut ruled, mut handmade) = (Duration::MAX, Duration::MAX);
    for _ in 0..5 {
        ruled = ruled.min(timed(|| directory.changed(threads)).0);
        handmade = handmade.min(timed(|| by_hand::changed(&names, threads)).0);
    }
    let ratio = ruled.as_secs_f64() / handmade.as_secs_f64();
    eprintln!(
        "{users} users, {threads} threads: rules {ruled:.3?}, by hand {handmade:.3?}: {ratio:.2} x (goal: at most 2 x)"
    );
    let alone = timed(|| directory.changed(1)).0;
    eprintln!(
        "{users} users, 1 thread: rules {alone:.3?}, {:.2} times as long",
        alone.as_secs_f64() / ruled.as_secs_f64()
    );
}

fn population(criterion: &mut Criterion) {
    USERS.into_iter().for_each(ratio);
    let export = directory_of(2_000, Told::ByMembers);
    let mut text = Vec::new();
    export.write(&mut text).unwrap();
    let (directory, names) = (by_rules::Population::new(read(&text)), by_hand::names(&export));
    let mut group = criterion.benchmark_group("2,000 users in 50 groups");
    group.sample_size(20);
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("reading", |bencher| bencher.iter(|| read(&text)));
    group.throughput(Throughput::Elements(2_000));
    group.bench_function("rules", |bencher| bencher.iter(|| directory.changed(1)));
    group.bench_function("by hand", |bencher| bencher.iter(|| by_hand::changed(&names, 1)));
    group.finish();
}

/// What `rulecheck diff` compares: `old.claims`, `new.claims` and `directory.ldif`.
fn write_files(folder: &Path, export: &Export) {
    fs::create_dir_all(folder).unwrap();
    for (name, pattern) in ["old.claims", "new.claims"].into_iter().zip(by_rules::PATTERNS) {
        fs::write(folder.join(name), by_rules::rules(pattern)).unwrap();
    }
    let file = File::create(folder.join("directory.ldif")).unwrap();
    export.write(BufWriter::new(file)).unwrap();
}

/// Runs the rules and the loop, for a profiler or an instruction counter.
fn profiled(users: usize, threads: usize, runs: usize) {
    let export = directory_of(users, Told::ByMembers);
    let mut text = Vec::new();
    export.write(&mut text).unwrap();
    let directory = by_rules::Population::new(read(&text));
    let names = by_hand::names(&export);
    let (mut ruled, mut handmade) = (Duration::MAX, Duration::MAX);
    for _ in 0..runs {
        ruled = ruled.min(timed(|| directory.changed(threads)).0);
        handmade = handmade.min(timed(|| by_hand::changed(&names, threads)).0);
    }
    let ratio = ruled.as_secs_f64() / handmade.as_secs_f64();
    eprintln!("{users} users, {threads} threads: rules {ruled:.3?}, by hand {handmade:.3?}: {ratio:.2} x");
}

criterion_group!(benches, population);

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if let [write, folder, users, way] = &words[..]
        && write == "write"
    {
        let told = match way.as_str() {
            "by-members" => Told::ByMembers,
            "by-groups" => Told::ByGroups,
            "twice" => Told::Twice,
            other => panic!("`{other}` is none of by-members, by-groups, twice"),
        };
        return write_files(Path::new(folder), &directory_of(users.parse().unwrap(), told));
    }
    if let [profile, users, threads, runs] = &words[..]
        && profile == "profile"
    {
        return profiled(users.parse().unwrap(), threads.parse().unwrap(), runs.parse().unwrap());
    }
    benches();
    Criterion::default().configure_from_args().final_summary();
}
