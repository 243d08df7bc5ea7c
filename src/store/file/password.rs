//! Password hashes of directory files: Argon2id as PHC strings [RFC 9106].

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{CustomizedPasswordHasher as _, PasswordVerifier as _};
use argon2::{Argon2, Params};

use crate::store::directory::Password;

/// The most memory that checking one password may take, in KiB.
const MOST_MEMORY_KIB: u32 = 1 << 20;

/// Hashes a password for a directory file, with the parameters that OWASP recommends for Argon2id: 19 MiB, two
/// passes. The salt is random and at least 8 bytes long.
///
/// # Errors
///
/// A salt of unfit length.
pub fn hash_password(password: &Password, salt: &[u8]) -> Result<String, InvalidHash> {
    hash_with(password, salt, Params::default())
}

fn hash_with(password: &Password, salt: &[u8], params: Params) -> Result<String, InvalidHash> {
    let hash = Argon2::default().hash_password_with_params(password.reveal().as_bytes(), salt, params);
    hash.map(|hash| hash.to_string()).map_err(|error| InvalidHash(error.to_string()))
}

/// A text that is no usable Argon2id hash, or a salt that makes none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidHash(String);

/// Checks that a hash can be used, so that a mistake shows when the file is read and not when somebody signs in.
pub(super) fn validate(hash: &str) -> Result<(), InvalidHash> {
    let hash = PasswordHash::new(hash).map_err(|error| InvalidHash(error.to_string()))?;
    if hash.algorithm.as_str() != "argon2id" {
        return Err(InvalidHash(format!("the algorithm is `{}`, and `argon2id` is wanted", hash.algorithm)));
    }
    let params = Params::try_from(&hash).map_err(|error| InvalidHash(error.to_string()))?;
    if params.m_cost() > MOST_MEMORY_KIB {
        return Err(InvalidHash(format!("it asks for {} KiB of memory, more than {MOST_MEMORY_KIB}", params.m_cost())));
    }
    if hash.salt.is_none() || hash.hash.is_none() {
        return Err(InvalidHash("it has no salt or no hash".to_owned()));
    }
    Ok(())
}

/// Whether the password is the one that was hashed.
pub(super) fn verify(password: &Password, hash: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(password.reveal().as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_knows_its_password() {
        let typed = |text: &str| Password::new(text.to_owned());
        let hash = hash_with(&typed("Passw0rd.alice"), b"salt of alice", Params::new(8, 1, 1, None).unwrap()).unwrap();
        assert!(validate(&hash).is_ok());
        assert!(verify(&typed("Passw0rd.alice"), &hash));
        assert!(!verify(&typed("passw0rd.alice"), &hash));
        assert!(!verify(&typed(""), &hash));
    }

    #[test]
    fn other_texts_are_refused() {
        for hash in [
            "",
            "secret",
            "$argon2id$v=19$m=8,t=1,p=1",
            "$argon2i$v=19$m=8,t=1,p=1$c2FsdCBvZiBhbGljZQ$OwPvGMPdNV9Ty0tKrkMn4w7PmIv9gvJ7kKlN8zmtZzE",
            "$argon2id$v=19$m=4194304,t=1,p=1$c2FsdCBvZiBhbGljZQ$OwPvGMPdNV9Ty0tKrkMn4w7PmIv9gvJ7kKlN8zmtZzE",
        ] {
            assert!(validate(hash).is_err(), "{hash}");
        }
    }
}
