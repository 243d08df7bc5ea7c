//! Parsing and compiling generated rule sets of 1,000 and 10,000 rules, in microseconds a rule.
#![expect(clippy::print_stderr, reason = "a benchmark reports")]

use std::fmt::Write;
use std::hint::black_box;
use std::time::Instant;

use claimsmith::engine::Program;
use claimsmith::lang;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

/// Rules of the kinds that administrators write, each different from the last.
fn rules(count: usize) -> String {
    let mut text = String::new();
    for number in 0..count {
        let _ = match number % 4 {
            0 => write!(
                text,
                "@RuleName = \"Role {number}\"\nc:[Type == \"http://temp/group\", Value =~ \"^(?i)APP{number}-[A-Z]+$\"]\n => issue(Type = \"http://temp/role\", Value = RegExReplace(c.Value, \"^APP{number}-(.+)$\", \"role/$1\"));\n\n"
            ),
            1 => write!(
                text,
                "@RuleTemplate = \"LdapClaims\"\n@RuleName = \"Attributes {number}\"\nc:[Type == \"http://schemas.microsoft.com/ws/2008/06/identity/claims/windowsaccountname\", Issuer == \"AD AUTHORITY\"]\n => add(store = \"Active Directory\", types = (\"http://temp/mail{number}\", \"http://temp/sn{number}\"), query = \";mail,sn;{{0}}\", param = c.Value);\n\n"
            ),
            2 => write!(
                text,
                "c1:[Type == \"http://temp/mail{number}\"]\n && c2:[Type == \"http://temp/sn{number}\", Value != c1.Value]\n => issue(Type = \"http://temp/name{number}\", Value = c1.Value + \" (\" + c2.Value + \")\", Issuer = c1.Issuer);\n\n"
            ),
            _ => write!(
                text,
                "not exists([Type == \"http://temp/flag{number}\"]) && count([Type == \"http://temp/role\"]) > 1\n => add(Type = \"http://temp/flag{number}\", Value = \"on\");\n\n"
            ),
        };
    }
    text
}

fn parse(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse and compile");
    group.sample_size(10);
    for count in [1_000_u32, 10_000] {
        let text = rules(count as usize);
        let start = Instant::now();
        let parsed = lang::parse(&text);
        let read = start.elapsed();
        let program = Program::compile(&parsed.rule_set);
        let compiled = start.elapsed().saturating_sub(read);
        assert_eq!(program.map(|program| program.rule_count()), Ok(count as usize));
        let per_rule = |time: std::time::Duration| time.as_secs_f64() * 1e6 / f64::from(count);
        eprintln!(
            "{count} rules: parse {:.1} us a rule, compile {:.1} us a rule (goal: at most 100 together)",
            per_rule(read),
            per_rule(compiled)
        );
        group.throughput(Throughput::Elements(u64::from(count)));
        group.bench_with_input(BenchmarkId::from_parameter(count), &text, |bencher, text| {
            bencher.iter(|| Program::from_text(black_box(text)));
        });
    }
    group.finish();
}

criterion_group!(benches, parse);
criterion_main!(benches);
