//! The .NET dialect: against results of .NET itself, where they lie beside the project, and against our own table.

use claimsmith::engine::regex::{DotNetRegex, Replacement};

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
        None => regex.is_match(input).unwrap().to_string(),
        Some(text) => format!("{:?}", regex.replace(input, &Replacement::parse(text, &regex)).unwrap()),
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
            faults.push(format!("{}: found {found}", case));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
