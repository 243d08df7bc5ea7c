//! Evaluating AWS rules for a user in 200 groups, 25 of them AWS groups, against a loop written by hand over the
//! `regex` crate that gives the same role values. Both get the rows of the directory's answer, and own them.
#![expect(clippy::print_stderr, clippy::panic, reason = "a benchmark reports, and stops where its premises fail")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use claimsmith::engine::claim::AD_AUTHORITY;
use claimsmith::engine::{Claim, Evaluation, Limits, Program, Query, Row, Step, claim_types};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};

const GROUPS: usize = 200;
const AWS_GROUPS: usize = 25;

const PATTERN: &str = r"^AWS-([0-9]{12})-([A-Za-z0-9_+=.@-]{1,64})\z";

const RULES: &str = r#"
@RuleName = "NameId"
c:[Type == "http://schemas.microsoft.com/ws/2008/06/identity/claims/windowsaccountname", Issuer == "AD AUTHORITY"]
 => issue(Type = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier", Issuer = c.Issuer, OriginalIssuer = c.OriginalIssuer, Value = c.Value, ValueType = c.ValueType, Properties["http://schemas.xmlsoap.org/ws/2005/05/identity/claimproperties/format"] = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent");

@RuleName = "RoleSessionName"
c:[Type == "http://schemas.microsoft.com/ws/2008/06/identity/claims/windowsaccountname", Issuer == "AD AUTHORITY"]
 => issue(store = "Active Directory", types = ("https://aws.amazon.com/SAML/Attributes/RoleSessionName"), query = ";mail;{0}", param = c.Value);

@RuleName = "Get AD Groups"
c:[Type == "http://schemas.microsoft.com/ws/2008/06/identity/claims/windowsaccountname", Issuer == "AD AUTHORITY"]
 => add(store = "Active Directory", types = ("http://temp/group"), query = ";tokenGroups;{0}", param = c.Value);

@RuleName = "Roles"
c:[Type == "http://temp/group", Value =~ "^AWS-([0-9]{12})-([A-Za-z0-9_+=.@-]{1,64})\z"]
 => issue(Type = "https://aws.amazon.com/SAML/Attributes/Role", Value = RegExReplace(c.Value, "^AWS-([0-9]{12})-([A-Za-z0-9_+=.@-]{1,64})\z", "arn:aws:iam::$1:saml-provider/ADFS,arn:aws:iam::$1:role/$2"));

@RuleName = "Session Duration"
 => issue(Type = "https://aws.amazon.com/SAML/Attributes/SessionDuration", Value = "28800");
"#;

fn groups() -> Vec<Arc<str>> {
    (0..GROUPS)
        .map(|number| match number % (GROUPS / AWS_GROUPS) {
            0 => format!("AWS-{:012}-Team{number}-Operator", 123_456_789_000 + number).into(),
            _ => format!("Department {number} of the Northern Region").into(),
        })
        .collect()
}

fn rows(cells: &[Arc<str>]) -> Vec<Row> {
    cells.iter().map(|cell| vec![Some(Arc::clone(cell))]).collect()
}

fn user() -> Vec<Claim> {
    vec![
        Claim::new(claim_types::WINDOWS_ACCOUNT_NAME, r"CORP\alice", AD_AUTHORITY),
        Claim::new(claim_types::UPN, "alice@corp.example.com", AD_AUTHORITY),
    ]
}

/// The rules, with the directory's answers at hand.
fn by_rules(program: &Program, user: Vec<Claim>, groups: Vec<Row>, mail: Vec<Row>) -> Vec<Claim> {
    let mut evaluation = Evaluation::new(program, user, Limits::default());
    let (mut groups, mut mail) = (Some(groups), Some(mail));
    let mut answer =
        |query: &Query| if &*query.text == ";mail;{0}" { mail.take() } else { groups.take() }.unwrap_or_default();
    loop {
        match evaluation.step() {
            Ok(Step::Done(output)) => return output.issued,
            Ok(Step::Ask(queries)) => evaluation.answer(queries.iter().map(&mut answer).collect()),
            Err(_) => return Vec::new(),
        }
    }
}

/// What one would write for this one rule set.
fn by_hand(pattern: &regex::Regex, groups: Vec<Row>) -> Vec<String> {
    let mut roles = Vec::new();
    for group in groups.into_iter().flatten().flatten() {
        if pattern.is_match(&group) {
            let role = pattern
                .replace_all(&group, "arn:aws:iam::${1}:saml-provider/ADFS,arn:aws:iam::${1}:role/${2}")
                .into_owned();
            roles.push(role);
        }
    }
    roles
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    black_box(work());
    start.elapsed()
}

/// Median of many runs of both, in turn, so that a busy machine slows both.
fn ratio(program: &Program, pattern: &regex::Regex, groups: &[Arc<str>], mail: &[Arc<str>]) {
    let (mut ruled, mut handmade) = (Vec::new(), Vec::new());
    for _ in 0..5000 {
        let (input, answer, mail) = (user(), rows(groups), rows(mail));
        ruled.push(timed(|| by_rules(program, input, answer, mail)));
        let answer = rows(groups);
        handmade.push(timed(|| by_hand(pattern, answer)));
    }
    ruled.sort();
    handmade.sort();
    if let (Some(ruled), Some(handmade)) = (ruled.get(2500), handmade.get(2500)) {
        let ratio = ruled.as_secs_f64() / handmade.as_secs_f64();
        eprintln!("rules {ruled:?}, by hand {handmade:?}: {ratio:.2} x (goal: at most 1.50 x)");
    }
}

fn evaluate(criterion: &mut Criterion) {
    let program = match Program::from_text(RULES) {
        Ok(program) => program,
        Err(errors) => panic!("{errors:?}"),
    };
    let pattern = match regex::Regex::new(PATTERN) {
        Ok(pattern) => pattern,
        Err(error) => panic!("{error}"),
    };
    let (groups, mail) = (groups(), vec![Arc::<str>::from("alice@corp.example.com")]);
    let issued = by_rules(&program, user(), rows(&groups), rows(&mail));
    let roles: Vec<&str> =
        issued.iter().filter(|claim| &*claim.claim_type == claim_types::AWS_ROLE).map(|claim| &*claim.value).collect();
    assert_eq!(roles, by_hand(&pattern, rows(&groups)), "both must give the same roles");
    assert_eq!((roles.len(), issued.len()), (AWS_GROUPS, AWS_GROUPS + 3));

    ratio(&program, &pattern, &groups, &mail);
    let mut group = criterion.benchmark_group("200 groups, 25 AWS groups");
    group.bench_function("rules", |bencher| {
        bencher.iter_batched(
            || (user(), rows(&groups), rows(&mail)),
            |(user, groups, mail)| by_rules(&program, user, groups, mail),
            BatchSize::SmallInput,
        );
    });
    group.bench_function("by hand", |bencher| {
        bencher.iter_batched(|| rows(&groups), |groups| by_hand(&pattern, groups), BatchSize::SmallInput);
    });
    group.finish();
}

criterion_group!(benches, evaluate);
criterion_main!(benches);
