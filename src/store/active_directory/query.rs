//! The query language of AD FS's Active Directory store: `filter;attribute[,attribute…];DOMAIN\user`.
//!
//! Directory files answer the same queries as a live directory, so a dry run says what the server will do.

use std::borrow::Cow;
use std::sync::Arc;

use crate::engine::{Query, StoreError};
use crate::store::filter::{TOO_DEEP, is_too_deep};
use crate::store::ldap::escape::escape;

/// A query taken apart, its parameters filled in; what fills a part by itself is not copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) struct AdQuery<'q> {
    /// An LDAP filter; `None` asks for the user of the third part.
    pub(in crate::store) filter: Option<String>,
    /// One for each column.
    pub(in crate::store) attributes: Vec<Attribute<'q>>,
    /// The domain of the third part.
    pub(in crate::store) domain: Cow<'q, str>,
    /// The user of the third part. With a filter of its own, nobody looks at it [MS claim rules, Send LDAP Attributes].
    pub(in crate::store) user: Cow<'q, str>,
}

/// What a column asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) enum Attribute<'q> {
    /// An attribute by its LDAP name; case does not matter.
    Named(Cow<'q, str>),
    /// The security groups of the user, direct and nested, without domain-local ones.
    TokenGroups(GroupForm),
}

/// How `tokenGroups` writes a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum GroupForm {
    /// `group`
    Unqualified,
    /// `DOMAIN\group`
    DomainQualified,
    /// `dns.domain\group`
    LongDomainQualified,
    /// `S-1-5-21-…`
    Sid,
}

/// What asks for groups, and how it wants them written.
const TOKEN_GROUPS: [(&str, GroupForm); 4] = [
    ("tokenGroups", GroupForm::Unqualified),
    ("tokenGroups(domainQualifiedName)", GroupForm::DomainQualified),
    ("tokenGroups(longDomainQualifiedName)", GroupForm::LongDomainQualified),
    ("tokenGroups(SID)", GroupForm::Sid),
];

impl<'q> AdQuery<'q> {
    /// The `sAMAccountName` of the one account that the query is about, if it is about one that it names.
    pub(in crate::store) fn user_only(&self) -> Option<&str> {
        self.filter.is_none().then_some(&*self.user)
    }

    /// Reads a query. The text of the rule is split first and the parameters are put in afterwards, so a value can
    /// change neither the shape of the query nor that of its filter.
    ///
    /// # Errors
    ///
    /// A query of another form, with the number of the AD FS message that says the same.
    pub(in crate::store) fn parse(query: &'q Query) -> Result<Self, StoreError> {
        let (store, text) = (|| query.store.to_string(), || query.text.to_string());
        let read = Self::read(query).map_err(|reason| StoreError::Query { store: store(), query: text(), reason })?;
        let (fields, types) = (read.attributes.len(), query.columns);
        if fields != types {
            return Err(StoreError::Columns { store: store(), query: text(), fields, types });
        }
        Ok(read)
    }

    fn read(query: &'q Query) -> Result<Self, String> {
        // Blanks around a part are the rule's. Those of a value belong to it: without them it may be somebody else's name.
        let parts = || query.text.split(';').map(str::trim);
        let mut all = parts();
        let (Some(filter), Some(attributes), Some(user), None) = (all.next(), all.next(), all.next(), all.next())
        else {
            return Err(format!(
                "it has {} parts where three are wanted, `filter;attribute,…;DOMAIN\\user` (AD FS: POLICY3824)",
                parts().count()
            ));
        };
        let filter = if filter.is_empty() { None } else { Some(substitute(filter, &query.parameters, escape)?) };
        if filter.as_deref().is_some_and(is_too_deep) {
            return Err(format!("its filter is {TOO_DEEP}"));
        }
        let attributes = attributes
            .split(',')
            .map(|attribute| Attribute::parse(filled(attribute, &query.parameters)?))
            .collect::<Result<Vec<_>, _>>()?;
        let account = filled(user, &query.parameters)?;
        let parted = match &account {
            Cow::Borrowed(account) => account.split_once('\\').map(|(domain, user)| (domain.into(), user.into())),
            Cow::Owned(account) => {
                let parted = account.split_once('\\');
                parted.map(|(domain, user)| (domain.to_owned().into(), user.to_owned().into()))
            }
        };
        let Some((domain, user)) =
            parted.filter(|(domain, user): &(Cow<'q, str>, Cow<'q, str>)| !domain.is_empty() && !user.is_empty())
        else {
            return Err(format!(
                "its third part must name a user as `DOMAIN\\user`, and is `{account}` (AD FS: POLICY3826); \
                 pass the value of a `windowsaccountname` claim"
            ));
        };
        Ok(Self { filter, attributes, domain, user })
    }
}

impl<'q> Attribute<'q> {
    fn parse(filled: Cow<'q, str>) -> Result<Self, String> {
        let text = filled.trim();
        if let Some((_, form)) = TOKEN_GROUPS.iter().find(|(name, _)| text.eq_ignore_ascii_case(name)) {
            return Ok(Self::TokenGroups(*form));
        }
        let is_name = text.starts_with(|first: char| first.is_ascii_alphanumeric())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'));
        if !is_name {
            return Err(format!("`{text}` is no attribute name"));
        }
        Ok(Self::Named(match filled {
            Cow::Borrowed(filled) => filled.trim().into(),
            Cow::Owned(filled) => filled.trim().to_owned().into(),
        }))
    }
}

/// A template with its parameters. Most are none, or one parameter and nothing else.
fn filled<'q>(template: &'q str, parameters: &'q [Arc<str>]) -> Result<Cow<'q, str>, String> {
    match parameters.first() {
        Some(first) if template == "{0}" => Ok(Cow::Borrowed(first)),
        _ if !template.contains('{') => Ok(Cow::Borrowed(template)),
        _ => substitute(template, parameters, str::to_owned).map(Cow::Owned),
    }
}

/// Replaces `{0}`, `{1}`, … by the parameters, each passed through `quote`.
pub(in crate::store) fn substitute(
    template: &str,
    parameters: &[Arc<str>],
    quote: impl Fn(&str) -> String,
) -> Result<String, String> {
    let longest = parameters.iter().map(|value| value.len()).max().unwrap_or_default();
    let mut text = String::with_capacity(template.len() + if template.contains('{') { longest } else { 0 });
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let placeholder = after.split_once('}').filter(|(digits, _)| {
            !digits.is_empty() && digits.len() < 5 && digits.bytes().all(|byte| byte.is_ascii_digit())
        });
        if let Some((digits, behind)) = placeholder {
            let value = digits.parse::<usize>().ok().and_then(|index| parameters.get(index)).ok_or_else(|| {
                format!("it uses `{{{digits}}}`, and the rule has {} `param` values, counted from 0", parameters.len())
            })?;
            text.push_str(&quote(value));
            rest = behind;
        } else {
            text.push('{');
            rest = after;
        }
    }
    text.push_str(rest);
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::EvalCause;

    #[test]
    fn only_a_number_in_braces_is_a_placeholder() {
        let put = |template: &str| substitute(template, &["v".into()], str::to_owned).unwrap();
        assert_eq!(put("{0}"), "v");
        assert_eq!(put("{00}"), "v");
        assert_eq!(put("{{0}}"), "{v}");
        assert_eq!(put("{0:x}{0,5}{ 0 }"), "{0:x}{0,5}{ 0 }");
    }

    fn parse(text: &str, parameters: &[&str], columns: usize) -> Result<AdQuery<'static>, String> {
        AdQuery::read(Box::leak(Box::new(Query {
            store: "Active Directory".into(),
            text: text.into(),
            parameters: parameters.iter().map(|&value| value.into()).collect(),
            columns,
        })))
    }

    #[test]
    fn an_empty_filter_asks_for_the_user() {
        let query = parse(";mail,tokenGroups(SID);{0}", &["CORP\\alice"], 2).unwrap();
        assert_eq!(query.filter, None);
        assert_eq!(query.attributes, [Attribute::Named("mail".into()), Attribute::TokenGroups(GroupForm::Sid)]);
        assert_eq!((&*query.domain, &*query.user), ("CORP", "alice"));
    }

    #[test]
    fn every_form_of_token_groups_is_known_in_any_case() {
        for (text, form) in [
            ("tokenGroups", GroupForm::Unqualified),
            ("TOKENGROUPS(domainQualifiedName)", GroupForm::DomainQualified),
            ("tokengroups(longdomainqualifiedname)", GroupForm::LongDomainQualified),
            ("tokenGroups(sid)", GroupForm::Sid),
        ] {
            assert_eq!(Attribute::parse(text.into()), Ok(Attribute::TokenGroups(form)));
        }
        assert!(Attribute::parse("tokenGroups(dn)".into()).is_err());
    }

    #[test]
    fn a_value_cannot_change_the_shape_of_the_query() {
        let query = parse("(mail={1});mail;{0}", &["CORP\\alice", "*)(x=;y"], 1).unwrap();
        assert_eq!(query.filter.as_deref(), Some("(mail=\\2a\\29\\28x=;y)"));
        let query = parse(";mail;{0}", &["CORP\\a;b{1}"], 1).unwrap();
        assert_eq!(query.user, "a;b{1}");
        assert!(parse(";{1};{0}", &["CORP\\alice", "mail,userPassword"], 1).unwrap_err().contains("no attribute name"));
        assert!(parse(";{1};{0}", &["CORP\\alice", "*"], 1).is_err());
    }

    #[test]
    fn a_name_that_ends_in_a_blank_is_not_the_name_without_it() {
        for blank in [" ", "\u{a0}", "\u{3000}"] {
            let query = parse(" ; mail ; {0} ", &[&format!("CORP\\alice{blank}")], 1).unwrap();
            assert_eq!((&*query.user, query.filter), (format!("alice{blank}").as_str(), None));
            let query = parse("sAMAccountName={0} ;mail;CORP\\x", &[&format!("alice{blank}")], 1).unwrap();
            assert_eq!(query.filter, Some(format!("sAMAccountName=alice{blank}")));
        }
    }

    #[test]
    fn braces_that_hold_no_number_are_text() {
        let query = parse("(cn={x}{0}{);mail;{0}", &["CORP\\alice"], 1).unwrap();
        assert_eq!(query.filter.as_deref(), Some("(cn={x}CORP\\5calice{)"));
    }

    #[test]
    fn a_failure_of_the_rule_names_one_message_of_ad_fs_and_what_to_correct() {
        for (text, columns, says, help) in [
            (
                ";mail,department;{0}",
                1,
                "the query `;mail,department;{0}` to the store `Active Directory` asks for 2 fields, \
                 but `types` has 1 entry (AD FS: POLICY0019)",
                "`types`",
            ),
            (
                ";mail;{0}",
                2,
                "the query `;mail;{0}` to the store `Active Directory` asks for 1 field, \
                 but `types` has 2 entries (AD FS: POLICY0019)",
                "`types`",
            ),
            (
                "mail;{0}",
                1,
                "the store `Active Directory` cannot read the query `mail;{0}`: it has 2 parts where three are wanted, \
                 `filter;attribute,…;DOMAIN\\user` (AD FS: POLICY3824)",
                "`query`",
            ),
            (
                ";;{0}",
                1,
                "the store `Active Directory` cannot read the query `;;{0}`: `` is no attribute name (AD FS: POLICY0018)",
                "`query`",
            ),
        ] {
            let parameters = vec!["CORP\\alice".into()];
            let query = Query { store: "Active Directory".into(), text: text.into(), parameters, columns };
            let cause = EvalCause::Store(AdQuery::parse(&query).unwrap_err());
            assert_eq!(cause.to_string(), says);
            assert!(cause.help().contains(help), "{}", cause.help());
        }
    }

    #[test]
    fn a_filter_that_would_exhaust_the_stack_is_refused() {
        let deep = format!("{}(a=b){};mail;CORP\\x", "(!".repeat(100_000), ")".repeat(100_000));
        assert!(parse(&deep, &[], 1).unwrap_err().contains("nested too deeply"));
    }

    #[test]
    fn other_forms_are_refused_with_the_number_of_ad_fs() {
        for (text, parameter, says) in [
            ("mail;{0}", "CORP\\alice", "POLICY3824"),
            ("(a=b);mail;{0};x", "CORP\\alice", "POLICY3824"),
            (";mail;{0}", "alice", "POLICY3826"),
            (";mail;{0}", "CORP\\", "POLICY3826"),
            (";mail;{0}", "alice@corp.example.com", "POLICY3826"),
            (";mail;{1}", "CORP\\alice", "`{1}`"),
            (";;{0}", "CORP\\alice", "no attribute name"),
        ] {
            let error = parse(text, &[parameter], 1).unwrap_err();
            assert!(error.contains(says), "{text}: {error}");
        }
    }
}
