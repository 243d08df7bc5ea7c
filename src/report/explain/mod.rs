//! Where claims came from, for people and for programs.

mod human;
mod json;

pub use human::human;
pub(in crate::report) use human::tree;
pub use json::json;
pub(in crate::report) use json::object;

/// Whose claims they are, and who said so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person<'a> {
    /// The name asked for; `None` for a file with claims.
    pub user: Option<&'a str>,
}

impl Person<'_> {
    /// What people call them.
    #[must_use]
    pub fn name(self) -> String {
        self.user.map_or_else(|| "whoever has these claims".to_owned(), super::visible::visible)
    }

    /// Who gave the first rule set its claims.
    #[must_use]
    pub const fn giver(self) -> &'static str {
        if self.user.is_some() { "the directory" } else { "the claims file" }
    }
}
