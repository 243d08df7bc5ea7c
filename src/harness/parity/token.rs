//! What AD FS said: the assertion of a response, read and not judged.

use jiff::Timestamp;

use crate::input::InputError;
use crate::lang::Source;
use crate::xml::name::{SAML, SAMLP};
use crate::xml::{Error, Limits, Node, Tree};

/// What an assertion says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Token {
    /// Entity ID of who said it.
    pub issuer: String,
    /// Name of the user and its format.
    pub name_id: Option<Name>,
    /// For whom.
    pub audiences: Vec<String>,
    /// Where it was posted to.
    pub recipient: Option<String>,
    /// How the user signed in.
    pub context_class: Option<String>,
    /// Minutes for which it could be used.
    pub lifetime_minutes: Option<i64>,
    /// Minutes after which the service had to end its session.
    pub session_minutes: Option<i64>,
    /// In order.
    pub attributes: Vec<Attribute>,
}

/// A name identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The name.
    pub value: String,
    /// URI of its format.
    pub format: Option<String>,
}

/// An attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its name: the claim type.
    pub name: String,
    /// URI of the format of its name.
    pub name_format: Option<String>,
    /// What is said.
    pub values: Vec<String>,
}

impl Token {
    /// Reads the one assertion of a response, or an assertion by itself. Signatures are not looked at.
    ///
    /// # Errors
    ///
    /// It is no XML within the limits, holds no assertion, several, or one that is encrypted or of SAML 1.1.
    pub fn read(xml: &Source) -> Result<Self, InputError> {
        let told = |error: Error| InputError::whole(&xml.name, error.to_string());
        let tree = Tree::parse(&xml.text, Limits::RESPONSE).map_err(told)?;
        let refused = |message: String, help: &str| Err(InputError::whole(&xml.name, message).with_help(help));
        if !tree.all(SAML.name("EncryptedAssertion")).is_empty() {
            let help = "on AD FS, `Set-AdfsRelyingPartyTrust -TargetName NAME -EncryptClaims $false` sends it in the \
                        clear: do that for a copy of the trust, and capture again";
            return refused("the assertion is encrypted, and only the relying party has the key".to_owned(), help);
        }
        match tree.all(SAML.name("Assertion")).as_slice() {
            [assertion] => read(*assertion).map_err(told),
            [] => {
                let help = "capture the response of a sign-on that succeeds: SAML 2.0, by POST";
                refused(format!("there is no assertion of SAML 2.0{}", status(&tree)), help)
            }
            _ => refused("there are several assertions".to_owned(), "capture one response, to one relying party"),
        }
    }
}

/// What a response without an assertion says instead.
fn status(tree: &Tree<'_>) -> String {
    let codes = tree.all(SAMLP.name("StatusCode"));
    let said: Vec<&str> = codes.iter().filter_map(|code| code.attribute("Value")).collect();
    if said.is_empty() { String::new() } else { format!(", but the status {}", said.join(", ")) }
}

fn read(assertion: Node<'_>) -> Result<Token, Error> {
    let mut token = Token { issuer: text_of(assertion, "Issuer")?.unwrap_or_default(), ..Token::default() };
    if let Some(subject) = assertion.child(SAML.name("Subject"))? {
        if let Some(name) = subject.child(SAML.name("NameID"))? {
            let format = name.attribute("Format").map(str::to_owned);
            token.name_id = Some(Name { value: name.text()?, format });
        }
        let confirmations = subject.children_named(SAML.name("SubjectConfirmation"));
        let data = confirmations.flat_map(|one| one.children_named(SAML.name("SubjectConfirmationData")));
        token.recipient = data.filter_map(|data| data.attribute("Recipient")).map(str::to_owned).next();
    }
    if let Some(conditions) = assertion.child(SAML.name("Conditions"))? {
        let restrictions = conditions.children_named(SAML.name("AudienceRestriction"));
        let audiences = restrictions.flat_map(|one| one.children_named(SAML.name("Audience")));
        token.audiences = audiences.map(Node::text).collect::<Result<_, _>>()?;
        token.lifetime_minutes = minutes(conditions.attribute("NotBefore"), conditions.attribute("NotOnOrAfter"));
    }
    if let Some(statement) = assertion.children_named(SAML.name("AuthnStatement")).next() {
        let context = statement.child(SAML.name("AuthnContext"))?;
        token.context_class = context.map(|context| text_of(context, "AuthnContextClassRef")).transpose()?.flatten();
        let ends = statement.attribute("SessionNotOnOrAfter");
        token.session_minutes = minutes(statement.attribute("AuthnInstant"), ends);
    }
    let statements = assertion.children_named(SAML.name("AttributeStatement"));
    for attribute in statements.flat_map(|statement| statement.children_named(SAML.name("Attribute"))) {
        let values = attribute.children_named(SAML.name("AttributeValue")).map(Node::raw_text);
        token.attributes.push(Attribute {
            name: attribute.required("Name")?.to_owned(),
            name_format: attribute.attribute("NameFormat").map(str::to_owned),
            values: values.collect::<Result<_, _>>()?,
        });
    }
    Ok(token)
}

fn text_of(parent: Node<'_>, child: &'static str) -> Result<Option<String>, Error> {
    parent.child(SAML.name(child))?.map(Node::text).transpose()
}

fn minutes(from: Option<&str>, to: Option<&str>) -> Option<i64> {
    let read = |text: Option<&str>| text?.parse::<Timestamp>().ok();
    Some((read(to)?.as_second() - read(from)?.as_second()) / 60)
}
