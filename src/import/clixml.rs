//! What `Export-Clixml` wrote [MS-PSRP 2.2.5].

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::value::{Object, Value};
use crate::input::InputError;
use crate::lang::Source;
use crate::xml::name::CLIXML;
use crate::xml::{self, Limits, Node, Tree};

/// What copies of objects that are referred to may take, in bytes. An object that is referred to again and again is copied
/// again and again, and those in it with it.
const COPIES_BYTES: usize = 128 * 1024 * 1024;
/// What a value takes beside its text, in bytes.
const VALUE_BYTES: usize = 64;

/// Reads one document.
///
/// # Errors
///
/// It is no such document, or exceeds a limit.
pub(super) fn read(source: &Source) -> Result<Value, InputError> {
    let told = |error: xml::Error| {
        let help = "export it again with `Get-AdfsRelyingPartyTrust | Export-Clixml -Depth 5 relying-parties.xml`";
        InputError::whole(&source.name, format!("this is no export of `Export-Clixml`: {error}")).with_help(help)
    };
    let text = source.text.trim_start();
    let tree = Tree::parse(text, Limits::EXPORT).map_err(told)?;
    let root = tree.root(CLIXML.name("Objs")).map_err(told)?;
    let referred = tree.all(CLIXML.name("Ref")).into_iter().filter_map(|node| node.attribute("RefId")).collect();
    let mut reader = Reader { referred, known: BTreeMap::new(), left_bytes: COPIES_BYTES };
    let items = root.children().map(|node| reader.value(node).map(|sized| sized.value)).collect::<Result<_, _>>();
    Ok(Value::List(items.map_err(told)?))
}

struct Reader<'t> {
    /// The `RefId` of objects that somebody refers to.
    referred: BTreeSet<&'t str>,
    /// Those of them that were read.
    known: BTreeMap<&'t str, Sized>,
    left_bytes: usize,
}

/// A value and what it takes.
#[derive(Clone)]
struct Sized {
    value: Value,
    bytes: usize,
}

impl Sized {
    fn one(value: Value) -> Self {
        let bytes = match &value {
            Value::Text(text) => text.len(),
            Value::Bytes(bytes) => bytes.len(),
            _ => 0,
        };
        Self { value, bytes: VALUE_BYTES + bytes }
    }
}

impl<'t> Reader<'t> {
    fn value(&mut self, node: Node<'t>) -> Result<Sized, xml::Error> {
        Ok(match node.local_name(CLIXML).unwrap_or_default() {
            "Nil" => Sized::one(Value::Nothing),
            "BA" => {
                let packed: String = node.raw_text()?.split_whitespace().collect();
                Sized::one(BASE64.decode(packed).map_or(Value::Nothing, Value::Bytes))
            }
            "Ref" => self.referred(node)?,
            "Obj" => self.object(node)?,
            _ => Sized::one(Value::Text(unescaped(&node.raw_text()?))),
        })
    }

    /// An object that stands elsewhere. One that is still being read, as it refers to itself, is left out.
    fn referred(&mut self, node: Node<'t>) -> Result<Sized, xml::Error> {
        let known = node.attribute("RefId").and_then(|id| self.known.get(id));
        let Some(known) = known else { return Ok(Sized::one(Value::Nothing)) };
        copy(known, &mut self.left_bytes)
    }

    fn object(&mut self, node: Node<'t>) -> Result<Sized, xml::Error> {
        let mut parts = Parts::default();
        let mut bytes = VALUE_BYTES;
        for part in node.children() {
            match part.local_name(CLIXML).unwrap_or_default() {
                "TN" | "TNRef" => {}
                "ToString" => parts.text = Some(unescaped(&part.raw_text()?)),
                "Props" | "MS" => {
                    for property in part.children() {
                        let name = property.attribute("N").map(unescaped).unwrap_or_default();
                        bytes += name.len();
                        let Sized { value, bytes: more } = self.value(property)?;
                        bytes += more;
                        parts.properties.push((name, value));
                    }
                }
                "LST" | "IE" | "QUE" | "STK" => {
                    let mut items = Vec::new();
                    for item in part.children() {
                        let Sized { value, bytes: more } = self.value(item)?;
                        bytes += more;
                        items.push(value);
                    }
                    parts.items = Some(items);
                }
                "DCT" => bytes += self.dictionary(part, &mut parts.properties)?,
                _ => {
                    let Sized { value, bytes: more } = self.value(part)?;
                    bytes += more;
                    parts.base = Some(value);
                }
            }
        }
        let read = Sized { value: parts.into_value(), bytes };
        if let Some(id) = node.attribute("RefId").filter(|id| self.referred.contains(id)) {
            self.known.insert(id, copy(&read, &mut self.left_bytes)?);
        }
        Ok(read)
    }

    fn dictionary(&mut self, node: Node<'t>, properties: &mut Vec<(String, Value)>) -> Result<usize, xml::Error> {
        let mut bytes = 0;
        for entry in node.children() {
            let (mut key, mut content) = (String::new(), Value::Nothing);
            for part in entry.children() {
                let Sized { value, bytes: more } = self.value(part)?;
                bytes += more;
                if part.attribute("N") == Some("Key") {
                    value.text().unwrap_or_default().clone_into(&mut key);
                } else {
                    content = value;
                }
            }
            properties.push((key, content));
        }
        Ok(bytes)
    }
}

fn copy(read: &Sized, left_bytes: &mut usize) -> Result<Sized, xml::Error> {
    let too_large = || xml::Error::too_large(format!("references repeat more than {COPIES_BYTES} bytes"));
    *left_bytes = left_bytes.checked_sub(read.bytes).ok_or_else(too_large)?;
    Ok(read.clone())
}

/// What an `Obj` holds.
#[derive(Default)]
struct Parts {
    text: Option<String>,
    base: Option<Value>,
    items: Option<Vec<Value>>,
    properties: Vec<(String, Value)>,
}

impl Parts {
    /// A list is its items; a value with a text, such as one of an enumeration, is its text.
    fn into_value(self) -> Value {
        match (self.items, self.base, self.text) {
            (Some(items), ..) => Value::List(items),
            (None, Some(Value::Text(_)), Some(text)) => Value::Text(text),
            (None, Some(base), _) => base,
            (None, None, Some(text)) if self.properties.is_empty() => Value::Text(text),
            (None, None, _) => Value::Object(Object { properties: self.properties }),
        }
    }
}

/// `_x000D_` is a carriage return: PowerShell writes so what XML could lose, as units of UTF-16.
fn unescaped(text: &str) -> String {
    if !text.contains("_x") {
        return text.to_owned();
    }
    let mut units: Vec<u16> = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let length = if let Some(unit) = escape(rest) {
            units.push(unit);
            ESCAPE_BYTES
        } else {
            units.extend(next.encode_utf16(&mut [0; 2]).iter());
            next.len_utf8()
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    String::from_utf16_lossy(&units)
}

const ESCAPE_BYTES: usize = 7;

/// The unit of an escape at the start of a text.
fn escape(text: &str) -> Option<u16> {
    let digits = text.get(..ESCAPE_BYTES)?.strip_prefix("_x")?.strip_suffix('_')?;
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_units_of_utf_16() {
        assert_eq!(unescaped("a_x000D__x000A_b"), "a\r\nb");
        assert_eq!(unescaped("_xD83D__xDE00_"), "😀");
        assert_eq!(unescaped("_x005F_x000D_"), "_x000D_");
        for plain in ["_x", "_x00", "_x000G_", "_y000D_", "é_x é"] {
            assert_eq!(unescaped(plain), plain);
        }
    }

    fn read_text(text: &str) -> Result<Value, InputError> {
        let ns = "xmlns=\"http://schemas.microsoft.com/powershell/2004/04\"";
        read(&Source::new("x", format!("<Objs Version=\"1.1.0.1\" {ns}>{text}</Objs>")))
    }

    #[test]
    fn references_are_followed_and_may_not_explode() {
        let twice = read_text("<Obj RefId=\"0\"><LST><S>a</S></LST></Obj><Ref RefId=\"0\" />").unwrap();
        let a = || Value::List(vec![Value::Text("a".to_owned())]);
        assert_eq!(twice, Value::List(vec![a(), a()]));
        let itself = read_text("<Obj RefId=\"0\"><LST><Ref RefId=\"0\" /></LST></Obj>").unwrap();
        assert_eq!(itself, Value::List(vec![Value::List(vec![Value::Nothing])]));
        let mut laughs = "<Obj RefId=\"0\"><LST><S>ha</S></LST></Obj>".to_owned();
        for level in 1..30 {
            let ten = format!("<Ref RefId=\"{}\" />", level - 1).repeat(10);
            laughs = format!("{laughs}<Obj RefId=\"{level}\"><LST>{ten}</LST></Obj>");
        }
        assert!(read_text(&laughs).unwrap_err().to_string().contains("references repeat"));
        let mut nested = format!("<S>{}</S>", "a".repeat(4 * 1024 * 1024));
        for level in 0..40 {
            nested = format!("<Obj RefId=\"{level}\"><LST>{nested}<Ref RefId=\"{level}\" /></LST></Obj>");
        }
        assert!(read_text(&nested).unwrap_err().to_string().contains("references repeat"));
    }
}
