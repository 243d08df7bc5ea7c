//! What all messages have in common [SAML-Core 3.2].

use jiff::Timestamp;

use super::model::{NameId, Status, StatusCode};
use super::xml::{Writer, time};
use super::{Error, id, verify};
use crate::xml::name::{SAML, SAMLP};
use crate::xml::{Name, Node, Tree};

const VERSION: &str = "2.0";
const STATUS: &str = "urn:oasis:names:tc:SAML:2.0:status:";
const ENTITY_FORMAT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity";

/// The attributes and the issuer of an incoming message.
pub(super) struct Header {
    pub(super) id: String,
    pub(super) issue_instant: Timestamp,
    pub(super) destination: Option<String>,
    pub(super) issuer: String,
}

impl Header {
    /// Reads them.
    ///
    /// # Errors
    /// If one is missing or malformed.
    pub(super) fn read(message: Node<'_>) -> Result<Self, Error> {
        Ok(Self {
            id: read_id(message)?,
            issue_instant: read_time(message, "IssueInstant")?
                .ok_or_else(|| Error::malformed(format!("`{}` lacks attribute `IssueInstant`", message.label())))?,
            destination: message.attribute("Destination").map(str::to_owned),
            issuer: read_issuer(message)?,
        })
    }
}

/// The ID of a message or assertion of version 2.0.
pub(super) fn read_id(element: Node<'_>) -> Result<String, Error> {
    let version = element.required("Version")?;
    if version != VERSION {
        return Err(Error::unsupported(format!("`{}` is of SAML version `{version}`; send 2.0", element.label())));
    }
    read_ncname(element, "ID")
}

/// An attribute that is an `xs:ID` or refers to one.
pub(super) fn read_ncname(element: Node<'_>, attribute: &str) -> Result<String, Error> {
    let value = element.required(attribute)?;
    if value.len() > 256 || !id::is_ncname(value) {
        let label = element.label();
        return Err(Error::malformed(format!(
            "attribute `{attribute}` of `{label}` is no identifier of at most 256 bytes"
        )));
    }
    Ok(value.to_owned())
}

/// A time in an attribute, if it is there.
pub(super) fn read_time(element: Node<'_>, attribute: &str) -> Result<Option<Timestamp>, Error> {
    let Some(value) = element.attribute(attribute) else { return Ok(None) };
    let read = time::read(value).ok_or_else(|| {
        Error::malformed(format!(
            "attribute `{attribute}` of `{}` is no time in UTC, such as `2026-11-21T10:00:00Z`",
            element.label()
        ))
    })?;
    Ok(Some(read))
}

/// A boolean in an attribute; absent is false.
pub(super) fn read_bool(element: Node<'_>, attribute: &str) -> Result<bool, Error> {
    match element.attribute(attribute) {
        None | Some("false" | "0") => Ok(false),
        Some("true" | "1") => Ok(true),
        Some(_) => {
            Err(Error::malformed(format!("attribute `{attribute}` of `{}` is neither true nor false", element.label())))
        }
    }
}

/// The issuer, which must be an entity ID [SAML-Profiles 4.1.4.1].
pub(super) fn read_issuer(element: Node<'_>) -> Result<String, Error> {
    let issuer = element.required_child(SAML.name("Issuer"))?;
    if issuer.attribute("Format").is_some_and(|format| format != ENTITY_FORMAT) {
        return Err(Error::malformed("`Issuer` is no entity ID: its format says otherwise"));
    }
    let text = issuer.text()?;
    if text.is_empty() || text.chars().count() > 1024 {
        return Err(Error::malformed("`Issuer` is no entity ID of 1 to 1024 characters"));
    }
    Ok(text)
}

/// A `NameID`.
pub(super) fn read_name_id(node: Node<'_>) -> Result<NameId, Error> {
    let attribute = |name| node.attribute(name).map(str::to_owned);
    Ok(NameId {
        value: node.raw_text()?,
        format: attribute("Format"),
        name_qualifier: attribute("NameQualifier"),
        sp_name_qualifier: attribute("SPNameQualifier"),
        sp_provided_id: attribute("SPProvidedID"),
    })
}

/// The status of a response.
pub(super) fn read_status(message: Node<'_>) -> Result<Status, Error> {
    let status = message.required_child(SAMLP.name("Status"))?;
    let code = status.required_child(SAMLP.name("StatusCode"))?;
    let sub_code = code.child(SAMLP.name("StatusCode"))?;
    let message = status.child(SAMLP.name("StatusMessage"))?;
    Ok(Status {
        code: match code.required("Value")?.strip_prefix(STATUS) {
            Some("Success") => StatusCode::Success,
            Some("Requester") => StatusCode::Requester,
            Some("Responder") => StatusCode::Responder,
            _ => return Err(Error::malformed("the status code is none of Success, Requester, Responder")),
        },
        sub_code: sub_code.map(|code| code.required("Value")).transpose()?.map(str::to_owned),
        message: message.map(Node::text).transpose()?,
    })
}

/// Writes a `Status`.
pub(super) fn write_status(writer: &mut Writer, status: &Status) -> Result<(), Error> {
    let code = match status.code {
        StatusCode::Success => "urn:oasis:names:tc:SAML:2.0:status:Success",
        StatusCode::Requester => "urn:oasis:names:tc:SAML:2.0:status:Requester",
        StatusCode::Responder => "urn:oasis:names:tc:SAML:2.0:status:Responder",
    };
    writer.start(SAMLP.name("Status"), [])?;
    writer.start(SAMLP.name("StatusCode"), [("Value", Some(code))])?;
    if let Some(sub_code) = &status.sub_code {
        writer.empty(SAMLP.name("StatusCode"), [("Value", Some(sub_code))])?;
    }
    writer.end();
    if let Some(message) = &status.message {
        writer.leaf(SAMLP.name("StatusMessage"), message)?;
    }
    writer.end();
    Ok(())
}

/// Whose signature a message must carry before it is read.
#[derive(Clone, Copy)]
pub(super) enum Trust<'a> {
    /// None is looked for.
    Unchecked,
    /// One by the key of one of these certificates, DER.
    SignedBy(&'a [Vec<u8>]),
}

impl Trust<'_> {
    /// The root of a message, named `name`, if its signature is as demanded.
    ///
    /// # Errors
    /// If the root is another, or the signature does not hold.
    pub(super) fn root<'t>(self, tree: &'t Tree<'_>, name: Name) -> Result<Node<'t>, Error> {
        let root = tree.root(name)?;
        if let Self::SignedBy(certificates) = self {
            verify::check_root(tree, root, certificates)?;
        }
        Ok(root)
    }
}

/// Refuses an ID that we are about to write and that no `xs:ID` can be.
pub(super) fn own_id(id: &str) -> Result<&str, Error> {
    if id::is_ncname(id) {
        return Ok(id);
    }
    Err(Error::misuse(format!("`{id}` is no identifier for a message; make one with `saml::id::random`")))
}
