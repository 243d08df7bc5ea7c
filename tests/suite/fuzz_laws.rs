//! The laws of `fuzz/`, on what is kept there for fuzzers to begin with: each target is a function of bytes, run here
//! without a fuzzer.

use std::collections::BTreeSet;
use std::fs;
use std::panic;
use std::path::{Path, PathBuf};

#[path = "../../fuzz/fuzz_targets/adfs_export.rs"]
mod adfs_export;
#[path = "../../fuzz/fuzz_targets/captured_response.rs"]
mod captured_response;
#[path = "../../fuzz/fuzz_targets/claims_file.rs"]
mod claims_file;
#[path = "../../fuzz/fuzz_targets/decode.rs"]
mod decode;
#[path = "../../fuzz/fuzz_targets/directory_ldif.rs"]
mod directory_ldif;
#[path = "../../fuzz/fuzz_targets/directory_query.rs"]
mod directory_query;
#[path = "../../fuzz/fuzz_targets/directory_yaml.rs"]
mod directory_yaml;
#[path = "../../fuzz/fuzz_targets/distinguished_name.rs"]
mod distinguished_name;
#[path = "../../fuzz/fuzz_targets/evaluate.rs"]
mod evaluate;
#[path = "../../fuzz/fuzz_targets/fix.rs"]
mod fix;
#[path = "../../fuzz/fuzz_targets/kerberos_token.rs"]
mod kerberos_token;
#[path = "../../fuzz/fuzz_targets/keytab.rs"]
mod keytab;
#[path = "../../fuzz/fuzz_targets/ldap_message.rs"]
mod ldap_message;
#[path = "../../fuzz/fuzz_targets/lint.rs"]
mod lint;
#[path = "../../fuzz/fuzz_targets/parse.rs"]
mod parse;
#[path = "../../fuzz/fuzz_targets/print.rs"]
mod print;
#[path = "../../fuzz/fuzz_targets/regex.rs"]
mod regex;
#[path = "../../fuzz/fuzz_targets/regex_inverse.rs"]
mod regex_inverse;
#[path = "../../fuzz/fuzz_targets/request_headers.rs"]
mod request_headers;
#[path = "../../fuzz/fuzz_targets/saml_post.rs"]
mod saml_post;
#[path = "../../fuzz/fuzz_targets/saml_redirect.rs"]
mod saml_redirect;
#[path = "../../fuzz/fuzz_targets/saml_request.rs"]
mod saml_request;
#[path = "../../fuzz/fuzz_targets/saml_response.rs"]
mod saml_response;
#[path = "../../fuzz/fuzz_targets/saml_signature.rs"]
mod saml_signature;
#[path = "../../fuzz/fuzz_targets/server_config.rs"]
mod server_config;
#[path = "../../fuzz/fuzz_targets/session.rs"]
mod session;
#[path = "../../fuzz/fuzz_targets/sql_query.rs"]
mod sql_query;
#[path = "../../fuzz/fuzz_targets/trust_yaml.rs"]
mod trust_yaml;

/// How often each seed is changed.
const MUTATIONS: usize = 100;
/// Bytes that mean something to one of the readers.
const SPECIAL: &[u8] = b"\0\t\n\r \"#$%&'()*+,-./019:;<=>?@AZ[\\]^_`az{|}~\x7f\x80\xc3\xa9\xff";

/// One test for each target: its law holds on each of its seeds, and on what is easily made of them.
macro_rules! hold_on_seeds {
    ($($name:ident),* $(,)?) => {
        const TARGETS: &[&str] = &[$(stringify!($name)),*];

        mod on_seeds {
            $(
                #[test]
                fn $name() {
                    super::on_each_seed(stringify!($name), super::$name::holds);
                }
            )*
        }
    };
}

hold_on_seeds! {
    adfs_export, captured_response, claims_file, decode, directory_ldif, directory_query, directory_yaml,
    distinguished_name, evaluate, fix, kerberos_token, keytab, ldap_message, lint, parse, print, regex, regex_inverse,
    request_headers, saml_post, saml_redirect, saml_request, saml_response, saml_signature, server_config, session,
    sql_query, trust_yaml,
}

fn on_each_seed(target: &str, holds: fn(&[u8])) {
    let seeds: Vec<Vec<u8>> = seeds(target);
    assert!(!seeds.is_empty(), "`{target}` has nothing to begin with");
    let mut choices = Choices(1);
    for seed in &seeds {
        holds(seed);
        for _ in 0..MUTATIONS {
            let mutated = choices.mutated(seed, &seeds);
            let held = panic::catch_unwind(|| holds(&mutated));
            assert!(held.is_ok(), "{target}: {}", mutated.escape_ascii());
        }
    }
}

/// Numbers that look chosen at random, the same in each run [xorshift64].
struct Choices(u64);

impl Choices {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }

    /// A seed with up to four changes, as a fuzzer makes them.
    fn mutated(&mut self, seed: &[u8], seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = seed.to_vec();
        for _ in 0..=self.below(4) {
            let at = self.below(bytes.len() + 1);
            let end = (at + 1 + self.below(12)).min(bytes.len());
            match self.below(6) {
                0 => drop(bytes.drain(at..end)),
                1 => bytes.truncate(at),
                2 => bytes.insert(at, SPECIAL[self.below(SPECIAL.len())]),
                3 => bytes[at..end].reverse(),
                4 => {
                    let piece = bytes[at..end].repeat(1 + self.below(3));
                    drop(bytes.splice(at..at, piece));
                }
                _ => {
                    let other = &seeds[self.below(seeds.len())];
                    let from = self.below(other.len() + 1);
                    let piece = other[from..(from + 1 + self.below(24)).min(other.len())].to_vec();
                    drop(bytes.splice(at..end, piece));
                }
            }
        }
        bytes
    }
}

#[test]
fn every_target_is_known_to_the_fuzzer_and_to_this_test() {
    let known: BTreeSet<String> = TARGETS.iter().map(ToString::to_string).collect();
    let stems = files(&fuzz().join("fuzz_targets"));
    let stems: BTreeSet<String> =
        stems.iter().map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    assert_eq!(stems, known);
    let manifest = fs::read_to_string(fuzz().join("Cargo.toml")).unwrap();
    for target in known {
        let bin = format!("name = \"{target}\"\npath = \"fuzz_targets/{target}.rs\"\n");
        assert!(manifest.contains(&bin), "{target}");
    }
}

fn seeds(target: &str) -> Vec<Vec<u8>> {
    files(&fuzz().join("seeds").join(target)).iter().map(|seed| fs::read(seed).unwrap()).collect()
}

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    files
}
