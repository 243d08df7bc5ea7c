//! Where a response for AWS may be posted to.

use super::partition::Partition;
use super::problem::{ENDPOINT, Problem};
use super::role::Role;

/// The partition whose sign-in has this address; `None` if it is no sign-in address of AWS.
///
/// `https://HOST/saml`, with a region before the host, and for encrypted assertions `/saml/acs/PROVIDER` [IAM].
#[must_use]
pub fn partition_of(acs_url: &str) -> Option<Partition> {
    let rest = acs_url.strip_prefix("https://")?;
    let (host, path) = rest.split_once('/')?;
    if path != "saml"
        && path.strip_prefix("saml/acs/").is_none_or(|provider| provider.is_empty() || provider.contains('/'))
    {
        return None;
    }
    Partition::ALL.into_iter().find(|partition| {
        host.strip_suffix(partition.sign_in_host())
            .is_some_and(|region| region.is_empty() || region.strip_suffix('.').is_some_and(is_region))
    })
}

/// Checks that the roles belong to the partition whose sign-in gets the response.
///
/// An address that is not AWS's is not judged here: it is compared with the trust's endpoints, and may be the
/// stand-in's.
#[must_use]
pub fn check_endpoint(roles: &[Role], acs_url: &str) -> Vec<Problem> {
    let Some(partition) = partition_of(acs_url) else { return Vec::new() };
    let foreign = roles.iter().filter(|role| role.partition != partition);
    foreign
        .map(|role| {
            let theirs = role.partition;
            Problem::new(
                &ENDPOINT,
                format!("the role `{role}` is in partition {theirs}, but `{acs_url}` signs in to {partition}"),
                format!(
                    "use `https://{}/saml` with the audience `{}` for roles of {theirs}",
                    theirs.sign_in_host(),
                    theirs.audience()
                ),
            )
        })
        .collect()
}

fn is_region(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}
