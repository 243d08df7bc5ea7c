//! What a person sees when it does not work. The true cause stands in the audit log, under the same reference number.

/// Whose turn it is to do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The request was wrong: HTTP 400.
    Request,
    /// The user may not: HTTP 403.
    Denied,
    /// We failed: HTTP 500.
    Fault,
    /// Something we need does not answer: HTTP 503.
    Unavailable,
}

/// A page that tells what went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Whose turn it is.
    pub kind: Kind,
    /// In a few words.
    pub title: &'static str,
    /// What happened and what to do, in plain sentences.
    pub text: String,
    /// Findings that the person can pass on, such as what AWS would refuse.
    pub details: Vec<String>,
    /// To find the record in the audit log.
    pub reference: String,
}

impl Problem {
    /// A request that cannot be accepted.
    pub(super) fn request(text: impl Into<String>, reference: &str) -> Self {
        Self::new(Kind::Request, "This request cannot be accepted", text, reference)
    }

    /// A user who may not use an application.
    pub(super) fn denied(text: impl Into<String>, reference: &str) -> Self {
        Self::new(Kind::Denied, "You may not use this application", text, reference)
    }

    /// A failure of ours.
    pub(super) fn fault(text: impl Into<String>, reference: &str) -> Self {
        Self::new(Kind::Fault, "Sign-in failed", text, reference)
    }

    /// Something does not answer.
    pub(super) fn unavailable(reference: &str) -> Self {
        let text = "A directory or a database that sign-in needs does not answer. Please try again in a few minutes.";
        Self::new(Kind::Unavailable, "Sign-in is not available right now", text, reference)
    }

    fn new(kind: Kind, title: &'static str, text: impl Into<String>, reference: &str) -> Self {
        Self { kind, title, text: text.into(), details: Vec::new(), reference: reference.to_owned() }
    }
}
