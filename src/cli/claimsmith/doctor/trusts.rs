//! The relying party trusts: their rules and what is around them.

use std::path::PathBuf;

use super::finding::{Finding, count};
use crate::config::rulecheck;
use crate::config::trust::{self, TrustFolder};
use crate::engine::Stage;
use crate::harness::check::{self, Settings};
use crate::idp::trust::Trust;
use crate::lang::{Diagnostic, Source};

/// A trust that was read, and where from.
pub(super) struct Read {
    pub(super) folder: PathBuf,
    pub(super) trust: TrustFolder,
}

/// Reads the trusts again, with the texts of their rules. The configuration was loaded, so they can be read.
pub(super) fn read(folders: Vec<PathBuf>) -> Vec<Read> {
    folders.into_iter().filter_map(|folder| Some(Read { trust: trust::load(&folder).ok()?, folder })).collect()
}

/// What the rules of a trust look like.
pub(super) fn check(read: &Read) -> Finding {
    let Read { folder, trust } = read;
    let party = &trust.relying_party;
    let subject = format!("trust `{}`", party.name);
    let own: Vec<(Stage, &Source)> = trust
        .rule_sets
        .iter()
        .filter(|rule_set| !rule_set.is_built_in)
        .map(|rule_set| (rule_set.kind.stage(), &rule_set.source))
        .collect();
    // The file may lie in any folder above, and a relative path shows only some of them.
    let folder_above = folder.canonicalize().unwrap_or_else(|_| folder.clone());
    let settings = match rulecheck::find(&folder_above).map(|path| rulecheck::load(&path, &path.display().to_string()))
    {
        Some(Ok(file)) => Settings { levels: file.levels, facts: file.facts },
        _ => Settings::default(),
    };
    let found: Vec<Diagnostic> = check::trust(party.profile, &own, &settings).into_iter().flatten().collect();
    let errors = found.iter().filter(|finding| finding.is_error()).count();
    if let Some(first) = found.iter().find(|finding| finding.is_error()) {
        let told = format!("`rulecheck check` finds {}: {}", count(errors, "error"), first.message);
        return Finding::error(subject, told).help(format!("run `rulecheck check {}`", folder.display()));
    }
    let endpoint = party.default_endpoint().map_or("", |endpoint| endpoint.url.as_str());
    let told = format!("{} of its own, no errors; it sends to {endpoint}", count(own.len(), "rule set"));
    Finding::ok(subject, told)
}

/// Where assertions go, and where sign-ons that nobody asked for may lead.
pub(super) fn ways(trust: &Trust) -> Finding {
    let party = &trust.relying_party;
    let subject = format!("trust `{}`", party.name);
    let prefixes: Vec<&str> = trust.relay_state_prefixes.iter().map(String::as_str).collect();
    if let Some(url) = prefixes.iter().find(|url| !url.starts_with("https://")) {
        return Finding::warning(subject, format!("its `relay_state` allows {url}, which is in the clear"))
            .why("people may land on a page that somebody else has put there")
            .help("write a prefix with `https://`");
    }
    let leads = match prefixes[..] {
        [] => "sign-ons that start here lead to its first page only".to_owned(),
        _ => format!("sign-ons that start here may lead to {}", prefixes.join(", ")),
    };
    Finding::ok(subject, format!("{}; {leads}", count(party.endpoints.len(), "endpoint")))
}
