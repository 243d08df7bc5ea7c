//! The names of the attributes that AWS reads.

/// What comes before the name of every attribute that AWS reads.
pub const PREFIX: &str = "https://aws.amazon.com/SAML/Attributes/";
/// The prefix that the documentation of the regions in China prints. Sign-in there takes either.
pub const CHINA_PREFIX: &str = "http://www.amazonaws.cn/SAML/Attributes/";
/// Claim type of the subject's name.
pub const NAME_IDENTIFIER: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier";

const PREFIXES: [&str; 2] = [PREFIX, CHINA_PREFIX];
const PRINCIPAL_TAG: &str = "PrincipalTag:";
const ACCESS_CONTROL: &str = "AccessControl:";

/// An attribute that AWS reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attribute<'a> {
    /// A role that the user may take, with the provider that vouches for them.
    Role,
    /// Name of the session: who it is, in every log of AWS.
    RoleSessionName,
    /// Length of the console session in seconds.
    SessionDuration,
    /// A name that stays with the session through every change of role.
    SourceIdentity,
    /// Keys of the tags that stay with the session through changes of role.
    TransitiveTagKeys,
    /// A session tag of this key.
    PrincipalTag(&'a str),
    /// An access control attribute of IAM Identity Center. Sign-in to IAM ignores it.
    AccessControl(&'a str),
}

/// What a claim type is to AWS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recognized<'a> {
    /// An attribute that AWS reads.
    Known(Attribute<'a>),
    /// It looks like one, but AWS will not read it. The right spelling, if it can be told.
    NearMiss(Option<String>),
    /// Something else.
    Other,
}

/// Tells what a claim type is to AWS. Names count exactly, upper and lower case included [IAM].
#[must_use]
pub fn recognize(claim_type: &str) -> Recognized<'_> {
    for prefix in PREFIXES {
        if let Some(attribute) = claim_type.strip_prefix(prefix).and_then(known) {
            return Recognized::Known(attribute);
        }
    }
    let loose = Loose::of(claim_type);
    for prefix in PREFIXES {
        if let Some(rest) = loose.strip(prefix) {
            return Recognized::NearMiss(respelled(rest).map(|name| format!("{prefix}{name}")));
        }
    }
    Recognized::Other
}

/// Names that stand whole after the prefix.
const WHOLE: [(&str, Attribute<'static>); 5] = [
    ("Role", Attribute::Role),
    ("RoleSessionName", Attribute::RoleSessionName),
    ("SessionDuration", Attribute::SessionDuration),
    ("SourceIdentity", Attribute::SourceIdentity),
    ("TransitiveTagKeys", Attribute::TransitiveTagKeys),
];

fn known(name: &str) -> Option<Attribute<'_>> {
    if let Some(key) = name.strip_prefix(PRINCIPAL_TAG) {
        return Some(Attribute::PrincipalTag(key));
    }
    if let Some(key) = name.strip_prefix(ACCESS_CONTROL) {
        return Some(Attribute::AccessControl(key));
    }
    WHOLE.iter().find(|(whole, _)| *whole == name).map(|(_, attribute)| *attribute)
}

/// The name as AWS spells it, if it differs by case, by spaces or slashes at the end, or by a final `s`.
fn respelled(name: &str) -> Option<String> {
    let name = name.trim_end_matches([' ', '/']);
    for prefix in [PRINCIPAL_TAG, ACCESS_CONTROL] {
        let matches = name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
        if let Some(key) = name.get(prefix.len()..).filter(|_| matches) {
            return Some(format!("{prefix}{key}"));
        }
    }
    let singular = name.strip_suffix(['s', 'S']).unwrap_or(name);
    let same = |whole: &str| whole.eq_ignore_ascii_case(name) || whole.eq_ignore_ascii_case(singular);
    WHOLE.iter().find(|(whole, _)| same(whole)).map(|(whole, _)| (*whole).to_owned())
}

/// A URI without its scheme and the spaces around it.
struct Loose<'a>(&'a str);

impl<'a> Loose<'a> {
    fn of(uri: &'a str) -> Self {
        let uri = uri.trim();
        Self(uri.split_once("://").map_or(uri, |(_, rest)| rest))
    }

    /// What follows the prefix, both read without regard to scheme and case.
    fn strip(&self, prefix: &'a str) -> Option<&'a str> {
        let prefix = Loose::of(prefix).0;
        let (start, rest) = self.0.split_at_checked(prefix.len())?;
        start.eq_ignore_ascii_case(prefix).then_some(rest)
    }
}
