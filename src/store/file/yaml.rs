//! `directory.yaml`: a domain, its groups and its users, written by hand.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, SeqAccess, Visitor};

use super::entry::GroupType;

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DirectoryFile {
    pub domain: DomainSection,
    #[serde(default)]
    pub groups: BTreeMap<String, GroupSection>,
    #[serde(default)]
    pub users: BTreeMap<String, UserSection>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DomainSection {
    pub netbios: String,
    pub dns: String,
    pub sid: String,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct GroupSection {
    pub sid: Option<String>,
    pub guid: Option<String>,
    #[serde(rename = "type")]
    pub kind: GroupType,
    pub member_of: Names,
    pub attributes: BTreeMap<String, Values>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct UserSection {
    /// An Argon2id hash; without one nobody signs in as this user.
    pub password: Option<String>,
    pub enabled: bool,
    pub sid: Option<String>,
    pub guid: Option<String>,
    pub upn: Option<String>,
    pub primary_group: Option<String>,
    pub member_of: Names,
    pub attributes: BTreeMap<String, Values>,
}

impl Default for UserSection {
    fn default() -> Self {
        Self {
            password: None,
            enabled: true,
            sid: None,
            guid: None,
            upn: None,
            primary_group: None,
            member_of: Names::default(),
            attributes: BTreeMap::new(),
        }
    }
}

/// A list of names, kept as one text with a name in each line: a large directory has millions of them.
#[derive(Default)]
pub(super) struct Names(Box<str>);

impl Names {
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.lines()
    }
}

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct List;
        impl<'de> Visitor<'de> for List {
            type Value = Names;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a list of groups")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Names, A::Error> {
                let mut lines = String::new();
                while let Some(name) = list.next_element::<String>()? {
                    if name.is_empty() || name.contains(char::is_control) {
                        return Err(de::Error::custom("a group's name is not empty and has no control characters"));
                    }
                    lines.push_str(&name);
                    lines.push('\n');
                }
                Ok(Names(lines.into()))
            }
        }
        deserializer.deserialize_seq(List)
    }
}

/// One text, or a list of them.
pub(super) struct Values(pub Vec<String>);

impl<'de> Deserialize<'de> for Values {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextOrList;
        impl<'de> Visitor<'de> for TextOrList {
            type Value = Values;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a text or a list of texts; put numbers and words such as `true` in quotes")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Values, E> {
                Ok(Values(vec![text.to_owned()]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Values, A::Error> {
                let mut values = Vec::new();
                while let Some(text) = list.next_element()? {
                    values.push(text);
                }
                Ok(Values(values))
            }
        }
        deserializer.deserialize_any(TextOrList)
    }
}
