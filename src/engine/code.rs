//! Codes of the findings that only compiling can have; those of [`crate::lang::code`] are shared.

/// A literal pattern that .NET refuses.
pub const INVALID_PATTERN: &str = "E120";
/// A literal pattern that .NET takes and this engine does not.
pub const UNSUPPORTED_PATTERN: &str = "E121";
/// A query with a placeholder that no parameter fills.
pub const UNFILLED_PLACEHOLDER: &str = "E122";
/// A rule with more conditions than can be meant.
pub const TOO_MANY_CONDITIONS: &str = "E123";

/// All of them.
pub(super) const ALL: [&str; 4] = [INVALID_PATTERN, UNSUPPORTED_PATTERN, UNFILLED_PLACEHOLDER, TOO_MANY_CONDITIONS];
