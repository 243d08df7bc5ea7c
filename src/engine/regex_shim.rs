//! Stand-in until the .NET dialect lands.
#![allow(missing_docs, reason = "temporary")]
use std::borrow::Cow;

#[derive(Debug)]
pub struct DotNetRegex(regex::Regex);
#[derive(Debug)]
pub struct RegexError {
    pub message: String,
    pub offset: usize,
}
#[derive(Debug)]
pub enum MatchError {
    TooManySteps,
}
#[derive(Debug)]
pub struct Replacement(String);

impl std::fmt::Display for RegexError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}
impl DotNetRegex {
    #[allow(clippy::missing_errors_doc, reason = "temporary")]
    pub fn new(pattern: &str) -> Result<Self, RegexError> {
        regex::Regex::new(pattern).map(Self).map_err(|error| RegexError { message: error.to_string(), offset: 0 })
    }
    #[allow(clippy::missing_errors_doc, clippy::unnecessary_wraps, reason = "temporary")]
    pub fn is_match(&self, input: &str) -> Result<bool, MatchError> {
        Ok(self.0.is_match(input))
    }
    #[allow(clippy::missing_errors_doc, clippy::unnecessary_wraps, reason = "temporary")]
    pub fn replace<'a>(&self, input: &'a str, replacement: &Replacement) -> Result<Cow<'a, str>, MatchError> {
        Ok(self.0.replace_all(input, replacement.0.as_str()))
    }
}
impl Replacement {
    pub fn parse(text: &str, _: &DotNetRegex) -> Self {
        Self(text.to_owned())
    }
}
