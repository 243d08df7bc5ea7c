//! The query language of AD FS's LDAP stores: `filter;attribute[,attribute…]`, with `;` or `,` between attributes
//! [language reference 8.2].

use std::sync::Arc;

use super::settings::is_attribute;
use crate::engine::{Query, StoreError};
use crate::store::active_directory::query::substitute;
use crate::store::filter::{TOO_DEEP, is_too_deep};
use crate::store::ldap::escape::escape;

/// A query taken apart, its parameters filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) struct LdapQuery {
    /// An LDAP filter.
    pub(super) filter: String,
    /// One for each column.
    pub(in crate::store) attributes: Vec<Arc<str>>,
}

/// Matching rules of Active Directory. Other servers take them for one that nobody fulfils.
const OF_ACTIVE_DIRECTORY: &str = ":1.2.840.113556.1.4.";

impl LdapQuery {
    /// Reads a query. The text of the rule is split first and the parameters are put in afterwards, so a value can
    /// change neither the shape of the query nor that of its filter.
    ///
    /// # Errors
    ///
    /// A query of another form, or one that asks for more or fewer attributes than the rule has types for.
    pub(in crate::store) fn parse(query: &Query) -> Result<Self, StoreError> {
        let (store, text) = (|| query.store.to_string(), || query.text.to_string());
        let read = Self::read(query).map_err(|reason| StoreError::Query { store: store(), query: text(), reason })?;
        let (fields, types) = (read.attributes.len(), query.columns);
        if fields != types {
            return Err(StoreError::Columns { store: store(), query: text(), fields, types });
        }
        Ok(read)
    }

    fn read(query: &Query) -> Result<Self, String> {
        let mut parts = query.text.split(';').map(str::trim);
        let template = parts.next().unwrap_or_default();
        if template.is_empty() {
            return Err("it begins with no filter, which every query to an LDAP store needs: \
                        `filter;attribute,…` (AD FS: POLICY0018)"
                .to_owned());
        }
        let mut filter = substitute(template, &query.parameters, escape)?;
        if !filter.starts_with('(') {
            filter = format!("({filter})");
        }
        if is_too_deep(&filter) {
            return Err(format!("its filter is {TOO_DEEP}"));
        }
        if ldap3::parse_filter(&filter).is_err() {
            return Err(format!("`{template}` is no LDAP filter (AD FS: POLICY0018)"));
        }
        let mut attributes: Vec<Vec<&str>> = parts.map(|part| part.split(',').map(str::trim).collect()).collect();
        let asked = attributes.iter().map(Vec::len).sum::<usize>();
        // People who know the queries of Active Directory add its third part, which means nothing here.
        if let Some([user]) = attributes.last().map(Vec::as_slice)
            && !is_attribute(user)
            && asked == query.columns + 1
        {
            attributes.pop();
        }
        let attributes = attributes.into_iter().flatten().map(|attribute| {
            let name = substitute(attribute, &query.parameters, str::to_owned)?;
            if is_attribute(name.trim()) {
                Ok(name.trim().into())
            } else {
                Err(format!("`{name}` is no attribute name (AD FS: POLICY0018)"))
            }
        });
        Ok(Self { filter, attributes: attributes.collect::<Result<_, _>>()? })
    }

    /// What only an Active Directory could answer, and every other server answers with silence.
    pub(super) fn of_active_directory(&self, query: &Query) -> Option<String> {
        let template = query.text.split(';').next().unwrap_or_default();
        let what = if template.contains(OF_ACTIVE_DIRECTORY) {
            "its matching rule".to_owned()
        } else {
            let is = |name: &&Arc<str>| name.to_ascii_lowercase().starts_with("tokengroups");
            format!("`{}`", self.attributes.iter().find(is)?)
        };
        Some(format!("only Active Directory knows {what}; this server would silently find nothing"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str, parameters: &[&str], columns: usize) -> Query {
        Query {
            store: "People".into(),
            text: text.into(),
            parameters: parameters.iter().map(|&value| value.into()).collect(),
            columns,
        }
    }

    fn parse(text: &str, parameters: &[&str], columns: usize) -> Result<(String, Vec<String>), String> {
        let parsed = LdapQuery::parse(&query(text, parameters, columns)).map_err(|error| error.to_string())?;
        Ok((parsed.filter, parsed.attributes.iter().map(ToString::to_string).collect()))
    }

    #[expect(clippy::unnecessary_wraps, reason = "it is compared with what reading gives")]
    fn expected(filter: &str, attributes: &[&str]) -> Result<(String, Vec<String>), String> {
        Ok((filter.to_owned(), attributes.iter().map(|&name| name.to_owned()).collect()))
    }

    #[test]
    fn both_separators_part_attributes() {
        for text in ["(uid={0});mail,cn", "(uid={0});mail;cn", " (uid={0}) ; mail , cn ", "uid={0};mail;cn"] {
            assert_eq!(parse(text, &["alice"], 2), expected("(uid=alice)", &["mail", "cn"]), "{text}");
        }
        assert_eq!(parse("(uid={0});a;b,c", &["x"], 3), expected("(uid=x)", &["a", "b", "c"]));
    }

    #[test]
    fn a_third_part_as_for_active_directory_is_passed_over() {
        for text in ["(uid={0});mail;{1}", "(uid={0});mail;CORP\\svc", "(uid={0});mail;"] {
            assert_eq!(parse(text, &["alice", "CORP\\alice"], 1), expected("(uid=alice)", &["mail"]), "{text}");
        }
        // A value that could be an attribute is still no part of the query's shape.
        assert_eq!(parse("(uid={0});mail;{1}", &["alice", "userPassword"], 1), expected("(uid=alice)", &["mail"]));
    }

    #[test]
    fn a_value_stays_a_value() {
        let (filter, _) = parse("(mail={0});cn", &["*)(uid=;\\\0"], 1).unwrap();
        assert_eq!(filter, "(mail=\\2a\\29\\28uid=;\\5c\\00)");
        assert_eq!(parse("(uid={0});{1}", &["a", "mail"], 1), expected("(uid=a)", &["mail"]));
        assert!(parse("(uid={0});{1}", &["a", "*"], 1).unwrap_err().contains("no attribute name"));
        assert!(parse("(uid={0});{1}", &["a", "mail,cn"], 1).unwrap_err().contains("no attribute name"));
    }

    #[test]
    fn other_forms_are_refused_with_the_number_of_ad_fs() {
        for (text, columns, says) in [
            (";mail;{0}", 1, "no filter"),
            ("", 1, "no filter"),
            ("(uid={0}", 1, "no LDAP filter"),
            ("(uid={0});mail,cn", 1, "POLICY0019"),
            ("(uid={0})", 1, "POLICY0019"),
            ("(uid={0});mail;{1};{1}", 1, "no attribute name"),
            ("(uid={9});mail", 1, "`{9}`"),
        ] {
            let error = parse(text, &["alice", "CORP\\alice"], columns).unwrap_err();
            assert!(error.contains(says), "{text}: {error}");
        }
    }

    #[test]
    fn a_filter_that_would_exhaust_the_stack_is_refused() {
        let deep = format!("{}(a=b){};mail", "(!".repeat(100_000), ")".repeat(100_000));
        assert!(parse(&deep, &[], 1).unwrap_err().contains("nested too deeply"));
    }

    #[test]
    fn what_only_active_directory_knows_is_seen() {
        for (text, parameter, is) in [
            ("(member:1.2.840.113556.1.4.1941:={0});cn", "x", true),
            ("(uid={0});tokenGroups", "x", true),
            ("(uid={0});TOKENGROUPS", "x", true),
            ("(uid={0});cn", ":1.2.840.113556.1.4.803:", false),
        ] {
            let query = query(text, &[parameter], 1);
            assert_eq!(LdapQuery::parse(&query).unwrap().of_active_directory(&query).is_some(), is, "{text}");
        }
    }
}
