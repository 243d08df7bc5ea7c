//! A trust, and where it goes.

use super::trust::Trust;

/// A trust and its folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedTrust {
    /// Relative to the root, such as `relying-parties/Amazon-Web-Services`.
    pub folder: String,
    /// Its files, relative to the folder, sorted.
    pub files: Vec<String>,
    /// As exported, with everything that there is to say about it.
    pub trust: Trust,
}
