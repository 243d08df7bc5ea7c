//! Rule tests as people write them: `*.test.yaml` beside the rules.

use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Deserializer};

use crate::config::trust::LoadError;
use crate::harness::claims::WrittenClaim;
use crate::harness::expectation::Expectation;
use crate::harness::pattern::ClaimPattern;
use crate::input::{self, Spanned};
use crate::lang::{Diagnostic, Source, Span};

/// What the names of test files end with.
pub const FILE_ENDING: &str = ".test.yaml";

/// The code of findings in test files.
const CODE: &str = "test";

/// A test file that can be run.
#[derive(Clone, Debug)]
pub struct TestFile {
    /// The trust folder or rule file.
    pub rules: PathBuf,
    /// The directory file.
    pub directory: Option<PathBuf>,
    /// The tests, in the order written.
    pub cases: Vec<Case>,
}

/// Whether a test must say what it expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completeness {
    /// It must: a test that expects nothing shows nothing.
    Required,
    /// It may leave that to what comes out.
    Optional,
}

/// One test.
#[derive(Clone, Debug)]
pub struct Case {
    /// What it shows.
    pub name: String,
    /// The line of its name, from 1.
    pub line: usize,
    /// Whose claims the rules get. Without a user they get only `with`.
    pub user: Option<String>,
    /// Further claims that the rules get.
    pub with: Vec<WrittenClaim>,
    /// What must come out; at least one, unless incomplete tests were asked for.
    pub expectations: Vec<Expectation>,
    /// The keys of expectations that are there without a value, where incomplete tests were asked for.
    pub blank: Vec<&'static str>,
    /// Why it does not pass yet. It is reported and fails only once it passes.
    pub todo: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFile {
    rules: Spanned<String>,
    #[serde(default)]
    directory: Option<Spanned<String>>,
    tests: Spanned<Vec<WrittenCase>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCase {
    name: Spanned<String>,
    #[serde(default)]
    user: Option<Spanned<String>>,
    #[serde(default)]
    with: Vec<WrittenClaim>,
    #[serde(default)]
    roles: List<Spanned<String>>,
    #[serde(default)]
    claims: List<ClaimPattern>,
    #[serde(default)]
    has: List<ClaimPattern>,
    #[serde(default)]
    lacks: List<ClaimPattern>,
    #[serde(default)]
    permit: Option<bool>,
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    todo: Option<String>,
}

/// A list of expectations, as it is written or not.
#[derive(Default)]
enum List<T> {
    /// There is no such key.
    #[default]
    Absent,
    /// There is nothing under the key.
    Blank,
    Items(Vec<T>),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Blank, Self::Items))
    }
}

impl<T> List<T> {
    /// Its items; if it is blank, its key is noted instead.
    fn items(self, key: &'static str, blank: &mut Vec<&'static str>) -> Option<Vec<T>> {
        match self {
            Self::Absent => None,
            Self::Blank => {
                blank.push(key);
                None
            }
            Self::Items(items) => Some(items),
        }
    }
}

impl TestFile {
    /// Reads a test file that lies in `folder`; the paths in it are relative to that.
    ///
    /// # Errors
    ///
    /// Everything that is wrong in it, with its place.
    pub fn parse(source: &Source, folder: &Path, completeness: Completeness) -> Result<Self, LoadError> {
        let written: WrittenFile = input::yaml(source)?;
        let mut faults = Faults { source, found: Vec::new() };
        let rules = faults.existing(folder, &written.rules, "rule file or trust folder");
        let directory = written.directory.as_ref().map(|name| faults.existing(folder, name, "directory file"));
        let mut cases: Vec<Case> = Vec::new();
        if written.tests.value.is_empty() {
            let at = faults.span(&written.tests);
            faults.add(at, "there is no test in this file".to_owned(), "add one below `tests`, or remove the file");
        }
        for case in written.tests.value {
            let at = faults.span(&case.name);
            if cases.iter().any(|known| known.name == case.name.value) {
                let message = format!("two tests have the name `{}`", case.name.value);
                faults.add(at, message, "give each test a name that says what it shows");
            }
            if let (Some(user), None) = (&case.user, &written.directory) {
                let message = format!("there is no directory to look for the user `{}` in", user.value);
                faults.add(faults.span(user), message, "add `directory: FILE` above `tests`");
            }
            cases.push(case.read(&mut faults, completeness));
        }
        if !faults.found.is_empty() {
            return Err(LoadError::findings(source.clone(), faults.found));
        }
        Ok(Self { rules, directory, cases })
    }
}

impl WrittenCase {
    fn read(self, faults: &mut Faults<'_>, completeness: Completeness) -> Case {
        let span = faults.span(&self.name);
        let mut blank = Vec::new();
        let roles = self.roles.items("roles", &mut blank);
        let claims = self.claims.items("claims", &mut blank);
        let has = self.has.items("has", &mut blank);
        let lacks = self.lacks.items("lacks", &mut blank);
        for role in roles.iter().flatten() {
            if !is_role(&role.value) {
                let message = format!("`{}` is no AWS role", role.value);
                faults.add(
                    faults.span(role),
                    message,
                    "write the account number and the role name: `123456789012/ReadOnly`",
                );
            }
        }
        if completeness == Completeness::Required || blank.contains(&"lacks") {
            for key in &blank {
                let message = format!("the test `{}` has the key `{key}`, and nothing under it", self.name.value);
                faults.add(span, message, "write `[]` for an empty list, or let `rulecheck test --bless` fill it");
            }
        }
        let alone = self.error.is_some();
        let roles = roles.map(|roles| roles.into_iter().map(|role| role.value).collect());
        let expectations: Vec<Expectation> = [
            self.permit.map(Expectation::Permit),
            roles.map(Expectation::Roles),
            claims.map(Expectation::Claims),
            has.map(Expectation::Has),
            lacks.map(Expectation::Lacks),
            self.error.map(Expectation::Error),
        ]
        .into_iter()
        .flatten()
        .collect();
        if expectations.is_empty() && blank.is_empty() && completeness == Completeness::Required {
            let help = "add at least one of `roles`, `claims`, `has`, `lacks`, `permit`, `error`, or let \
                        `rulecheck test --bless` fill it";
            faults.add(span, format!("the test `{}` expects nothing", self.name.value), help);
        }
        if alone && expectations.len() + blank.len() > 1 {
            let message = format!("the test `{}` expects an error, and something beside it", self.name.value);
            faults.add(span, message, "rules that fail issue nothing: keep `error` alone");
        }
        Case {
            line: faults.source.position(span.start).line,
            name: self.name.value,
            user: self.user.map(|user| user.value),
            with: self.with,
            expectations,
            blank,
            todo: self.todo,
        }
    }
}

impl Case {
    /// Whether two tests differ in nothing but what they list under `roles`, `claims` and `has`.
    #[must_use]
    pub fn is_same_but_for_lists(&self, other: &Self) -> bool {
        let firm = |case: &Self| {
            let lists = |one: &Expectation| matches!(one.key(), "roles" | "claims" | "has");
            case.expectations.iter().filter(|one| !lists(one)).cloned().collect::<Vec<_>>()
        };
        self.name == other.name
            && self.user == other.user
            && self.with == other.with
            && self.todo == other.todo
            && firm(self) == firm(other)
    }
}

fn is_role(text: &str) -> bool {
    text.split_once('/').is_some_and(|(account, name)| {
        account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()) && !name.is_empty()
    })
}

/// `name` seen from `folder`, with `.` and `..` resolved where the text alone can tell.
fn joined(folder: &Path, name: &str) -> PathBuf {
    let mut path = folder.to_owned();
    for component in Path::new(name).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(path.components().next_back(), Some(Component::Normal(_))) => {
                path.pop();
            }
            other => path.push(other),
        }
    }
    if path.as_os_str().is_empty() { PathBuf::from(".") } else { path }
}

struct Faults<'a> {
    source: &'a Source,
    found: Vec<Diagnostic>,
}

impl Faults<'_> {
    fn span<T>(&self, value: &Spanned<T>) -> Span {
        input::span(self.source, value)
    }

    /// The path that is written relative to `folder`. There must be something.
    fn existing(&mut self, folder: &Path, name: &Spanned<String>, kind: &str) -> PathBuf {
        let path = joined(folder, &name.value);
        if !path.exists() {
            let message = format!("there is no {kind} `{}`", path.display());
            self.add(self.span(name), message, "paths are relative to the folder of the test file");
        }
        path
    }

    fn add(&mut self, span: Span, message: String, help: &str) {
        self.found.push(Diagnostic::error(CODE, span, message).with_help(help));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_in_their_shortest_form() {
        let told = |folder: &str, name| joined(Path::new(folder), name).display().to_string();
        assert_eq!(told("rules/aws/groups", "."), "rules/aws/groups");
        assert_eq!(told("rules/aws/groups", "../../../testdata/directory.yaml"), "testdata/directory.yaml");
        assert_eq!(told("rules", "../../x"), "../x");
        assert_eq!(told("..", "../x"), "../../x");
        assert_eq!(told("", "."), ".");
        assert_eq!(told("rules", "/etc/x"), "/etc/x");
    }
}
