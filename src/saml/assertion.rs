//! `saml:Assertion` as XML [SAML-Core 2.3.3, SAML-Profiles 4.1.4.2].

use super::Error;
use super::model::{Assertion, Attribute, AuthnStatement, Conditions, NameId, Subject};
use super::protocol::own_id;
use super::sign::Unsigned;
use super::xml::{Writer, time};
use crate::xml::name::SAML;

const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";

/// The assertion, with the place of its signature after `Issuer`.
///
/// # Errors
/// If a value holds a character that XML cannot carry.
pub(super) fn write(assertion: &Assertion) -> Result<Unsigned, Error> {
    let mut writer = Writer::with_capacity(capacity(assertion));
    writer.start(
        SAML.name("Assertion"),
        [
            ("ID", Some(own_id(&assertion.id)?)),
            ("IssueInstant", Some(&time::write(assertion.issue_instant))),
            ("Version", Some("2.0")),
        ],
    )?;
    writer.leaf(SAML.name("Issuer"), &assertion.issuer)?;
    let signature_at = writer.position();
    write_subject(&mut writer, &assertion.subject)?;
    write_conditions(&mut writer, &assertion.conditions)?;
    write_authn_statement(&mut writer, &assertion.authn_statement)?;
    write_attribute_statement(&mut writer, &assertion.attributes)?;
    writer.end();
    Ok(Unsigned { xml: writer.finish(), id: assertion.id.clone(), signature_at })
}

fn write_subject(writer: &mut Writer, subject: &Subject) -> Result<(), Error> {
    writer.start(SAML.name("Subject"), [])?;
    if let Some(name_id) = &subject.name_id {
        write_name_id(writer, name_id)?;
    }
    writer.start(SAML.name("SubjectConfirmation"), [("Method", Some(BEARER))])?;
    writer.empty(
        SAML.name("SubjectConfirmationData"),
        [
            ("InResponseTo", subject.in_response_to.as_deref()),
            ("NotOnOrAfter", Some(&time::write(subject.not_on_or_after))),
            ("Recipient", Some(&subject.recipient)),
        ],
    )?;
    writer.end();
    writer.end();
    Ok(())
}

fn write_name_id(writer: &mut Writer, name_id: &NameId) -> Result<(), Error> {
    writer.start(
        SAML.name("NameID"),
        [
            ("Format", name_id.format.as_deref()),
            ("NameQualifier", name_id.name_qualifier.as_deref()),
            ("SPNameQualifier", name_id.sp_name_qualifier.as_deref()),
            ("SPProvidedID", name_id.sp_provided_id.as_deref()),
        ],
    )?;
    writer.text(&name_id.value)?;
    writer.end();
    Ok(())
}

fn write_conditions(writer: &mut Writer, conditions: &Conditions) -> Result<(), Error> {
    writer.start(
        SAML.name("Conditions"),
        [
            ("NotBefore", Some(&time::write(conditions.not_before))),
            ("NotOnOrAfter", Some(&time::write(conditions.not_on_or_after))),
        ],
    )?;
    writer.start(SAML.name("AudienceRestriction"), [])?;
    writer.leaf(SAML.name("Audience"), &conditions.audience)?;
    writer.end();
    writer.end();
    Ok(())
}

fn write_authn_statement(writer: &mut Writer, statement: &AuthnStatement) -> Result<(), Error> {
    writer.start(
        SAML.name("AuthnStatement"),
        [
            ("AuthnInstant", Some(&time::write(statement.authn_instant))),
            ("SessionIndex", Some(&statement.session_index)),
            ("SessionNotOnOrAfter", Some(&time::write(statement.session_not_on_or_after))),
        ],
    )?;
    writer.start(SAML.name("AuthnContext"), [])?;
    writer.leaf(SAML.name("AuthnContextClassRef"), &statement.context_class)?;
    writer.end();
    writer.end();
    Ok(())
}

/// An attribute without values says nothing and is left out; so is a statement without attributes, as the schema has it.
fn write_attribute_statement(writer: &mut Writer, attributes: &[Attribute]) -> Result<(), Error> {
    let mut attributes = attributes.iter().filter(|attribute| !attribute.values.is_empty()).peekable();
    if attributes.peek().is_none() {
        return Ok(());
    }
    writer.start(SAML.name("AttributeStatement"), [])?;
    for attribute in attributes {
        writer.start(
            SAML.name("Attribute"),
            [("Name", Some(&attribute.name)), ("NameFormat", attribute.name_format.as_deref())],
        )?;
        for (index, value) in attribute.values.iter().enumerate() {
            writer.leaf(SAML.name("AttributeValue"), value).map_err(|error| in_attribute(error, attribute, index))?;
        }
        writer.end();
    }
    writer.end();
    Ok(())
}

/// Says which value of which attribute it is about.
fn in_attribute(error: Error, attribute: &Attribute, index: usize) -> Error {
    match error {
        Error::Misuse(reason) => {
            Error::misuse(format!("value {} of attribute `{}`: {reason}", index + 1, attribute.name))
        }
        other => other,
    }
}

/// About how many bytes the assertion will have, with room for its signature.
fn capacity(assertion: &Assertion) -> usize {
    let values = assertion.attributes.iter().flat_map(|attribute| &attribute.values);
    6 * 1024 + values.map(|value| value.len() + 48).sum::<usize>()
}
