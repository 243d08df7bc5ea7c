//! The tree of an XML text: parsed once, with limits; verified and read from the same nodes.

use uppsala::{Document, Element, NodeId, NodeKind, Parser};

use super::Error;
use super::limits::Limits;
use super::name::{Name, Namespace};

/// A parsed text and the text it was parsed from.
pub(crate) struct Tree<'a> {
    document: Document<'a>,
    xml: &'a str,
    root: NodeId,
}

/// An element of a tree.
#[derive(Clone, Copy)]
pub(crate) struct Node<'t> {
    tree: &'t Tree<'t>,
    id: NodeId,
}

impl<'a> Tree<'a> {
    /// Parses a text.
    ///
    /// # Errors
    /// If it exceeds a limit, declares a document type, or is not well-formed.
    pub(crate) fn parse(xml: &'a str, limits: Limits) -> Result<Self, Error> {
        limits.check(xml)?;
        let parser = Parser::new().with_max_depth(limits.depth).with_max_entity_expansion(0).with_forbid_dtd(true);
        let document =
            parser.parse(xml).map_err(|error| Error::malformed(format!("this is no well-formed XML: {error}")))?;
        let root = document.document_element().ok_or_else(|| Error::malformed("the XML has no element"))?;
        Ok(Self { document, xml, root })
    }

    /// The document element, which must be named `name`.
    ///
    /// # Errors
    /// If it is named otherwise; a look-alike in another namespace is named otherwise.
    pub(crate) fn root(&self, name: Name) -> Result<Node<'_>, Error> {
        let root = Node { tree: self, id: self.root };
        if root.is(name) {
            return Ok(root);
        }
        let found = root.element().map_or_else(String::new, |element| element.name.prefixed_name().into_owned());
        Err(Error::malformed(format!("this is `{found}`, where `{name}` of `{}` is expected", name.namespace.uri)))
    }

    /// All elements with this name, in document order.
    pub(crate) fn all(&self, name: Name) -> Vec<Node<'_>> {
        let root = Node { tree: self, id: self.root };
        let nodes = self.document.descendants(self.root).into_iter().map(|id| Node { tree: self, id });
        std::iter::once(root).chain(nodes.filter(|node| node.id != self.root)).filter(|node| node.is(name)).collect()
    }

    /// The parsed document and its text, for the check of signatures.
    pub(crate) fn document(&self) -> (&Document<'a>, &'a str) {
        (&self.document, self.xml)
    }
}

impl<'t> Node<'t> {
    pub(crate) fn id(self) -> NodeId {
        self.id
    }

    /// Whether the element has this namespace and local name, whatever its prefix.
    pub(crate) fn is(self, name: Name) -> bool {
        self.element().is_some_and(|element| element.matches_name_ns(name.namespace.uri, name.local))
    }

    /// The local name, of an element in this namespace.
    pub(crate) fn local_name(self, namespace: Namespace) -> Option<&'t str> {
        let element = self.element()?;
        element.matches_name_ns(namespace.uri, &element.name.local_name).then_some(&*element.name.local_name)
    }

    /// The value of the attribute without namespace.
    pub(crate) fn attribute(self, name: &str) -> Option<&'t str> {
        self.attributes().find(|(attribute, _)| *attribute == name).map(|(_, value)| value)
    }

    /// The value of an attribute that must be there and not be empty.
    ///
    /// # Errors
    /// If it is absent or empty.
    pub(crate) fn required(self, name: &str) -> Result<&'t str, Error> {
        match self.attribute(name) {
            Some("") => Err(Error::malformed(format!("attribute `{name}` of `{}` is empty", self.label()))),
            Some(value) => Ok(value),
            None => Err(Error::malformed(format!("`{}` lacks attribute `{name}`", self.label()))),
        }
    }

    /// Names and values of the attributes without namespace.
    fn attributes(self) -> impl Iterator<Item = (&'t str, &'t str)> {
        let attributes = self.element().map_or(&[][..], |element| element.attributes.as_slice());
        attributes
            .iter()
            .filter(|attribute| attribute.name.namespace_uri.is_none())
            .map(|attribute| (&*attribute.name.local_name, &*attribute.value))
    }

    /// Child elements in order.
    pub(crate) fn children(self) -> impl Iterator<Item = Node<'t>> {
        let tree = self.tree;
        tree.document
            .children_iter(self.id)
            .filter(|id| tree.document.element(*id).is_some())
            .map(move |id| Node { tree, id })
    }

    /// Child elements with this name.
    pub(crate) fn children_named(self, name: Name) -> impl Iterator<Item = Node<'t>> {
        self.children().filter(move |child| child.is(name))
    }

    /// The one child element with this name, if there is one.
    ///
    /// # Errors
    /// If there are several.
    pub(crate) fn child(self, name: Name) -> Result<Option<Node<'t>>, Error> {
        let mut children = self.children_named(name);
        let first = children.next();
        if children.next().is_some() {
            return Err(Error::malformed(format!("`{}` has several `{name}`, where one is allowed", self.label())));
        }
        Ok(first)
    }

    /// The one child element with this name.
    ///
    /// # Errors
    /// If there is none, or several.
    pub(crate) fn required_child(self, name: Name) -> Result<Node<'t>, Error> {
        self.child(name)?.ok_or_else(|| Error::malformed(format!("`{}` lacks `{name}`", self.label())))
    }

    pub(crate) fn parent(self) -> Option<Node<'t>> {
        let id = self.tree.document.parent(self.id)?;
        self.tree.document.element(id).map(|_| Node { tree: self.tree, id })
    }

    /// The whole text of the element, without the white space around it.
    ///
    /// # Errors
    /// If it holds a comment, a processing instruction or an element: readers disagree on what such text says.
    pub(crate) fn text(self) -> Result<String, Error> {
        self.raw_text().map(|text| text.trim_matches([' ', '\t', '\r', '\n']).to_owned())
    }

    /// The whole text of the element, as it is.
    ///
    /// # Errors
    /// If it holds a comment, a processing instruction or an element.
    pub(crate) fn raw_text(self) -> Result<String, Error> {
        let mut text = String::new();
        for id in self.tree.document.children_iter(self.id) {
            match self.tree.document.node_kind(id) {
                Some(NodeKind::Text(part) | NodeKind::CData(part)) => text.push_str(part),
                _ => return Err(Error::malformed(format!("`{}` must hold nothing but text", self.label()))),
            }
        }
        Ok(text)
    }

    /// Whether nothing below this element is a comment or a processing instruction.
    pub(crate) fn is_plain(self) -> bool {
        self.tree.document.descendants(self.id).into_iter().all(|id| {
            !matches!(self.tree.document.node_kind(id), Some(NodeKind::Comment(_) | NodeKind::ProcessingInstruction(_)))
        })
    }

    /// The name as the sender wrote it, for messages.
    pub(crate) fn label(self) -> String {
        self.element().map_or_else(String::new, |element| element.name.prefixed_name().into_owned())
    }

    fn element(self) -> Option<&'t Element<'t>> {
        self.tree.document.element(self.id)
    }
}
