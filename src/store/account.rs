//! The claims with which the acceptance rules start: what AD FS reads from the token of a Windows sign-on.

use std::sync::Arc;

use super::directory::{Account, AccountMark};
use super::sid::Sid;
use crate::engine::Claim;
use crate::engine::claim::AD_AUTHORITY;
use crate::engine::claim_types::{GROUP_SID, NAME, PRIMARY_GROUP_SID, PRIMARY_SID, UPN, WINDOWS_ACCOUNT_NAME};

/// What a Windows token says about a user.
pub(super) struct Token<'a> {
    pub netbios: &'a str,
    pub dns: &'a str,
    pub login: &'a str,
    /// Without one, Windows makes it of the account and the domain.
    pub upn: Option<&'a str>,
    pub sid: Option<&'a Sid>,
    pub primary_group: Option<&'a Sid>,
    /// Security groups, direct and nested, with the primary group. Order and repetition do not matter.
    pub groups: Vec<Sid>,
    /// Another text for another password; empty if unknown.
    pub password_mark: String,
}

impl Token<'_> {
    /// The account, its group claims in the order of their SIDs.
    pub(super) fn into_account(mut self) -> Account {
        let name: Arc<str> = format!("{}\\{}", self.netbios, self.login).into();
        let issuer: Arc<str> = AD_AUTHORITY.into();
        let group_type: Arc<str> = GROUP_SID.into();
        let claim = |claim_type: &str, value: Arc<str>| Claim::new(claim_type, value, Arc::clone(&issuer));
        let mut claims = vec![claim(WINDOWS_ACCOUNT_NAME, Arc::clone(&name)), claim(NAME, Arc::clone(&name))];
        let upn = self.upn.map_or_else(|| format!("{}@{}", self.login, self.dns), str::to_owned);
        claims.push(claim(UPN, upn.into()));
        claims.extend(self.sid.map(|sid| claim(PRIMARY_SID, sid.to_string().into())));
        claims.extend(self.primary_group.map(|sid| claim(PRIMARY_GROUP_SID, sid.to_string().into())));
        self.groups.sort_unstable();
        self.groups.dedup();
        claims.extend(
            self.groups.iter().map(|sid| Claim::new(Arc::clone(&group_type), sid.to_string(), Arc::clone(&issuer))),
        );
        let sid = self.sid.map(ToString::to_string).unwrap_or_default();
        Account { name, claims, mark: AccountMark { sid, password: self.password_mark } }
    }
}
