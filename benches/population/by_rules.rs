//! The same by rules.

use std::sync::Arc;

use claimsmith::engine::Stores;
use claimsmith::harness::diff::{Version, diff};
use claimsmith::harness::dry_run::{Rules, stores};
use claimsmith::harness::population::People;
use claimsmith::lang::Source;
use claimsmith::store::directory::Directory;
use claimsmith::store::file::FileDirectory;
use jiff::Timestamp;

/// The old pattern of an AWS group and the new one, which leaves out accounts that end in `000`: it takes a role from
/// one user in twenty.
pub(crate) const PATTERNS: [&str; 2] = [
    r"^AWS-([0-9]{12})-([A-Za-z0-9_+=.@-]{1,64})\z",
    r"^AWS-([0-9]{9}(?:[1-9][0-9]{2}|0[1-9][0-9]|00[1-9]))-([A-Za-z0-9_+=.@-]{1,64})\z",
];

const RULES: &str = r#"
@RuleName = "NameId"
c:[Type == "http://schemas.microsoft.com/ws/2008/06/identity/claims/windowsaccountname", Issuer == "AD AUTHORITY"]
 => issue(Type = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier", Issuer = c.Issuer, OriginalIssuer = c.OriginalIssuer, Value = c.Value, ValueType = c.ValueType, Properties["http://schemas.xmlsoap.org/ws/2005/05/identity/claimproperties/format"] = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent");

@RuleName = "RoleSessionName"
c:[Type == "http://schemas.microsoft.com/ws/2008/06/identity/claims/windowsaccountname", Issuer == "AD AUTHORITY"]
 => issue(store = "Active Directory", types = ("https://aws.amazon.com/SAML/Attributes/RoleSessionName"), query = ";mail;{0}", param = c.Value);

@RuleName = "Get AD Groups"
c:[Type == "http://schemas.microsoft.com/ws/2008/06/identity/claims/windowsaccountname", Issuer == "AD AUTHORITY"]
 => add(store = "Active Directory", types = ("http://temp/group"), query = ";tokenGroups;{0}", param = c.Value);

@RuleName = "Roles"
c:[Type == "http://temp/group", Value =~ "PATTERN"]
 => issue(Type = "https://aws.amazon.com/SAML/Attributes/Role", Value = RegExReplace(c.Value, "PATTERN", "arn:aws:iam::$1:saml-provider/ADFS,arn:aws:iam::$1:role/$2"));

@RuleName = "Session Duration"
 => issue(Type = "https://aws.amazon.com/SAML/Attributes/SessionDuration", Value = "28800");
"#;

/// A directory, and both versions of the rules.
pub(crate) struct Population {
    directory: Arc<dyn Directory>,
    stores: Stores,
    versions: [Version; 2],
}

impl Population {
    pub(crate) fn new(directory: FileDirectory) -> Self {
        let directory: Arc<dyn Directory> = Arc::new(directory);
        let versions = PATTERNS.map(|pattern| {
            let source = Source::new("rules.claims", rules(pattern));
            let rules = Rules::from_source(source).unwrap_or_else(|error| panic!("{error}"));
            Version::new(pattern.to_owned(), rules)
        });
        Self { stores: stores(Some(&directory)), directory, versions }
    }

    /// How many users have other claims with the new version than with the old one, as `rulecheck diff` finds it.
    pub(crate) fn changed(&self, threads: usize) -> usize {
        let people = People::of(&*self.directory, true, Timestamp::UNIX_EPOCH).unwrap();
        let [old, new] = &self.versions;
        diff(old, new, &people, &self.stores, threads, &mut |_| {}).unwrap().changed
    }
}

/// The rules with this pattern of an AWS group.
pub(crate) fn rules(pattern: &str) -> String {
    RULES.replace("PATTERN", pattern)
}
