//! The one style sheet.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::LazyLock;

/// The style sheet.
pub(super) const STYLE: &str = include_str!("../../static/style.css");

/// Its path. Changes with its content, so that browsers may keep it.
pub(super) fn style_path() -> &'static str {
    static PATH: LazyLock<String> = LazyLock::new(|| {
        let mut hasher = DefaultHasher::new();
        STYLE.hash(&mut hasher);
        format!("/static/{:016x}.css", hasher.finish())
    });
    &PATH
}
