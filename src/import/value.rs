//! What PowerShell wrote, whatever the format: properties of objects, lists, texts.

/// A value of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// `$null`.
    Nothing,
    /// A text; numbers and booleans as they were written.
    Text(String),
    /// Bytes, such as those of a certificate.
    Bytes(Vec<u8>),
    /// An array or another collection.
    List(Vec<Value>),
    /// An object with properties.
    Object(Object),
}

/// Properties in the order written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Object {
    pub(super) properties: Vec<(String, Value)>,
}

impl Object {
    /// The value of a property; PowerShell does not tell names apart by case.
    pub(super) fn property(&self, name: &str) -> Option<&Value> {
        self.properties.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The text of a property, if it is one and is not empty.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.property(name).and_then(Value::text).filter(|text| !text.is_empty())
    }

    /// Whether a property says `true`.
    pub(super) fn is_true(&self, name: &str) -> bool {
        self.text(name).is_some_and(|text| text.eq_ignore_ascii_case("true"))
    }
}

impl Value {
    /// The text, of a text or of an address.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Object(object) => ["OriginalString", "AbsoluteUri"].into_iter().find_map(|name| object.text(name)),
            Self::List(items) => match items.as_slice() {
                [only] => only.text(),
                _ => None,
            },
            Self::Nothing | Self::Bytes(_) => None,
        }
    }

    /// The texts of a list, or the one text; empty ones are none.
    pub(super) fn texts(&self) -> Vec<&str> {
        self.items().into_iter().filter_map(Self::text).filter(|text| !text.is_empty()).collect()
    }

    /// The items of a list; anything else is the only item, and `$null` is none.
    pub(super) fn items(&self) -> Vec<&Self> {
        match self {
            Self::Nothing => Vec::new(),
            Self::List(items) => items.iter().filter(|item| **item != Self::Nothing).collect(),
            other => vec![other],
        }
    }

    /// Whether only the name of a .NET type is left of what stood here. This is what a converter writes for objects
    /// that lie deeper than it was told to go (`-Depth`).
    pub(super) fn is_cut_off(&self) -> bool {
        match self {
            Self::Text(text) => is_type_name(text),
            Self::List(items) => items.iter().any(Self::is_cut_off),
            Self::Object(object) => object.properties.iter().any(|(_, value)| value.is_cut_off()),
            Self::Nothing | Self::Bytes(_) => false,
        }
    }
}

/// `System.Object[]`, `Microsoft.IdentityServer.Management.Resources.SamlEndpoint`, also several with blanks between.
fn is_type_name(text: &str) -> bool {
    let is_name = |word: &str| {
        let word = word.trim_start_matches('@').trim_matches(['{', '}', ',']);
        (word.starts_with("System.") || word.starts_with("Microsoft.IdentityServer."))
            && word.chars().all(|c| c.is_ascii_alphanumeric() || "._[]`+,".contains(c))
    };
    !text.is_empty() && text.split_whitespace().all(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_types_are_what_is_left_of_deep_objects() {
        let cut = |text: &str| Value::Text(text.to_owned()).is_cut_off();
        assert!(cut("System.Object[]"));
        assert!(cut("Microsoft.IdentityServer.Management.Resources.SamlEndpoint"));
        assert!(cut("System.Object[] System.Object[]"));
        for kept in ["", "urn:amazon:webservices", "System restore", "https://System.example.com/"] {
            assert!(!cut(kept), "{kept}");
        }
    }

    #[test]
    fn an_address_is_its_original_text() {
        let properties = vec![
            ("AbsoluteUri".to_owned(), Value::Text("https://a/".to_owned())),
            ("OriginalString".to_owned(), Value::Text("https://a".to_owned())),
        ];
        assert_eq!(Value::Object(Object { properties }).text(), Some("https://a"));
    }
}
