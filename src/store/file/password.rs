//! Password hashes of directory files: Argon2id as PHC strings [RFC 9106].

use argon2::password_hash::CustomizedPasswordHasher as _;
use argon2::password_hash::phc::{Output, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Params, Version};

use super::hash_memory::{Busy, HashMemory};
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

/// Whether the password is the one that was hashed. Blocks while all memory is in use.
///
/// # Errors
///
/// No memory became free in time.
pub(super) fn verify(password: &Password, hash: &str, memory: &HashMemory) -> Result<bool, Busy> {
    let Some(checked) = Checked::read(hash) else { return Ok(false) };
    let mut bytes = [0; Output::MAX_LENGTH];
    let Some(bytes) = bytes.get_mut(..checked.wanted.len()) else { return Ok(false) };
    let typed = password.reveal().as_bytes();
    let hashed = memory.with(checked.argon2.params().block_count(), |blocks| {
        checked.argon2.hash_password_into_with_memory(typed, &checked.salt, bytes, blocks)
    })?;
    // Two outputs are compared in constant time.
    Ok(hashed.is_ok() && Output::new(bytes).is_ok_and(|output| output == checked.wanted))
}

/// What a hash says of how it was made, and what came of it.
struct Checked {
    argon2: Argon2<'static>,
    salt: Salt,
    wanted: Output,
}

impl Checked {
    fn read(hash: &str) -> Option<Self> {
        let hash = PasswordHash::new(hash).ok()?;
        let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
        let version = hash.version.map_or(Ok(Version::default()), Version::try_from).ok()?;
        let params = Params::try_from(&hash).ok()?;
        Some(Self { argon2: Argon2::new(algorithm, version, params), salt: hash.salt?, wanted: hash.hash? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_knows_its_password() {
        let typed = |text: &str| Password::new(text.to_owned());
        let hash = hash_with(&typed("Passw0rd.alice"), b"salt of alice", Params::new(8, 1, 1, None).unwrap()).unwrap();
        assert!(validate(&hash).is_ok());
        let memory = HashMemory::default();
        assert_eq!(verify(&typed("Passw0rd.alice"), &hash, &memory), Ok(true));
        assert_eq!(verify(&typed("passw0rd.alice"), &hash, &memory), Ok(false));
        assert_eq!(verify(&typed(""), &hash, &memory), Ok(false));
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
