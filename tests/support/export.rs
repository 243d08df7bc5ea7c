//! A large directory, written as Active Directory exports write it: made up, and the same in every run.

use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// How many groups a user is a direct member of.
const GROUPS_PER_USER: usize = 50;
/// One group in so many is an AWS group.
const AWS_SHARE: usize = 8;
/// One group in so many is itself a member of an AWS group.
const NESTED_SHARE: usize = 100;
const BASE: &str = "DC=corp,DC=example,DC=com";
const DOMAIN_SID: [u32; 4] = [21, 1_004_336_348, 1_177_238_915, 682_003_330];

/// From which end an export tells memberships.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// `memberOf` in users and groups, as a search for users shows it.
    ByMembers,
    /// `member` in groups.
    ByGroups,
    /// Both, as a dump of the whole domain has it.
    Twice,
}

/// What is written.
#[derive(Clone, Copy, Debug)]
pub struct Export {
    pub users: usize,
    pub groups: usize,
    pub told: Told,
}

impl Export {
    /// The groups of a user, each once.
    pub fn groups_of(&self, user: usize) -> Vec<usize> {
        let mut groups: Vec<usize> = Vec::with_capacity(GROUPS_PER_USER);
        let mut seed = u64::try_from(user).unwrap();
        while groups.len() < GROUPS_PER_USER.min(self.groups) {
            seed = scrambled(seed);
            let group = usize::try_from(seed % u64::try_from(self.groups).unwrap()).unwrap();
            if !groups.contains(&group) {
                groups.push(group);
            }
        }
        groups
    }

    /// Writes the export: lines of at most 76 columns that end in CR LF.
    pub fn write(&self, mut out: impl Write) -> io::Result<()> {
        let out = &mut out;
        line(out, "dn", BASE)?;
        for class in ["top", "domain", "domainDNS"] {
            line(out, "objectClass", class)?;
        }
        bytes(out, "objectSid", &sid(None))?;
        end(out)?;
        let mut members = vec![Vec::new(); self.groups];
        if self.told != Told::ByMembers {
            for user in 0..self.users {
                self.groups_of(user).into_iter().for_each(|group| members[group].push(user));
            }
        }
        for (group, members) in members.iter().enumerate() {
            self.group(out, group, members)?;
        }
        (0..self.users).try_for_each(|user| self.user(out, user))
    }

    fn group(&self, out: &mut impl Write, group: usize, members: &[usize]) -> io::Result<()> {
        line(out, "dn", &group_dn(group))?;
        for class in ["top", "group"] {
            line(out, "objectClass", class)?;
        }
        line(out, "cn", &group_name(group))?;
        for &member in members {
            line(out, "member", &user_dn(member))?;
        }
        if self.told != Told::ByMembers
            && let Some(inner) = (group + 1 < self.groups).then_some(group + 1)
            && outer(inner) == Some(group)
        {
            line(out, "member", &group_dn(inner))?;
        }
        if self.told != Told::ByGroups
            && let Some(outer) = outer(group)
        {
            line(out, "memberOf", &group_dn(outer))?;
        }
        line(out, "groupType", "-2147483646")?;
        line(out, "sAMAccountName", &group_name(group))?;
        bytes(out, "objectSid", &sid(Some(10_000 + group)))?;
        end(out)
    }

    fn user(&self, out: &mut impl Write, user: usize) -> io::Result<()> {
        let login = login(user);
        line(out, "dn", &user_dn(user))?;
        for class in ["top", "person", "organizationalPerson", "user"] {
            line(out, "objectClass", class)?;
        }
        line(out, "cn", &user_name(user))?;
        line(out, "sn", surname(user))?;
        line(out, "givenName", given_name(user))?;
        match user % 10 {
            0 => bytes(out, "displayName", format!("{} Ürsula Großmann", user_name(user)).as_bytes())?,
            _ => line(out, "displayName", &user_name(user))?,
        }
        line(out, "title", ["Engineer", "Architect", "Analyst", "Manager"][user % 4])?;
        line(out, "department", &format!("Department {}", user % 200))?;
        line(out, "whenCreated", &format!("2019{:02}{:02}080000.0Z", user % 12 + 1, user % 28 + 1))?;
        if self.told != Told::ByGroups {
            for group in self.groups_of(user) {
                line(out, "memberOf", &group_dn(group))?;
            }
        }
        line(out, "userAccountControl", if user % 100 == 99 { "514" } else { "512" })?;
        line(out, "primaryGroupID", "513")?;
        let guid: Vec<u8> =
            (0..2).flat_map(|half| scrambled(2 * u64::try_from(user).unwrap() + half).to_le_bytes()).collect();
        bytes(out, "objectGUID", &guid)?;
        bytes(out, "objectSid", &sid(Some(100_000 + user)))?;
        line(out, "sAMAccountName", &login)?;
        line(out, "userPrincipalName", &format!("{login}@corp.example.com"))?;
        line(out, "mail", &format!("{}.{}.{user}@corp.example.com", given_name(user), surname(user)))?;
        end(out)
    }
}

/// The AWS group that a group is a member of.
pub fn outer(group: usize) -> Option<usize> {
    (group % NESTED_SHARE == 1).then(|| group - 1).filter(|outer| outer % AWS_SHARE == 0)
}

/// The `sAMAccountName` of a user.
pub fn login(user: usize) -> String {
    format!("u{user:06}")
}

/// The `sAMAccountName` of a group.
pub fn group_name(group: usize) -> String {
    match group % AWS_SHARE {
        0 => format!("AWS-{:012}-Team{group}-Operator", 123_456_789_000 + group),
        _ => format!("Team {group} Nord"),
    }
}

fn group_dn(group: usize) -> String {
    format!("CN={},OU=Groups,{BASE}", group_name(group))
}

fn user_dn(user: usize) -> String {
    format!("CN={},OU=People,{BASE}", user_name(user))
}

fn user_name(user: usize) -> String {
    format!("{} {} {user}", given_name(user), surname(user))
}

fn given_name(user: usize) -> &'static str {
    ["Alice", "Bob", "Carol", "Dave", "Erin", "Frank", "Grace", "Heidi"][user % 8]
}

fn surname(user: usize) -> &'static str {
    ["Smith", "Jones", "Garcia", "Mueller", "Rossi", "Novak", "Silva"][user % 7]
}

/// The next number of a sequence that looks like chance [`SplitMix64`].
fn scrambled(seed: u64) -> u64 {
    let seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let seed = (seed ^ seed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let seed = (seed ^ seed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    seed ^ seed >> 31
}

/// The SID of the domain, or of an account of it.
fn sid(rid: Option<usize>) -> Vec<u8> {
    let numbers: Vec<u32> = DOMAIN_SID.into_iter().chain(rid.map(|rid| u32::try_from(rid).unwrap())).collect();
    let mut bytes = vec![1, u8::try_from(numbers.len()).unwrap(), 0, 0, 0, 0, 0, 5];
    bytes.extend(numbers.into_iter().flat_map(u32::to_le_bytes));
    bytes
}

fn bytes(out: &mut impl Write, name: &str, value: &[u8]) -> io::Result<()> {
    folded(out, &format!("{name}:: {}", STANDARD.encode(value)))
}

fn line(out: &mut impl Write, name: &str, value: &str) -> io::Result<()> {
    folded(out, &format!("{name}: {value}"))
}

fn folded(out: &mut impl Write, text: &str) -> io::Result<()> {
    let (first, mut rest) = text.split_at(text.len().min(76));
    write!(out, "{first}\r\n")?;
    while !rest.is_empty() {
        let (piece, behind) = rest.split_at(rest.len().min(75));
        write!(out, " {piece}\r\n")?;
        rest = behind;
    }
    Ok(())
}

fn end(out: &mut impl Write) -> io::Result<()> {
    write!(out, "\r\n")
}
