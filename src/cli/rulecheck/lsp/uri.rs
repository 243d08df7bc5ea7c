//! What editors call a file, and where it lies.

use std::path::{Path, PathBuf};

use url::Url;

/// The path of a `file` URI; `None` for any other.
///
/// A drive letter of Windows is written in upper case, since editors differ in it and mean one file.
pub(super) fn path(uri: &str) -> Option<PathBuf> {
    let url = Url::parse(uri).ok().filter(|url| url.scheme() == "file")?;
    let path = url.to_file_path().ok()?;
    let text = path.to_str()?;
    let mut letters = text.chars();
    match (letters.next(), letters.next(), letters.next()) {
        (Some('/'), Some(drive), Some(':')) if drive.is_ascii_alphabetic() => {
            Some(PathBuf::from(format!("/{}:{}", drive.to_ascii_uppercase(), letters.as_str())))
        }
        _ => Some(path),
    }
}

/// The URI of a file.
pub(super) fn of(path: &Path) -> Option<String> {
    Url::from_file_path(path).ok().map(String::from)
}

/// What all spellings of one document's URI have in common.
pub(super) fn key(uri: &str) -> PathBuf {
    path(uri).unwrap_or_else(|| PathBuf::from(uri))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_file_are_one() {
        assert_eq!(path("file:///tmp/a%20b/%C3%A9.claims").unwrap(), Path::new("/tmp/a b/é.claims"));
        assert_eq!(path("file:///c%3A/rules/x.claims"), path("file:///C:/rules/x.claims"));
        assert_eq!(path("file:///c%3A/rules/x.claims").unwrap(), Path::new("/C:/rules/x.claims"));
        assert_eq!(key("file:///tmp/%61"), key("file:///tmp/a"));
    }

    #[test]
    fn what_is_no_file_has_no_path() {
        for uri in ["untitled:Untitled-1", "git:/a/b?x", "file://server/share/x", "x", "", "%", "http://a/b.claims"] {
            assert_eq!(path(uri), None, "{uri}");
            assert_eq!(key(uri), Path::new(uri));
        }
    }

    #[test]
    fn a_path_is_found_again() {
        let place = Path::new("/tmp/a b/é#?%.claims");
        assert_eq!(path(&of(place).unwrap()).unwrap(), place);
        assert_eq!(of(Path::new("relative")), None);
    }
}
