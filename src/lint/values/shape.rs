//! What the values of well-known claim types and directory attributes look like.

use crate::engine::claim_types as types;

/// What values of one kind look like.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::lint) struct Shape {
    /// For messages: `an account name such as`.
    pub(in crate::lint) is: &'static str,
    /// Typical values, the plainest first.
    pub(in crate::lint) examples: &'static [&'static str],
    /// A pattern that all values match; `None` where they can be any name.
    pub(in crate::lint) pattern: Option<&'static str>,
    /// Whether a user has several.
    pub(in crate::lint) is_many: bool,
}

impl Shape {
    /// The shape of the values that a claims provider gives a claim type.
    pub(in crate::lint) fn of_claim_type(claim_type: &str) -> Option<&'static Self> {
        CLAIM_TYPES.iter().find(|(known, _)| *known == claim_type).map(|(_, shape)| *shape)
    }

    /// The shape of the values of a directory attribute, as a query names it.
    pub(in crate::lint) fn of_attribute(attribute: &str) -> Option<&'static Self> {
        ATTRIBUTES.iter().find(|(known, _)| known.eq_ignore_ascii_case(attribute)).map(|(_, shape)| *shape)
    }
}

static ACCOUNT: Shape = Shape {
    is: "an account name with its domain",
    examples: &["CORP\\alice"],
    pattern: Some(r"^[A-Za-z0-9.-]+\\[A-Za-z0-9._$-]+\z"),
    is_many: false,
};
static ADDRESS: Shape = Shape {
    is: "a name with its domain",
    examples: &["alice@corp.example.com"],
    pattern: Some(r"^[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+\z"),
    is_many: false,
};
static LOGIN: Shape =
    Shape { is: "an account name", examples: &["alice"], pattern: Some(r"^[A-Za-z0-9._$-]{1,20}\z"), is_many: false };
static PERSON: Shape =
    Shape { is: "a name for people", examples: &["Alice Example", "Alice"], pattern: None, is_many: false };
static WORD: Shape = Shape { is: "a name", examples: &["Alice"], pattern: None, is_many: false };
static GROUP: Shape = Shape {
    is: "the name of a group",
    examples: &["Engineering", "Domain Users"],
    pattern: Some(r#"^[^"/\\\[\]:;|=,+*?<>\n]+\z"#),
    is_many: true,
};
static QUALIFIED_GROUP: Shape = Shape {
    is: "the name of a group with its domain",
    examples: &["CORP\\Engineering", "CORP\\Domain Users"],
    pattern: Some(r"^[^\\]+\\[^\\]+\z"),
    is_many: true,
};
static ENTRY: Shape = Shape {
    is: "a distinguished name",
    examples: &["CN=Alice Example,OU=Staff,DC=corp,DC=example,DC=com"],
    pattern: Some("^[A-Za-z]+="),
    is_many: false,
};
static DN: Shape = Shape {
    is: "a distinguished name",
    examples: &["CN=Engineering,OU=Groups,DC=corp,DC=example,DC=com"],
    pattern: Some("^[A-Za-z]+="),
    is_many: true,
};
static SID: Shape = Shape {
    is: "a security identifier",
    examples: &["S-1-5-21-1004336348-1177238915-682003330-1105"],
    pattern: Some(r"^S-1-[0-9-]+\z"),
    is_many: false,
};
static GROUP_SID: Shape = Shape {
    is: "the security identifier of a group",
    examples: &["S-1-5-21-1004336348-1177238915-682003330-1105"],
    pattern: Some(r"^S-1-[0-9-]+\z"),
    is_many: true,
};
static TELEPHONE: Shape =
    Shape { is: "a telephone number", examples: &["+1 425 555 0100"], pattern: None, is_many: false };
static GUID: Shape = Shape {
    is: "a GUID in Base64",
    examples: &["mHq3zY+1TEWq/6R0h0Xo0w=="],
    pattern: Some("^[A-Za-z0-9+/]+=*\\z"),
    is_many: false,
};
static NUMBER: Shape = Shape { is: "a number", examples: &["100234"], pattern: None, is_many: false };
static INSTANT: Shape = Shape { is: "a time", examples: &["2024-05-01T08:30:00.000Z"], pattern: None, is_many: false };

static PROXY: Shape = Shape {
    is: "an address with its kind",
    examples: &["SMTP:alice@corp.example.com"],
    pattern: Some("^[A-Za-z0-9]+:"),
    is_many: true,
};

const CLAIM_TYPES: &[(&str, &Shape)] = &[
    (types::WINDOWS_ACCOUNT_NAME, &ACCOUNT),
    (types::NAME, &ACCOUNT),
    (types::UPN, &ADDRESS),
    (types::UPN_1X, &ADDRESS),
    (types::EMAIL_ADDRESS, &ADDRESS),
    (types::EMAIL_ADDRESS_1X, &ADDRESS),
    (types::COMMON_NAME, &PERSON),
    (types::GIVEN_NAME, &WORD),
    (types::SURNAME, &WORD),
    (types::GROUP, &GROUP),
    (types::PRIMARY_SID, &SID),
    (types::PRIMARY_GROUP_SID, &SID),
    (types::GROUP_SID, &GROUP_SID),
    (types::AUTHENTICATION_INSTANT, &INSTANT),
];

const ATTRIBUTES: &[(&str, &Shape)] = &[
    ("cn", &PERSON),
    ("description", &PERSON),
    ("displayName", &PERSON),
    ("distinguishedName", &ENTRY),
    ("employeeID", &NUMBER),
    ("employeeNumber", &NUMBER),
    ("givenName", &WORD),
    ("mail", &ADDRESS),
    ("manager", &ENTRY),
    ("memberOf", &DN),
    ("mobile", &TELEPHONE),
    ("name", &PERSON),
    ("objectGUID", &GUID),
    ("objectSid", &SID),
    ("proxyAddresses", &PROXY),
    ("sAMAccountName", &LOGIN),
    ("sn", &WORD),
    ("telephoneNumber", &TELEPHONE),
    ("tokenGroups", &GROUP),
    ("tokenGroups(SID)", &GROUP_SID),
    ("tokenGroups(domainQualifiedName)", &QUALIFIED_GROUP),
    ("tokenGroups(longDomainQualifiedName)", &QUALIFIED_GROUP),
    ("userPrincipalName", &ADDRESS),
];
