//! Codes of the findings that only compiling can have; those of [`crate::lang::code`] are shared.

crate::lang::code::codes! {
    /// A literal pattern that .NET refuses.
    INVALID_PATTERN = "E120";
    /// A literal pattern that .NET takes and this engine does not.
    UNSUPPORTED_PATTERN = "E121";
    /// A query with a placeholder that no parameter fills.
    UNFILLED_PLACEHOLDER = "E122";
    /// A rule with more conditions than can be meant.
    TOO_MANY_CONDITIONS = "E123";
}
