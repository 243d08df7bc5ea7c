//! Secrets: written as `x`, or as `x_file` and kept elsewhere. Never printed.

use std::path::PathBuf;

use zeroize::Zeroizing;

use super::faults::Faults;
use crate::input::Spanned;

/// The secret of a pair of keys. `None` if neither is given, or, with a fault, if both are or the file cannot be read.
pub(super) fn read(
    name: &str,
    written: Option<&Spanned<String>>,
    file: Option<&Spanned<PathBuf>>,
    faults: &mut Faults<'_>,
) -> Option<Zeroizing<String>> {
    match (written, file) {
        (None, None) => None,
        (Some(written), None) => {
            faults.secret_in_sight(name);
            if written.value.starts_with("${") || written.value.starts_with("$(") {
                faults.warn(format!(
                    "`{name}` is taken as it stands, as variables of the environment are not filled in; write the \
                     secret into a file that only the server can read, and name it as `{name}_file`"
                ));
            }
            filled(&written.value, written, faults)
        }
        (Some(_), Some(file)) => {
            faults.at(file, format!("`{name}` and `{name}_file` are both given"), "keep one of them");
            None
        }
        (None, Some(file)) => {
            let bytes = Zeroizing::new(faults.read_secret(file)?);
            let Ok(text) = std::str::from_utf8(&bytes) else {
                faults.at(file, "the file holds no UTF-8 text", "write the secret in UTF-8");
                return None;
            };
            // Editors end a file with a line feed; it is no part of the secret.
            filled(text.trim_end_matches(['\r', '\n']), file, faults)
        }
    }
}

fn filled<T>(secret: &str, place: &Spanned<T>, faults: &mut Faults<'_>) -> Option<Zeroizing<String>> {
    if secret.is_empty() {
        faults.at(place, "the secret is empty", "write it there, or leave the key out");
        return None;
    }
    Some(Zeroizing::new(secret.to_owned()))
}
