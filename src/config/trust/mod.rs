//! A relying party trust as people keep it: a folder with `trust.yaml` and its rule sets beside it.

mod error;
mod files;
mod settings;

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use aws_lc_rs::digest::{self, SHA256};

pub use error::{Flaw, LoadError};
pub use files::Files;
use files::{Embedded, Folder};
pub use settings::Settings;

use super::rules::{self, Compiled};
use crate::engine::trust::RelyingParty;
use crate::engine::{Pipeline, Program, Stage};
use crate::lang::{Diagnostic, Source, Span};

/// The file that makes a folder a trust.
pub const FILE_NAME: &str = "trust.yaml";

/// The acceptance rules of the Active Directory claims provider trust, used where a trust brings none of its own.
const ACTIVE_DIRECTORY_ACCEPTANCE: &str = include_str!("../../../rules/adfs-defaults/active-directory.claims");
const ACTIVE_DIRECTORY_ACCEPTANCE_NAME: &str = "rules/adfs-defaults/active-directory.claims";

/// A trust that can be run.
pub struct TrustFolder {
    /// Who receives the claims.
    pub relying_party: RelyingParty,
    /// Its rule sets, ready to run.
    pub pipeline: Pipeline,
    /// SHA-256 over the texts of all its rule sets, in lower-case hexadecimal. Says in an audit record which rules ran.
    pub rules_sha256: String,
    /// The texts behind the pipeline, in the order in which they run.
    pub rule_sets: Vec<RuleSetSource>,
}

/// The text of one rule set of a trust.
#[derive(Clone, Debug)]
pub struct RuleSetSource {
    /// What it decides.
    pub kind: RuleSetKind,
    /// Its text and the name of its file.
    pub source: Source,
    /// What was found in it; no errors.
    pub warnings: Vec<Diagnostic>,
    /// It came with this program, since the trust brings none of its own.
    pub is_built_in: bool,
}

/// What a rule set of a trust decides, in the order in which they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuleSetKind {
    /// Which claims of the user are believed.
    Acceptance,
    /// Who may use the relying party.
    Authorization,
    /// Who must prove more than a password.
    AdditionalAuthentication,
    /// What the relying party is told.
    Issuance,
}

impl RuleSetKind {
    /// All of them, in the order in which they run.
    pub const ALL: [Self; 4] = [Self::Acceptance, Self::Authorization, Self::AdditionalAuthentication, Self::Issuance];

    /// Where in a sign-on it runs.
    #[must_use]
    pub const fn stage(self) -> Stage {
        match self {
            Self::Acceptance => Stage::Acceptance,
            Self::Authorization => Stage::Authorization,
            Self::AdditionalAuthentication => Stage::AdditionalAuthentication,
            Self::Issuance => Stage::Issuance,
        }
    }

    /// The file that holds it where `trust.yaml` names none: its key under `rules`, and `.claims`.
    #[must_use]
    pub const fn default_file(self) -> &'static str {
        match self {
            Self::Acceptance => "acceptance.claims",
            Self::Authorization => "authorization.claims",
            Self::AdditionalAuthentication => "additional_authentication.claims",
            Self::Issuance => "issuance.claims",
        }
    }
}

/// Loads the trust in `folder`.
///
/// Rule sets that `trust.yaml` does not name are read from their default files if these are there. Without
/// acceptance rules, those of AD FS for Active Directory apply; without authorization rules, nobody is let in.
///
/// # Errors
///
/// Everything that is wrong in `trust.yaml`, or in any of the rule sets.
pub fn load(folder: &Path) -> Result<TrustFolder, LoadError> {
    load_from(&Folder(folder))
}

/// Loads a trust from texts: pairs of file name and content, one of them `trust.yaml`. `name` is what messages call
/// their folder.
///
/// # Errors
///
/// As [`load`].
pub fn from_texts(name: &str, texts: &[(&str, &str)]) -> Result<TrustFolder, LoadError> {
    load_from(&Embedded(name, texts))
}

/// Reads `trust.yaml` of `folder`, and not its rules.
///
/// # Errors
///
/// Everything that is wrong in it.
pub fn settings(folder: &Path) -> Result<Settings, LoadError> {
    settings::read(&Folder(folder))
}

/// Reads `trust.yaml` among `files`, and not its rules.
///
/// # Errors
///
/// Everything that is wrong in it.
pub fn settings_from(files: &impl Files) -> Result<Settings, LoadError> {
    settings::read(files)
}

/// The acceptance rules of a trust that brings none of its own: those of AD FS for Active Directory.
#[must_use]
pub fn default_acceptance() -> Source {
    Source::new(ACTIVE_DIRECTORY_ACCEPTANCE_NAME, ACTIVE_DIRECTORY_ACCEPTANCE)
}

/// Loads a trust from wherever its files are.
///
/// # Errors
///
/// As [`load`].
pub fn load_from(files: &impl Files) -> Result<TrustFolder, LoadError> {
    let Settings { relying_party, rule_files } = settings::read(files)?;
    let mut sets = RuleSets::default();
    if !rule_files.iter().any(|(kind, _)| *kind == RuleSetKind::Acceptance) {
        sets.add(RuleSetKind::Acceptance, default_acceptance(), true);
    }
    for (kind, name) in rule_files {
        match files.read(&name) {
            Some(Ok(source)) => sets.add(kind, source, false),
            Some(Err(error)) => sets.flaws.push(Flaw::Input(error)),
            None => sets.flaws.push(vanished(files.display(&name))),
        }
    }
    sets.finish(relying_party)
}

/// A file that was there when `trust.yaml` was validated, and is not any more.
fn vanished(name: String) -> Flaw {
    let found = Diagnostic::error("config", Span::default(), "the rule file was removed while it was read");
    Flaw::Findings { source: Source::new(name, ""), diagnostics: vec![found.with_help("try again")] }
}

#[derive(Default)]
struct RuleSets {
    acceptance: Option<Program>,
    authorization: Option<Program>,
    additional_authentication: Option<Program>,
    issuance: Option<Program>,
    sources: Vec<RuleSetSource>,
    flaws: Vec<Flaw>,
}

impl RuleSets {
    fn add(&mut self, kind: RuleSetKind, source: Source, is_built_in: bool) {
        let Compiled { program, diagnostics } = rules::compile(&source);
        let Some(program) = program else {
            self.flaws.push(Flaw::Findings { source, diagnostics });
            return;
        };
        let slot = match kind {
            RuleSetKind::Acceptance => &mut self.acceptance,
            RuleSetKind::Authorization => &mut self.authorization,
            RuleSetKind::AdditionalAuthentication => &mut self.additional_authentication,
            RuleSetKind::Issuance => &mut self.issuance,
        };
        *slot = Some(program);
        self.sources.push(RuleSetSource { kind, source, warnings: diagnostics, is_built_in });
    }

    fn finish(self, relying_party: RelyingParty) -> Result<TrustFolder, LoadError> {
        let (Some(acceptance), Some(issuance)) = (self.acceptance, self.issuance) else {
            return Err(LoadError { flaws: self.flaws });
        };
        if !self.flaws.is_empty() {
            return Err(LoadError { flaws: self.flaws });
        }
        let pipeline = Pipeline {
            acceptance: Arc::new(acceptance),
            authorization: self.authorization,
            additional_authentication: self.additional_authentication,
            issuance,
        };
        let rules_sha256 = sha256(&self.sources);
        Ok(TrustFolder { relying_party, pipeline, rules_sha256, rule_sets: self.sources })
    }
}

/// The digest of all rule texts. Each text goes in with its kind and its length, so that no text can pass for another's.
fn sha256(sources: &[RuleSetSource]) -> String {
    let mut context = digest::Context::new(&SHA256);
    for RuleSetSource { kind, source, .. } in sources {
        context.update(kind.default_file().as_bytes());
        context.update(&(source.text.len() as u64).to_be_bytes());
        context.update(source.text.as_bytes());
    }
    hexadecimal(context.finish().as_ref())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // INVARIANT: writing to a `String` cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
