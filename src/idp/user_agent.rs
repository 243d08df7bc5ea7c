//! Which browsers sign in with Windows by themselves.

use regex::Regex;

/// Longer user agents are not looked at beyond this many bytes.
const MOST_BYTES: usize = 1024;
/// Marks an entry as a regular expression, as in AD FS.
const EXPRESSION: &str = "=~";

/// User agents, as AD FS lists them in `WIASupportedUserAgents`: a text that occurs in them, or `=~` and a regular expression
/// that does.
#[derive(Clone, Debug)]
pub struct UserAgents(Vec<Pattern>);

#[derive(Clone, Debug)]
enum Pattern {
    Text(String),
    Expression(Regex),
}

/// Why an entry cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UserAgentError {
    /// It would fit every browser.
    #[error("an empty entry fits every browser")]
    Empty,
    /// It is no regular expression.
    #[error("`{0}` is no regular expression that can be used")]
    Expression(String),
}

/// What AD FS 2019 has without being told [`Get-AdfsProperties`, `WIASupportedUserAgents`], with today's Edge.
const OF_AD_FS: [&str; 11] = [
    "MSAuthHost/1.0/In-Domain",
    "MSIE 6.0",
    "MSIE 7.0",
    "MSIE 8.0",
    "MSIE 9.0",
    "MSIE 10.0",
    "Trident/7.0",
    "MSIPC",
    "Windows Rights Management Client",
    "MS_WorkFoldersClient",
    r"=~Windows\s*NT.*Edg",
];

impl UserAgents {
    /// Reads a list.
    ///
    /// # Errors
    ///
    /// The first entry that cannot be used, by its place.
    pub fn parse<'a>(entries: impl IntoIterator<Item = &'a str>) -> Result<Self, (usize, UserAgentError)> {
        let pattern = |(place, entry): (usize, &str)| Pattern::parse(entry).map_err(|error| (place, error));
        entries.into_iter().enumerate().map(pattern).collect::<Result<_, _>>().map(Self)
    }

    /// Whether a user agent is among them.
    #[must_use]
    pub fn include(&self, user_agent: &str) -> bool {
        let agent = user_agent.get(..MOST_BYTES).unwrap_or(user_agent);
        self.0.iter().any(|pattern| match pattern {
            Pattern::Text(text) => agent.contains(text.as_str()),
            Pattern::Expression(expression) => expression.is_match(agent),
        })
    }
}

impl Default for UserAgents {
    fn default() -> Self {
        Self::parse(OF_AD_FS).unwrap_or(Self(Vec::new()))
    }
}

impl Pattern {
    fn parse(entry: &str) -> Result<Self, UserAgentError> {
        match entry.strip_prefix(EXPRESSION) {
            _ if entry.trim().is_empty() => Err(UserAgentError::Empty),
            Some(text) if text.trim().is_empty() => Err(UserAgentError::Empty),
            Some(text) => {
                Regex::new(text).map(Self::Expression).map_err(|_| UserAgentError::Expression(text.to_owned()))
            }
            None => Ok(Self::Text(entry.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browsers_of_ad_fs_are_known() {
        let usual = UserAgents::default();
        assert_eq!(usual.0.len(), OF_AD_FS.len());
        for agent in [
            "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko",
            "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.0)",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0",
        ] {
            assert!(usual.include(agent), "{agent}");
        }
        for agent in ["", "curl/8", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"] {
            assert!(!usual.include(agent), "{agent}");
        }
    }

    #[test]
    fn entries_that_fit_everything_or_nothing_are_refused() {
        assert_eq!(UserAgents::parse(["Edg/", " "]).unwrap_err(), (1, UserAgentError::Empty));
        assert_eq!(UserAgents::parse(["=~"]).unwrap_err(), (0, UserAgentError::Empty));
        assert_eq!(UserAgents::parse(["=~("]).unwrap_err(), (0, UserAgentError::Expression("(".to_owned())));
        assert!(UserAgents::parse(["=~(?i)chrome"]).unwrap().include("CHROME/1"));
    }
}
