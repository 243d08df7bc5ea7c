//! `rulecheck import`: exports of AD FS to trust folders.

use std::fs::{self, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, bail};
use clap::{Args, ValueEnum};

use super::stdin;
use crate::cli::replace::reason;
use crate::cli::{ExitCode, Output};
use crate::import::export::EXPORT_LIMIT_BYTES;
use crate::import::{Export, Layout};
use crate::input::{self, InputError};
use crate::lang::Source;
use crate::report::import as report;

const EXAMPLES: &str = "\
Examples:
  rulecheck import relying-parties.json -o adfs
  rulecheck import relying-parties.json claims-providers.json -o adfs

On the AD FS server, in PowerShell:
  Get-AdfsRelyingPartyTrust | ConvertTo-Json -Depth 5 |
    Out-File -Encoding utf8 relying-parties.json
  Get-AdfsClaimsProviderTrust | ConvertTo-Json -Depth 5 |
    Out-File -Encoding utf8 claims-providers.json

`Export-Clixml -Depth 5` does as well. So does `Format-List *`, if it was written
wide enough that no line is broken (`| Out-File -Width 4096`), but it lacks
endpoints and certificates. Get-AdfsServerConfiguration -IncludeTrusts of the AD FS
toolbox, and files with rules alone, are read too; UTF-8 and UTF-16.

The folder gets relying-parties/NAME and claims-providers/NAME, and IMPORT.md,
which says what was carried, what was not, and why. The text of rules is not
changed, also if it does not parse. Nothing is written unless all of it is.

Exit codes:
  0  imported
  1  imported, and somebody has to look at something
  2  nothing was imported";

/// Turn exports of AD FS into trust folders
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Files that PowerShell exported, or `-` for standard input
    #[arg(required = true, value_name = "EXPORT")]
    exports: Vec<PathBuf>,
    /// The folder to make; it may be there if it is empty
    #[arg(short, long, value_name = "FOLDER")]
    output: PathBuf,
    /// How to write what was imported
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// A JSON object
    Json,
}

pub(super) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    let Arguments { exports, output: folder, format } = arguments;
    refuse_used(folder)?;
    let mut export = Export::default();
    for path in exports {
        export.add(&read(path)?)?;
    }
    let layout = Layout::new(export)?;
    write(&layout, folder)?;
    match format {
        Format::Human => report::human(&mut output.results, folder, &layout)?,
        Format::Json => report::json(&mut output.results, folder, &layout)?,
    }
    Ok(if layout.needs_attention() == 0 { ExitCode::Clean } else { ExitCode::Findings })
}

fn read(path: &Path) -> Result<Source, InputError> {
    if stdin::is_stdin(path) {
        let bytes = input::read_limited(std::io::stdin().lock(), stdin::NAME, EXPORT_LIMIT_BYTES)?;
        return input::decode(bytes, stdin::NAME);
    }
    input::decode(input::read_file(path, EXPORT_LIMIT_BYTES)?, &path.display().to_string())
}

/// A folder with something in it is never written to: somebody's tests may lie beside the rules.
fn refuse_used(folder: &Path) -> anyhow::Result<()> {
    match fs::read_dir(folder) {
        Ok(mut entries) => {
            if entries.next().is_some() {
                bail!(
                    "`{}` is not empty, and an import replaces nothing; import into a new folder, and compare the two \
                     with `git diff --no-index` or `rulecheck diff`",
                    folder.display()
                );
            }
            Ok(())
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error).with_context(|| format!("cannot use `{}` as a folder", folder.display())),
    }
}

/// Writes everything beside the folder first, and gives it its name when all of it is there.
fn write(layout: &Layout, folder: &Path) -> anyhow::Result<()> {
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let failed = |error: io::Error| anyhow!("cannot write `{}`: {}", folder.display(), reason(&error, parent));
    let staging = tempfile::Builder::new()
        .prefix(".rulecheck-import-")
        .permissions(Permissions::from_mode(0o777))
        .tempdir_in(parent)
        .map_err(failed)?;
    for (name, text) in &layout.files {
        let path = staging.path().join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(failed)?;
        }
        fs::write(&path, text).map_err(failed)?;
    }
    fs::rename(staging.path(), folder).map_err(failed)?;
    // It has another name now, so there is nothing to remove.
    let _ = staging.keep();
    Ok(())
}
