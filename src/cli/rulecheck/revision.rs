//! Rules of a git revision: `REV:PATH`, such as `main:rules/aws/groups`.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Context as _, anyhow, bail};

use super::{stdin, subject};
use crate::config::trust::{self, Files};
use crate::harness::dry_run::Rules;
use crate::input::{self, InputError, RULE_FILE_LIMIT_BYTES};
use crate::lang::Source;

/// The mode of a symbolic link in a tree of git.
const LINK: &str = "120000";

/// The rules at a path, on standard input, or of a git revision. What is there under the name of a revision is refused:
/// whoever proposes a change could put their own rules where the old ones are looked for.
pub(super) fn rules(named: &str) -> anyhow::Result<Rules> {
    let path = Path::new(named);
    if stdin::is_stdin(path) || path.exists() {
        if let Some((revision, _)) = named.split_once(':')
            && is_revision(revision)
        {
            bail!(
                "`{named}` is both a file or folder here and of the git revision `{revision}`: `./{named}` is the file"
            );
        }
        return subject::rules(path);
    }
    match named.split_once(':') {
        Some((revision, path)) => of_revision(named, revision, path),
        None => subject::rules(path),
    }
}

/// Whether git knows a revision of this name here. A path that begins with `./` or `/` is none.
fn is_revision(name: &str) -> bool {
    let may_be = !name.is_empty() && !name.starts_with(['-', '.', '/']);
    may_be && tree_of(name).is_ok_and(|tree| line(tree).is_some())
}

fn tree_of(revision: &str) -> anyhow::Result<Output> {
    git(&["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{revision}^{{tree}}")])
}

fn of_revision(named: &str, revision: &str, path: &str) -> anyhow::Result<Rules> {
    if revision.is_empty() || revision.starts_with('-') || path.starts_with('-') {
        bail!("`{named}` is neither a file nor a git revision with a path, such as `main:rules/aws/groups`");
    }
    let Some(tree) = line(tree_of(revision)?) else {
        git(&["rev-parse", "--git-dir"])?.require("there is no git repository here to look for revisions in")?;
        bail!("there is no revision `{revision}` in this git repository, and no file `{named}`");
    };
    let path = path.trim_end_matches('/');
    // A path that begins with `./` counts from here, as git has it; every other one from the top of the repository.
    let prefix = line(git(&["rev-parse", "--show-prefix"])?).unwrap_or_default();
    let from_top = if path == "." || path.starts_with("./") { format!("{prefix}{path}") } else { path.to_owned() };
    let from_top = plain(&from_top).with_context(|| format!("`{named}` leads out of the repository"))?;
    let Some(object) = object(&tree, &from_top)? else {
        let nearby = plain(&format!("{prefix}{path}")).filter(|nearby| *nearby != from_top);
        let hint = match nearby {
            Some(nearby) if object(&tree, &nearby)?.is_some() => format!("; did you mean `{revision}:./{path}`?"),
            _ => String::new(),
        };
        bail!("there is no `{path}` in the revision `{revision}`{hint}");
    };
    let (folder, file) = from_top.rsplit_once('/').unwrap_or(("", &from_top));
    match object.kind.as_str() {
        "tree" => Ok(trust(named, &object.id)?),
        _ if file == trust::FILE_NAME => {
            let id = if folder.is_empty() { Some(tree.clone()) } else { self::object(&tree, folder)?.map(|it| it.id) };
            let id = id.ok_or_else(|| anyhow!("there is no folder of `{named}`"))?;
            Ok(trust(named.trim_end_matches(trust::FILE_NAME).trim_end_matches('/'), &id)?)
        }
        _ => Ok(Rules::from_source(object.text(named)?)?),
    }
}

fn trust(named: &str, tree: &str) -> anyhow::Result<Rules> {
    let folder = Folder { name: named.to_owned(), objects: listing(tree)? };
    Ok(Rules::Trust(Box::new(trust::load_from(&folder)?)))
}

/// A path without `.` and `..`. `None` if it leads out of the top, or to it.
fn plain(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Something in the tree of a revision.
struct Object {
    mode: String,
    kind: String,
    id: String,
}

impl Object {
    /// Its text, under the name that messages use.
    fn text(&self, name: &str) -> Result<Source, InputError> {
        let failed = |message: String| InputError::whole(name, message);
        if self.mode == LINK {
            return Err(failed("this is a symbolic link, which is not followed in a git revision".to_owned()));
        }
        let size = git(&["cat-file", "-s", &self.id]).map_err(|error| failed(error.to_string()))?;
        let size: u64 = line(size).and_then(|size| size.parse().ok()).unwrap_or(u64::MAX);
        if size > RULE_FILE_LIMIT_BYTES {
            return Err(failed("this is larger than rule files may be".to_owned()));
        }
        let content = git(&["cat-file", "blob", &self.id]).map_err(|error| failed(error.to_string()))?;
        let content = content.require("git cannot show it").map_err(|error| failed(error.to_string()))?;
        input::decode(content, name)
    }
}

/// The object at a path from the top, without `.` and `..`.
fn object(tree: &str, path: &str) -> anyhow::Result<Option<Object>> {
    if path.is_empty() {
        return Ok(Some(Object { mode: String::new(), kind: "tree".to_owned(), id: tree.to_owned() }));
    }
    let mut id = tree.to_owned();
    let mut parts = path.split('/').peekable();
    while let Some(part) = parts.next() {
        let Some(found) = listing(&id)?.remove(part) else { return Ok(None) };
        if parts.peek().is_none() {
            return Ok(Some(found));
        }
        if found.kind != "tree" {
            return Ok(None);
        }
        id = found.id;
    }
    Ok(None)
}

/// What lies in a tree, by name.
fn listing(tree: &str) -> anyhow::Result<BTreeMap<String, Object>> {
    let listed = git(&["ls-tree", "-z", "--full-tree", tree])?.require("git cannot list the folder")?;
    let mut found = BTreeMap::new();
    for entry in listed.split(|byte| *byte == 0) {
        let entry = String::from_utf8_lossy(entry);
        let Some((facts, name)) = entry.split_once('\t') else { continue };
        let mut facts = facts.split(' ').map(str::to_owned);
        if let (Some(mode), Some(kind), Some(id)) = (facts.next(), facts.next(), facts.next()) {
            found.insert(name.to_owned(), Object { mode, kind, id });
        }
    }
    Ok(found)
}

/// The files of a trust folder in a revision.
struct Folder {
    name: String,
    objects: BTreeMap<String, Object>,
}

impl Files for Folder {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn display(&self, name: &str) -> String {
        format!("{}/{name}", self.name)
    }

    fn has(&self, name: &str) -> bool {
        self.objects.contains_key(name)
    }

    fn rule_files(&self) -> Vec<String> {
        self.objects.keys().filter(|name| super::paths::is_rule_file(Path::new(name.as_str()))).cloned().collect()
    }

    fn read(&self, name: &str) -> Option<Result<Source, InputError>> {
        self.objects.get(name).map(|object| object.text(&self.display(name)))
    }
}

/// Runs git, which sees every argument as one.
fn git(arguments: &[&str]) -> anyhow::Result<Output> {
    let output = Command::new("git").args(["--no-replace-objects", "--literal-pathspecs"]).args(arguments).output();
    output.map_err(|error| match error.kind() {
        ErrorKind::NotFound => anyhow!("git is not installed, and a revision cannot be read without it"),
        _ => anyhow!("git cannot be run: {error}"),
    })
}

trait Answer {
    /// What git wrote, if it succeeded.
    fn require(self, problem: &str) -> anyhow::Result<Vec<u8>>;
}

impl Answer for Output {
    fn require(self, problem: &str) -> anyhow::Result<Vec<u8>> {
        if self.status.success() {
            return Ok(self.stdout);
        }
        let said = String::from_utf8_lossy(&self.stderr);
        let said = said.lines().next().unwrap_or_default().trim_start_matches("fatal: ");
        if said.is_empty() {
            bail!("{problem}");
        }
        bail!("{problem}: {said}")
    }
}

/// The first line of what git wrote, if it succeeded.
fn line(output: Output) -> Option<String> {
    let text = output.status.success().then(|| String::from_utf8(output.stdout).ok())??;
    text.lines().next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_path_does_not_lead_out_of_the_repository() {
        assert_eq!(plain("a/./b//c").as_deref(), Some("a/b/c"));
        assert_eq!(plain("a/../b").as_deref(), Some("b"));
        assert_eq!(plain("../b"), None);
        assert_eq!(plain("./").as_deref(), Some(""));
    }
}
