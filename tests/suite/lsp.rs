//! `rulecheck lsp`, driven as an editor drives it.

mod documents;
mod features;
mod neovim;
mod robustness;

use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

/// One lint speaks: the tests are about how findings are shown, and not about which there are.
const ONE_LINT: &str = "levels: { A: off, F: off, M: off, P: off, S: off, T: off, Z: off, T002: error }\n";

/// A copy of the example trust that a test may change, with the directory that its tests name.
fn example() -> (TempDir, PathBuf) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let copy = TempDir::new().unwrap();
    let folder = copy.path().join("lsp/trust");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::copy(root.join("directory.yaml"), copy.path().join("directory.yaml")).unwrap();
    std::fs::write(copy.path().join("rulecheck.yaml"), ONE_LINT).unwrap();
    for entry in std::fs::read_dir(root.join("lsp/trust")).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, folder.join(path.file_name().unwrap())).unwrap();
    }
    (copy, folder)
}

/// The text of a document after the edits of an answer.
fn edited(text: &str, edits: &Value) -> String {
    let offset = |place: &Value| {
        let line = usize::try_from(place["line"].as_u64().unwrap()).unwrap();
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        let mut units = place["character"].as_u64().unwrap();
        let rest = text[start..].char_indices();
        let within = rest.take_while(|(_, character)| {
            let is_before = units > 0;
            units = units.saturating_sub(character.len_utf16() as u64);
            is_before
        });
        start + within.last().map_or(0, |(at, character)| at + character.len_utf8())
    };
    let mut edits: Vec<(usize, usize, &str)> = edits
        .as_array()
        .unwrap()
        .iter()
        .map(|edit| (offset(&edit["range"]["start"]), offset(&edit["range"]["end"]), edit["newText"].as_str().unwrap()))
        .collect();
    edits.sort_unstable();
    let mut after = text.to_owned();
    for (start, end, new) in edits.into_iter().rev() {
        after.replace_range(start..end, new);
    }
    after
}

/// An answer without the folder that differs from run to run.
fn stable(answer: &Value, folder: &Path) -> String {
    let text = serde_json::to_string_pretty(answer).unwrap();
    let folder = folder.parent().unwrap().parent().unwrap();
    text.replace(&format!("file://{}", folder.display()), "ROOT").replace(&folder.display().to_string(), "ROOT")
}
