//! Files as people and programs write them.

use std::collections::BTreeMap;
use std::path::Path;

use claimsmith::input::{InputError, Lines, decode, read_file, read_source, yaml};
use claimsmith::lang::{Source, parse};

const RULE: &str = "c:[Type == \"grün\"] => issue(claim = c);\r\n";

#[test]
fn every_encoding_of_windows_gives_the_same_text() {
    let utf16 = |unit: fn(u16) -> [u8; 2], mark: [u8; 2]| {
        mark.into_iter().chain(RULE.encode_utf16().flat_map(unit)).collect::<Vec<u8>>()
    };
    let encodings: [Vec<u8>; 4] = [
        RULE.into(),
        [b"\xEF\xBB\xBF", RULE.as_bytes()].concat(),
        utf16(u16::to_le_bytes, [0xFF, 0xFE]),
        utf16(u16::to_be_bytes, [0xFE, 0xFF]),
    ];
    for bytes in encodings {
        let source = decode(&bytes, "x.claims").unwrap();
        assert_eq!(source.text, RULE);
        assert_eq!(parse(&source.text).rule_set.rules.len(), 1);
    }
}

#[test]
fn bytes_that_are_no_text_are_refused_with_their_place() {
    let refused: [(&[u8], &str); 5] = [
        (b"c:[]\n => \x80", "byte 9 (line 2, column 5) is no UTF-8"),
        (b"\xEF\xBB\xBF\xC0", "byte 3 (line 1, column 1) is no UTF-8"),
        (b"MZ\0\0", "x:1:3: the file holds a NUL character"),
        (b"\xFF\xFEa\0\x00\xD8", "byte 4 is no UTF-16"),
        (b"\xFE\xFF\0a\0", "byte 4 is no UTF-16"),
    ];
    for (bytes, wanted) in refused {
        let error = decode(bytes, "x").unwrap_err().to_string();
        assert!(error.contains(wanted) && error.starts_with("x:"), "{error}");
    }
}

/// What is read line by line, or why not.
fn lines(bytes: &[u8], limit_bytes: u64) -> Result<Vec<String>, InputError> {
    let mut lines = Lines::new(bytes, "x", limit_bytes)?;
    let mut all = Vec::new();
    let mut line = String::new();
    while lines.read(&mut line)? {
        all.push(std::mem::take(&mut line));
        assert_eq!(lines.number(), all.len());
    }
    Ok(all)
}

#[test]
fn line_by_line_every_encoding_gives_the_same_text() {
    let text = "a\r\n\n grün 😀\nlast";
    let wanted = ["a", "", " grün 😀", "last"];
    let utf16 = |unit: fn(u16) -> [u8; 2], mark: [u8; 2]| {
        mark.into_iter().chain(text.encode_utf16().flat_map(unit)).collect::<Vec<u8>>()
    };
    for bytes in [
        text.as_bytes().to_vec(),
        [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        utf16(u16::to_le_bytes, [0xFF, 0xFE]),
        utf16(u16::to_be_bytes, [0xFE, 0xFF]),
    ] {
        assert_eq!(lines(&bytes, 100).unwrap(), wanted);
    }
    assert!(lines(b"", 0).unwrap().is_empty());
}

#[test]
fn line_by_line_what_is_no_text_is_refused_with_its_place() {
    for (bytes, wanted) in [
        (&b"c:[]\n => \x80"[..], "byte 9 (line 2, column 5) is no UTF-8"),
        (b"\xEF\xBB\xBF\xC0", "byte 3 (line 1, column 1) is no UTF-8"),
        (b"a\nMZ\0\0", "x:2:3: the file holds a NUL character"),
        (b"\xFF\xFEa\0\x00\xD8", "byte 4 is no UTF-16"),
        (b"\xFE\xFF\0a\0", "byte 4 is no UTF-16"),
        (b"12345678901", "larger than the limit of 10 bytes"),
    ] {
        let error = lines(bytes, 10).unwrap_err().to_string();
        assert!(error.contains(wanted) && error.starts_with("x:"), "{error}");
    }
    assert_eq!(lines(b"1234567890", 10).unwrap(), ["1234567890"]);
    let endless = vec![b'a'; 65 << 20];
    assert_eq!(message(lines(&endless, u64::MAX)), "x: line 1 is longer than 64 MB; is it the right file?");
}

#[test]
fn a_path_that_is_no_file_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing.claims");
    assert_eq!(message(read_source(&missing)), format!("{}: there is no such file", missing.display()));
    assert!(message(read_source(folder.path())).contains("this is a directory"));
    assert!(message(Lines::open(folder.path(), 10)).contains("this is a directory"));
}

#[test]
fn a_file_over_the_limit_is_refused_and_one_of_exactly_the_limit_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.claims");
    std::fs::write(&path, vec![b' '; 50 * 1024 * 1024]).unwrap();
    assert!(message(read_source(&path)).contains("larger than the limit of 16 MB"));
    assert_eq!(read_file(&path, 50 * 1024 * 1024).unwrap().len(), 50 * 1024 * 1024);
    assert!(read_file(&path, 50 * 1024 * 1024 - 1).is_err());
}

#[test]
fn an_empty_file_is_an_empty_text() {
    assert_eq!(decode(b"", "x").unwrap().text, "");
    assert!(message(read_file(Path::new(""), 1).map(|_| Source::new("", ""))).contains("there is no such file"));
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    name: String,
    #[serde(default)]
    limits: BTreeMap<String, u32>,
}

fn settings(text: &str) -> Result<Settings, String> {
    yaml(&Source::new("s.yaml", text)).map_err(|error| error.to_string())
}

#[test]
fn yaml_is_read() {
    let read = settings("name: x\nlimits: { a: 1 }\n").unwrap();
    assert_eq!((read.name.as_str(), read.limits.get("a")), ("x", Some(&1)));
}

#[test]
fn yaml_errors_name_line_and_column() {
    let refused = [
        ("name: x\nnaem: y\n", "s.yaml:2:1: ", "naem"),
        ("name: x\nname: y\n", "s.yaml:2:1: ", "given twice"),
        ("name: x\nlimits: { a: many }\n", "s.yaml:2:14: ", ""),
        ("name: x\nlimits: { a: 1, a: 2 }\n", "s.yaml:2:17: ", "given twice"),
        ("limits: {}\n", "s.yaml:1:1: ", "name"),
        ("name: [\n", "s.yaml:", ""),
    ];
    for (text, place, word) in refused {
        let error = settings(text).unwrap_err();
        assert!(error.starts_with(place) && error.to_lowercase().contains(word), "{text:?} gives {error:?}");
    }
}

#[test]
fn a_yaml_error_can_be_shown_with_its_excerpt() {
    let source = Source::new("s.yaml", "name: x\nnaem: y\n");
    let error = yaml::<Settings>(&source).unwrap_err();
    let (shown, finding) = error.diagnostic().unwrap();
    assert_eq!(shown.text.get(finding.span.start..finding.span.end), Some("naem"));
}

#[test]
fn a_yaml_error_says_what_to_do() {
    let advised = [
        ("name: x\nnaem: y\n", "did you mean `name`?"),
        ("name: x\nlimit: {}\n", "did you mean `limits`?"),
        ("name: x\nendpoints: []\n", "write one of these"),
        ("- name: x\n", "write `key: value` lines"),
        ("name: [\n", "write `key: value` lines"),
        ("limits: {}\n", "add this key"),
        ("name: x\nname: y\n", "remove one of the two"),
    ];
    for (text, help) in advised {
        let error = settings(text).unwrap_err();
        assert!(error.contains(help), "{text:?} gives {error:?}");
    }
}

fn message<T>(result: Result<T, InputError>) -> String {
    result.map(|_| ()).unwrap_err().to_string()
}
