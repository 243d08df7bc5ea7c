//! How much the findings of each lint weigh.

use crate::lang::Severity;

/// How much a finding weighs, or that nobody wants to hear of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// It is not told.
    Off,
    /// Worth knowing.
    Info,
    /// Probably not what was meant.
    Warning,
    /// Almost certainly wrong.
    Error,
}

impl Level {
    /// All of them, the lightest first.
    pub const ALL: [Self; 4] = [Self::Off, Self::Info, Self::Warning, Self::Error];

    /// The word for it: `off`, `info`, `warning`, `error`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The level of a word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == word)
    }

    /// What a finding of this level weighs; `None` if it is not told.
    #[must_use]
    pub const fn severity(self) -> Option<Severity> {
        match self {
            Self::Off => None,
            Self::Info => Some(Severity::Info),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
        }
    }
}

impl From<Severity> for Level {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Info => Self::Info,
            Severity::Warning => Self::Warning,
            Severity::Error => Self::Error,
        }
    }
}

/// The levels that somebody chose, over the default level of each lint.
///
/// A choice names a code (`M002`) or a family (`M`). A code counts more than its family, and of two equal choices the
/// later one counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Levels {
    chosen: Vec<(String, Level)>,
    selected: Option<Vec<String>>,
    ignored: Vec<String>,
}

impl Levels {
    /// Gives a code or a family another level.
    pub fn choose(&mut self, code: impl Into<String>, level: Level) {
        self.chosen.push((code.into(), level));
    }

    /// Only these codes and families are told. One that is off by default then weighs a warning.
    pub fn select(&mut self, codes: impl IntoIterator<Item = String>) {
        self.selected = Some(codes.into_iter().collect());
    }

    /// These codes and families are not told, whatever else was chosen.
    pub fn ignore(&mut self, codes: impl IntoIterator<Item = String>) {
        self.ignored.extend(codes);
    }

    /// The level of a code that has `default` where nothing was chosen.
    #[must_use]
    pub fn of(&self, code: &str, default: Level) -> Level {
        let named = |name: &String| names(name, code);
        if self.ignored.iter().any(named) {
            return Level::Off;
        }
        let chosen = self.chosen.iter().filter(|(name, _)| names(name, code));
        let level = chosen.max_by_key(|(name, _)| name.len()).map_or(default, |&(_, level)| level);
        match &self.selected {
            Some(selected) if !selected.iter().any(named) => Level::Off,
            Some(_) if level == Level::Off => Level::Warning,
            Some(_) | None => level,
        }
    }
}

/// Whether a code, or the letter of a family, speaks of this code.
fn names(name: &str, code: &str) -> bool {
    name.eq_ignore_ascii_case(code) || family(code).is_some_and(|family| name.eq_ignore_ascii_case(family))
}

/// The letter that a code begins with.
fn family(code: &str) -> Option<&str> {
    code.split_at_checked(1).map(|(letter, _)| letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_counts_more_than_its_family_and_the_later_choice_more_than_the_earlier() {
        let mut levels = Levels::default();
        levels.choose("M002", Level::Error);
        levels.choose("m", Level::Off);
        assert_eq!(levels.of("M002", Level::Warning), Level::Error);
        assert_eq!(levels.of("M001", Level::Warning), Level::Off);
        assert_eq!(levels.of("T001", Level::Warning), Level::Warning);
        levels.choose("M", Level::Info);
        assert_eq!(levels.of("M001", Level::Warning), Level::Info);
    }

    #[test]
    fn what_is_selected_is_told_and_nothing_else() {
        let mut levels = Levels::default();
        levels.select(["P".to_owned(), "T001".to_owned()]);
        levels.ignore(["P002".to_owned()]);
        assert_eq!(levels.of("P001", Level::Off), Level::Warning);
        assert_eq!(levels.of("P002", Level::Off), Level::Off);
        assert_eq!(levels.of("T001", Level::Error), Level::Error);
        assert_eq!(levels.of("T002", Level::Error), Level::Off);
    }
}
