//! Findings as SARIF 2.1.0 [OASIS SARIF].

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io;
use std::path::Path;

use serde_json::{Value, json};

use crate::lang::{Applicability, Diagnostic, Fix, Severity, Source, Span, code};
use crate::lint::rules::rule_at;
use crate::lint::{Level, Lint};
use crate::{engine, lang};

/// Where the schema of the format is.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Writes one run with all findings. `here` is the folder that paths are relative to, and `whole` whether everything
/// could be read.
///
/// # Errors
///
/// What `out` cannot take.
pub fn write(out: &mut dyn io::Write, texts: &[(&Source, &[Diagnostic])], here: &Path, whole: bool) -> io::Result<()> {
    let codes: BTreeSet<&str> = texts.iter().flat_map(|(_, found)| found.iter()).map(|found| found.code).collect();
    let indices: BTreeMap<&str, usize> = codes.iter().enumerate().map(|(index, code)| (*code, index)).collect();
    let results: Vec<Value> = texts.iter().flat_map(|(source, found)| results(source, found, here, &indices)).collect();
    let run = json!({
        "tool": { "driver": {
            "name": "rulecheck",
            "version": env!("CARGO_PKG_VERSION"),
            "rules": codes.iter().map(|code| rule(code)).collect::<Vec<_>>(),
        } },
        "columnKind": "unicodeCodePoints",
        "invocations": [{ "executionSuccessful": whole }],
        "results": results,
    });
    serde_json::to_writer_pretty(&mut *out, &json!({ "$schema": SCHEMA, "version": "2.1.0", "runs": [run] }))?;
    writeln!(out)
}

/// What is known of a code.
fn rule(code: &str) -> Value {
    if let Some(lint) = Lint::of_code(code) {
        return json!({
            "id": code,
            "name": lint.name,
            "shortDescription": { "text": lint.summary() },
            "help": { "text": lint.page, "markdown": lint.page },
            "defaultConfiguration": { "level": default_level(lint.default_level) },
        });
    }
    let entry = lang::code::ALL.iter().chain(engine::code::ALL).find(|entry| entry.code == code);
    let name = entry.map_or_else(|| "configuration".to_owned(), code::Code::name);
    let sentence = entry.map_or("A file that configures something is wrong.", code::Code::sentence);
    json!({ "id": code, "name": name, "shortDescription": { "text": sentence }, "help": { "text": sentence } })
}

const fn default_level(level: Level) -> &'static str {
    match level {
        Level::Off => "none",
        Level::Info => "note",
        Level::Warning => "warning",
        Level::Error => "error",
    }
}

fn results(source: &Source, found: &[Diagnostic], here: &Path, indices: &BTreeMap<&str, usize>) -> Vec<Value> {
    let rule_set = lang::parse(&source.text).rule_set;
    let uri = uri(&source.name, here);
    let mut seen: BTreeMap<u64, usize> = BTreeMap::new();
    let result = |finding: &Diagnostic| {
        let name = rule_at(&rule_set, finding.span).and_then(|rule| rule.rule.name()).unwrap_or_default();
        let text = source.text.get(finding.span.start..finding.span.end).unwrap_or_default();
        let print = fingerprint(&[finding.code, name, &text.split_whitespace().collect::<Vec<_>>().join(" ")]);
        let occurrence = seen.entry(print).or_default();
        *occurrence += 1;
        let mut result = json!({
            "ruleId": finding.code,
            "ruleIndex": indices.get(finding.code),
            "level": match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "note",
            },
            "message": { "text": message(finding) },
            "locations": [location(source, &uri, finding.span)],
            "partialFingerprints": { "ruleTextHash/v1": format!("{print:016x}:{occurrence}") },
        });
        let related: Vec<Value> = finding
            .related
            .iter()
            .map(|label| {
                let mut location = location(source, &uri, label.span);
                set(&mut location, "message", json!({ "text": label.text }));
                location
            })
            .collect();
        if !related.is_empty() {
            set(&mut result, "relatedLocations", json!(related));
        }
        if let Some(fix) = &finding.fix {
            set(&mut result, "fixes", json!([change(source, &uri, fix)]));
        }
        result
    };
    found.iter().map(result).collect()
}

fn message(finding: &Diagnostic) -> String {
    let mut text = finding.message.clone();
    for more in finding.label.iter().chain(&finding.help) {
        text.push_str("; ");
        text.push_str(more);
    }
    text
}

fn location(source: &Source, uri: &str, span: Span) -> Value {
    json!({ "physicalLocation": { "artifactLocation": { "uri": uri }, "region": region(source, span) } })
}

fn region(source: &Source, span: Span) -> Value {
    let (start, end) = (source.position(span.start), source.position(span.end));
    json!({ "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column })
}

fn change(source: &Source, uri: &str, fix: &Fix) -> Value {
    let replacements: Vec<Value> = fix
        .edits
        .iter()
        .map(|edit| json!({ "deletedRegion": region(source, edit.span), "insertedContent": { "text": edit.text } }))
        .collect();
    let kind = match fix.applicability {
        Applicability::Safe => "safe",
        Applicability::Unsafe => "look at it",
    };
    json!({
        "description": { "text": format!("{} ({kind})", fix.title) },
        "artifactChanges": [{ "artifactLocation": { "uri": uri }, "replacements": replacements }],
    })
}

fn set(object: &mut Value, key: &str, value: Value) {
    if let Value::Object(object) = object {
        object.insert(key.to_owned(), value);
    }
}

/// A name of a file as a relative reference, or as an absolute one where it lies elsewhere [RFC 3986].
fn uri(name: &str, here: &Path) -> String {
    let path = Path::new(name);
    let relative = path.strip_prefix(here).or_else(|_| path.strip_prefix(".")).unwrap_or(path);
    let scheme = if relative.is_absolute() { "file://" } else { "" };
    let mut uri = String::from(scheme);
    for byte in relative.to_string_lossy().bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            // INVARIANT: writing to a `String` cannot fail.
            other => _ = write!(uri, "%{other:02X}"),
        }
    }
    uri
}

/// FNV-1a over the parts. It only tells findings apart; nothing depends on it being hard to forge.
fn fingerprint(parts: &[&str]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
