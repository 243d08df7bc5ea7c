//! The error texts of the AWS console and of its token service: what causes them, and what to do.

/// An error of AWS, in its own words where they are known, with its cause and what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConsoleError {
    /// What AWS shows, without the name of the service and the status code that follow it.
    pub text: &'static str,
    /// The words by which the error is told from others, in lower case.
    needle: &'static str,
    /// What causes it.
    pub cause: &'static str,
    /// What to do.
    pub help: &'static str,
}

/// Finds the error that a text from AWS shows, copied whole or in part.
#[must_use]
pub fn explain(text: &str) -> Option<&'static ConsoleError> {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    CONSOLE_ERRORS.iter().find(|error| words.contains(error.needle))
}

/// The response cannot be read, or offers no role.
pub const INVALID_RESPONSE: ConsoleError = ConsoleError {
    text: "Your request included an invalid SAML response.",
    needle: "invalid saml response",
    cause: "the response has no Role attribute that AWS can read, or is not a SAML response at all",
    help: "see that the user is in a group that gives a role, and that the attribute is named \
           `https://aws.amazon.com/SAML/Attributes/Role`, upper and lower case included",
};
/// No session name.
pub const NO_SESSION_NAME: ConsoleError = ConsoleError {
    text: "RoleSessionName is required in AuthnResponse",
    needle: "rolesessionname is required",
    cause: "the response has no RoleSessionName: often the user has no mail address in the directory",
    help: "fill the attribute that the rule reads, or let the rule fall back to another one",
};
/// A session name that AWS refuses.
pub const BAD_SESSION_NAME: ConsoleError = ConsoleError {
    text: "RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}",
    needle: "rolesessionname in authnresponse must match",
    cause: "the session name has a space or another character that AWS refuses, or not 2 to 64 characters",
    help: "issue the mail address or the account name without its domain, not the display name",
};
/// A source identity that AWS refuses.
pub const BAD_SOURCE_IDENTITY: ConsoleError = ConsoleError {
    text: "Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with \"aws:\"",
    needle: "source identity must match",
    cause: "the source identity has a character that AWS refuses, not 2 to 64 characters, or begins with `aws:`",
    help: "issue the mail address or the account name without its domain",
};
/// The role does not trust the provider.
pub const NOT_AUTHORIZED: ConsoleError = ConsoleError {
    text: "Not authorized to perform sts:AssumeRoleWithSAML",
    needle: "not authorized to perform sts:assumerolewithsaml",
    cause: "the role's trust policy does not let this provider in: another provider or condition, an ARN in the wrong \
            case, a provider that the account does not have, or a response without a NameID",
    help: "compare the Role value letter for letter with the role's ARN, the provider's ARN and the trust policy; \
           `SAML:aud` in the policy must be the address that the response goes to",
};
/// The policy does not allow tags.
pub const TAGS_NOT_AUTHORIZED: ConsoleError = ConsoleError {
    text: "Not authorized to perform sts:TagSession",
    needle: "sts:tagsession",
    cause: "the response carries PrincipalTag attributes, and the role's trust policy does not allow `sts:TagSession`",
    help: "allow `sts:TagSession` beside `sts:AssumeRoleWithSAML` in every role of the provider",
};
/// The policy does not allow a source identity.
pub const SOURCE_IDENTITY_NOT_AUTHORIZED: ConsoleError = ConsoleError {
    text: "Not authorized to perform sts:SetSourceIdentity",
    needle: "sts:setsourceidentity",
    cause: "the response carries a SourceIdentity, and the role's trust policy does not allow `sts:SetSourceIdentity`",
    help: "allow `sts:SetSourceIdentity` beside `sts:AssumeRoleWithSAML` in every role of the provider",
};
/// The signature does not fit the provider's certificates.
pub const BAD_SIGNATURE: ConsoleError = ConsoleError {
    text: "Response signature invalid",
    needle: "response signature invalid",
    cause: "the response was changed on its way, or signed with a key that the SAML provider in AWS does not know: \
            the identity provider's certificate was renewed and AWS still has the old metadata",
    help: "upload the current federation metadata to the SAML provider in every account",
};
/// The issuer is not the provider's.
pub const WRONG_ISSUER: ConsoleError = ConsoleError {
    text: "Issuer not present in specified provider",
    needle: "issuer not present in specified provider",
    cause: "the Issuer of the response is not the entityID of the metadata that AWS has for this provider",
    help: "set the entity ID back to what it was, or upload the new metadata to the SAML provider in every account",
};
/// The metadata cannot be read.
pub const BAD_METADATA: ConsoleError = ConsoleError {
    text: "Could not parse metadata",
    needle: "parse metadata",
    cause: "the metadata is not XML in UTF-8 without a byte order mark, has no validUntil, or its certificate repeats \
            an X.509 extension",
    help: "download the metadata again as a file and upload that file unchanged",
};
/// The account has no such provider.
pub const NO_PROVIDER: ConsoleError = ConsoleError {
    text: "Specified provider doesn't exist",
    needle: "specified provider doesn't exist",
    cause: "the account has no SAML provider of the name in the Role value; names count upper and lower case",
    help: "create the SAML provider in that account, or correct its name in the rule",
};
/// The session is too long for the role.
pub const DURATION_EXCEEDED: ConsoleError = ConsoleError {
    text: "The requested DurationSeconds exceeds the MaxSessionDuration set for this role",
    needle: "exceeds the maxsessionduration",
    cause: "SessionDuration, or the duration that a command-line client asks for, is longer than the role allows",
    help: "raise the role's maximum session duration, or issue a shorter SessionDuration",
};
/// The audience or the recipient is not AWS.
pub const WRONG_AUDIENCE: ConsoleError = ConsoleError {
    text: "Response does not contain the required audience",
    needle: "required audience",
    cause: "the audience of the response is not `urn:amazon:webservices`, or the audience of another partition",
    help: "set the trust's identifier to the audience of the partition that the roles belong to",
};
/// The response is too old.
pub const EXPIRED: ConsoleError = ConsoleError {
    text: "Token must be redeemed within 5 minutes of issuance",
    needle: "must be redeemed within",
    cause: "the response is older than five minutes, or the clock of the identity provider is wrong",
    help: "sign in again; if it happens at once, set the clock of the identity provider",
};
/// The identity provider said no.
pub const REJECTED_CLAIM: ConsoleError = ConsoleError {
    text: "The identity provider reported that authentication failed (IDPRejectedClaim)",
    needle: "idprejectedclaim",
    cause: "the response does not report success",
    help: "look up the sign-in in the identity provider's audit log",
};
/// Tags and policies are too large together.
pub const POLICY_TOO_LARGE: ConsoleError = ConsoleError {
    text: "PackedPolicyTooLarge",
    needle: "packedpolicytoolarge",
    cause: "session tags and session policies are too large together, though each may be legal",
    help: "issue fewer or shorter PrincipalTag attributes",
};
/// The region is switched off.
pub const REGION_DISABLED: ConsoleError = ConsoleError {
    text: "STS is not activated in this region for account",
    needle: "sts is not activated in this region",
    cause: "the account has switched the token service off in the region that was asked (RegionDisabledException)",
    help: "activate the region in the account's settings, or use another regional address",
};
/// The private key for encrypted assertions is not one.
pub const BAD_PRIVATE_KEY: ConsoleError = ConsoleError {
    text: "Invalid private key",
    needle: "invalid private key",
    cause: "the private key for encrypted assertions is not in PEM form",
    help: "upload the key as PEM",
};
/// A third private key.
pub const PRIVATE_KEY_LIMIT: ConsoleError = ConsoleError {
    text: "Limit of 2 private keys reached",
    needle: "private key",
    cause: "a SAML provider holds at most two private keys; keys are added and removed in separate steps; and \
            encryption cannot be required while there is none",
    help: "remove a key first; add one before you require encryption",
};

/// All of them; an earlier one is the better match.
pub const CONSOLE_ERRORS: &[ConsoleError] = &[
    NO_SESSION_NAME,
    BAD_SESSION_NAME,
    BAD_SOURCE_IDENTITY,
    NOT_AUTHORIZED,
    TAGS_NOT_AUTHORIZED,
    SOURCE_IDENTITY_NOT_AUTHORIZED,
    BAD_SIGNATURE,
    WRONG_ISSUER,
    BAD_METADATA,
    NO_PROVIDER,
    DURATION_EXCEEDED,
    WRONG_AUDIENCE,
    EXPIRED,
    REJECTED_CLAIM,
    POLICY_TOO_LARGE,
    REGION_DISABLED,
    BAD_PRIVATE_KEY,
    PRIVATE_KEY_LIMIT,
    INVALID_RESPONSE,
];
