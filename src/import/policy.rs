//! Access control policies of AD FS 2016 and later, and the rules that come nearest to those that it brings along.
//!
//! A policy is no rule set: it can be changed for all trusts at once, and an administrator may have changed even those
//! that AD FS brings along. So rules are offered as text and never put in force.

use super::value::Value;

/// The policy of a trust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Its name.
    pub name: String,
    /// The groups, networks and so on that the trust gives it.
    pub parameters: Vec<String>,
}

const PERMIT: &str =
    " => issue(Type = \"http://schemas.microsoft.com/authorization/claims/permit\", Value = \"true\");\n";
const ANOTHER_FACTOR: &str = " => issue(Type = \"http://schemas.microsoft.com/ws/2008/06/identity/claims/authenticationmethod\", \
                              Value = \"http://schemas.microsoft.com/claims/multipleauthn\");\n";
const INSIDE: &str = "http://schemas.microsoft.com/ws/2012/01/insidecorporatenetwork";
const REGISTERED: &str = "http://schemas.microsoft.com/2012/01/devicecontext/claims/isregistereduser";
const GROUP_SID: &str = "http://schemas.microsoft.com/ws/2008/06/identity/claims/groupsid";
const GROUP_NAME: &str = "http://schemas.xmlsoap.org/claims/Group";
/// Looks the user's groups up by name, for a rule below it to compare.
const GROUPS_BY_NAME: &str = "\
@RuleName = \"Names of the user's groups\"
c:[Type == \"http://schemas.microsoft.com/ws/2008/06/identity/claims/windowsaccountname\", Issuer == \"AD AUTHORITY\"]
 => add(store = \"Active Directory\", types = (\"http://schemas.xmlsoap.org/claims/Group\"), \
query = \";tokenGroups(domainQualifiedName);{0}\", param = c.Value);

";

/// The rules that come nearest to a policy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NearestRules {
    /// For `authorization.claims`.
    pub authorization: String,
    /// For `additional_authentication.claims`, if the policy asks for another factor.
    pub additional_authentication: Option<String>,
    /// Where they differ from the policy.
    pub differs: Option<&'static str>,
}

impl Policy {
    /// Reads name and parameters. `None` if the trust has no policy.
    pub(super) fn read(name: Option<&str>, parameters: Option<&Value>) -> Option<Self> {
        let mut texts = Vec::new();
        if let Some(value) = parameters {
            collect(value, &mut texts);
        }
        Some(Self { name: name?.to_owned(), parameters: texts })
    }

    /// The rules that come nearest. `None` for a policy that AD FS does not bring along.
    #[must_use]
    pub fn nearest_rules(&self) -> Option<NearestRules> {
        let everyone = || format!("@RuleName = \"Permit everyone\"\n{PERMIT}");
        let asked = |condition: &str| Some(format!("@RuleName = \"Another factor\"\n{condition}{ANOTHER_FACTOR}"));
        let name = self.name.to_ascii_lowercase();
        let (authorization, additional_authentication, differs) = match name.as_str() {
            "permit everyone" => (everyone(), None, None),
            "permit everyone for intranet access" => (
                format!("@RuleName = \"Permit inside\"\nexists([Type == \"{INSIDE}\", Value == \"true\"])\n{PERMIT}"),
                None,
                None,
            ),
            "permit specific group" => {
                let rules = each_group(&self.parameters, |condition| {
                    format!("@RuleName = \"Permit a group\"\n{condition}{PERMIT}")
                })?;
                (rules, None, None)
            }
            "permit everyone and require mfa" => (everyone(), asked(""), None),
            "permit everyone and require mfa from extranet access" => {
                (everyone(), asked(&format!("exists([Type == \"{INSIDE}\", Value == \"false\"])\n")), None)
            }
            "permit everyone and require mfa for specific group" => {
                let rules = each_group(&self.parameters, |condition| {
                    format!("@RuleName = \"Another factor for a group\"\n{condition}{ANOTHER_FACTOR}")
                })?;
                (everyone(), Some(rules), None)
            }
            "permit everyone and require mfa from unauthenticated devices" => {
                let condition = format!("not exists([Type == \"{REGISTERED}\", Value == \"true\"])\n");
                (everyone(), asked(&condition), Some("no device is known here, so everybody is asked"))
            }
            "permit everyone and require mfa, allow automatic device registration" => {
                (everyone(), asked(""), Some("devices are not registered here, so there is no exception for that"))
            }
            _ => return None,
        };
        Some(NearestRules { authorization, additional_authentication, differs })
    }
}

/// A rule for each group: by SID, or by name with a rule before them that looks names up.
fn each_group(groups: &[String], rule: impl Fn(&str) -> String) -> Option<String> {
    let mut rules = String::new();
    for group in groups.iter().filter(|group| !group.contains('"')) {
        let is_sid = group.starts_with("S-1-");
        if !is_sid && !rules.contains(GROUPS_BY_NAME) {
            rules.insert_str(0, GROUPS_BY_NAME);
        }
        let claim_type = if is_sid { GROUP_SID } else { GROUP_NAME };
        if !rules.is_empty() && !rules.ends_with("\n\n") {
            rules.push('\n');
        }
        rules.push_str(&rule(&format!("exists([Type == \"{claim_type}\", Value == \"{group}\"])\n")));
    }
    (!rules.is_empty()).then_some(rules)
}

/// Every text below a value, in order.
fn collect(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::Text(text) if !text.is_empty() && !value.is_cut_off() => texts.push(text.clone()),
        Value::List(items) => items.iter().for_each(|item| collect(item, texts)),
        Value::Object(object) => object.properties.iter().for_each(|(_, value)| collect(value, texts)),
        Value::Text(_) | Value::Nothing | Value::Bytes(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nearest(name: &str, parameters: &[&str]) -> NearestRules {
        let parameters = parameters.iter().map(|&text| text.to_owned()).collect();
        Policy { name: name.to_owned(), parameters }.nearest_rules().unwrap()
    }

    #[test]
    fn every_policy_that_adfs_brings_along_has_rules_that_parse() {
        for name in [
            "Permit everyone",
            "Permit everyone and require MFA",
            "Permit everyone and require MFA for specific group",
            "Permit everyone and require MFA from extranet access",
            "Permit everyone and require MFA from unauthenticated devices",
            "Permit everyone and require MFA, allow automatic device registration",
            "Permit everyone for intranet access",
            "Permit specific group",
        ] {
            let rules = nearest(name, &["S-1-5-21-1-2-3-1104", "CORP\\AWS-Users", "CORP\\Ops"]);
            assert!(crate::lang::parse(&rules.authorization).is_ok(), "{name}: {}", rules.authorization);
            assert_eq!(rules.additional_authentication.is_some(), name.contains("MFA"), "{name}");
            if let Some(text) = rules.additional_authentication {
                assert!(crate::lang::parse(&text).is_ok(), "{name}: {text}");
            }
        }
    }

    #[test]
    fn groups_are_compared_as_they_are_given() {
        let rules = nearest("Permit specific group", &["S-1-5-21-1-2-3-1104", "CORP\\AWS-Users"]).authorization;
        assert_eq!(crate::lang::parse(&rules).rule_set.rules.len(), 3);
        assert!(rules.contains("groupsid\", Value == \"S-1-5-21-1-2-3-1104\""), "{rules}");
        assert!(rules.contains("claims/Group\", Value == \"CORP\\AWS-Users\""), "{rules}");
    }

    #[test]
    fn a_policy_of_their_own_is_not_guessed() {
        assert_eq!(Policy { name: "Contractors".to_owned(), parameters: Vec::new() }.nearest_rules(), None);
        let no_group = Policy { name: "Permit specific group".to_owned(), parameters: Vec::new() };
        assert_eq!(no_group.nearest_rules(), None);
    }
}
