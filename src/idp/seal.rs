//! Values that we give away and want back unchanged: sealed with AES-256-GCM.
//!
//! A sealed value is `version ‖ key id ‖ nonce ‖ ciphertext and tag`, in base64url. The additional data is the purpose, so
//! that a value sealed for one use cannot be presented for another.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::random::{self, NoRandomness, Rng};

const VERSION: u8 = 1;
const KEY_ID_BYTES: usize = 4;

/// Length of a sealing key in bytes.
pub const KEY_BYTES: usize = 32;

/// Seals and opens values for one purpose. The first key seals; all of them open.
pub struct Sealer {
    purpose: &'static str,
    keys: Vec<Key>,
}

struct Key {
    id: [u8; KEY_ID_BYTES],
    key: LessSafeKey,
}

/// A value could not be sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// No random bytes for the nonce.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// There is no key, or it failed.
    #[error("there is no usable key to seal with")]
    Key,
}

impl Sealer {
    /// A sealer for one purpose.
    #[must_use]
    pub fn new(purpose: &'static str, keys: &[[u8; KEY_BYTES]]) -> Self {
        Self { purpose, keys: keys.iter().filter_map(Key::new).collect() }
    }

    /// Seals a value.
    ///
    /// # Errors
    ///
    /// There is no randomness or no key.
    pub fn seal(&self, plain: &[u8], rng: &dyn Rng) -> Result<String, SealError> {
        let Key { id, key } = self.keys.first().ok_or(SealError::Key)?;
        let nonce: [u8; NONCE_LEN] = random::bytes(rng)?;
        let mut sealed = plain.to_vec();
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(self.bound_to(*id)), &mut sealed)
            .map_err(|_| SealError::Key)?;
        let mut bytes = vec![VERSION];
        bytes.extend_from_slice(id);
        bytes.extend_from_slice(&nonce);
        bytes.append(&mut sealed);
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Opens a value that this sealer, or one with the same purpose and key, has sealed. `None` if it is anything else.
    #[must_use]
    pub fn open(&self, sealed: &str) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (&VERSION, rest) = bytes.split_first()? else { return None };
        let (id, rest) = rest.split_first_chunk::<KEY_ID_BYTES>()?;
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE_LEN>()?;
        let Key { key, .. } = self.keys.iter().find(|key| key.id == *id)?;
        let mut buffer = ciphertext.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let plain = key.open_in_place(nonce, Aad::from(self.bound_to(*id)), &mut buffer).ok()?;
        Some(plain.to_vec())
    }

    fn bound_to(&self, id: [u8; KEY_ID_BYTES]) -> Vec<u8> {
        let mut bound = vec![VERSION];
        bound.extend_from_slice(&id);
        bound.extend_from_slice(self.purpose.as_bytes());
        bound
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Sealer").field("purpose", &self.purpose).finish_non_exhaustive()
    }
}

impl Key {
    fn new(bytes: &[u8; KEY_BYTES]) -> Option<Self> {
        let hash = digest::digest(&digest::SHA256, bytes);
        let id = *hash.as_ref().first_chunk::<KEY_ID_BYTES>()?;
        let key = UnboundKey::new(&AES_256_GCM, bytes).ok()?;
        Some(Self { id, key: LessSafeKey::new(key) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::idp::random::SystemRng;

    #[test]
    fn what_is_sealed_opens_and_nothing_else_does() {
        let tested = Sealer::new("test", &[[7; 32]]);
        let sealed = tested.seal(b"alice", &SystemRng::new()).unwrap();
        assert_eq!(tested.open(&sealed).as_deref(), Some(&b"alice"[..]));
        for index in 0..sealed.len() {
            let mut bytes = sealed.clone().into_bytes();
            bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
            assert_eq!(tested.open(&String::from_utf8(bytes).unwrap()), None, "byte {index} changed");
        }
        assert_eq!(tested.open(""), None);
        assert_eq!(tested.open(sealed.get(..10).unwrap()), None);
    }

    #[test]
    fn a_value_is_bound_to_its_purpose_and_key() {
        let sealed = Sealer::new("session", &[[7; 32]]).seal(b"alice", &SystemRng::new()).unwrap();
        assert_eq!(Sealer::new("other", &[[7; 32]]).open(&sealed), None);
        assert_eq!(Sealer::new("session", &[[8; 32]]).open(&sealed), None);
    }

    #[test]
    fn an_older_key_still_opens_after_a_new_one_came() {
        let sealed = Sealer::new("session", &[[7; 32]]).seal(b"alice", &SystemRng::new()).unwrap();
        let both = Sealer::new("session", &[[9; 32], [7; 32]]);
        assert_eq!(both.open(&sealed).as_deref(), Some(&b"alice"[..]));
        assert_eq!(Sealer::new("session", &[[7; 32]]).open(&both.seal(b"bob", &SystemRng::new()).unwrap()), None);
    }
}
