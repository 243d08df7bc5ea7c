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
        self.into_account_in_part(&|_| true)
    }

    /// The account with claims of some types only.
    pub(super) fn into_account_in_part(self, is_wanted: &dyn Fn(&str) -> bool) -> Account {
        let name: Arc<str> = format!("{}\\{}", self.netbios, self.login).into();
        let sid = self.sid.map(ToString::to_string).unwrap_or_default();
        let [issuer, value_type] = [AD_AUTHORITY, STRING_VALUE_TYPE].map(Arc::<str>::from);
        let mut claims = Vec::with_capacity(self.groups.len() + 5);
        let mut claim = |claim_type: &Arc<str>, value| {
            claims.push(Claim {
                claim_type: Arc::clone(claim_type),
                value,
                value_type: Arc::clone(&value_type),
                issuer: Arc::clone(&issuer),
                original_issuer: Arc::clone(&issuer),
                properties: BTreeMap::new(),
            });
        };
        let wanted = |claim_type: &str| is_wanted(claim_type).then(|| Arc::<str>::from(claim_type));
        if let Some(account_name) = wanted(WINDOWS_ACCOUNT_NAME) {
            claim(&account_name, Arc::clone(&name));
        }
        if let Some(name_type) = wanted(NAME) {
            claim(&name_type, Arc::clone(&name));
        }
        if let Some(upn_type) = wanted(UPN) {
            claim(&upn_type, self.upn.map_or_else(|| format!("{}@{}", self.login, self.dns).into(), Arc::from));
        }
        if let Some(primary_sid) = wanted(PRIMARY_SID).filter(|_| self.sid.is_some()) {
            claim(&primary_sid, sid.as_str().into());
        }
        if let Some((primary_group_sid, sid)) = wanted(PRIMARY_GROUP_SID).zip(self.primary_group) {
            claim(&primary_group_sid, sid);
        }
        if let Some(group_sid) = wanted(GROUP_SID) {
            self.groups.into_iter().for_each(|sid| claim(&group_sid, sid));
        }
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
