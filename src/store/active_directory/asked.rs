//! Which attributes rules ask of the user who signs in: what was asked once is read ahead the next time.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use super::query::Attribute;

/// Rules name a handful. A rule that puts values into its list of attributes must not make every sign-in read thousands.
const MOST: usize = 64;

/// What is read ahead.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    /// Attribute names in lower case.
    pub attributes: BTreeSet<Arc<str>>,
    /// Whether the groups are asked for by `tokenGroups`.
    pub groups: bool,
}

impl Wanted {
    /// Whether everything that a query asks for is among it.
    pub(super) fn holds(&self, attributes: &[Attribute<'_>]) -> bool {
        attributes.iter().all(|attribute| match attribute {
            Attribute::Named(name) => self.attributes.contains(&*name.to_lowercase()),
            Attribute::TokenGroups(_) => self.groups,
        })
    }
}

/// What rules have asked so far.
#[derive(Default)]
pub(super) struct Asked(Mutex<Wanted>);

impl Asked {
    /// What to read ahead now.
    pub(super) fn so_far(&self) -> Wanted {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes what a query asks of a user's own entry.
    pub(super) fn note(&self, attributes: &[Attribute<'_>]) {
        let mut wanted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for attribute in attributes {
            match attribute {
                Attribute::TokenGroups(_) => wanted.groups = true,
                Attribute::Named(name) if wanted.attributes.len() < MOST => {
                    wanted.attributes.insert(name.to_lowercase().into());
                }
                Attribute::Named(_) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::query::GroupForm;
    use super::*;

    #[test]
    fn what_was_asked_is_wanted_up_to_a_number() {
        let asked = Asked::default();
        let named = |name: &str| Attribute::Named(name.to_owned().into());
        let query = [named("Mail"), Attribute::TokenGroups(GroupForm::Sid)];
        assert!(!asked.so_far().holds(&query));
        asked.note(&query);
        assert!(asked.so_far().holds(&[named("mail"), Attribute::TokenGroups(GroupForm::Unqualified)]));
        assert!(!asked.so_far().holds(&[named("mail"), named("sn")]));
        asked.note(&(0..1_000).map(|number| named(&format!("a{number}"))).collect::<Vec<_>>());
        assert_eq!(asked.so_far().attributes.len(), MOST);
    }
}
