//! Searches whose answer must be whole: a part of it would pass for all of it.

use std::time::Instant;

use ldap3::{LdapResult, Scope};

use super::connection::{Connection, Search};
use super::entry::Entry;
use super::failure::Failure;

/// Success [RFC 4511 A.1].
const SUCCESS: u32 = 0;
/// The rest is on another server.
const REFERRAL: u32 = 10;
/// There is more than the account may be given: in one answer, or at all.
const LIMITS: [u32; 2] = [4, 11];
/// There is no such base, or the account may not know of it.
const NO_SUCH_OBJECT: u32 = 32;
/// The account may not search here.
const INSUFFICIENT_ACCESS: u32 = 50;

impl Connection {
    /// All entries found, in pages of at most so many.
    ///
    /// # Errors
    ///
    /// The server gave a part of the answer, referred to another server, has no such base, or does not let the account
    /// search there. An answer without entries is one that really has none.
    pub(in crate::store) fn search_whole(
        &mut self,
        search: Search<'_>,
        page_entries: i32,
        deadline: Instant,
    ) -> Result<Vec<Entry>, Failure> {
        let base = search.base;
        let page_entries = (search.scope != Scope::Base).then_some(page_entries);
        let (entries, result) = self.pages(search, page_entries, None, deadline)?;
        match (result.rc, what_to_do(&result, base)) {
            (SUCCESS, None) => Ok(entries),
            (_, None) => Err(self.refusal("searching", &result)),
            (SUCCESS, Some(advice)) => Err(Failure::Refused(advice)),
            (_, Some(advice)) => {
                let failure = self.refusal("searching", &result);
                Err(Failure::Refused(format!("{}; {advice}", failure.reason().trim_end_matches([':', ' ', '\n']))))
            }
        }
    }
}

/// What to do about an answer that is not whole, as far as that is known.
fn what_to_do(result: &LdapResult, base: &str) -> Option<String> {
    let advice = match result.rc {
        code if LIMITS.contains(&code) => {
            "there are more entries than the server gives this account; raise its limits on the server (`sizelimit` and \
             `limits` of OpenLDAP)"
                .to_owned()
        }
        NO_SUCH_OBJECT => format!("`{base}` does not exist there, or the service account may not see it"),
        INSUFFICIENT_ACCESS => format!("the service account needs the right to search and read `{base}`"),
        REFERRAL | SUCCESS if !result.refs.is_empty() || result.rc == REFERRAL => {
            let first = result.refs.first().map(String::as_str).unwrap_or_default();
            format!(
                "a part of `{base}` is kept by another server (`{first}`), which is not asked; name a base that this \
                 server holds as a whole"
            )
        }
        _ => return None,
    };
    Some(advice)
}
