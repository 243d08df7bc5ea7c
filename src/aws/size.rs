//! How large a response may be.

use std::collections::BTreeMap;

use super::limits::RESPONSE_CHARS;
use super::problem::{Problem, SIZE};
use crate::engine::Claim;

const HELP: &str = "offer fewer roles at once: split the trust by account, or take groups away from the user";

/// Checks the length of an encoded response, in characters of base64.
#[must_use]
pub fn check_size(response_base64_len: usize) -> Option<Problem> {
    (!RESPONSE_CHARS.contains(&response_base64_len)).then(|| {
        let most = RESPONSE_CHARS.end();
        Problem::new(
            &SIZE,
            format!("the response has {response_base64_len} characters; AWS takes at most {most}"),
            HELP,
        )
    })
}

/// Checks whether the claims can fit at all, whatever else the response holds.
pub(super) fn check_claims(issued: &[Claim]) -> Option<Problem> {
    let bytes: usize = values_by_type(issued)
        .into_iter()
        .map(|(claim_type, values)| {
            claim_type.len() + values.iter().map(|value| value.len() + VALUE_MARKUP_BYTES).sum::<usize>()
        })
        .sum();
    let chars = bytes.div_ceil(3) * 4;
    let most = *RESPONSE_CHARS.end();
    (chars > most).then(|| {
        let values = issued.len();
        Problem::new(
            &SIZE,
            format!("{values} claims make a response of at least {chars} characters; AWS takes at most {most}"),
            HELP,
        )
    })
}

/// The least markup that a value needs: `<AttributeValue></AttributeValue>`.
const VALUE_MARKUP_BYTES: usize = 33;

fn values_by_type(issued: &[Claim]) -> BTreeMap<&str, Vec<&str>> {
    let mut values: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for claim in issued {
        values.entry(&claim.claim_type).or_default().push(&claim.value);
    }
    values
}
