//! One thing that AWS would refuse.

use std::fmt;

/// Something in the issued claims that AWS would refuse: what is wrong, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// A code of [`CODES`], such as `A001`.
    pub code: &'static str,
    /// What is wrong, and with which value.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Problem {
    pub(super) fn new(code: &Code, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { code: code.code, message: message.into(), help: help.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}; {}", self.code, self.message, self.help)
    }
}

/// A kind of problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// Stable code.
    pub code: &'static str,
    /// Its name, for lists of allowed findings.
    pub name: &'static str,
    /// What AWS demands.
    pub demand: &'static str,
}

const fn code(code: &'static str, name: &'static str, demand: &'static str) -> Code {
    Code { code, name, demand }
}

pub(super) const ROLE_PAIR: Code = code(
    "A001",
    "aws-role-pair",
    "each Role value is a role ARN and a SAML provider ARN of one account, with a comma between",
);
pub(super) const SESSION_NAME: Code = code(
    "A002",
    "aws-session-name",
    "there is one RoleSessionName: 2 to 64 of the characters a-z A-Z 0-9 _ + = , . @ -",
);
pub(super) const SESSION_DURATION: Code =
    code("A003", "aws-session-duration", "SessionDuration is one whole number of seconds from 900 to 43200");
pub(super) const ACCOUNT_ID: Code = code("A004", "aws-account-id", "an account number has 12 digits");
pub(super) const ATTRIBUTE_NAME: Code = code(
    "A005",
    "aws-attribute-name",
    "an attribute's name is spelled exactly as AWS documents it, upper and lower case included",
);
pub(super) const SIZE: Code = code("A006", "aws-role-count", "the response has 4 to 100000 characters of base64");
pub(super) const NO_ROLE: Code = code("A007", "aws-no-role", "there is at least one Role value");
pub(super) const RESERVED_ROLE: Code =
    code("A008", "aws-reserved-role", "roles of IAM Identity Center (AWSReservedSSO_…) cannot be assumed with SAML");
pub(super) const NAME_ID: Code = code("A009", "aws-name-id", "the subject has one NameID that is not empty");
pub(super) const TAG: Code = code(
    "A010",
    "aws-principal-tag",
    "at most 50 PrincipalTag attributes, each with one value; keys of 1 to 128 and values of up to 256 characters: letters, digits, spaces, _ . : / = + - @",
);
pub(super) const TRANSITIVE_TAG: Code = code(
    "A011",
    "aws-transitive-tag",
    "each TransitiveTagKeys value is the key of a PrincipalTag in the same response",
);
pub(super) const SOURCE_IDENTITY: Code = code(
    "A012",
    "aws-source-identity",
    "SourceIdentity is one value: 2 to 64 of the characters a-z A-Z 0-9 _ + = , . @ -, and does not begin with aws:",
);
pub(super) const ENDPOINT: Code =
    code("A013", "aws-endpoint", "the response goes to a sign-in address of the partition that the roles belong to");

/// All kinds of problem, by code.
pub const CODES: &[Code] = &[
    ROLE_PAIR,
    SESSION_NAME,
    SESSION_DURATION,
    ACCOUNT_ID,
    ATTRIBUTE_NAME,
    SIZE,
    NO_ROLE,
    RESERVED_ROLE,
    NAME_ID,
    TAG,
    TRANSITIVE_TAG,
    SOURCE_IDENTITY,
    ENDPOINT,
];
