//! What the server weighs with the names of 100,000 groups in its memory.

use crate::support::fake_ldap::FakeLdap;
use crate::support::fake_ldap::domain::{group, person, table};
use crate::support::relay::{Authority, Relay, Target};
use crate::support::site::Site;

/// People, and the groups of each, which nobody else is in.
const PEOPLE: u32 = 100;
const GROUPS: u32 = 1_000;

/// Lets people of a made-up domain sign in until all groups are known, and looks at the process.
pub fn measure() {
    let mut people: Vec<_> = Vec::new();
    let service = person("svc-claimsmith", 1_000, &[]);
    let directory = FakeLdap::start(table(vec![service]));
    let authority = Authority::new();
    let address = directory.url.trim_start_matches("ldap://").to_owned();
    let relay = Relay::start(Target { address, ca_file: None }, &authority);
    let names = format!("group_names: {{ entries: {}, minutes: 600 }}", 2 * PEOPLE * GROUPS);
    let site = Site::start(&[relay.url()], &authority.file(), &[&names]);
    let before = resident_kib(site.claimsmith.id());
    for number in 0..PEOPLE {
        let rids: Vec<u32> = (0..GROUPS).map(|group| 10_000 + number * GROUPS + group).collect();
        let login = format!("p{number}");
        people.clear();
        people.push(person("svc-claimsmith", 1_000, &[]));
        people.push(person(&login, 2_000 + number, &rids));
        people.extend(
            rids.iter().map(|rid| group(&format!("AWS-{:012}-Role{rid}", 100_000_000_000 + u64::from(*rid)), *rid)),
        );
        *directory.table() = table(people.split_off(0));
        let reply = site.sign_in(&login, &format!("Passw0rd.{login}"));
        assert!(!reply.body.is_empty());
    }
    let after = resident_kib(site.claimsmith.id());
    let each = (after - before) as f64 * 1024.0 / f64::from(PEOPLE * GROUPS);
    println!(
        "memory: {} MiB at the start, {} MiB with {} names of groups ({each:.0} bytes for each)",
        before / 1024,
        after / 1024,
        PEOPLE * GROUPS
    );
}

/// Memory of a process [proc(5)].
fn resident_kib(process: u32) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
