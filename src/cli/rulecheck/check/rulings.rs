//! What somebody says of the rules: on the command line, in `rulecheck.yaml`, in a baseline.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::{Context as _, bail};

use super::Arguments;
use super::baseline;
use super::text::Text;
use crate::cli::rulecheck::paths;
use crate::config::rulecheck::{self, RulecheckFile};
use crate::engine;
use crate::harness::check::Settings;
use crate::harness::nearest::nearest;
use crate::lang::{self, Diagnostic};
use crate::lint;
use crate::lint::baseline::{Baseline, Key};
use crate::lint::rules::{Named, rule_at};

/// What is said of one unit.
#[derive(Clone, Default)]
pub(super) struct Ruling {
    pub(super) settings: Settings,
    /// The `rulecheck.yaml` that speaks of it.
    pub(super) file: Option<Rc<RulecheckFile>>,
}

/// Where everything that is said comes from.
pub(super) struct Rulings {
    select: Option<Vec<String>>,
    ignore: Vec<String>,
    /// The file of `--config`.
    config: Option<Rc<RulecheckFile>>,
    /// Files that were found, by path.
    found: BTreeMap<PathBuf, Rc<RulecheckFile>>,
    baseline: Option<Baseline>,
    /// The folder that paths in the baseline are relative to.
    baseline_folder: PathBuf,
    here: PathBuf,
}

/// What became of the findings in a text.
#[derive(Default)]
pub(super) struct Sifted {
    /// They are told.
    pub(super) told: Vec<Diagnostic>,
    /// How many are allowed.
    pub(super) allowed: usize,
    /// How many were there before.
    pub(super) old: usize,
    /// Which entries of `allow` were needed, by their position.
    pub(super) used: Vec<usize>,
}

impl Rulings {
    /// Reads the files that the command line names.
    pub(super) fn read(arguments: &Arguments) -> anyhow::Result<Self> {
        for code in arguments.select.iter().chain(&arguments.ignore) {
            known_code(code)?;
        }
        let config = match &arguments.config {
            Some(path) => Some(Rc::new(rulecheck::load(path, &path.display().to_string())?)),
            None => None,
        };
        let here = std::env::current_dir().context("cannot tell the current folder")?;
        let mut rulings = Self {
            select: (!arguments.select.is_empty()).then(|| arguments.select.clone()),
            ignore: arguments.ignore.clone(),
            config,
            found: BTreeMap::new(),
            baseline: None,
            baseline_folder: here.clone(),
            here,
        };
        if let Some(path) = &arguments.baseline {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            rulings.baseline_folder = paths::identity(folder.unwrap_or(Path::new(".")));
            if !arguments.write_baseline {
                rulings.baseline = Some(baseline::read(path)?);
            }
        }
        Ok(rulings)
    }

    /// What is said of the rules at `path`; `None` for standard input.
    pub(super) fn of(&mut self, path: Option<&Path>) -> anyhow::Result<Ruling> {
        let file = match &self.config {
            Some(file) => Some(Rc::clone(file)),
            None => self.file_above(path)?,
        };
        let mut settings = Settings::default();
        if let Some(file) = &file {
            settings.levels = file.levels.clone();
            settings.facts = file.facts.clone();
        }
        if let Some(selected) = &self.select {
            settings.levels.select(selected.iter().cloned());
        }
        settings.levels.ignore(self.ignore.iter().cloned());
        Ok(Ruling { settings, file })
    }

    /// The current folder.
    pub(super) fn here(&self) -> &Path {
        &self.here
    }

    fn file_above(&mut self, path: Option<&Path>) -> anyhow::Result<Option<Rc<RulecheckFile>>> {
        let rules = path.map_or_else(|| self.here.join("-"), paths::identity);
        let Some(path) = rulecheck::find(&rules) else { return Ok(None) };
        if let Some(file) = self.found.get(&path) {
            return Ok(Some(Rc::clone(file)));
        }
        let name = path.strip_prefix(&self.here).unwrap_or(&path).display().to_string();
        let file = Rc::new(rulecheck::load(&path, &name)?);
        self.found.insert(path, Rc::clone(&file));
        Ok(Some(file))
    }

    /// Takes away what is allowed, and what was there before.
    pub(super) fn sift(&self, ruling: &Ruling, text: &Text, found: Vec<Diagnostic>) -> Sifted {
        let rule_set = lang::parse(&text.source.text).rule_set;
        let mut baseline = self.baseline.clone();
        let mut sifted = Sifted::default();
        let path = text.name();
        for finding in found {
            let rule = rule_at(&rule_set, finding.span);
            let entries = ruling.file.iter().flat_map(|file| &file.allow).enumerate();
            let used: Vec<usize> = entries
                .filter(|(_, (allow, _))| allow.allows(&finding, &path, rule))
                .map(|(position, _)| position)
                .collect();
            if !used.is_empty() {
                sifted.allowed += 1;
                sifted.used.extend(used);
            } else if !finding.code.starts_with('E')
                && baseline.as_mut().is_some_and(|old| old.take(&self.key(text, &finding, rule)))
            {
                sifted.old += 1;
            } else {
                sifted.told.push(finding);
            }
        }
        sifted
    }

    /// What tells a finding about a rule from others in a baseline.
    pub(super) fn key(&self, text: &Text, finding: &Diagnostic, rule: Option<Named<'_>>) -> Key {
        Key::of(finding, self.name_in_baseline(text), &text.source, rule)
    }

    fn name_in_baseline(&self, text: &Text) -> String {
        let Some(path) = &text.path else { return text.source.name.clone() };
        let path = paths::identity(path);
        paths::slashes(path.strip_prefix(&self.baseline_folder).unwrap_or(&path))
    }

    /// How many findings the baseline holds of these texts.
    pub(super) fn old_findings(&self, texts: &[&Text]) -> usize {
        let names: Vec<String> = texts.iter().map(|text| self.name_in_baseline(text)).collect();
        let entries = self.baseline.iter().flat_map(Baseline::entries);
        entries.filter(|(key, _)| names.contains(&key.file)).map(|(_, count)| count).sum()
    }
}

/// Refuses what is neither a code nor the letter of a family.
fn known_code(name: &str) -> anyhow::Result<()> {
    if rulecheck::is_code(name) {
        return Ok(());
    }
    let codes = lint::ALL.iter().map(|lint| lint.code).chain(lang::code::ALL.iter().map(|code| code.code));
    let codes: Vec<&str> = codes.chain(engine::code::ALL.iter().map(|code| code.code)).collect();
    let near = nearest(name, codes, 3);
    let advice = match near.as_slice() {
        [] => "`rulecheck rule` lists them".to_owned(),
        near => format!("did you mean {}?", near.iter().map(|code| format!("`{code}`")).collect::<Vec<_>>().join(", ")),
    };
    bail!("there is no lint `{name}`; {advice}")
}
