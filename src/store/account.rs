//! The claims with which the acceptance rules start: what AD FS reads from the token of a Windows sign-on.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::directory::{Account, AccountMark, ReadAhead};
use super::sid::Sid;
use crate::engine::Claim;
use crate::engine::claim::{AD_AUTHORITY, STRING_VALUE_TYPE};
use crate::engine::claim_types::{GROUP_SID, NAME, PRIMARY_GROUP_SID, PRIMARY_SID, UPN, WINDOWS_ACCOUNT_NAME};

/// What a Windows token says about a user.
pub(super) struct Token<'a> {
    pub netbios: &'a str,
    pub dns: &'a str,
    pub login: &'a str,
    /// Without one, Windows makes it of the account and the domain.
    pub upn: Option<&'a str>,
    pub sid: Option<&'a Sid>,
    pub primary_group: Option<Arc<str>>,
    /// The SIDs of the security groups, direct and nested, with the primary group: in their order, each once.
    pub groups: Vec<Arc<str>>,
    /// Another text for another password; empty if unknown.
    pub password_mark: String,
    /// When the password ends, if it does and that is known.
    pub password_ends: Option<Timestamp>,
}

impl Token<'_> {
    /// The account, its group claims in the order of their SIDs. What many claims say is shared.
    pub(super) fn into_account(self) -> Account {
        let name: Arc<str> = format!("{}\\{}", self.netbios, self.login).into();
        let [issuer, value_type, group_type] = [AD_AUTHORITY, STRING_VALUE_TYPE, GROUP_SID].map(Arc::<str>::from);
        let claim = |claim_type: Arc<str>, value| Claim {
            claim_type,
            value,
            value_type: Arc::clone(&value_type),
            issuer: Arc::clone(&issuer),
            original_issuer: Arc::clone(&issuer),
            properties: BTreeMap::new(),
        };
        let mut claims = Vec::with_capacity(self.groups.len() + 5);
        claims.push(claim(WINDOWS_ACCOUNT_NAME.into(), Arc::clone(&name)));
        claims.push(claim(NAME.into(), Arc::clone(&name)));
        let upn = self.upn.map_or_else(|| format!("{}@{}", self.login, self.dns).into(), Arc::from);
        claims.push(claim(UPN.into(), upn));
        let sid: Option<Arc<str>> = self.sid.map(|sid| sid.to_string().into());
        claims.extend(sid.clone().map(|sid| claim(PRIMARY_SID.into(), sid)));
        claims.extend(self.primary_group.map(|sid| claim(PRIMARY_GROUP_SID.into(), sid)));
        claims.extend(self.groups.into_iter().map(|sid| claim(Arc::clone(&group_type), sid)));
        let sid = sid.map(|sid| sid.to_string()).unwrap_or_default();
        let mark = AccountMark { sid, password: self.password_mark };
        Account { name, claims, mark, password_ends: self.password_ends, ahead: ReadAhead::default() }
    }
}

/// SIDs as texts, in their order, each once.
pub(super) fn sid_texts(mut sids: Vec<Sid>) -> Vec<Arc<str>> {
    sids.sort_unstable();
    sids.dedup();
    sids.iter().map(|sid| sid.to_string().into()).collect()
}
