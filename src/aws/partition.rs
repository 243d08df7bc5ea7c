//! The separate worlds of AWS, and the addresses of each.

use std::fmt;

/// A partition of AWS: accounts of one know nothing of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Partition {
    /// The public regions, `aws`.
    Aws,
    /// The regions in China, `aws-cn`.
    China,
    /// `GovCloud` (US), `aws-us-gov`.
    GovCloud,
}

impl Partition {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Aws, Self::China, Self::GovCloud];

    /// The partition of that name in an ARN.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|partition| partition.name() == name)
    }

    /// Its name in an ARN.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::China => "aws-cn",
            Self::GovCloud => "aws-us-gov",
        }
    }

    /// The audience that its sign-in expects, which is also the entity ID of its SAML metadata.
    #[must_use]
    pub const fn audience(self) -> &'static str {
        match self {
            Self::Aws => "urn:amazon:webservices",
            Self::China => "urn:amazon:webservices:cn-north-1",
            Self::GovCloud => "urn:amazon:webservices:govcloud",
        }
    }

    /// Host of its sign-in. A region's own host puts the region and a dot before it.
    #[must_use]
    pub const fn sign_in_host(self) -> &'static str {
        match self {
            Self::Aws => "signin.aws.amazon.com",
            Self::China => "signin.amazonaws.cn",
            Self::GovCloud => "signin.amazonaws-us-gov.com",
        }
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
