//! `_ProxyCredentialStore`: asked by the rules with which AD FS lets its own proxies in.

use super::query::{check_fields, unreadable};
use crate::engine::{AttributeStore, Query, Row, StoreError, store_key};

/// What may be asked.
const QUESTIONS: [&str; 3] = ["isproxysid(", "isproxytrustprovisioned(", "isproxytrustmanagersid("];

/// `_ProxyCredentialStore`. No proxy has a trust with this server, so whatever is asked, nothing is answered.
#[derive(Clone, Copy, Debug, Default)]
pub struct ProxyCredentials;

impl AttributeStore for ProxyCredentials {
    fn answer(&self, queries: &[Query]) -> Result<Vec<Vec<Row>>, StoreError> {
        queries
            .iter()
            .map(|query| {
                let text = store_key(query.text.trim());
                if !QUESTIONS.iter().any(|question| text.starts_with(question) && text.ends_with(')')) {
                    let reason = "it is not `isProxySid({0})`, `isProxyTrustProvisioned({0})` or \
                                  `isProxyTrustManagerSid({0})`";
                    return Err(unreadable(query, reason));
                }
                check_fields(query, 1)?;
                Ok(Vec::new())
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_a_proxy() {
        let ask = |text: &str| {
            let parameters = vec!["S-1-5-21-1-2-3-500".into()];
            ProxyCredentials.answer(&[Query { store: "s".into(), text: text.into(), parameters, columns: 1 }])
        };
        assert_eq!(ask("isProxySid({0})").unwrap(), [Vec::<Row>::new()]);
        assert_eq!(ask("isProxyTrustManagerSid({0})").unwrap(), [Vec::<Row>::new()]);
        assert!(matches!(ask("isAdministrator({0})"), Err(StoreError::Query { .. })));
    }
}
