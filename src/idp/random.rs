//! Randomness, as an argument.

use std::fmt::Write as _;

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};

/// The operating system gave no random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random bytes")]
pub struct NoRandomness;

/// A source of bytes that nobody can guess.
pub trait Rng: Send + Sync {
    /// Fills `bytes`.
    ///
    /// # Errors
    ///
    /// There are none to be had.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness>;
}

/// The random generator of aws-lc, seeded by the operating system.
#[derive(Debug)]
pub struct SystemRng(SystemRandom);

impl SystemRng {
    /// The generator.
    #[must_use]
    pub fn new() -> Self {
        Self(SystemRandom::new())
    }
}

impl Default for SystemRng {
    fn default() -> Self {
        Self::new()
    }
}

impl Rng for SystemRng {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        self.0.fill(bytes).map_err(|_| NoRandomness)
    }
}

/// `N` random bytes.
pub(crate) fn bytes<const N: usize>(rng: &dyn Rng) -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    rng.fill(&mut bytes)?;
    Ok(bytes)
}

/// An identifier with 128 random bits: `_` and 32 hexadecimal digits, an `xs:NCName` [SAML-Core 1.3.4].
pub(crate) fn saml_id(rng: &dyn Rng) -> Result<String, NoRandomness> {
    let mut id = String::from("_");
    for byte in bytes::<16>(rng)? {
        let _ = write!(id, "{byte:02x}");
    }
    Ok(id)
}

/// A reference number that a person can read out: `XXXX-XXXX` of 32 letters and digits that do not look alike.
pub(crate) fn reference(rng: &dyn Rng) -> Result<String, NoRandomness> {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let mut reference = String::with_capacity(9);
    for (index, byte) in bytes::<8>(rng)?.into_iter().enumerate() {
        if index == 4 {
            reference.push('-');
        }
        let letter = ALPHABET.get(usize::from(byte % 32)).copied().unwrap_or(b'A');
        reference.push(char::from(letter));
    }
    Ok(reference)
}
