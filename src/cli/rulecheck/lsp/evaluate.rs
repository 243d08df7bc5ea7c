//! The command "evaluate as alice": runs the rules of an open document for a user.

use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context as _, anyhow, bail};
use serde_json::{Value, json};

use super::capabilities::EVALUATE;
use super::client::{Gravity, Refusal};
use super::documents::Documents;
use super::protocol::{Evaluate, Execute};
use super::server::Server;
use super::uri;
use crate::engine::{Claim, Stage};
use crate::harness::dry_run::{self, DryRun};
use crate::harness::explain::{self, Depth, explain};
use crate::harness::recording::Recording;
use crate::lsp::evaluate::{self, RuleOutcome, rule_outcome};
use crate::report;
use crate::report::count::counted;
use crate::store::{self, ActiveDirectorySettings, Location};

/// So many claims and roles are named in a message.
const NAMED: usize = 5;

impl Server {
    /// Runs a command. It answers by itself, from a thread of its own: a large directory takes a while to read.
    pub(super) fn execute(&self, id: &Value, parameters: Value) {
        let evaluate = match read(parameters) {
            Ok(evaluate) => evaluate,
            Err(error) => return self.client.refuse(id, Refusal::InvalidParameters, &format!("{error:#}")),
        };
        let (client, documents, id) = (self.client.clone(), self.documents.clone(), id.clone());
        let root = self.root.clone();
        thread::spawn(move || {
            let run = || run(&evaluate, &documents, root.as_deref());
            match std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)) {
                Ok(Ok((message, result))) => {
                    client.show(Gravity::Info, &message);
                    client.reply(&id, result);
                }
                Ok(Err(error)) => {
                    let message = format!("cannot evaluate as `{}`: {error:#}", evaluate.user);
                    client.show(Gravity::Error, &message);
                    client.refuse(&id, Refusal::Failed, &message);
                }
                Err(_) => client.refuse(&id, Refusal::Defect, "this is a defect of rulecheck; please report it"),
            }
        });
    }
}

fn read(parameters: Value) -> anyhow::Result<Evaluate> {
    let Execute { command, arguments } = serde_json::from_value(parameters)?;
    if command != EVALUATE {
        bail!("there is no command `{command}`; there is `{EVALUATE}`");
    }
    let first = arguments.into_iter().next().context("the command needs `uri`, `user` and `directory`")?;
    Ok(serde_json::from_value(first)?)
}

fn run(evaluate: &Evaluate, documents: &Documents, root: Option<&Path>) -> anyhow::Result<(String, Value)> {
    let Evaluate { uri, user, directory, rule } = evaluate;
    let document = documents.document(uri).ok_or_else(|| anyhow!("`{uri}` is not open"))?;
    let source = document.source().ok_or_else(|| anyhow!("`{uri}` is larger than rules may be"))?;
    let location = location(directory, root)?;
    let (rules, stage) = evaluate::rules(source, document.path.as_deref(), documents)?;
    let directory = store::open(&location.display().to_string(), ActiveDirectorySettings::default())?;
    let stores = rules.narrow(dry_run::stores(Some(&directory)));
    rules.check_stores(&stores)?;
    let input = dry_run::claims_of(directory.as_ref(), user)?;
    let recording = Recording::of(&rules, input, &stores)?;
    let outcome = rule.map(|number| (number, rule_outcome(&recording, stage, number)));
    let explanation = explain(&rules, &recording, None, Depth::Rules);
    let message = match &outcome {
        Some((number, outcome)) => rule_message(*number, outcome.as_ref(), stage, user),
        None => message(&recording.run, user),
    };
    Ok((message, result(&recording.run, user, outcome.and_then(|(_, outcome)| outcome), &explanation)?))
}

/// The directory file. Only a file: the server has no password for a domain, and asks for none.
fn location(directory: &str, root: Option<&Path>) -> anyhow::Result<PathBuf> {
    if Location::of(directory).is_domain() {
        bail!("`{directory}` needs a password, and an editor has none: name a `.yaml` or `.ldif` file");
    }
    let path = uri::path(directory).unwrap_or_else(|| PathBuf::from(directory));
    Ok(root.map_or_else(|| path.clone(), |root| root.join(&path)))
}

fn message(run: &DryRun, user: &str) -> String {
    let mut message = match run.decision() {
        Some(decision) => format!("{user}: {decision}; {} issued", counted(run.claims.len(), "claim")),
        None => format!("{user}: {} issued", counted(run.claims.len(), "claim")),
    };
    if !run.roles.is_empty() {
        let roles: Vec<String> = run.roles.iter().map(ToString::to_string).collect();
        message = format!("{message}\n{}: {}", counted(roles.len(), "AWS role"), listed(&roles));
    }
    for problem in &run.problems {
        message = format!("{message}\n{}: {}", problem.code, problem.message);
    }
    message
}

fn rule_message(number: usize, outcome: Option<&RuleOutcome>, stage: Option<Stage>, user: &str) -> String {
    let Some(RuleOutcome { number, name, hits, made }) = outcome else {
        let stage = stage.map_or("these", Stage::as_str);
        return format!("{user}: rule {number} did not run, since the {stage} rules were not reached");
    };
    let name = name.as_ref().map_or_else(String::new, |name| format!(" `{name}`"));
    let times = if *hits == 0 { "did not fire".to_owned() } else { format!("fired {}", counted(*hits, "time")) };
    let claims: Vec<String> = made.iter().map(claim).collect();
    let made = if claims.is_empty() { String::new() } else { format!("\n{}", claims_line(&claims)) };
    format!("{user}: rule {number}{name} {times}, {} made{made}", counted(claims.len(), "new claim"))
}

fn claims_line(claims: &[String]) -> String {
    let mut lines: Vec<String> = claims.iter().take(NAMED).cloned().collect();
    if claims.len() > NAMED {
        lines.push(format!("and {} more", claims.len() - NAMED));
    }
    lines.join("\n")
}

fn claim(claim: &Claim) -> String {
    format!("{} = {}", claim.claim_type, claim.value)
}

fn listed(names: &[String]) -> String {
    let shown = names.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > NAMED { format!("{shown} and {} more", names.len() - NAMED) } else { shown }
}

/// What `rulecheck eval --format json` prints, what the rule did if one was asked for, and where the claims came from.
fn result(
    run: &DryRun,
    user: &str,
    rule: Option<RuleOutcome>,
    explanation: &explain::Explanation,
) -> anyhow::Result<Value> {
    let mut written = Vec::new();
    report::eval::json(&mut written, Some(user), run)?;
    let mut result: Value = serde_json::from_slice(&written)?;
    let mut written = Vec::new();
    let person = report::explain::Person { user: Some(user) };
    report::explain::human(&mut written, person, explanation, None, Depth::Rules)?;
    if let Some(object) = result.as_object_mut() {
        if let Some(RuleOutcome { number, name, hits, made }) = rule {
            let made: Vec<Value> =
                made.iter().map(|claim| json!({ "type": *claim.claim_type, "value": *claim.value })).collect();
            object.insert("rule".to_owned(), json!({ "number": number, "name": name, "hits": hits, "made": made }));
        }
        object.insert("explanation".to_owned(), String::from_utf8(written)?.into());
    }
    Ok(result)
}
