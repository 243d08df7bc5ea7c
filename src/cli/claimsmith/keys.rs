//! `claimsmith keys`: makes what a configuration names.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, BufRead as _, ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use jiff::SignedDuration;

use crate::cli::{ExitCode, Output};
use crate::idp::clock::{Clock as _, SystemClock};
use crate::idp::random::{Rng as _, SystemRng};
use crate::saml::key::SigningKey;
use crate::store::directory::Password;
use crate::store::file::hash_password;

const GENERATE_EXAMPLES: &str = "\
Examples:
  claimsmith keys generate --name sts.example.com --out-dir /etc/claimsmith
  claimsmith keys generate --name sts.example.com --days 730 --out-dir /etc/claimsmith/next

The folder is made if it is not there, for its owner only. Files that are there are
never overwritten. Their names go to standard output.

Exit codes:
  0  made
  2  it could not be done; nothing was overwritten";

const HASH_EXAMPLES: &str = "\
Examples:
  claimsmith keys hash-password                  type it, then Enter; it is shown as you type
  claimsmith keys hash-password < password.txt

The hash goes into a directory file of `directory.file`, as the `password` of a user.

Exit codes:
  0  hashed
  2  there was no password";

/// What to make.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    Generate(Generate),
    HashPassword(HashPassword),
}

/// Make an RSA key and a certificate for it
///
/// The relying parties get the certificate in the metadata; it need not be bought.
#[derive(Debug, clap::Args)]
#[command(after_help = GENERATE_EXAMPLES)]
pub(super) struct Generate {
    /// Name in the certificate, such as the host's
    #[arg(long, value_name = "NAME", default_value = "claimsmith signing")]
    name: String,
    /// Days for which the certificate holds
    #[arg(long, value_name = "DAYS", default_value_t = 1095, value_parser = clap::value_parser!(u16).range(1..=7300))]
    days: u16,
    /// Folder for `signing.key` and `signing.crt`
    #[arg(long, value_name = "DIR", default_value = ".")]
    out_dir: PathBuf,
}

/// Hash a password for a directory file; reads one line from standard input
#[derive(Debug, clap::Args)]
#[command(after_help = HASH_EXAMPLES)]
pub(super) struct HashPassword {}

/// Runs the command.
pub(super) fn run(command: &Command, output: &mut Output) -> anyhow::Result<ExitCode> {
    match command {
        Command::Generate(arguments) => generate(arguments, output),
        Command::HashPassword(_) => hash(output),
    }
}

fn generate(arguments: &Generate, output: &mut Output) -> anyhow::Result<ExitCode> {
    let now = SystemClock.now();
    let until = now.checked_add(SignedDuration::from_hours(24 * i64::from(arguments.days)))?;
    let made = SigningKey::generate(&arguments.name, now, until)?;
    make_folder(&arguments.out_dir)?;
    let key = arguments.out_dir.join("signing.key");
    let certificate = arguments.out_dir.join("signing.crt");
    write_new(&key, made.private_key_pem.as_bytes(), 0o600)?;
    write_new(&certificate, made.certificate_pem.as_bytes(), 0o644)?;
    writeln!(output.results, "{}\n{}", key.display(), certificate.display())?;
    Ok(ExitCode::Clean)
}

/// Makes the folder, for its owner only, unless it is there.
fn make_folder(path: &Path) -> anyhow::Result<()> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.with_context(|| format!("cannot make the folder `{}`; name one that this user may write to", path.display()))
}

/// Writes a file that is not there yet: a key is never overwritten.
fn write_new(path: &Path, bytes: &[u8], mode: u32) -> anyhow::Result<()> {
    let opened = OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
    let written = opened.and_then(|mut file| file.write_all(bytes));
    match written {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!("`{}` is there already, and no key is ever overwritten; name another `--out-dir`", path.display())
        }
        other => other.with_context(|| format!("cannot write `{}`", path.display())),
    }
}

fn hash(output: &mut Output) -> anyhow::Result<ExitCode> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    let password = Password::new(line.trim_end_matches(['\r', '\n']).to_owned());
    if password.is_empty() {
        bail!("the password is empty; type it, or pipe it in: `claimsmith keys hash-password < FILE`");
    }
    let mut salt = [0; 16];
    SystemRng::new().fill(&mut salt)?;
    writeln!(output.results, "{}", hash_password(&password, &salt)?)?;
    Ok(ExitCode::Clean)
}
