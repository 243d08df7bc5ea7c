//! The claims with which the acceptance rules start, for somebody who is not in an Active Directory.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::people::{People, Person};
use crate::engine::Claim;
use crate::engine::claim::{AD_AUTHORITY, STRING_VALUE_TYPE};
use crate::engine::claim_types::{EMAIL_ADDRESS, GROUP, NAME, UPN, WINDOWS_ACCOUNT_NAME};
use crate::store::directory::{Account, AccountMark, ReadAhead};

/// The account of a person with these groups. The issuer is that of a Windows sign-on: rules that people bring ask for
/// it, and it says the same, that the directory of the organisation has checked the password.
pub(super) fn account(people: &People, person: &Person, groups: Vec<Arc<str>>) -> Account {
    let name: Arc<str> = format!("{}\\{}", people.domain.short, person.login).into();
    let [issuer, value_type] = [AD_AUTHORITY, STRING_VALUE_TYPE].map(Arc::<str>::from);
    let claim = |claim_type: &str, value| Claim {
        claim_type: claim_type.into(),
        value,
        value_type: Arc::clone(&value_type),
        issuer: Arc::clone(&issuer),
        original_issuer: Arc::clone(&issuer),
        properties: BTreeMap::new(),
    };
    let mut claims = vec![
        claim(WINDOWS_ACCOUNT_NAME, Arc::clone(&name)),
        claim(NAME, Arc::clone(&name)),
        claim(UPN, people.upn(person).into()),
    ];
    claims.extend(people.mail(person).into_iter().map(|mail| claim(EMAIL_ADDRESS, mail)));
    claims.extend(groups.into_iter().map(|group| claim(GROUP, group)));
    let mark = AccountMark { sid: people.identity(person), password: people.password_mark(person) };
    Account { name, claims, mark, password_ends: None, ahead: ReadAhead::default() }
}
