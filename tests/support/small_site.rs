//! The files of a server that needs no other server: its directory is the file of the demo.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

const CONFIGURATION: &str = "\
host: sts.example.com
listen: { address: '127.0.0.1:0', certificate_file: tls.crt, key_file: tls.key }
signing: { key_file: signing.key, certificate_file: signing.crt }
directory: { file: directory.yaml }
management: { enabled: false }
trusts: [TRUST]
";

/// A folder with a configuration and all that it names.
pub struct SmallSite(TempDir);

impl SmallSite {
    /// With the directory file.
    pub fn new() -> Self {
        let site = Self(tempfile::tempdir().unwrap());
        let tls = rcgen::generate_simple_self_signed(["sts.example.com".to_owned(), "localhost".to_owned()]).unwrap();
        site.write("tls.crt", &tls.cert.pem());
        site.write("tls.key", &tls.signing_key.serialize_pem());
        let mut generate = Command::new(env!("CARGO_BIN_EXE_claimsmith"));
        generate.args(["keys", "generate", "--out-dir"]).arg(site.0.path());
        assert!(generate.output().unwrap().status.success());
        site.write("directory.yaml", include_str!("../../src/cli/claimsmith/demo/directory.yaml"));
        site.configure("{ file: directory.yaml }");
        site
    }

    /// Writes the configuration, with another `directory`.
    pub fn configure(&self, directory: &str) {
        let trust = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/aws/groups");
        let text = CONFIGURATION.replace("TRUST", trust).replace("{ file: directory.yaml }", directory);
        self.write("claimsmith.yaml", &text);
    }

    /// Writes a file that only its owner can read.
    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
        self.mode(name, 0o600);
    }

    /// Lets others read a file, or not.
    pub fn mode(&self, name: &str, mode: u32) {
        std::fs::set_permissions(self.path(name), std::fs::Permissions::from_mode(mode)).unwrap();
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}
