//! The attributes of Active Directory that rules ask for.

/// Attributes of users that rules and forms commonly name, as the schema writes them.
pub(super) const WELL_KNOWN: &[&str] = &[
    "accountExpires",
    "adminCount",
    "c",
    "canonicalName",
    "cn",
    "co",
    "comment",
    "company",
    "countryCode",
    "department",
    "departmentNumber",
    "description",
    "directReports",
    "displayName",
    "distinguishedName",
    "division",
    "employeeID",
    "employeeNumber",
    "employeeType",
    "facsimileTelephoneNumber",
    "generationQualifier",
    "gidNumber",
    "givenName",
    "homeDirectory",
    "homePhone",
    "homePostalAddress",
    "info",
    "initials",
    "ipPhone",
    "l",
    "lastLogonTimestamp",
    "legacyExchangeDN",
    "lockoutTime",
    "mS-DS-ConsistencyGuid",
    "mail",
    "mailNickname",
    "manager",
    "member",
    "memberOf",
    "memberUid",
    "middleName",
    "mobile",
    "msDS-PrincipalName",
    "name",
    "objectCategory",
    "objectClass",
    "objectGUID",
    "objectSid",
    "otherMailbox",
    "otherMobile",
    "otherTelephone",
    "ou",
    "pager",
    "personalTitle",
    "physicalDeliveryOfficeName",
    "postOfficeBox",
    "postalAddress",
    "postalCode",
    "preferredLanguage",
    "primaryGroupID",
    "proxyAddresses",
    "pwdLastSet",
    "roomNumber",
    "sAMAccountName",
    "sIDHistory",
    "secretary",
    "servicePrincipalName",
    "sn",
    "st",
    "street",
    "streetAddress",
    "targetAddress",
    "telephoneNumber",
    "thumbnailPhoto",
    "title",
    "tokenGroups",
    "uid",
    "uidNumber",
    "url",
    "userAccountControl",
    "userCertificate",
    "userPrincipalName",
    "userWorkstations",
    "wWWHomePage",
    "whenChanged",
    "whenCreated",
];

/// What people write for an attribute that has another name, in lower case.
const MISTAKEN: &[(&str, &str)] = &[
    ("accountname", "sAMAccountName"),
    ("city", "l"),
    ("country", "co"),
    ("dn", "distinguishedName"),
    ("e-mail", "mail"),
    ("email", "mail"),
    ("emailaddress", "mail"),
    ("fax", "facsimileTelephoneNumber"),
    ("firstname", "givenName"),
    ("fullname", "displayName"),
    ("groups", "tokenGroups"),
    ("guid", "objectGUID"),
    ("lastname", "sn"),
    ("office", "physicalDeliveryOfficeName"),
    ("phone", "telephoneNumber"),
    ("sid", "objectSid"),
    ("state", "st"),
    ("surname", "sn"),
    ("upn", "userPrincipalName"),
    ("username", "sAMAccountName"),
    ("zip", "postalCode"),
];

/// Whether a name is one of those, in whatever case.
pub(super) fn is_well_known(name: &str) -> bool {
    let is_extension = |name: &str| {
        let number = name.to_ascii_lowercase().strip_prefix("extensionattribute").and_then(|rest| rest.parse().ok());
        number.is_some_and(|number: u8| (1..=15).contains(&number))
    };
    is_extension(name) || WELL_KNOWN.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// The attribute that a name probably means: one that people call so, or one that is a letter or two away.
pub(super) fn meant<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let folded = name.to_ascii_lowercase();
    if let Some((_, right)) = MISTAKEN.iter().find(|(wrong, _)| *wrong == folded) {
        return Some((*right).to_owned());
    }
    // Short names are near to many others.
    let most = match folded.len() {
        0..=3 => return None,
        4..=7 => 1,
        _ => 2,
    };
    let near = known.map(|known| (strsim::damerau_levenshtein(&folded, &known.to_ascii_lowercase()), known));
    near.filter(|(distance, _)| (1..=most).contains(distance)).min().map(|(_, known)| known.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_seen_and_another_word_is_not() {
        let known = || WELL_KNOWN.iter().copied();
        assert_eq!(meant("userPrincipleName", known()).as_deref(), Some("userPrincipalName"));
        assert_eq!(meant("emailAddress", known()).as_deref(), Some("mail"));
        assert_eq!(meant("mial", known()).as_deref(), Some("mail"));
        for other in ["test", "customAttribute", "eduPersonAffiliation", "x", "costCenter"] {
            assert_eq!(meant(other, known()), None, "{other}");
        }
        assert!(is_well_known("EXTENSIONATTRIBUTE15") && !is_well_known("extensionAttribute16"));
    }
}
