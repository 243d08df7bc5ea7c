//! Who may name whom: the table of `ARCHITECTURE.md`, held by a test.
//!
//! A folder under `src/` is a layer. A line of code in it may name, as `crate::…`, only the layers of its row, and
//! only the foreign crates that no lower layer is meant to know. Test modules inside `src/` follow the same rule.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// A layer, the layers (or single modules of them) that it may name, and the watched crates that it may use.
struct Row {
    layer: &'static str,
    may_name: &'static [&'static str],
    may_use: &'static [&'static str],
}

const TABLE: &[Row] = &[
    Row { layer: "lang", may_name: &[], may_use: &["pest", "pest_derive"] },
    Row { layer: "engine", may_name: &["lang"], may_use: &["regex"] },
    Row { layer: "input", may_name: &["lang"], may_use: &["granit_parser", "serde", "serde_saphyr", "std::fs"] },
    Row {
        layer: "store",
        may_name: &["engine", "input", "kerberos", "lang"],
        may_use: &[
            "argon2",
            "aws_lc_rs",
            "hickory_resolver",
            "ldap3",
            "rustls",
            "rustls_native_certs",
            "rustls_pki_types",
            "serde",
            "socket2",
            "sqlx",
            "std::fs",
            "std::net",
            "tiberius",
            "tokio",
            "tokio_rustls",
            "tokio_util",
            "x509_parser",
        ],
    },
    Row { layer: "aws", may_name: &["engine"], may_use: &["regex"] },
    Row { layer: "lint", may_name: &["aws", "engine", "lang"], may_use: &[] },
    Row {
        layer: "config",
        may_name: &["aws", "engine", "idp", "input", "kerberos", "lang", "lint", "saml", "store"],
        may_use: &["aws_lc_rs", "rustls_pki_types", "serde", "std::fs", "std::net", "x509_parser"],
    },
    Row {
        layer: "harness",
        may_name: &["aws", "config", "engine", "input", "lang", "lint", "store", "xml"],
        may_use: &["serde", "std::fs"],
    },
    Row { layer: "xml", may_name: &[], may_use: &["uppsala"] },
    Row { layer: "import", may_name: &["engine", "input", "lang", "xml"], may_use: &["serde_json", "x509_parser"] },
    Row {
        layer: "lsp",
        may_name: &["aws", "config", "engine", "harness", "input", "lang", "lint", "store"],
        may_use: &[],
    },
    Row {
        layer: "report",
        may_name: &["aws", "engine", "harness", "import", "lang", "lint"],
        may_use: &["annotate_snippets", "serde", "serde_json"],
    },
    Row {
        layer: "saml",
        may_name: &["xml"],
        may_use: &["aws_lc_rs", "bergshamra", "flate2", "rcgen", "rustls_pki_types", "x509_parser"],
    },
    Row { layer: "kerberos", may_name: &[], may_use: &["libgssapi"] },
    Row {
        layer: "idp",
        may_name: &["aws", "engine", "kerberos", "saml", "store::directory", "store::password_change"],
        may_use: &["aws_lc_rs", "regex", "serde", "serde_json", "std::net", "tokio"],
    },
    Row {
        layer: "web",
        may_name: &["idp", "saml::binding"],
        may_use: &[
            "askama",
            "axum",
            "axum_server",
            "hyper_util",
            "rustls",
            "rustls_pki_types",
            "serde",
            "std::net",
            "tokio",
            "tower",
            "tower_http",
        ],
    },
    Row { layer: "standin", may_name: &["aws", "engine", "saml"], may_use: &["askama", "axum", "serde"] },
    Row { layer: "cli", may_name: &["*"], may_use: &["*"] },
];

/// Crates, and parts of `std`, that only the layers with a reason may use.
const WATCHED: &[&str] = &[
    "annotate_snippets",
    "anyhow",
    "argon2",
    "askama",
    "aws_lc_rs",
    "axum",
    "axum_server",
    "bergshamra",
    "clap",
    "flate2",
    "granit_parser",
    "hickory_resolver",
    "hyper_util",
    "ldap3",
    "libgssapi",
    "pest",
    "pest_derive",
    "rcgen",
    "regex",
    "rustls",
    "rustls_native_certs",
    "rustls_pki_types",
    "serde",
    "serde_json",
    "serde_saphyr",
    "socket2",
    "sqlx",
    "std::env",
    "std::fs",
    "std::net",
    "std::process",
    "tiberius",
    "tokio",
    "tokio_rustls",
    "tokio_util",
    "tower",
    "tower_http",
    "uppsala",
    "x509_parser",
];

#[test]
fn every_layer_names_only_what_its_row_allows() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut faults = String::new();
    for (file, text) in rust_files(&source) {
        let relative = file.strip_prefix(&source).unwrap();
        let Some(layer) =
            relative.iter().next().and_then(|first| first.to_str()).filter(|_| relative.iter().count() > 1)
        else {
            continue;
        };
        if layer == "bin" {
            continue;
        }
        let Some(row) = TABLE.iter().find(|row| row.layer == layer) else {
            writeln!(faults, "{}: the folder `{layer}` has no row in the table", relative.display()).unwrap();
            continue;
        };
        let code = code(&text);
        for (line, path) in crate_paths(&code) {
            if !allowed(row, &path) {
                writeln!(faults, "{}:{line}: `{layer}` must not name `crate::{path}`", relative.display()).unwrap();
            }
        }
        for (line, code) in code_lines(&code) {
            for watched in WATCHED {
                if names_crate(code, watched) && !row.may_use.contains(&"*") && !row.may_use.contains(watched) {
                    writeln!(faults, "{}:{line}: `{layer}` must not use `{watched}`", relative.display()).unwrap();
                }
            }
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}

#[test]
fn the_reader_of_paths_sees_through_braces_and_comments() {
    let text =
        "use crate::{engine::{Claim,\n Query}, saml};\n// crate::web\nlet x = crate::idp::Session; // crate::cli\n";
    let paths: Vec<String> = crate_paths(&code(text)).into_iter().map(|(_, path)| path).collect();
    assert_eq!(paths, ["engine::{Claim,Query}", "saml", "idp::Session"]);
    assert!(names_crate("use tokio::time;", "tokio") && !names_crate("use tokio_rustls::X;", "tokio"));
}

#[test]
fn nothing_below_idp_is_async() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut faults = String::new();
    for layer in
        ["lang", "input", "engine", "aws", "config", "harness", "import", "kerberos", "lsp", "report", "saml", "xml"]
    {
        for (file, text) in rust_files(&source.join(layer)) {
            for (line, code) in code_lines(&code(&text)) {
                if code.contains("async ") || code.contains(".await") {
                    writeln!(faults, "{}:{line}: async below `idp`", file.display()).unwrap();
                }
            }
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}

#[test]
fn files_stay_readable() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut lengths: Vec<(usize, PathBuf)> =
        rust_files(&source).into_iter().map(|(file, text)| (text.lines().count(), file)).collect();
    lengths.sort();
    let (longest, file) = lengths.last().unwrap();
    assert!(*longest <= 600, "{} has {longest} lines; split it by subject", file.display());
    let median = lengths[lengths.len() / 2].0;
    assert!(median < 200, "the median file has {median} lines");
}

#[test]
fn the_table_is_printed_in_the_architecture() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md")).unwrap();
    let mut rows = BTreeMap::new();
    for line in text.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        rows.insert(cells[1].trim_matches('`'), cells[3]);
    }
    for row in TABLE {
        let printed = rows.get(row.layer).unwrap_or_else(|| panic!("ARCHITECTURE.md has no row for `{}`", row.layer));
        for name in row.may_name.iter().filter(|name| **name != "*") {
            assert!(printed.contains(&format!("`{name}`")), "ARCHITECTURE.md: row `{}` lacks `{name}`", row.layer);
        }
        assert_eq!(
            printed.matches('`').count() / 2,
            row.may_name.iter().filter(|name| **name != "*").count(),
            "ARCHITECTURE.md: row `{}` names other layers than the test",
            row.layer
        );
    }
}

fn rust_files(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
    found
}

/// The text with its line comments blanked, so that offsets and lines stay.
fn code(text: &str) -> String {
    text.lines()
        .map(|line| {
            let end = if line.trim_start().starts_with("//") { 0 } else { line.find(" // ").unwrap_or(line.len()) };
            &line[..end]
        })
        .collect::<Vec<_>>()
        .join("\n")
}

fn code_lines(code: &str) -> impl Iterator<Item = (usize, &str)> {
    code.lines().enumerate().map(|(index, line)| (index + 1, line))
}

/// Every `crate::path` with its line, braces opened: `crate::{a::{b, c}, d}` gives `a::{b, c}` and `d`.
fn crate_paths(code: &str) -> Vec<(usize, String)> {
    let mut paths = Vec::new();
    for (at, found) in code.match_indices("crate::") {
        if code[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_' || before == '$') {
            continue;
        }
        let line = code[..at].lines().count().max(1);
        let rest = &code[at + found.len()..];
        if let Some(list) = rest.strip_prefix('{') {
            paths.extend(top_level_items(list).into_iter().map(|item| (line, item)));
        } else {
            let end = rest.find(|end: char| !(end.is_alphanumeric() || end == '_' || end == ':')).unwrap_or(rest.len());
            paths.push((line, rest[..end].to_owned()));
        }
    }
    paths
}

/// The items of a use list, up to the brace that closes it.
fn top_level_items(list: &str) -> Vec<String> {
    let mut items = vec![String::new()];
    let mut depth = 0_i32;
    for character in list.chars() {
        match character {
            '}' if depth == 0 => break,
            ',' if depth == 0 => items.push(String::new()),
            _ => {
                depth += i32::from(character == '{') - i32::from(character == '}');
                if !character.is_whitespace() {
                    items.last_mut().unwrap().push(character);
                }
            }
        }
    }
    items.retain(|item| !item.is_empty());
    items
}

fn allowed(row: &Row, path: &str) -> bool {
    let layer = path.split("::").next().unwrap_or("");
    layer == row.layer
        || row.may_name.iter().any(|name| *name == "*" || path == *name || path.starts_with(&format!("{name}::")))
}

fn names_crate(code: &str, watched: &str) -> bool {
    code.match_indices(watched).any(|(at, found)| {
        let before = code[..at].chars().next_back();
        let after = &code[at + found.len()..];
        !before.is_some_and(|character| character.is_alphanumeric() || "_:$\"".contains(character))
            && (after.starts_with("::") || code.trim_start().starts_with("use ") && after.starts_with(';'))
    })
}
