//! Why a bind failed: the cause that Active Directory hides in the text of its answer.

use ldap3::LdapResult;

use crate::store::directory::Refusal;

/// Success [RFC 4511 A.1].
const SUCCESS: u32 = 0;
/// Wrong name or password, and with a `data` code everything else that ends a logon.
const INVALID_CREDENTIALS: u32 = 49;
/// The connection is not secure enough for a bind.
const STRONGER_AUTH_REQUIRED: u32 = 8;
/// The name is no distinguished name, which Active Directory does not ask for [RFC 4511 A.2].
const INVALID_DN_SYNTAX: u32 = 34;
/// `SEC_E_BAD_BINDINGS`: the answer's text begins with it [MS-ERREF 2.1].
const BAD_BINDINGS: &str = "80090346";

/// The outcome of a bind: `Ok` if the password opens the account. `Err(None)` is an answer that says nothing about
/// the account.
pub(super) fn outcome(result: &LdapResult) -> Result<(), Option<Refusal>> {
    match result.rc {
        SUCCESS => Ok(()),
        INVALID_CREDENTIALS => Err(Some(cause(&result.text))),
        // Nobody looked at the password: the connection itself is not wanted.
        STRONGER_AUTH_REQUIRED => Err(Some(Refusal::Other(format!(
            "the domain controller takes binds only over TLS, `ldaps://` or StartTLS (code 8: {})",
            result.text.trim_end_matches(['\0', '\n'])
        )))),
        INVALID_DN_SYNTAX => Err(Some(Refusal::Other(
            "it wants a distinguished name (code 34), and so is no Active Directory; OpenLDAP and others are \
             `directory.ldap`"
                .to_owned(),
        ))),
        _ => Err(None),
    }
}

/// Reads the code in `… AcceptSecurityContext error, data 52e, v1db1`: a Windows error number [MS-ERREF 2.2].
fn cause(text: &str) -> Refusal {
    if text.starts_with(BAD_BINDINGS) {
        let demand = "the domain controller demands channel binding (`LdapEnforceChannelBinding`)";
        return Refusal::Other(format!("{demand}, which something between it and here prevents: {BAD_BINDINGS}"));
    }
    let code = text.split("data ").nth(1).and_then(|rest| rest.split(|c: char| !c.is_ascii_hexdigit()).next());
    match code.unwrap_or_default().to_ascii_lowercase().as_str() {
        "525" => Refusal::UnknownUser,
        // Directories of other makers give no code.
        "52e" | "" => Refusal::WrongPassword,
        "530" => Refusal::LogonHours,
        "531" => Refusal::LogonWorkstation,
        "532" => Refusal::PasswordExpired,
        "533" => Refusal::Disabled,
        "701" => Refusal::AccountExpired,
        "773" => Refusal::PasswordMustChange,
        "775" => Refusal::LockedOut,
        other => Refusal::Other(format!("Windows error {other}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_a_cause() {
        let text = |code: &str| {
            format!("80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data {code}, v1db1")
        };
        for (code, refusal) in [
            ("525", Refusal::UnknownUser),
            ("52e", Refusal::WrongPassword),
            ("530", Refusal::LogonHours),
            ("531", Refusal::LogonWorkstation),
            ("532", Refusal::PasswordExpired),
            ("533", Refusal::Disabled),
            ("701", Refusal::AccountExpired),
            ("773", Refusal::PasswordMustChange),
            ("775", Refusal::LockedOut),
            ("57", Refusal::Other("Windows error 57".to_owned())),
        ] {
            assert_eq!(cause(&text(code)), refusal);
        }
        assert_eq!(cause("invalid credentials"), Refusal::WrongPassword);
    }
}
