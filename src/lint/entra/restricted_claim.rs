//! P006, Microsoft's `RESTRICTED_CLAIM_ISSUED`: a claim type that Entra ID keeps for itself.

use crate::lang::Span;
use crate::lang::ast::{ActionBody, Rule, Verb};
use crate::lint::mentions::{literal, selector_of, types_given, types_of_pattern};
use crate::lint::{Findings, Level, Lint, Subject};

/// P006.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "P006",
    name: "entra-restricted-claim",
    default_level: Level::Off,
    fixes: None,
    page: include_str!("../../../docs/lints/P006.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for rule in subject.rule_set.rules.iter().filter(|rule| rule.action.verb == Verb::Issue) {
        for (claim_type, span) in issued(rule) {
            if RESTRICTED
                .iter()
                .any(|(start, names)| claim_type.strip_prefix(start).is_some_and(|name| names.contains(&name)))
            {
                let message = format!("Entra ID keeps `{claim_type}` for itself (RESTRICTED_CLAIM_ISSUED)");
                findings.push(findings.at(span, message));
            }
        }
    }
}

/// The types that a rule issues, as far as they are written in it.
fn issued(rule: &Rule) -> Vec<(&str, Span)> {
    let made = types_given(rule).filter_map(literal);
    let copied = match &rule.action.body {
        ActionBody::Copy(name) => selector_of(rule, name),
        _ => None,
    };
    let copied = copied.into_iter().flat_map(|selector| types_of_pattern(&selector.pattern));
    made.chain(copied).map(|found| (found.text.as_str(), found.span)).collect()
}

/// The restricted claims of SAML tokens, by what they begin with [Microsoft Entra ID, claims customization].
const RESTRICTED: [(&str, &[&str]); 6] = [
    (
        "http://schemas.microsoft.com/ws/2008/06/identity/claims/",
        &[
            "authenticationinstant",
            "authenticationmethod",
            "confirmationkey",
            "denyonlyprimarygroupsid",
            "denyonlyprimarysid",
            "denyonlywindowsdevicegroup",
            "expiration",
            "expired",
            "groups",
            "groupsid",
            "ispersistent",
            "primarygroupsid",
            "primarysid",
            "role",
            "windowsaccountname",
            "windowsdeviceclaim",
            "windowsdevicegroup",
            "windowsfqbnversion",
            "windowssubauthority",
            "windowsuserclaim",
        ],
    ),
    (
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/",
        &[
            "authentication",
            "authorizationdecision",
            "denyonlysid",
            "privatepersonalidentifier",
            "sid",
            "spn",
            "x500distinguishedname",
        ],
    ),
    (
        "http://schemas.microsoft.com/identity/claims/",
        &[
            "accesstoken",
            "acct",
            "agegroup",
            "aio",
            "identityprovider",
            "objectidentifier",
            "openid2_id",
            "puid",
            "scope",
            "tenantid",
        ],
    ),
    ("http://schemas.microsoft.com/claims/", &["authnmethodsreferences", "groups.link"]),
    ("http://schemas.microsoft.com/2012/01/devicecontext/claims/", &["ismanaged", "isregistereduser"]),
    (
        "http://schemas.microsoft.com/",
        &["2014/02/devicecontext/claims/isknown", "2014/03/psso", "2014/09/devicecontext/claims/iscompliant"],
    ),
];
