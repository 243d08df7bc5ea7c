//! Queries to directories, and the filters in them: `store::filter`, and the readers of both query languages.

use std::sync::Arc;

use crate::engine::Query;
use crate::store::active_directory::query::AdQuery;
use crate::store::filter::Filter;
use crate::store::ldap::escape::escape;
use crate::store::ldap_directory::query::LdapQuery;

/// The filters of these hold a value in the places where rules put one.
const TEMPLATES: [&str; 4] = ["mail={0}", "(&(objectClass=user)(cn={0}))", "(|(cn=*{0}*)(cn={0}))", "(!(cn>={0}))"];

/// A filter that is read and printed is read the same; and whatever a value is, it stays one: no query gets another shape by
/// it.
///
/// # Panics
///
/// If not so.
pub fn directory_query(text: &str, value: &str) {
    if let Ok(filter) = Filter::parse(text) {
        assert_eq!(Filter::parse(&filter.to_string()), Ok(filter), "{text}");
    }
    for columns in 1..3 {
        let query = query(text, value, columns);
        if let Ok(read) = AdQuery::parse(&query) {
            assert_eq!(read.attributes.len(), columns);
            assert!(!read.domain.is_empty() && !read.user.is_empty());
        }
        if let Ok(read) = LdapQuery::parse(&query) {
            assert_eq!(read.attributes.len(), columns);
        }
    }
    let whole = Filter::parse(&format!("(cn={})", escape(value)));
    assert_eq!(whole, Ok(Filter::Equal("cn".to_owned(), value.as_bytes().to_vec())));
    // Where a value may stand between asterisks, an empty one joins them.
    for template in TEMPLATES.into_iter().filter(|_| !value.is_empty()) {
        let [plain, hostile] = ["x", value].map(|value| {
            let asked = query(&format!("{template};mail;CORP\\alice"), value, 1);
            let filter = AdQuery::parse(&asked).ok().and_then(|read| read.filter).unwrap_or_default();
            assert_eq!(
                LdapQuery::parse(&query(&format!("{template};mail"), value, 1)).is_ok(),
                !filter.is_empty(),
                "{filter:?}"
            );
            filter
        });
        assert_eq!(shape(&hostile), shape(&plain), "{hostile}");
    }
}

fn query(text: &str, value: &str, columns: usize) -> Query {
    Query { store: "directory".into(), text: text.into(), parameters: vec![Arc::from(value)], columns }
}

/// A filter without its values.
fn shape(text: &str) -> Option<Filter> {
    fn erased(filter: Filter) -> Filter {
        match filter {
            Filter::And(parts) => Filter::And(parts.into_iter().map(erased).collect()),
            Filter::Or(parts) => Filter::Or(parts.into_iter().map(erased).collect()),
            Filter::Not(part) => Filter::Not(Box::new(erased(*part))),
            Filter::Present(name) => Filter::Present(name),
            Filter::Equal(name, _) => Filter::Equal(name, Vec::new()),
            Filter::Substring(name, mut pattern) => {
                pattern.first.clear();
                pattern.last.clear();
                pattern.middle.iter_mut().for_each(Vec::clear);
                Filter::Substring(name, pattern)
            }
            Filter::AtLeast(name, _) => Filter::AtLeast(name, Vec::new()),
            Filter::AtMost(name, _) => Filter::AtMost(name, Vec::new()),
            Filter::Extensible(name, rule, _) => Filter::Extensible(name, rule, Vec::new()),
        }
    }
    Filter::parse(text).ok().map(erased)
}
