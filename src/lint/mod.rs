//! What is probably not meant in rules that can be read: one lint, one file, one page in `docs/lints`.
//!
//! A lint looks at one rule set. It sees the other rule sets of the trust, and what people say of their directory,
//! so that it need not guess.

pub mod allow;
mod authorization;
mod aws;
pub mod baseline;
mod entra;
mod findings;
mod flow;
pub mod known;
mod level;
mod matching;
pub(crate) mod mentions;
pub mod produced;
mod registry;
pub mod rules;
mod store_query;
mod subject;
mod types;
mod values;

pub use findings::Findings;
pub use level::{Level, Levels};
pub use registry::ALL;
pub use subject::{Facts, Subject, TrustView};
pub use values::Memory;

use crate::lang::{Applicability, Diagnostic};

/// One thing that can be found in rules.
pub struct Lint {
    /// Family and number, such as `T001`. It keeps its meaning for ever.
    pub code: &'static str,
    /// For people, such as `unknown-claim-type`.
    pub name: &'static str,
    /// How much its findings weigh unless somebody says otherwise.
    pub default_level: Level,
    /// Which fixes it offers, at most; `None` for none.
    pub fixes: Option<Applicability>,
    /// Its page of `docs/lints`, in Markdown.
    pub page: &'static str,
    /// Reports what it finds.
    check: fn(&Subject<'_>, &mut Findings),
}

impl Lint {
    /// The lint of a code, written in any case.
    #[must_use]
    pub fn of_code(code: &str) -> Option<&'static Self> {
        ALL.iter().find(|lint| lint.code.eq_ignore_ascii_case(code)).copied()
    }

    /// One sentence of what it finds: the first paragraph of its page.
    #[must_use]
    pub fn summary(&self) -> String {
        let mut paragraphs = self.page.split("\n\n").map(str::trim);
        let first = paragraphs.find(|paragraph| !paragraph.is_empty() && !paragraph.starts_with('#'));
        first.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// Everything that the lints find in a rule set, by place. What weighs nothing is left out.
#[must_use]
pub fn check(subject: &Subject<'_>, levels: &Levels) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for lint in ALL {
        if let Some(severity) = levels.of(lint.code, lint.default_level).severity() {
            let mut findings = Findings::new(lint.code, severity);
            (lint.check)(subject, &mut findings);
            found.extend(findings.into_vec());
        }
    }
    found.sort_by_key(|finding| (finding.span, finding.code));
    found
}
