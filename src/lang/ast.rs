//! The syntax tree of a rule set: what was written, with its places, before it means anything.

use super::Span;

/// A rule set: rules in the order in which they run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct RuleSet {
    /// The rules that could be read.
    pub rules: Vec<Rule>,
}

/// `@RuleName = "…" conditions => action;`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Rule {
    /// `@RuleName`, `@RuleTemplate` and unknown ones, in the order written.
    pub attributes: Vec<Attribute>,
    /// Joined by `&&`; none means that the rule fires once.
    pub conditions: Vec<Condition>,
    /// What it does for every match.
    pub action: Action,
    /// From its first attribute or condition to its `;`.
    pub span: Span,
}

impl Rule {
    /// The value of its first `@RuleName`, if it has one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.attributes.iter().find(|attribute| attribute.name.is("RuleName")).map(|found| found.value.text.as_str())
    }
}

/// `@name = "value"`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Attribute {
    /// `RuleName`, `RuleTemplate`, or unknown.
    pub name: Identifier,
    /// Its text.
    pub value: StringLiteral,
    /// The whole attribute.
    pub span: Span,
}

/// A name as written. Compared without regard to ASCII case, printed as declared [language reference 1.6].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identifier {
    /// As written.
    pub text: String,
    /// Where.
    pub span: Span,
}

impl Identifier {
    /// Whether it names the same thing as `other`.
    #[must_use]
    pub fn is(&self, other: &str) -> bool {
        self.text.eq_ignore_ascii_case(other)
    }
}

/// A quoted text; there are no escapes inside.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StringLiteral {
    /// What stands between the quotes, byte for byte.
    pub text: String,
    /// With its quotes.
    pub span: Span,
}

impl StringLiteral {
    /// What stands between its quotes.
    #[must_use]
    pub const fn inner(&self) -> Span {
        Span::new(self.span.start + 1, self.span.end - 1)
    }
}

/// What must hold for a rule to fire.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    /// `c:[…]`: one match for every claim that fits.
    Selector(Selector),
    /// `exists([…])` or `not exists([…])`.
    Exists {
        /// `not` stands before it.
        negated: bool,
        /// The claims it asks for.
        pattern: Pattern,
        /// The whole condition.
        span: Span,
    },
    /// `count([…]) > 1`
    Count {
        /// The claims it counts.
        pattern: Pattern,
        /// How the count is compared.
        operator: CountOperator,
        /// What it is compared with.
        number: Number,
        /// The whole condition.
        span: Span,
    },
}

/// `c:[Type == "…"]`, or without a name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Selector {
    /// The name under which other parts of the rule speak of the matched claim.
    pub binding: Option<Identifier>,
    /// What the claim must satisfy.
    pub pattern: Pattern,
    /// The whole selector.
    pub span: Span,
}

/// `[predicate, …]`: all must hold; none matches every claim.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pattern {
    /// The predicates in the order written.
    pub predicates: Vec<Predicate>,
    /// With its brackets.
    pub span: Span,
}

/// `Value =~ "…"`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Predicate {
    /// The property of the claim.
    pub property: Property,
    /// How it is compared.
    pub comparison: Comparison,
    /// What it is compared with; may name earlier selectors.
    pub operand: Expression,
    /// The whole predicate.
    pub span: Span,
}

/// A property of a claim.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Property {
    /// `Type`
    Type,
    /// `Value`
    Value,
    /// `ValueType`
    ValueType,
    /// `Issuer`
    Issuer,
    /// `OriginalIssuer`
    OriginalIssuer,
    /// `Properties["…"]`
    Properties(Box<Expression>),
}

impl Property {
    /// The word for it, as AD FS prints it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Type => "Type",
            Self::Value => "Value",
            Self::ValueType => "ValueType",
            Self::Issuer => "Issuer",
            Self::OriginalIssuer => "OriginalIssuer",
            Self::Properties(_) => "Properties",
        }
    }
}

/// How a predicate compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `=~`
    Matches,
    /// `!~`
    DoesNotMatch,
}

impl Comparison {
    /// How it is written.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Matches => "=~",
            Self::DoesNotMatch => "!~",
        }
    }
}

/// A decimal number of any size, as written but for zeros before it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Number(String);

impl Number {
    /// The number that these decimal digits mean.
    #[must_use]
    pub fn of(digits: &str) -> Self {
        let digits = digits.trim_start_matches('0');
        Self(if digits.is_empty() { "0" } else { digits }.to_owned())
    }

    /// Its digits.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// DECISION: a number that no count can reach is the largest one, which compares the same.
    #[must_use]
    pub fn value(&self) -> u64 {
        self.0.parse().unwrap_or(u64::MAX)
    }
}

/// How a count compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CountOperator {
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<=`
    LessOrEqual,
    /// `<`
    Less,
}

impl CountOperator {
    /// How it is written.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::LessOrEqual => "<=",
            Self::Less => "<",
        }
    }

    /// Whether a count compares so with a number.
    #[must_use]
    pub const fn holds(self, count: u64, number: u64) -> bool {
        match self {
            Self::Greater => count > number,
            Self::GreaterOrEqual => count >= number,
            Self::Equal => count == number,
            Self::NotEqual => count != number,
            Self::LessOrEqual => count <= number,
            Self::Less => count < number,
        }
    }
}

/// What a rule does for every match.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Action {
    /// `issue` or `add`.
    pub verb: Verb,
    /// Which claims.
    pub body: ActionBody,
    /// From the verb to the closing parenthesis.
    pub span: Span,
}

/// Where the claims of an action go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verb {
    /// To the output set and the evaluation set.
    Issue,
    /// To the evaluation set only.
    Add,
}

impl Verb {
    /// The keyword for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Issue => "issue",
            Self::Add => "add",
        }
    }
}

/// Which claims an action makes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ActionBody {
    /// `claim = c`
    Copy(Identifier),
    /// `Type = "…", Value = c.Value`
    Claim(Vec<Assignment>),
    /// `store = "…", types = ("…"), query = "…", param = c.Value`
    Store(StoreQuery),
}

/// `Value = c.Value`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Assignment {
    /// The property of the new claim.
    pub property: Property,
    /// Its text.
    pub value: Expression,
    /// The whole assignment.
    pub span: Span,
}

/// A question to an attribute store.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StoreQuery {
    /// Name of the store.
    pub store: Expression,
    /// One claim type per column.
    pub types: Vec<Expression>,
    /// The query, with `{n}` for parameters.
    pub query: Expression,
    /// The parameters in order.
    pub parameters: Vec<Expression>,
}

/// A text that is known when the rule fires.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Expression {
    /// `"…"`
    Literal(StringLiteral),
    /// `c.Value`
    Access {
        /// The selector whose claim is meant.
        binding: Identifier,
        /// The property read.
        property: Property,
        /// The whole access.
        span: Span,
    },
    /// `RegExReplace(…)`
    Call {
        /// The function's name as written.
        function: Identifier,
        /// Its arguments.
        arguments: Vec<Expression>,
        /// The whole call.
        span: Span,
    },
    /// `a + b + …`: two parts or more.
    Concat(Vec<Expression>),
}

impl Condition {
    /// The claims it speaks of.
    #[must_use]
    pub const fn pattern(&self) -> &Pattern {
        match self {
            Self::Selector(selector) => &selector.pattern,
            Self::Exists { pattern, .. } | Self::Count { pattern, .. } => pattern,
        }
    }

    /// The whole condition.
    #[must_use]
    pub const fn span(&self) -> Span {
        match self {
            Self::Selector(selector) => selector.span,
            Self::Exists { span, .. } | Self::Count { span, .. } => *span,
        }
    }
}

impl Expression {
    /// The whole expression.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Literal(literal) => literal.span,
            Self::Access { span, .. } | Self::Call { span, .. } => *span,
            Self::Concat(parts) => Span::new(
                parts.first().map_or(0, |part| part.span().start),
                parts.last().map_or(0, |part| part.span().end),
            ),
        }
    }

    /// The expressions inside it, itself included, from left to right.
    pub fn visit<'a>(&'a self, visitor: &mut impl FnMut(&'a Self)) {
        visitor(self);
        match self {
            Self::Literal(_) => {}
            Self::Access { property, .. } => {
                if let Property::Properties(key) = property {
                    key.visit(visitor);
                }
            }
            Self::Call { arguments: parts, .. } | Self::Concat(parts) => {
                for part in parts {
                    part.visit(visitor);
                }
            }
        }
    }
}
