//! The rules of a trust, by what they decide.

/// What a rule set of AD FS decides [language reference 7].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuleSetKind {
    /// Which claims of a claims provider are believed.
    Acceptance,
    /// Who may use a relying party.
    Authorization,
    /// Who must show another factor.
    AdditionalAuthentication,
    /// What a relying party is told.
    Issuance,
    /// Who may act for somebody else.
    Delegation,
    /// Who may act as somebody else.
    Impersonation,
}

impl RuleSetKind {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Acceptance,
        Self::Authorization,
        Self::AdditionalAuthentication,
        Self::Issuance,
        Self::Delegation,
        Self::Impersonation,
    ];

    /// The property of AD FS that holds it.
    #[must_use]
    pub const fn property(self) -> &'static str {
        match self {
            Self::Acceptance => "AcceptanceTransformRules",
            Self::Authorization => "IssuanceAuthorizationRules",
            Self::AdditionalAuthentication => "AdditionalAuthenticationRules",
            Self::Issuance => "IssuanceTransformRules",
            Self::Delegation => "DelegationAuthorizationRules",
            Self::Impersonation => "ImpersonationAuthorizationRules",
        }
    }

    /// The word for it, as `trust.yaml` has it under `rules`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Acceptance => "acceptance",
            Self::Authorization => "authorization",
            Self::AdditionalAuthentication => "additional_authentication",
            Self::Issuance => "issuance",
            Self::Delegation => "delegation",
            Self::Impersonation => "impersonation",
        }
    }

    /// The file that holds it in the folder of its trust.
    #[must_use]
    pub const fn file(self) -> &'static str {
        match self {
            Self::Acceptance => "acceptance.claims",
            Self::Authorization => "authorization.claims",
            Self::AdditionalAuthentication => "additional_authentication.claims",
            Self::Issuance => "issuance.claims",
            Self::Delegation => "not-used/delegation.claims",
            Self::Impersonation => "not-used/impersonation.claims",
        }
    }

    /// Whether a sign-on runs it. Nobody delegates or impersonates in a sign-on by SAML.
    #[must_use]
    pub const fn runs(self) -> bool {
        !matches!(self, Self::Delegation | Self::Impersonation)
    }
}

/// The text of one rule set, as AD FS has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleText {
    /// What it decides.
    pub kind: RuleSetKind,
    /// Byte for byte.
    pub text: String,
}
