//! Everything that AWS demands of the claims in one response.

use std::collections::{BTreeMap, BTreeSet};

use super::attribute::{self, Attribute, Recognized};
use super::problem::{self, Code, Problem};
use super::role::Role;
use super::role_error::RoleError;
use super::{duration, limits, session_name, size, source_identity, tag};
use crate::engine::Claim;

/// What AWS would refuse in these issued claims: nothing, if it would take them.
///
/// Claims of equal type and value count once, as they are written once.
#[must_use]
pub fn check(issued: &[Claim]) -> Vec<Problem> {
    let response = Grouped::of(issued);
    let mut problems = response.problems.clone();
    problems.extend(check_roles(&response.roles));
    problems.extend(check_session_name(&response.session_names));
    problems.extend(check_duration(&response.durations));
    problems.extend(check_source_identity(&response.source_identities));
    problems.extend(check_tags(&response));
    problems.extend(check_name_id(&response.name_ids));
    problems.extend(size::check_claims(issued));
    problems
}

/// The roles that these claims offer, each once, in order. Values that AWS could not use are left out.
#[must_use]
pub fn roles(issued: &[Claim]) -> Vec<Role> {
    let mut seen = BTreeSet::new();
    let values = Grouped::of(issued).roles;
    values.into_iter().filter_map(|value| Role::parse(value).ok()).filter(|role| seen.insert(role.clone())).collect()
}

/// The values of issued claims by what they are to AWS, each once, in order.
#[derive(Default)]
struct Grouped<'a> {
    roles: Vec<&'a str>,
    session_names: Vec<&'a str>,
    durations: Vec<&'a str>,
    source_identities: Vec<&'a str>,
    transitive_keys: Vec<&'a str>,
    tags: Vec<(&'a str, &'a str)>,
    name_ids: Vec<&'a str>,
    problems: Vec<Problem>,
}

impl<'a> Grouped<'a> {
    fn of(issued: &'a [Claim]) -> Self {
        let mut grouped = Self::default();
        let mut seen = BTreeSet::new();
        let mut misspelled = BTreeSet::new();
        for claim in issued {
            let (claim_type, value): (&'a str, &'a str) = (&claim.claim_type, &claim.value);
            if !seen.insert((claim_type, value)) {
                continue;
            }
            match attribute::recognize(claim_type) {
                Recognized::Known(Attribute::Role) => grouped.roles.push(value),
                Recognized::Known(Attribute::RoleSessionName) => grouped.session_names.push(value),
                Recognized::Known(Attribute::SessionDuration) => grouped.durations.push(value),
                Recognized::Known(Attribute::SourceIdentity) => grouped.source_identities.push(value),
                Recognized::Known(Attribute::TransitiveTagKeys) => grouped.transitive_keys.push(value),
                Recognized::Known(Attribute::PrincipalTag(key)) => grouped.tags.push((key, value)),
                Recognized::NearMiss(meant) if misspelled.insert(claim_type) => {
                    grouped.problems.push(misspelling(claim_type, meant));
                }
                Recognized::Other if claim_type == attribute::NAME_IDENTIFIER => grouped.name_ids.push(value),
                Recognized::Known(Attribute::AccessControl(_)) | Recognized::NearMiss(_) | Recognized::Other => {}
            }
        }
        grouped
    }
}

fn misspelling(claim_type: &str, meant: Option<String>) -> Problem {
    let help = meant.map_or_else(
        || {
            "AWS reads Role, RoleSessionName, SessionDuration, SourceIdentity, PrincipalTag:… and TransitiveTagKeys"
                .to_owned()
        },
        |meant| format!("write `{meant}`"),
    );
    Problem::new(&problem::ATTRIBUTE_NAME, format!("AWS knows no attribute `{claim_type}`"), help)
}

fn check_roles(values: &[&str]) -> Vec<Problem> {
    if values.is_empty() {
        return vec![Problem::new(
            &problem::NO_ROLE,
            "no role is offered",
            format!(
                "issue at least one claim of type `{}Role`; see whether the user is in a group that gives one",
                attribute::PREFIX
            ),
        )];
    }
    values.iter().filter_map(|value| Role::parse(value).err().map(|error| bad_role(value, &error))).collect()
}

fn bad_role(value: &str, error: &RoleError) -> Problem {
    let code = match error {
        RoleError::Account { .. } => problem::ACCOUNT_ID,
        RoleError::Reserved { .. } => problem::RESERVED_ROLE,
        _ => problem::ROLE_PAIR,
    };
    Problem::new(&code, format!("AWS cannot use the Role value `{value}`: {error}"), error.help())
}

fn check_session_name(values: &[&str]) -> Option<Problem> {
    const HELP: &str = "issue one name of 2 to 64 of the characters a-z A-Z 0-9 _ + = , . @ -, such as the mail \
                        address; see whether the user has that attribute";
    match values {
        [] => Some(Problem::new(&problem::SESSION_NAME, "there is no RoleSessionName", HELP)),
        [name] => session_name::fault(name).map(|fault| {
            Problem::new(&problem::SESSION_NAME, format!("AWS refuses the RoleSessionName `{name}`: {fault}"), HELP)
        }),
        several => Some(more_than_one(&problem::SESSION_NAME, "RoleSessionName", several)),
    }
}

fn check_duration(values: &[&str]) -> Option<Problem> {
    match values {
        [] => None,
        [value] if duration::parse(value).is_some() => None,
        [value] => Some(Problem::new(
            &problem::SESSION_DURATION,
            format!("AWS refuses the SessionDuration `{value}`"),
            "issue a whole number of seconds from 900 to 43200 in plain digits, or none for one hour",
        )),
        several => Some(more_than_one(&problem::SESSION_DURATION, "SessionDuration", several)),
    }
}

fn check_source_identity(values: &[&str]) -> Option<Problem> {
    match values {
        [] => None,
        [identity] => source_identity::fault(identity).map(|fault| {
            Problem::new(
                &problem::SOURCE_IDENTITY,
                format!("AWS refuses the SourceIdentity `{identity}`: {fault}"),
                "issue 2 to 64 of the characters a-z A-Z 0-9 _ + = , . @ -, not beginning with `aws:`",
            )
        }),
        several => Some(more_than_one(&problem::SOURCE_IDENTITY, "SourceIdentity", several)),
    }
}

fn check_tags(response: &Grouped<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut by_key: BTreeMap<String, Vec<(&str, &str)>> = BTreeMap::new();
    for &(key, value) in &response.tags {
        by_key.entry(tag::folded_key(key)).or_default().push((key, value));
    }
    if by_key.len() > limits::TAGS {
        problems.push(Problem::new(
            &problem::TAG,
            format!("there are {} PrincipalTag attributes; AWS takes at most {}", by_key.len(), limits::TAGS),
            "issue fewer tags",
        ));
    }
    for tags in by_key.values() {
        if let [(key, value)] = tags.as_slice() {
            let faults = [("key", tag::key_fault(key)), ("value", tag::value_fault(value))];
            problems.extend(faults.into_iter().filter_map(|(part, fault)| {
                let message = format!("AWS refuses the {part} of the tag `{key}` = `{value}`: {}", fault?);
                Some(Problem::new(&problem::TAG, message, problem::TAG.demand))
            }));
        } else {
            let listed: Vec<String> = tags.iter().map(|(key, value)| format!("`{key}` = `{value}`")).collect();
            problems.push(Problem::new(
                &problem::TAG,
                format!("a tag has more than one value: {}", listed.join(", ")),
                "issue one value for each key; keys that differ only by case are one key",
            ));
        }
    }
    let unknown = response.transitive_keys.iter().filter(|key| !by_key.contains_key(&tag::folded_key(key)));
    problems.extend(unknown.map(|key| {
        Problem::new(
            &problem::TRANSITIVE_TAG,
            format!("TransitiveTagKeys names `{key}`, but there is no such tag"),
            format!("issue `{}PrincipalTag:{key}` too, or take the key out", attribute::PREFIX),
        )
    }));
    problems
}

fn check_name_id(values: &[&str]) -> Option<Problem> {
    match values {
        [] => Some(Problem::new(
            &problem::NAME_ID,
            "there is no name identifier, so the response has no NameID",
            format!("issue one claim of type `{}`", attribute::NAME_IDENTIFIER),
        )),
        [name] if name.trim().is_empty() => {
            Some(Problem::new(&problem::NAME_ID, "the name identifier is empty", "issue the user's account name"))
        }
        [_] => None,
        several => Some(more_than_one(&problem::NAME_ID, "name identifier", several)),
    }
}

fn more_than_one(code: &Code, what: &str, values: &[&str]) -> Problem {
    let listed: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
    let message = format!("there is more than one {what}: {}", listed.join(", "));
    Problem::new(code, message, "issue one value; see whether two rules issue it, or the attribute has several values")
}
