//! Attributes of Active Directory that rules ask for, for people who write a query.

/// Each with what it holds.
pub(super) const ATTRIBUTES: &[(&str, &str)] = &[
    ("c", "country, two letters"),
    ("cn", "common name"),
    ("co", "country, in words"),
    ("company", "company"),
    ("department", "department"),
    ("departmentNumber", "numbers of departments"),
    ("description", "description"),
    ("displayName", "name as people see it"),
    ("distinguishedName", "place in the directory"),
    ("division", "division"),
    ("employeeID", "number of the employee"),
    ("employeeNumber", "number of the employee"),
    ("employeeType", "kind of employee"),
    ("extensionAttribute1", "free for the organisation's use"),
    ("extensionAttribute2", "free for the organisation's use"),
    ("extensionAttribute3", "free for the organisation's use"),
    ("facsimileTelephoneNumber", "fax number"),
    ("givenName", "first name"),
    ("initials", "initials"),
    ("l", "town"),
    ("mail", "mail address"),
    ("manager", "distinguished name of the manager"),
    ("memberOf", "distinguished names of the direct groups"),
    ("mobile", "mobile telephone number"),
    ("ms-DS-ConsistencyGuid", "identifier that survives moves between forests"),
    ("name", "relative name in the directory"),
    ("objectGUID", "identifier that never changes, binary"),
    ("objectSid", "security identifier, binary"),
    ("physicalDeliveryOfficeName", "office"),
    ("postalCode", "postal code"),
    ("preferredLanguage", "preferred language"),
    ("proxyAddresses", "all mail addresses, with their kinds"),
    ("sAMAccountName", "logon name without the domain"),
    ("sn", "family name"),
    ("st", "state or province"),
    ("streetAddress", "street"),
    ("telephoneNumber", "telephone number"),
    ("thumbnailPhoto", "small picture, binary"),
    ("title", "job title"),
    ("tokenGroups", "names of all security groups, direct and nested; one claim for each"),
    ("tokenGroups(SID)", "the same groups as security identifiers"),
    ("tokenGroups(domainQualifiedName)", "the same groups as DOMAIN\\group"),
    ("tokenGroups(longDomainQualifiedName)", "the same groups as dns.domain\\group"),
    ("uid", "user id of other systems"),
    ("userPrincipalName", "user principal name, user@domain"),
    ("whenCreated", "when the account was made"),
];

/// What an attribute holds, if it is a common one. Case does not matter.
pub(super) fn meaning(name: &str) -> Option<&'static str> {
    ATTRIBUTES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|&(_, meaning)| meaning)
}

/// The middle part of a query, between its first and second `;`: where it starts, and its text.
pub(super) fn asked(query: &str) -> Option<(usize, &str)> {
    let (filter, rest) = query.split_once(';')?;
    Some((filter.len() + 1, rest.split(';').next().unwrap_or_default()))
}
