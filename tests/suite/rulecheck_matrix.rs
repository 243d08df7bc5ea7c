//! Bad input, for every command and every file that it takes.
//!
//! The commands and their arguments come from the command line itself: a new one without a row here fails.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use claimsmith::cli::rulecheck::Arguments;
use clap::{CommandFactory as _, ValueHint};
use tempfile::TempDir;

use crate::support::rulecheck::text;

/// What an argument wants to be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Takes {
    /// A trust folder, or a `.claims` file.
    Rules,
    /// The same, of which every fault in a text is a finding, and not a failure.
    RulesToCheck,
    /// `.claims` files.
    RuleFiles,
    /// `*.test.yaml`.
    Tests,
    /// A directory: `.yaml` or `.ldif`.
    Directory,
    /// A YAML file.
    Yaml,
    /// A JSON file of our own.
    Json,
    /// Text that PowerShell wrote.
    Export,
    /// A captured SAML response.
    Xml,
    /// A password.
    Secret,
    /// Certificates.
    Pem,
    /// A file to write.
    Output,
    /// A folder to write to.
    OutputFolder,
    /// No file.
    Nothing,
}

use Takes::{
    Directory, Export, Json, Nothing, OutputFolder, Pem, RuleFiles, Rules, RulesToCheck, Secret, Tests, Xml, Yaml,
};

/// The command, the argument, what it takes, and a command line that is right but for `{}`.
type Row = (&'static str, &'static str, Takes, &'static str);

/// A refusal takes no time, but the machine may have other things to do.
const SOON: Duration = Duration::from_secs(40);

const LDAPS: &str = "--directory ldaps://localhost:1 --bind-name x@corp.example.com";

/// The rows of a command that runs rules for one person.
macro_rules! person {
    ($command:literal, $rest:literal) => {
        [
            ($command, "rules", Rules, concat!($command, " {} --user alice --directory people.yaml ", $rest)),
            ($command, "directory", Directory, concat!($command, " rules.claims --user alice --directory {} ", $rest)),
            ($command, "config", Yaml, concat!($command, " rules.claims --user alice --config {} ", $rest)),
            ($command, "claims", Yaml, concat!($command, " rules.claims --claims {} ", $rest)),
            (
                $command,
                "bind_password_file",
                Secret,
                concat!($command, " rules.claims --user alice LDAPS --bind-password-file {} ", $rest),
            ),
            (
                $command,
                "ca_file",
                Pem,
                concat!($command, " rules.claims --user alice LDAPS --bind-password-file secret --ca-file {} ", $rest),
            ),
        ]
    };
}

/// The rows of a command that runs rules for everybody.
macro_rules! everybody {
    ($command:literal, $rules:literal) => {
        [
            ($command, "directory", Directory, concat!($command, " ", $rules, " --directory {}")),
            ($command, "config", Yaml, concat!($command, " ", $rules, " --config {}")),
            ($command, "output", Takes::Output, concat!($command, " ", $rules, " --directory people.yaml --output {}")),
            ($command, "bind_password_file", Secret, concat!($command, " ", $rules, " LDAPS --bind-password-file {}")),
            (
                $command,
                "ca_file",
                Pem,
                concat!($command, " ", $rules, " LDAPS --bind-password-file secret --ca-file {}"),
            ),
        ]
    };
}

fn rows() -> Vec<Row> {
    let mut rows: Vec<Row> = vec![
        ("check", "paths", RulesToCheck, "check {}"),
        ("check", "baseline", Json, "check --baseline {} rules.claims"),
        ("check", "config", Yaml, "check --config {} rules.claims"),
        ("test", "paths", Tests, "test {}"),
        ("test", "coverage_file", Takes::Output, "test --coverage-file {} good.test.yaml"),
        ("fmt", "paths", RuleFiles, "fmt --check {}"),
        ("import", "exports", Export, "import {} -o made"),
        ("import", "output", OutputFolder, "import export.json -o {}"),
        ("diff", "old", Rules, "diff {} rules.claims --directory people.yaml"),
        ("diff", "new", Rules, "diff rules.claims {} --directory people.yaml"),
        ("who", "rules", Rules, "who {} --directory people.yaml"),
        ("man", "out_dir", OutputFolder, "man --out-dir {}"),
        ("completions", "", Nothing, "completions bash"),
        ("lsp", "", Nothing, "lsp"),
        ("rule", "", Nothing, "rule"),
    ];
    rows.extend(person!("eval", ""));
    rows.extend(person!("explain", ""));
    rows.extend(person!("can", ""));
    rows.extend(person!("whynot", "--claim t"));
    rows.extend(person!("parity", "--token token.xml"));
    rows.push(("parity", "token", Xml, "parity rules.claims --claims claims.yaml --token {}"));
    rows.extend(everybody!("diff", "rules.claims rules.claims"));
    rows.extend(everybody!("who", "rules.claims"));
    rows
}

const GOOD: &[(&str, &str)] = &[
    ("rules.claims", "c:[]\n => issue(claim = c);\n"),
    ("untidy.claims", "c:[]=>issue(claim=c);"),
    (
        "people.yaml",
        "domain: { netbios: CORP, dns: corp.example.com, sid: S-1-5-21-1-2-3 }\n\
         users:\n  alice: { attributes: { mail: alice@corp.example.com } }\n",
    ),
    ("claims.yaml", "- { type: t, value: v }\n"),
    ("good.test.yaml", "rules: rules.claims\ntests:\n  - { name: one, claims: [] }\n"),
    ("failing.test.yaml", "rules: rules.claims\ntests:\n  - { name: one, claims: [{ type: t }] }\n"),
    (
        "export.json",
        r#"[{"Name":"Payroll","Identifier":["urn:payroll"],"IssuanceTransformRules":"c:[] => issue(claim = c);"}]"#,
    ),
    ("secret", "hunter2\n"),
];

/// A folder with good files, and bad ones of every kind.
fn folder() -> TempDir {
    let folder = tempfile::Builder::new().prefix("matrix").tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for (name, content) in GOOD {
        fs::write(at(name), content).unwrap();
    }
    let token = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/rulecheck/parity/other.xml");
    fs::copy(token, at("token.xml")).unwrap();
    for ending in ENDINGS {
        fs::create_dir(at(&format!("folder{ending}"))).unwrap();
        fs::write(at(&format!("latin-1{ending}")), b"name: caf\xe9\n").unwrap();
        let wide: Vec<u8> = "# all right otherwise\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        fs::write(at(&format!("utf-16{ending}")), wide).unwrap();
        fs::File::create(at(&format!("large{ending}"))).unwrap().set_len(100 * 1024 * 1024).unwrap();
    }
    for ending in [".yaml", ".test.yaml"] {
        fs::write(at(&format!("broken{ending}")), "# all right so far\n b: [1,\nc: 2\n").unwrap();
    }
    fs::write(at("broken.json"), "{\n  \"a\": [1,\n}\n").unwrap();
    fs::write(at("broken.claims"), "c:[]\n => issue(claim = d);\n").unwrap();
    fs::create_dir(at("trust")).unwrap();
    fs::write(at("trust/trust.yaml"), "name: T\nidentifier: [urn:t\n").unwrap();
    folder
}

const ENDINGS: &[&str] = &[".claims", ".yaml", ".test.yaml", ".ldif", ".json", ".xml", ".txt", ".pem"];

impl Takes {
    fn endings(self) -> &'static [&'static str] {
        match self {
            Rules | RulesToCheck | RuleFiles => &[".claims"],
            Tests => &[".test.yaml"],
            Directory => &[".yaml", ".ldif"],
            Yaml => &[".yaml"],
            Json => &[".json"],
            Export => &[".json", ".xml", ".txt", ".claims"],
            Xml => &[".xml"],
            Secret => &[".txt"],
            Pem => &[".pem"],
            Takes::Output | OutputFolder | Nothing => &[],
        }
    }

    /// Names of bad input, each with what must be said about it.
    fn bad(self) -> Vec<(String, &'static str)> {
        let mut bad = Vec::new();
        for ending in self.endings() {
            let named = |name: &str| format!("{name}{ending}");
            bad.push((named("missing"), "there is no such file"));
            bad.push((named("folder"), ""));
            bad.push((named("latin-1"), ""));
            bad.push((named("utf-16"), ""));
            bad.push((named("large"), ""));
        }
        match self {
            Rules => {
                bad.push(("broken.claims".to_owned(), "broken.claims:2:"));
                bad.push(("trust".to_owned(), "trust/trust.yaml:"));
            }
            RuleFiles => bad.push(("broken.claims".to_owned(), "broken.claims:2:")),
            Tests => bad.push(("broken.test.yaml".to_owned(), "broken.test.yaml:2:2")),
            Directory | Yaml => bad.push(("broken.yaml".to_owned(), "broken.yaml:2:")),
            Json => bad.push(("broken.json".to_owned(), "line 2 column 5")),
            _ => {}
        }
        if self == Json {
            // A baseline that is not there yet has nothing in it.
            bad.retain(|(name, _)| !name.starts_with("missing"));
        }
        bad
    }
}

/// The command line of a row, with `given` for `{}`.
fn filled(line: &str, given: &str) -> Vec<String> {
    line.replace("LDAPS", LDAPS).split_whitespace().map(|word| word.replace("{}", given)).collect()
}

fn command(folder: &Path, arguments: &[String]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rulecheck"));
    command.args(arguments).current_dir(folder).env("NO_COLOR", "1").stdin(Stdio::null());
    command
}

/// What a program says, and how long it took; in no more memory than it may need.
fn run(folder: &Path, arguments: &[String]) -> (Output, Duration) {
    let begun = Instant::now();
    let program = env!("CARGO_BIN_EXE_rulecheck");
    // Address space, in kilobytes: far less than a file of 100 MB, read several times over.
    let limited = "ulimit -v 400000; exec \"$0\" \"$@\"";
    let output = Command::new("sh")
        .args(["-c", limited, program])
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    (output, begun.elapsed())
}

/// What is wrong with how a program refused; nothing if it did so well.
fn faults(output: &Output, wanted: &str) -> Vec<String> {
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let mut faults = Vec::new();
    if output.status.code() != Some(2) {
        faults.push(format!("ends with {:?}, not with 2", output.status.code()));
    }
    let errors = told.lines().filter(|line| line.starts_with("error")).count();
    if errors != 1 {
        faults.push(format!("{errors} messages"));
    }
    if !told.contains(wanted) {
        faults.push(format!("does not say `{wanted}`"));
    }
    faults.extend(strange(&told));
    if !faults.is_empty() {
        faults.push(told);
    }
    faults
}

/// What no message may hold: traces of the language that the program is written in.
fn strange(told: &str) -> Vec<String> {
    let never = ["panicked", "RUST_BACKTRACE", "::", "Err(", "Some(", "Ok(", "unwrap", ".tmp", "Utf8Error"];
    never.iter().filter(|word| told.contains(**word)).map(|word| format!("holds {word:?}")).collect()
}

/// Names and looks of all files, to see that nothing was touched.
fn looks(folder: &Path) -> BTreeMap<PathBuf, (u64, i64, i64)> {
    let mut looks = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let found = fs::metadata(&path).unwrap();
            if found.is_dir() {
                folders.push(path.clone());
            }
            looks.insert(path, (found.ino(), found.mtime(), found.mtime_nsec()));
        }
    }
    looks
}

fn tell(failures: &[String]) {
    assert!(failures.is_empty(), "{} faults:\n\n{}", failures.len(), failures.join("\n\n"));
}

#[test]
fn every_command_and_every_file_that_it_takes_has_a_row() {
    let rows: BTreeSet<(&str, &str)> = rows().iter().map(|&(command, argument, ..)| (command, argument)).collect();
    let main = Arguments::command();
    let mut missing = Vec::new();
    for command in main.get_subcommands() {
        let name = command.get_name();
        if !rows.iter().any(|(known, _)| *known == name) {
            missing.push(format!("{name}: no row at all"));
        }
        for argument in command.get_arguments() {
            let values: Vec<String> =
                argument.get_value_names().unwrap_or_default().iter().map(ToString::to_string).collect();
            let is_path = argument.get_value_hint() == ValueHint::AnyPath
                || values.iter().any(|value| {
                    ["FILE", "DIR", "FOLDER", "PATH", "RULES", "DIRECTORY", "EXPORT", "OLD", "NEW", "TOKEN"]
                        .contains(&value.as_str())
                });
            let id = argument.get_id().as_str();
            if is_path && !rows.contains(&(name, id)) {
                missing.push(format!("{name} {id} ({})", values.join(" ")));
            }
        }
    }
    assert!(missing.is_empty(), "rows are missing: {missing:#?}");
}

#[test]
fn bad_input_is_refused_in_one_message() {
    let folder = folder();
    let before = looks(folder.path());
    let one = |(line, name, wanted): &(&str, String, &str)| {
        let arguments = filled(line, name);
        let (output, took) = run(folder.path(), &arguments);
        let mut found = faults(&output, wanted);
        let told = String::from_utf8_lossy(&output.stderr);
        if !told.contains(name) {
            found.push(format!("does not name `{name}`: {told}"));
        }
        if took > SOON {
            found.push(format!("took {took:?}"));
        }
        (!found.is_empty()).then(|| format!("rulecheck {}\n{}", arguments.join(" "), found.join("\n")))
    };
    let runs: Vec<(&str, String, &str)> = rows()
        .into_iter()
        .flat_map(|(_, _, takes, line)| takes.bad().into_iter().map(move |(name, wanted)| (line, name, wanted)))
        .collect();
    assert!(runs.len() > 150);
    let failures: Vec<String> = std::thread::scope(|scope| {
        let parts: Vec<_> =
            runs.chunks(runs.len() / 4 + 1).map(|part| scope.spawn(|| part.iter().filter_map(one).collect())).collect();
        parts.into_iter().flat_map(|part| -> Vec<String> { part.join().unwrap() }).collect()
    });
    assert_eq!(looks(folder.path()), before, "something was written");
    tell(&failures);
}

#[test]
fn somebody_unknown_is_told_with_the_nearest_names() {
    let folder = folder();
    let mut failures = Vec::new();
    for command in Arguments::command().get_subcommands() {
        if !command.get_arguments().any(|argument| argument.get_id() == "user") {
            continue;
        }
        let (_, _, _, line) =
            *rows().iter().find(|(name, id, ..)| *name == command.get_name() && *id == "rules").unwrap();
        let line = line.replace("alice", "alise");
        let arguments = filled(&line, "rules.claims");
        let found = faults(&run(folder.path(), &arguments).0, "no user `alise`; did you mean `CORP\\alice`?");
        if !found.is_empty() {
            failures.push(format!("rulecheck {}\n{}", arguments.join(" "), found.join("\n")));
        }
    }
    tell(&failures);
}

#[test]
fn a_directory_that_does_not_answer_is_given_up() {
    let folder = folder();
    let silent = TcpListener::bind("localhost:0").unwrap();
    let address = format!("ldaps://localhost:{}", silent.local_addr().unwrap().port());
    let mut failures = Vec::new();
    let asking: Vec<Row> = rows().into_iter().filter(|(_, id, ..)| *id == "directory").collect();
    assert!(asking.len() >= 5);
    std::thread::scope(|scope| {
        let runs: Vec<_> = asking
            .iter()
            .map(|(_, _, _, line)| {
                let mut arguments = filled(line, &address);
                arguments
                    .extend(["--bind-name", "x@corp.example.com", "--bind-password-file", "secret"].map(str::to_owned));
                let folder = folder.path();
                scope.spawn(move || (arguments.clone(), run(folder, &arguments)))
            })
            .collect();
        for run in runs {
            let (arguments, (output, took)) = run.join().unwrap();
            let mut found = faults(&output, &address);
            if took > SOON {
                found.push(format!("took {took:?}"));
            }
            if !found.is_empty() {
                failures.push(format!("rulecheck {}\n{}", arguments.join(" "), found.join("\n")));
            }
        }
    });
    drop(silent);
    tell(&failures);
}

#[test]
fn two_trusts_with_one_identifier_are_refused() {
    let folder = folder();
    let trust = r#"{"Name":"NAME","Identifier":["urn:payroll"],"IssuanceTransformRules":"c:[] => issue(claim = c);"}"#;
    let export = format!("[{},{}]", trust.replace("NAME", "Payroll"), trust.replace("NAME", "Wages"));
    fs::write(folder.path().join("twice.json"), export).unwrap();
    let before = looks(folder.path());
    let (output, _) = run(folder.path(), &filled("import twice.json -o made", ""));
    let found = faults(&output, "have the same identifier `urn:payroll`");
    assert!(found.is_empty(), "{found:#?}");
    assert_eq!(looks(folder.path()), before, "something was written");
}

#[test]
fn where_nothing_may_be_written_nothing_is() {
    let folder = folder();
    // Root may write everywhere, so somebody else tries; they must be able to reach the program.
    let programs = TempDir::new().unwrap();
    let program = programs.path().join("rulecheck");
    fs::copy(env!("CARGO_BIN_EXE_rulecheck"), &program).unwrap();
    for path in [programs.path(), &program] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).unwrap();
    let before = looks(folder.path());
    let mut lines: Vec<Vec<String>> = rows()
        .into_iter()
        .filter(|(_, _, takes, _)| matches!(takes, Takes::Output | OutputFolder))
        .map(|(_, _, _, line)| filled(line, "made"))
        .collect();
    let writing = [
        "fmt untidy.claims",
        "test --bless failing.test.yaml",
        "check --baseline made.json --write-baseline rules.claims",
    ];
    lines.extend(writing.map(|line| filled(line, "")));
    let mut failures = Vec::new();
    for arguments in lines {
        let mut command = Command::new(&program);
        command.args(&arguments).current_dir(folder.path()).env("NO_COLOR", "1").stdin(Stdio::null());
        if fs::metadata("/proc/self").unwrap().uid() == 0 {
            command.uid(65534).gid(65534);
        }
        let found = faults(&command.output().unwrap(), "");
        if !found.is_empty() {
            failures.push(format!("rulecheck {}\n{}", arguments.join(" "), found.join("\n")));
        }
    }
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(looks(folder.path()), before, "something was written");
    tell(&failures);
}

#[test]
fn a_reader_that_has_gone_is_nothing_to_speak_of() {
    let folder = folder();
    let mut failures = Vec::new();
    let mut seen = BTreeSet::new();
    for (name, _, takes, line) in rows() {
        let given = match takes {
            Rules | RulesToCheck | RuleFiles => "rules.claims",
            Tests => "good.test.yaml",
            Directory => "people.yaml",
            Yaml if line.contains("--claims") => "claims.yaml",
            Export => "export.json",
            Nothing => "",
            _ => continue,
        };
        if !seen.insert(name) {
            continue;
        }
        let arguments = filled(line, given);
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let output = command(folder.path(), &arguments).stdout(writer).stderr(Stdio::piped()).output().unwrap();
        let told = text(&output.stderr);
        let mut found = strange(told);
        if !matches!(output.status.code(), Some(0 | 1))
            || told.lines().any(|line| line.starts_with("error"))
            || told.to_lowercase().contains("pipe")
        {
            found.push(format!("{:?}: {told}", output.status));
        }
        if !found.is_empty() {
            failures.push(format!("rulecheck {}\n{}", arguments.join(" "), found.join("\n")));
        }
    }
    assert_eq!(seen.len(), Arguments::command().get_subcommands().count() - 1, "all but `man`, which has its own row");
    tell(&failures);
}
