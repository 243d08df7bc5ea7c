//! Why XML was not read.

use std::borrow::Cow;

/// What is wrong with it, in one line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// It is not well-formed, or not of the expected shape.
    #[error("{0}")]
    Malformed(Cow<'static, str>),
    /// It exceeds a limit.
    #[error("{0}")]
    TooLarge(Cow<'static, str>),
}

impl Error {
    pub(crate) fn malformed(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::Malformed(reason.into())
    }

    pub(crate) fn too_large(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::TooLarge(reason.into())
    }
}
