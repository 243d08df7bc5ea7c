//! What is checked together: a rule set by itself, or those of a trust.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::rulings::{Ruling, Rulings};
use super::text::Text;
use crate::cli::rulecheck::{paths, stdin};
use crate::config::trust::{self, Flaw, LoadError};
use crate::engine::Stage;
use crate::engine::trust::Profile;
use crate::harness::check;
use crate::input::{self, InputError};
use crate::lang::{Diagnostic, Source};

/// What is checked together.
pub(super) struct Unit {
    /// Checks of the trust.
    profile: Option<Profile>,
    /// Its rule sets.
    pub(super) texts: Vec<Text>,
    /// What is said of it.
    pub(super) ruling: Ruling,
}

impl Unit {
    /// What is found in each of its texts, but for what is allowed.
    pub(super) fn check(&self) -> Vec<Vec<Diagnostic>> {
        let settings = &self.ruling.settings;
        let staged: Vec<(Stage, &Source)> =
            self.texts.iter().filter_map(|text| text.stage.map(|stage| (stage, &text.source))).collect();
        if staged.len() == self.texts.len() {
            return check::trust(self.profile, &staged, settings);
        }
        self.texts.iter().map(|text| check::rule_set(&text.source, settings)).collect()
    }
}

/// Everything that is checked, and what could not be.
#[derive(Default)]
pub(super) struct Units {
    /// In the order named.
    pub(super) all: Vec<Unit>,
    /// Files that are no rules, such as `trust.yaml`, with what is wrong in them.
    pub(super) others: Vec<(Source, Vec<Diagnostic>)>,
    /// What could not be read.
    pub(super) unreadable: Vec<InputError>,
    /// The unit and the text of each file that was read, by the file's identity.
    read: BTreeMap<PathBuf, (usize, usize)>,
    /// The `trust.yaml` that has each identifier.
    identifiers: BTreeMap<String, PathBuf>,
}

impl Units {
    /// Reads files, and those that belong to them.
    pub(super) fn read(files: &[PathBuf], stdin_name: &str) -> Self {
        let mut units = Self::default();
        for path in files {
            if stdin::is_stdin(path) {
                match stdin::read_bytes(stdin_name).and_then(|bytes| Text::of(None, &bytes, stdin_name)) {
                    Ok(text) => units.add(None, vec![text]),
                    Err(error) => units.unusable(error),
                }
            } else if paths::is_trust_file(path) {
                units.trust(path);
            } else {
                units.rule_file(path);
            }
        }
        units
    }

    /// Finds what is said of each unit.
    pub(super) fn rule(&mut self, rulings: &mut Rulings) -> anyhow::Result<()> {
        for unit in &mut self.all {
            let path = unit.texts.first().and_then(|text| text.path.as_deref());
            unit.ruling = rulings.of(path)?;
        }
        for (source, found) in self.others.iter_mut().filter(|(_, found)| !found.is_empty()) {
            let path = Path::new(&source.name);
            let ruling = rulings.of(Some(path))?;
            let entries = || ruling.file.iter().flat_map(|file| &file.allow);
            found.retain(|finding| !entries().any(|(allow, _)| allow.allows(finding, &paths::slashes(path), None)));
        }
        Ok(())
    }

    /// The texts that somebody asked for, with what is found in each.
    pub(super) fn wanted(&self) -> impl Iterator<Item = (&Unit, &Text, Vec<Diagnostic>)> {
        self.all.iter().flat_map(|unit| {
            let found = unit.check();
            unit.texts
                .iter()
                .zip(found)
                .filter(|(text, _)| text.is_wanted)
                .map(move |(text, found)| (unit, text, found))
        })
    }

    fn add(&mut self, profile: Option<Profile>, texts: Vec<Text>) {
        for (index, text) in texts.iter().enumerate() {
            if let Some(path) = &text.path {
                self.read.insert(paths::identity(path), (self.all.len(), index));
            }
        }
        self.all.push(Unit { profile, texts, ruling: Ruling::default() });
    }

    /// A rule file: with its trust, if one lies around it.
    fn rule_file(&mut self, path: &Path) {
        if let Some(&(unit, index)) = self.read.get(&paths::identity(path)) {
            if let Some(text) = self.all.get_mut(unit).and_then(|unit| unit.texts.get_mut(index)) {
                text.is_wanted = true;
            }
            return;
        }
        if let Some((profile, mut texts)) = Self::trust_around(path) {
            for text in &mut texts {
                let same = |text: &Path| paths::identity(text) == paths::identity(path);
                text.is_wanted = text.path.as_deref().is_some_and(same);
                if text.is_wanted {
                    // It is called what it was called on the command line.
                    text.source.name = path.display().to_string();
                    text.path = Some(path.to_owned());
                }
            }
            self.add(profile, texts);
            return;
        }
        match Text::read(path) {
            Ok(text) => self.add(None, vec![text]),
            Err(error) => self.unusable(error),
        }
    }

    /// The trust that reads a rule file, if all of it can be read.
    fn trust_around(path: &Path) -> Option<(Option<Profile>, Vec<Text>)> {
        let folder = path.parent()?;
        if !folder.join(trust::FILE_NAME).is_file() {
            return None;
        }
        let settings = trust::settings(folder).ok()?;
        let name = path.file_name()?;
        settings.rule_files.iter().find(|(_, file)| file.as_str() == name)?;
        let texts = settings.rule_files.iter().map(|(kind, name)| {
            let text = Text::read(&folder.join(name))?;
            Ok(Text { stage: Some(kind.stage()), ..text })
        });
        let texts: Vec<Text> = texts.collect::<Result<_, InputError>>().ok()?;
        Some((settings.relying_party.profile, texts))
    }

    fn trust(&mut self, path: &Path) {
        let folder = path.parent().unwrap_or(Path::new(""));
        match trust::settings(folder) {
            Ok(settings) => {
                let other = self.same_identifier(path, &settings.relying_party.identifier);
                self.others.push(other.unwrap_or_else(|| (Source::new(path.display().to_string(), ""), Vec::new())));
                self.trust_rules(folder, &settings);
            }
            Err(LoadError { flaws }) => {
                for flaw in flaws {
                    match flaw {
                        Flaw::Input(error) => self.unusable(error),
                        Flaw::Findings { source, diagnostics } => self.others.push((source, diagnostics)),
                    }
                }
            }
        }
    }

    /// A trust whose identifier another one has: a request that names it could be meant for either.
    fn same_identifier(&mut self, path: &Path, identifier: &str) -> Option<(Source, Vec<Diagnostic>)> {
        let Some(first) = self.identifiers.get(identifier) else {
            self.identifiers.insert(identifier.to_owned(), path.to_owned());
            return None;
        };
        if paths::identity(first) == paths::identity(path) {
            return None;
        }
        let source = input::read_source(path).ok()?;
        let span = input::layout(&source).ok().and_then(|tree| tree.get("identifier").map(|value| value.span));
        let message = format!("two trusts have the identifier `{identifier}`: the other one is `{}`", first.display());
        let found = Diagnostic::error("config", span.unwrap_or_default(), message)
            .with_help("remove one of them, or correct its identifier");
        Some((source, vec![found]))
    }

    fn trust_rules(&mut self, folder: &Path, settings: &trust::Settings) {
        let paths: Vec<(Stage, PathBuf)> =
            settings.rule_files.iter().map(|(kind, name)| (kind.stage(), folder.join(name))).collect();
        let mut texts = Vec::new();
        let mut is_whole = true;
        for (stage, path) in &paths {
            if let Some(&(unit, index)) = self.read.get(&paths::identity(path)) {
                if let Some(text) = self.all.get_mut(unit).and_then(|unit| unit.texts.get_mut(index)) {
                    text.is_wanted = true;
                }
                continue;
            }
            match Text::read(path) {
                Ok(text) => texts.push(Text { stage: Some(*stage), ..text }),
                Err(error) => {
                    is_whole = false;
                    self.unusable(error);
                }
            }
        }
        if is_whole && !texts.is_empty() {
            self.add(settings.relying_party.profile, texts);
        } else {
            // Without one of them, nothing is known of what the others get.
            for text in texts {
                self.add(None, vec![Text { stage: None, ..text }]);
            }
        }
    }

    /// A text that says something wrong is a finding; what cannot be read, or is no text, is none.
    fn unusable(&mut self, error: InputError) {
        match error.diagnostic() {
            Some((source, diagnostic)) if diagnostic.code != input::decode::NOT_TEXT => {
                self.others.push((source.clone(), vec![diagnostic.clone()]));
            }
            _ if self.unreadable.iter().any(|known| known.to_string() == error.to_string()) => {}
            _ => self.unreadable.push(error),
        }
    }
}
