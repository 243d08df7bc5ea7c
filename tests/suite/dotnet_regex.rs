//! The .NET dialect: against results of .NET itself, where they lie beside the project, and against our own table.

use claimsmith::engine::regex::{DotNetRegex, Replacement, Steps};

use crate::support::shared::shared;

/// Runs one case and gives its result as text: `true`, `"replaced"` or the error.
fn run(pattern: &str, input: &str, replacement: Option<&str>) -> String {
    let regex = match DotNetRegex::new(pattern) {
        Ok(regex) => regex,
        Err(error) => {
            assert!(error.offset <= pattern.len() && pattern.is_char_boundary(error.offset), "{pattern}: {error:?}");
            return format!("error at {}: {error}", error.offset);
        }
    };
    match replacement {
        None => regex.is_match(input, &Steps::new(usize::MAX)).unwrap().to_string(),
        Some(text) => format!(
            "{:?}",
            regex.replace(input, &Replacement::parse(text, &regex), usize::MAX, &Steps::new(usize::MAX)).unwrap()
        ),
    }
}

#[test]
fn results_are_those_of_dotnet() {
    let Some(path) = shared("regex/dotnet-cases.json") else { return };
    // A JSON reader for Rust strings refuses the lone surrogates of some results; U+FFFD is what we make of them.
    let text = std::fs::read_to_string(path).unwrap().replace("\"\\ude00", "\"\\ufffd");
    let cases: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut faults = Vec::new();
    for case in cases["cases"].as_array().unwrap() {
        let found =
            run(case["pattern"].as_str().unwrap(), case["input"].as_str().unwrap(), case["replacement"].as_str());
        let agrees = match &case["dotnet"] {
            serde_json::Value::String(expected) => found == format!("{expected:?}"),
            serde_json::Value::Bool(expected) => found == expected.to_string(),
            _ => found.starts_with("error"),
        };
        if !agrees {
            faults.push(format!("{case}: found {found}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// One row of `testdata/regex/cases.yaml`.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    pattern: String,
    #[serde(default)]
    input: String,
    replacement: Option<String>,
    #[serde(rename = "match")]
    matches: Option<bool>,
    result: Option<String>,
    error: Option<String>,
    at: Option<usize>,
}

#[test]
fn every_construct_does_what_the_table_says() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/regex/cases.yaml");
    let cases: Vec<Case> = serde_saphyr::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut faults = Vec::new();
    for case in &cases {
        let found = run(&case.pattern, &case.input, case.replacement.as_deref());
        let agrees = match (&case.error, &case.result, case.matches) {
            (Some(error), _, _) => {
                found.starts_with(&format!("error at {}:", case.at.unwrap())) && found.contains(error)
            }
            (None, Some(result), _) => found == format!("{result:?}"),
            (None, None, matches) => found == matches.unwrap().to_string(),
        };
        if !agrees {
            faults.push(format!("`{}` on {:?}: found {found}", case.pattern, case.input));
        }
    }
    assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), cases.len(), faults.join("\n"));
}

#[test]
fn groups_can_be_listed() {
    let regex = DotNetRegex::new("(?<b>x)(y)(?<a>z)").unwrap();
    assert_eq!(regex.group_count(), 3);
    assert_eq!(regex.names().collect::<Vec<_>>(), [("a", 3), ("b", 2)]);
    assert_eq!(regex.as_str(), "(?<b>x)(y)(?<a>z)");
    assert_eq!(format!("{regex:?}"), r#"DotNetRegex("(?<b>x)(y)(?<a>z)")"#);
}
