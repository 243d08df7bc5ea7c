//! The figures of AWS, each with its source.

use std::ops::RangeInclusive;

/// Length of a role session name and of a source identity, in characters [IAM, STS `roleSessionNameType`].
pub const SESSION_NAME_CHARS: RangeInclusive<usize> = 2..=64;
/// Length of a console session in seconds [IAM, `SessionDuration`].
pub const SESSION_SECONDS: RangeInclusive<u32> = 900..=43_200;
/// Length of a console session in seconds if the response names none [IAM].
pub const DEFAULT_SESSION_SECONDS: u32 = 3_600;
/// Most session tags in one response [STS `tagListType`].
pub const TAGS: usize = 50;
/// Length of a tag's key, in characters [STS `tagKeyType`].
pub const TAG_KEY_CHARS: RangeInclusive<usize> = 1..=128;
/// Most characters of a tag's value [STS `tagValueType`].
pub const TAG_VALUE_CHARS: usize = 256;
/// Length of the base64 text of a response, in characters [STS `SAMLAssertionType`].
pub const RESPONSE_CHARS: RangeInclusive<usize> = 4..=100_000;
/// Most characters of a role's name [IAM `roleNameType`].
pub const ROLE_NAME_CHARS: usize = 64;
/// Most characters of a role's path, with its slashes [IAM `pathType`].
pub const ROLE_PATH_CHARS: usize = 512;
/// Most characters of a SAML provider's name [IAM `SAMLProviderNameType`].
pub const PROVIDER_NAME_CHARS: usize = 128;
/// Digits of an account number [IAM].
pub const ACCOUNT_DIGITS: usize = 12;
