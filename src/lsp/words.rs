//! The words and signs of the language, each with what it does.

/// A word or sign.
pub(super) struct Word {
    /// As AD FS writes it.
    pub(super) text: &'static str,
    /// How it is used.
    pub(super) form: &'static str,
    /// What it does.
    pub(super) meaning: &'static str,
}

const fn word(text: &'static str, form: &'static str, meaning: &'static str) -> Word {
    Word { text, form, meaning }
}

/// What conditions and actions are made of.
pub(super) const KEYWORDS: [Word; 10] = [
    word("issue", "=> issue(…);", "Puts claims into the output, and into the input of later rules."),
    word("add", "=> add(…);", "Gives claims to later rules only. They are not in the output."),
    word("exists", "exists([…])", "Holds if a claim fits. The rule fires once, however many fit."),
    word("not", "not exists([…])", "Turns `exists` round: holds if no claim fits."),
    word("count", "count([…]) > 1", "Compares how many claims fit with a number."),
    word("claim", "issue(claim = c)", "Copies the claim that `c` matched, with everything in it."),
    word(
        "store",
        "store = \"Active Directory\", types = (…), query = \"…\", param = c.Value",
        "Asks an attribute store. The order of the four is fixed.",
    ),
    word(
        "types",
        "types = (\"…\", \"…\")",
        "The types of the claims that the answer becomes: one for each attribute asked for.",
    ),
    word(
        "query",
        "query = \";mail,givenName;{0}\"",
        "The question. For Active Directory: a filter (may be empty), the attributes, and the user as `DOMAIN\\user`, \
         divided by `;`. `{0}` is the first `param`.",
    ),
    word("param", "param = c.Value", "A value for the query: the first `param` is `{0}`, the next `{1}`."),
];

/// What a claim has.
pub(super) const PROPERTIES: [Word; 6] = [
    word(
        "Type",
        "Type == \"http://…\"",
        "What the claim is about, as a URI. Compared exactly, scheme and case included.",
    ),
    word("Value", "Value == \"…\"", "What the claim says."),
    word("ValueType", "ValueType == \"…\"", "How the value is to be read, as a URI; mostly a string."),
    word("Issuer", "Issuer == \"AD AUTHORITY\"", "Who says it, last: `AD AUTHORITY` for Active Directory."),
    word("OriginalIssuer", "OriginalIssuer == \"…\"", "Who said it first, before others passed it on."),
    word(
        "Properties",
        "Properties[\"http://…\"]",
        "A further detail of the claim, by its key. One that is absent is empty.",
    ),
];

/// The functions.
pub(super) const FUNCTIONS: [Word; 1] = [word(
    "RegExReplace",
    "RegExReplace(text, pattern, replacement)",
    "The text with every match of a .NET regular expression replaced; `$1` in the replacement is the first group. Where \
     nothing matches, the text stays as it is.",
)];

/// What may stand after `@`.
pub(super) const ATTRIBUTES: [Word; 2] = [
    word("RuleName", "@RuleName = \"…\"", "What people call the rule. It has no effect."),
    word(
        "RuleTemplate",
        "@RuleTemplate = \"…\"",
        "The form in which AD FS shows the rule for editing. It has no effect.",
    ),
];

/// How properties are compared.
pub(super) const COMPARISONS: [Word; 4] = [
    word("==", "Type == \"…\"", "The same text; upper and lower case differ."),
    word("!=", "Value != \"…\"", "Not the same text; upper and lower case differ."),
    word(
        "=~",
        "Value =~ \"^…$\"",
        "A .NET regular expression is found in the text. Without `^` and `$` it is found anywhere.",
    ),
    word("!~", "Value !~ \"^…$\"", "A .NET regular expression is not found in the text."),
];

/// The other signs.
const SIGNS: [Word; 9] = [
    word("=>", "conditions => action;", "Between the conditions and the action. Without conditions a rule fires once."),
    word("&&", "condition && condition", "Both must hold. There is no \"or\": write a second rule."),
    word("+", "\"a\" + c.Value", "One text after the other."),
    word(";", "=> issue(…);", "Ends a rule, the last one too."),
    word("@", "@RuleName = \"…\"", "Begins a label of the rule."),
    word(">", "count([…]) > 1", "More than."),
    word(">=", "count([…]) >= 1", "This many, or more."),
    word("<", "count([…]) < 2", "Fewer than."),
    word("<=", "count([…]) <= 2", "This many, or fewer."),
];

/// The issuers that AD FS has names for.
pub(super) const ISSUERS: [Word; 3] = [
    word("AD AUTHORITY", "", "Active Directory said it."),
    word("LOCAL AUTHORITY", "", "AD FS itself said it, in a rule."),
    word("SELF AUTHORITY", "", "The user's own card said it."),
];

/// What is known of a word or sign, in any case.
pub(super) fn known(text: &str) -> Option<&'static Word> {
    let all = KEYWORDS.iter().chain(&PROPERTIES).chain(&FUNCTIONS).chain(&ATTRIBUTES).chain(&COMPARISONS).chain(&SIGNS);
    all.into_iter().find(|word| word.text.eq_ignore_ascii_case(text))
}
