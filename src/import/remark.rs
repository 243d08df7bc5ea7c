//! What there is to say about an import.

/// How much a remark weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Worth knowing.
    Note,
    /// Somebody has to look: what runs here differs from what AD FS did.
    Attention,
}

impl Weight {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Attention => "attention",
        }
    }
}

/// Something that was not carried, or not as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// How much it weighs.
    pub weight: Weight,
    /// The property of AD FS that it is about.
    pub about: String,
    /// What became of it and why, in one line.
    pub text: String,
    /// Where in the folder of the trust: file, line and column from 1.
    pub place: Option<(String, usize, usize)>,
    /// Rules that come nearest to it.
    pub rules: Option<String>,
}

impl Remark {
    /// Something that somebody has to look at.
    pub fn attention(about: impl Into<String>, text: impl Into<String>) -> Self {
        Self { weight: Weight::Attention, about: about.into(), text: text.into(), place: None, rules: None }
    }

    /// Something worth knowing.
    pub fn note(about: impl Into<String>, text: impl Into<String>) -> Self {
        Self { weight: Weight::Note, ..Self::attention(about, text) }
    }

    /// Says where it is.
    #[must_use]
    pub fn at(mut self, file: impl Into<String>, line: usize, column: usize) -> Self {
        self.place = Some((file.into(), line, column));
        self
    }

    /// Gives rules that come nearest to it.
    #[must_use]
    pub fn with_rules(mut self, rules: impl Into<String>) -> Self {
        self.rules = Some(rules.into());
        self
    }
}
