//! How a command ends.

/// The result of a command, as its process reports it. The same for every command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExitCode {
    /// 0: the work is done and there is nothing to report.
    #[default]
    Clean,
    /// 1: the work is done and found something: an error in a rule, a failed test, a file to format.
    Findings,
    /// 2: the work could not be done: wrong usage, an unreadable file, invalid rules, a store that failed.
    Failed,
}

impl ExitCode {
    /// The number that the shell sees.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Failed => 2,
        }
    }

    /// The graver of two.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code.number())
    }
}
