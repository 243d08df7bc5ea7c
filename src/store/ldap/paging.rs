//! Answers that come in pages [RFC 2696]: each page is a question of its own, with the time of one.

use std::time::Instant;

use ldap3::controls::RawControl;
use ldap3::{LdapResult, SearchEntry, SearchResult};

use super::ber::{self, PAGES};
use super::connection::{Connection, Search};
use super::entry::Entry;
use super::failure::Failure;

/// Success [RFC 4511 A.1].
const SUCCESS: u32 = 0;
/// A listing may be as large as so many answers.
const LISTING_FACTOR: usize = 16;

impl Connection {
    /// The entries of all pages, of at most so many entries each, and the result of the last page with the references of
    /// all. Without a number, of the one answer.
    pub(super) fn pages(
        &mut self,
        search: Search<'_>,
        page_entries: Option<i32>,
        control: Option<&RawControl>,
        deadline: Instant,
    ) -> Result<(Vec<Entry>, LdapResult), Failure> {
        let Search { base, scope, filter, attributes } = search;
        let mut entries = Vec::new();
        let mut references = Vec::new();
        let mut cookie = Vec::new();
        let mut bytes = 0;
        loop {
            let mut ldap = self.ldap.clone();
            let page = page_entries.map(|entries| page(entries, &cookie));
            ldap.with_controls(control.cloned().into_iter().chain(page).collect::<Vec<_>>());
            if page_entries.is_some() {
                self.counters.paged();
            }
            let found = self.wait("searching", deadline, async move {
                ldap.search(base, scope, filter, attributes.to_vec()).await
            })?;
            let SearchResult(found, mut result) = found;
            entries.extend(found.into_iter().map(|entry| Entry::from(SearchEntry::construct(entry))));
            references.append(&mut result.refs);
            bytes += self.watch.received();
            if bytes > LISTING_FACTOR.saturating_mul(self.watch.most()) {
                let name = &self.server.name;
                return Err(Failure::Refused(format!("searching on `{name}`: the listing is larger than is taken")));
            }
            let next = result.ctrls.iter().find(|control| control.1.ctype == PAGES);
            let next = next.and_then(|control| control.1.val.as_deref()).map(ber::page_cookie).transpose();
            match next.map_err(|error| Failure::Lost(error.to_string()))? {
                Some(next) if !next.is_empty() && result.rc == SUCCESS => cookie = next.to_vec(),
                _ => {
                    result.refs = references;
                    return Ok((entries, result));
                }
            }
        }
    }
}

/// A server that knows no pages gives all at once, or says that there is more. So the control is not critical: what is not
/// whole is known by the result in either case.
fn page(entries: i32, cookie: &[u8]) -> RawControl {
    let value = ber::element(0x30, &[ber::integer(entries), ber::element(0x04, cookie)].concat());
    RawControl { ctype: PAGES.to_owned(), crit: false, val: Some(value) }
}
