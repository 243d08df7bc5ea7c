//! One person, from the directory to what each relying party would be told, without a password.

use std::net::IpAddr;
use std::sync::Arc;

use jiff::Timestamp;

use super::finding::{Finding, count};
use super::trusts::Read;
use crate::aws;
use crate::engine::claim::AD_AUTHORITY;
use crate::engine::trust::Profile;
use crate::engine::{Claim, Decision, Limits, Stores, claim_types};
use crate::idp::client::Client;
use crate::idp::issuance::password_claim;
use crate::idp::method::Method;
use crate::idp::network::Network;
use crate::store::directory::{Account, Directory};

/// The person, and where their browser is.
pub(super) struct Person<'a> {
    pub(super) name: &'a str,
    pub(super) address: IpAddr,
    pub(super) now: Timestamp,
    /// Addresses inside the corporate network.
    pub(super) inside: &'a [Network],
}

/// Follows the person through the directory and every trust.
pub(super) fn follow(
    person: &Person<'_>,
    directory: &Arc<dyn Directory>,
    stores: &Stores,
    trusts: &[Read],
) -> Vec<Finding> {
    let subject = format!("user `{}`", person.name);
    match directory.account_now(person.name, person.now) {
        Err(error) => vec![Finding::error(subject, error.to_string()).help("correct what is said of the directory")],
        Ok(None) => vec![Finding::error(subject, "the directory has nobody of that name, or more than one").help(
            "write `DOMAIN\\user`, `user@domain` or `user`; what the configuration says of people, such as `base`, may be \
             too narrow",
        )],
        Ok(Some((account, refusal))) => {
            let groups = groups(&account);
            let known = format!("the directory knows `{}`, with {}", account.name, count(groups, "group"));
            let mut findings = vec![match refusal {
                None => Finding::ok(subject, known),
                Some(refusal) => Finding::error(subject, format!("{known}, and does not let them in: {refusal}"))
                    .help("correct the account in the directory"),
            }];
            findings.extend(trusts.iter().map(|read| at(person, &account, read, stores)));
            findings
        }
    }
}

/// How many groups a domain gives by their SIDs, or another directory by their names.
fn groups(account: &Account) -> usize {
    let of = |wanted: &str| account.claims.iter().filter(|claim| &*claim.claim_type == wanted).count();
    of(claim_types::GROUP_SID).max(of(claim_types::GROUP))
}

/// What one relying party would be told.
fn at(person: &Person<'_>, account: &Account, read: &Read, stores: &Stores) -> Finding {
    let party = &read.trust.relying_party;
    let subject = format!("user `{}` at `{}`", person.name, party.name);
    let client = Client { address: Some(person.address), proxy: None, user_agent: None, endpoint_path: "/adfs/ls/" };
    let mut input = account.claims.clone();
    let instant = person.now.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string();
    input.push(Claim::new(claim_types::AUTHENTICATION_METHOD, Method::Password.claim_value(), AD_AUTHORITY));
    input.push(Claim::new(claim_types::AUTHENTICATION_INSTANT, instant, AD_AUTHORITY));
    input.extend(account.password_ends.map(password_claim));
    input.extend(client.claims(&party.identifier, person.inside));
    let trace =
        format!("`rulecheck explain {} --user {}` says which rule does what", read.folder.display(), person.name);
    let stores = stores.for_relying_party(&party.identifier);
    let outcome = match read.trust.pipeline.run(input, &stores, Limits::default()) {
        Ok(outcome) => outcome,
        Err(error) => return Finding::error(subject, error.to_string()).help(error.help()),
    };
    if let Decision::Deny(reason) = outcome.decision {
        return Finding::warning(subject, format!("the rules do not let them in: {reason}")).help(trace);
    }
    if outcome.additional_authentication_required {
        let told = "the rules demand another factor than the password, and none is set up";
        return Finding::warning(subject, told).help(trace);
    }
    if party.profile != Some(Profile::Aws) {
        return Finding::ok(subject, format!("permitted, with {}", count(outcome.issued.len(), "claim")));
    }
    let roles = aws::roles(&outcome.issued);
    let mut problems = aws::check(&outcome.issued);
    problems.extend(party.default_endpoint().into_iter().flat_map(|to| aws::check_endpoint(&roles, &to.url)));
    if let Some(problem) = problems.first() {
        return Finding::error(subject, format!("AWS would refuse: {problem}")).help(trace);
    }
    let names: Vec<String> = roles.iter().map(ToString::to_string).collect();
    Finding::ok(subject, format!("permitted, with {}: {}", count(names.len(), "role"), names.join(", ")))
}
