//! Where everything in a YAML text stands, so that a value can be changed and the rest left as it is.

use std::iter;

use granit_parser::{Event, Parser, ScalarStyle, StructureStyle};

use super::InputError;
use crate::lang::{Source, Span};

/// How deep collections may nest; files that people write have fewer than ten levels.
const DEPTH: usize = 64;

/// A value of a YAML text, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// From its first to its last character; empty for a value that is not written.
    pub span: Span,
    /// What it is.
    pub kind: NodeKind,
}

/// What a value of a YAML text is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// A text, a number, or nothing.
    Scalar {
        /// After quotes and escapes are resolved.
        text: String,
        /// It stands on one line, with or without quotes.
        is_plain_or_quoted: bool,
    },
    /// A list.
    List {
        /// Its items.
        items: Vec<Node>,
        /// `[…]`, and not one line for each item.
        is_flow: bool,
    },
    /// Keys and their values.
    Mapping {
        /// The keys in the order written.
        entries: Vec<(Node, Node)>,
        /// `{…}`, and not one line for each key.
        is_flow: bool,
    },
    /// `*name`: what stands elsewhere.
    Alias,
}

impl Node {
    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|(_, value)| value)
    }

    /// A key and its value.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<(&Self, &Self)> {
        let NodeKind::Mapping { entries, .. } = &self.kind else { return None };
        entries.iter().find(|(name, _)| name.text() == Some(key)).map(|(name, value)| (name, value))
    }

    /// The items of a list.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        match &self.kind {
            NodeKind::List { items, .. } => items,
            _ => &[],
        }
    }

    /// The text of a scalar.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }
}

/// Reads the places of the first document in a text.
///
/// # Errors
///
/// The text is no YAML, or nests too deeply.
pub fn layout(source: &Source) -> Result<Node, InputError> {
    let wrong = |why: String| InputError::whole(&source.name, why);
    let mut open: Vec<Open> = Vec::new();
    for event in Parser::new_from_str(&source.text) {
        let (event, place) = event.map_err(|error| wrong(format!("this is no YAML: {error}")))?;
        let span = place.byte_range().map_or(Span::default(), |range| Span::new(range.start, range.end));
        let finished = match event {
            Event::Scalar(text, style, _, _) => {
                let is_plain_or_quoted = !matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
                Some(Node { span, kind: NodeKind::Scalar { text: text.into_owned(), is_plain_or_quoted } })
            }
            Event::Alias(_) => Some(Node { span, kind: NodeKind::Alias }),
            Event::SequenceStart(style, ..) => {
                open.push(Open { span, is_flow: style == StructureStyle::Flow, is_list: true, nodes: Vec::new() });
                None
            }
            Event::MappingStart(style, ..) => {
                open.push(Open { span, is_flow: style == StructureStyle::Flow, is_list: false, nodes: Vec::new() });
                None
            }
            Event::SequenceEnd | Event::MappingEnd => open.pop().map(|open| open.close(span)),
            _ => None,
        };
        if open.len() > DEPTH {
            return Err(wrong(format!("collections nest deeper than {DEPTH} levels")));
        }
        if let Some(node) = finished {
            match open.last_mut() {
                Some(parent) => parent.nodes.push(node),
                None => return Ok(node),
            }
        }
    }
    Err(wrong("there is nothing in it".to_owned()))
}

/// A collection whose end is not reached yet. A mapping's keys and values take turns.
struct Open {
    span: Span,
    is_flow: bool,
    is_list: bool,
    nodes: Vec<Node>,
}

impl Open {
    fn close(self, end: Span) -> Node {
        let Self { span, is_flow, is_list, nodes } = self;
        // The end of a block, and of a value that is not written, is noticed only where the next thing starts.
        let last =
            nodes.iter().rev().find(|node| node.span.start < node.span.end).map_or(span.end, |node| node.span.end);
        let span = Span::new(span.start, if is_flow { end.end } else { last });
        let kind = if is_list {
            NodeKind::List { items: nodes, is_flow }
        } else {
            let mut nodes = nodes.into_iter();
            let pairs = iter::from_fn(|| nodes.next().zip(nodes.next()));
            NodeKind::Mapping { entries: pairs.collect(), is_flow }
        };
        Node { span, kind }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(source: &Source, node: &Node) -> String {
        source.text.get(node.span.start..node.span.end).unwrap().to_owned()
    }

    #[test]
    fn values_are_found_where_they_stand() {
        let text = "# one\na:   \n  - x # why\n  - 'y z'\n\nb: {c: [1, \"é\"], d: }\ne:\nf: g   # h\n";
        let source = Source::new("t", text);
        let tree = layout(&source).unwrap();
        let a = tree.get("a").unwrap();
        assert_eq!(a.items().iter().map(|item| shown(&source, item)).collect::<Vec<_>>(), ["x", "'y z'"]);
        assert_eq!(a.items()[1].text(), Some("y z"));
        assert!(shown(&source, a).ends_with("- 'y z'"), "{}", shown(&source, a));
        let b = tree.get("b").unwrap();
        assert_eq!(shown(&source, b), "{c: [1, \"é\"], d: }");
        assert_eq!(shown(&source, b.get("c").unwrap()), "[1, \"é\"]");
        assert_eq!(shown(&source, b.get("c").unwrap().items().last().unwrap()), "\"é\"");
        assert_eq!(b.get("d").unwrap().text(), Some("~"));
        assert_eq!(shown(&source, tree.get("f").unwrap()), "g");
        assert!(shown(&source, tree.entry("e").unwrap().1).is_empty());
    }

    #[test]
    fn what_is_no_yaml_is_told() {
        assert!(layout(&Source::new("t", "a: [")).unwrap_err().to_string().starts_with("t: this is no YAML"));
        assert!(layout(&Source::new("t", "")).is_err());
        let deep = "[".repeat(100_000);
        assert!(layout(&Source::new("t", deep)).is_err());
    }
}
