//! Building and signing a response, against one raw RSA-2048 signature of the same key, measured in the same run.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a benchmark fails by panicking, prints its ratios, and exports nothing"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use claimsmith::saml::{SignedPart, Signer, model, response};
use criterion::{Criterion, criterion_group, criterion_main};

#[allow(dead_code, unreachable_pub, reason = "shared with the tests, which need more of it")]
#[path = "../tests/support/saml.rs"]
mod saml;

/// About the length of a `SignedInfo`.
const SIGNED_INFO: [u8; 900] = [b'x'; 900];
const ROUNDS: usize = 15;
const BATCH: u32 = 40;

/// A response as AWS gets it: the roles and four more attributes.
fn message(roles: usize) -> model::Response {
    let mut message = saml::response(saml::roles(roles));
    let assertion = message.assertion.as_mut().unwrap();
    for name in ["SessionDuration", "SourceIdentity", "PrincipalTag:Department"] {
        assertion.attributes.push(model::Attribute {
            name: format!("https://aws.amazon.com/SAML/Attributes/{name}"),
            name_format: None,
            values: vec!["28800".to_owned()],
        });
    }
    message
}

fn issue(message: &model::Response) -> String {
    response::to_xml(message, saml::key(), SignedPart::Assertion).unwrap()
}

/// The mean time of one call in the best of the batches.
fn best(batches: &[Duration]) -> Duration {
    batches.iter().min().copied().unwrap_or_default() / BATCH
}

fn batch(mut work: impl FnMut()) -> Duration {
    let begun = Instant::now();
    (0..BATCH).for_each(|_| work());
    begun.elapsed()
}

/// Interleaves the batches, so that a busy machine slows all of them alike.
fn ratios(small: &model::Response, large: &model::Response) {
    let mut times: [Vec<Duration>; 3] = Default::default();
    for _ in 0..ROUNDS {
        times[0].push(batch(|| drop(black_box(saml::key().sign(black_box(&SIGNED_INFO))))));
        times[1].push(batch(|| drop(black_box(issue(black_box(small))))));
        times[2].push(batch(|| drop(black_box(issue(black_box(large))))));
    }
    let [raw, small, large] = times.map(|batches| best(&batches).as_secs_f64() * 1e6);
    eprintln!("raw RSA-2048 signature: {raw:.0} us");
    eprintln!("response with 25 roles: {small:.0} us, {:.2} x raw (goal: at most 1.15)", small / raw);
    eprintln!("response with 250 roles: {large:.0} us, {:.2} x raw (goal: at most 1.5)", large / raw);
}

fn sign(criterion: &mut Criterion) {
    let (small, large) = (message(25), message(250));
    ratios(&small, &large);
    let mut group = criterion.benchmark_group("sign");
    group.bench_function("raw RSA-2048", |bencher| bencher.iter(|| saml::key().sign(black_box(&SIGNED_INFO))));
    group.bench_function("response, 25 roles", |bencher| bencher.iter(|| issue(black_box(&small))));
    group.bench_function("response, 250 roles", |bencher| bencher.iter(|| issue(black_box(&large))));
    group.finish();
}

criterion_group!(benches, sign);
criterion_main!(benches);
