//! Names of trusts, as names of folders that any system can hold.

use std::collections::BTreeSet;

/// Longer names are cut, in characters.
const LONGEST: usize = 60;
/// What Windows keeps for its devices, with and without an extension.
const DEVICES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2",
    "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// Folder names that are taken. Names that differ only by case are the same on some systems.
#[derive(Clone, Debug, Default)]
pub struct FolderNames {
    taken: BTreeSet<String>,
}

impl FolderNames {
    /// A name for `wanted` that no other has.
    pub fn name(&mut self, wanted: &str) -> String {
        let plain = plain(wanted);
        let numbered = (2_u32..).map(|number| format!("{plain}-{number}"));
        let free = std::iter::once(plain.clone()).chain(numbered).find(|name| !self.taken.contains(&folded(name)));
        let name = free.unwrap_or(plain);
        self.taken.insert(folded(&name));
        name
    }
}

fn folded(name: &str) -> String {
    name.to_lowercase()
}

/// Letters, digits, `.`, `_` and single `-`; never a path, a hidden file, a device or nothing.
fn plain(wanted: &str) -> String {
    let mut name = String::new();
    for character in wanted.chars().take(LONGEST * 4) {
        let kept = if character.is_alphanumeric() || character == '.' || character == '_' { character } else { '-' };
        if kept != '-' || !name.ends_with('-') {
            name.push(kept);
        }
    }
    let ends = |character: char| character == '-' || character == '.';
    let cut: String = name.trim_matches(ends).chars().take(LONGEST).collect();
    let cut = cut.trim_matches(ends);
    let stem = cut.split('.').next().unwrap_or_default().to_lowercase();
    match cut {
        "" => "unnamed".to_owned(),
        _ if DEVICES.contains(&stem.as_str()) => format!("_{cut}"),
        _ => cut.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_readable() {
        let mut names = FolderNames::default();
        assert_eq!(names.name("Amazon Web Services"), "Amazon-Web-Services");
        assert_eq!(names.name("AMAZON web services"), "AMAZON-web-services-2");
        assert_eq!(names.name("Amazon/Web\\Services"), "Amazon-Web-Services-3");
        assert_eq!(names.name("Büro & Co. (Zürich)"), "Büro-Co.-Zürich");
    }

    #[test]
    fn a_hostile_name_is_one_folder() {
        for (wanted, name) in [
            ("../../etc/passwd", "etc-passwd"),
            ("..", "unnamed"),
            ("", "unnamed"),
            (" \t\n", "unnamed"),
            ("CON", "_CON"),
            ("nul.claims", "_nul.claims"),
            ("a\0b\u{202e}c", "a-b-c"),
            ("/", "unnamed"),
            (".git", "git"),
            ("C:\\Windows", "C-Windows"),
            ("trailing...", "trailing"),
        ] {
            assert_eq!(FolderNames::default().name(wanted), name, "{wanted:?}");
        }
        assert_eq!(FolderNames::default().name(&"x".repeat(300)).len(), 60);
        assert!(FolderNames::default().name(&"語".repeat(300)).len() <= 180);
    }
}
