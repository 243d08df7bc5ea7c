//! Well-known claim types, values and properties [language reference 11].

/// What the user may be called in mail.
pub const EMAIL_ADDRESS: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress";
/// First name.
pub const GIVEN_NAME: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname";
/// Family name.
pub const SURNAME: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname";
/// Unique name of the user.
pub const NAME: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name";
/// User principal name: `user@domain`.
pub const UPN: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn";
/// Becomes the subject of the assertion.
pub const NAME_IDENTIFIER: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier";
/// A private, pairwise identifier.
pub const PRIVATE_PERSONAL_IDENTIFIER: &str =
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/privatepersonalidentifier";
/// Common name, as AD FS 1.x wrote it.
pub const COMMON_NAME: &str = "http://schemas.xmlsoap.org/claims/CommonName";
/// Mail address, as AD FS 1.x wrote it.
pub const EMAIL_ADDRESS_1X: &str = "http://schemas.xmlsoap.org/claims/EmailAddress";
/// Group, as AD FS 1.x wrote it.
pub const GROUP: &str = "http://schemas.xmlsoap.org/claims/Group";
/// User principal name, as AD FS 1.x wrote it.
pub const UPN_1X: &str = "http://schemas.xmlsoap.org/claims/UPN";

/// `DOMAIN\user`.
pub const WINDOWS_ACCOUNT_NAME: &str = "http://schemas.microsoft.com/ws/2008/06/identity/claims/windowsaccountname";
/// A role of the user.
pub const ROLE: &str = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role";
/// Security identifier of the user.
pub const PRIMARY_SID: &str = "http://schemas.microsoft.com/ws/2008/06/identity/claims/primarysid";
/// Security identifier of the user's primary group.
pub const PRIMARY_GROUP_SID: &str = "http://schemas.microsoft.com/ws/2008/06/identity/claims/primarygroupsid";
/// Security identifier of a group of the user.
pub const GROUP_SID: &str = "http://schemas.microsoft.com/ws/2008/06/identity/claims/groupsid";
/// What a Windows token says about a user.
pub const OF_ACCOUNTS: [&str; 6] = [WINDOWS_ACCOUNT_NAME, NAME, UPN, PRIMARY_SID, PRIMARY_GROUP_SID, GROUP_SID];
/// How the user proved who they are; with [`MULTIPLE_AUTHENTICATION`] it asks for another factor.
pub const AUTHENTICATION_METHOD: &str = "http://schemas.microsoft.com/ws/2008/06/identity/claims/authenticationmethod";
/// When the user proved who they are.
pub const AUTHENTICATION_INSTANT: &str =
    "http://schemas.microsoft.com/ws/2008/06/identity/claims/authenticationinstant";

/// In the output of authorization rules: access is granted, whatever the value.
pub const PERMIT: &str = "http://schemas.microsoft.com/authorization/claims/permit";
/// In the output of authorization rules: access is refused, whatever the value and whatever else is there.
pub const DENY: &str = "http://schemas.microsoft.com/authorization/claims/deny";

/// Value of [`AUTHENTICATION_METHOD`]: more than one factor.
pub const MULTIPLE_AUTHENTICATION: &str = "http://schemas.microsoft.com/claims/multipleauthn";
/// The factors that were used.
pub const AUTHENTICATION_METHODS_REFERENCES: &str = "http://schemas.microsoft.com/claims/authnmethodsreferences";
/// The providers that may be asked for another factor.
pub const AUTHENTICATION_METHODS_PROVIDERS: &str = "http://schemas.microsoft.com/claims/authnmethodsproviders";

/// Address of the client as the front proxy saw it.
pub const FORWARDED_CLIENT_IP: &str =
    "http://schemas.microsoft.com/2012/01/requestcontext/claims/x-ms-forwarded-client-ip";
/// What the client calls itself.
pub const CLIENT_USER_AGENT: &str = "http://schemas.microsoft.com/2012/01/requestcontext/claims/x-ms-client-user-agent";
/// Which program the client is.
pub const CLIENT_APPLICATION: &str =
    "http://schemas.microsoft.com/2012/01/requestcontext/claims/x-ms-client-application";
/// The proxy that the request came through.
pub const PROXY: &str = "http://schemas.microsoft.com/2012/01/requestcontext/claims/x-ms-proxy";
/// The path that was asked for.
pub const ENDPOINT_ABSOLUTE_PATH: &str =
    "http://schemas.microsoft.com/2012/01/requestcontext/claims/x-ms-endpoint-absolute-path";
/// Number of the request.
pub const CLIENT_REQUEST_ID: &str = "http://schemas.microsoft.com/2012/01/requestcontext/claims/client-request-id";
/// Identifier of the relying party that the sign-on is for.
pub const RELYING_PARTY_TRUST_ID: &str =
    "http://schemas.microsoft.com/2012/01/requestcontext/claims/relyingpartytrustid";
/// Address of the client.
pub const USER_IP: &str = "http://schemas.microsoft.com/2014/09/requestcontext/claims/userip";

/// `true` if the request came from inside.
pub const INSIDE_CORPORATE_NETWORK: &str = "http://schemas.microsoft.com/ws/2012/01/insidecorporatenetwork";
/// What kind of account it is.
pub const ACCOUNT_TYPE: &str = "http://schemas.microsoft.com/ws/2012/01/accounttype";
/// When the password expires.
pub const PASSWORD_EXPIRATION_TIME: &str = "http://schemas.microsoft.com/ws/2012/01/passwordexpirationtime";

/// The roles that AWS offers: pairs of provider and role.
pub const AWS_ROLE: &str = "https://aws.amazon.com/SAML/Attributes/Role";
/// What AWS calls the session.
pub const AWS_ROLE_SESSION_NAME: &str = "https://aws.amazon.com/SAML/Attributes/RoleSessionName";
/// How long the session lasts, in seconds.
pub const AWS_SESSION_DURATION: &str = "https://aws.amazon.com/SAML/Attributes/SessionDuration";
/// Start of the types of session tags; the tag's name follows.
pub const AWS_PRINCIPAL_TAG_PREFIX: &str = "https://aws.amazon.com/SAML/Attributes/PrincipalTag:";

/// Property of a name identifier: its format.
pub const PROPERTY_FORMAT: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claimproperties/format";
/// Property of a name identifier: who named it.
pub const PROPERTY_NAME_QUALIFIER: &str =
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claimproperties/namequalifier";
/// Property of a name identifier: for whom it is named.
pub const PROPERTY_SP_NAME_QUALIFIER: &str =
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claimproperties/spnamequalifier";
/// Property of a name identifier: what the relying party calls it.
pub const PROPERTY_SP_PROVIDED_ID: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claimproperties/spprovidedid";
/// Property of any claim: the name format of its attribute, in spite of its name.
pub const PROPERTY_ATTRIBUTE_NAME: &str =
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claimproperties/attributename";
/// Property of any claim: the friendly name of its attribute.
pub const PROPERTY_DISPLAY_NAME: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claimproperties/displayname";
