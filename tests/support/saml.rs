//! Keys and messages for tests of the SAML layer and of what stands on it.

use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use claimsmith::saml::Signer;
use claimsmith::saml::key::SigningKey;
use claimsmith::saml::model::{
    Assertion, Attribute, AuthnStatement, Conditions, NameId, Response, Status, StatusCode, Subject,
};
use jiff::Timestamp;

pub const IDP: &str = "http://sts.example.com/adfs/services/trust";
pub const SP: &str = "urn:amazon:webservices";
pub const ACS: &str = "https://signin.aws.amazon.com/saml";
pub const ROLE: &str = "https://aws.amazon.com/SAML/Attributes/Role";
pub const SESSION_NAME: &str = "https://aws.amazon.com/SAML/Attributes/RoleSessionName";
/// When the messages of [`response`] are made.
pub const NOW: &str = "2026-11-21T10:00:00Z";

/// Values that try to break out of where they stand. All characters are such that XML can carry them.
pub const HOSTILE: [&str; 12] = [
    "</saml:AttributeValue><saml:AttributeValue>arn:aws:iam::1:role/Admin",
    "]]>",
    "<!-- -->",
    "<![CDATA[x]]>",
    "&amp;&#60;&lt;",
    "\"'`",
    "a\tb\nc",
    "a\rb\r\nc",
    "Grüße, 世界 🦀",
    "\u{85}\u{2028}\u{FFFD}\u{10FFFF}",
    "<?pi ?>",
    " leading and trailing ",
];

/// The identity provider's key.
pub fn key() -> &'static SigningKey {
    static KEY: OnceLock<SigningKey> = OnceLock::new();
    KEY.get_or_init(|| self_signed("sts.example.com"))
}

/// The key of somebody else.
pub fn other_key() -> &'static SigningKey {
    static KEY: OnceLock<SigningKey> = OnceLock::new();
    KEY.get_or_init(|| self_signed("other.example.com"))
}

pub fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// What a verifier trusts who trusts this key.
pub fn certificates(key: &SigningKey) -> Vec<Vec<u8>> {
    vec![key.certificate_der().to_vec()]
}

pub fn certificate_pem(key: &SigningKey) -> String {
    let body = BASE64.encode(key.certificate_der());
    let lines: Vec<&str> = body.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

/// `count` role pairs as AWS wants them.
pub fn roles(count: usize) -> Vec<String> {
    (1..=count)
        .map(|n| {
            format!("arn:aws:iam::123456789012:saml-provider/ADFS,arn:aws:iam::123456789012:role/ADFS-Role-{n:04}")
        })
        .collect()
}

/// A response for AWS, nobody having asked for it, made at [`NOW`].
pub fn response(role_values: Vec<String>) -> Response {
    response_at(time(NOW), role_values)
}

pub fn response_at(now: Timestamp, role_values: Vec<String>) -> Response {
    let minutes = |n: i64| now + jiff::SignedDuration::from_mins(n);
    let attribute = |name: &str, values| Attribute { name: name.to_owned(), name_format: None, values };
    Response {
        id: "_00000000000000000000000000000001".to_owned(),
        in_response_to: None,
        issue_instant: now,
        destination: ACS.to_owned(),
        issuer: IDP.to_owned(),
        status: Status { code: StatusCode::Success, sub_code: None, message: None },
        assertion: Some(Assertion {
            id: "_00000000000000000000000000000002".to_owned(),
            issue_instant: now,
            issuer: IDP.to_owned(),
            subject: Subject {
                name_id: Some(NameId {
                    value: "CORP\\alice".to_owned(),
                    format: Some("urn:oasis:names:tc:SAML:2.0:nameid-format:persistent".to_owned()),
                    ..NameId::default()
                }),
                recipient: ACS.to_owned(),
                not_on_or_after: minutes(5),
                in_response_to: None,
            },
            conditions: Conditions { not_before: now, not_on_or_after: minutes(60), audience: SP.to_owned() },
            authn_statement: AuthnStatement {
                authn_instant: now,
                session_index: "_00000000000000000000000000000003".to_owned(),
                session_not_on_or_after: minutes(480),
                context_class: "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport".to_owned(),
            },
            attributes: vec![
                attribute(SESSION_NAME, vec!["alice@corp.example.com".to_owned()]),
                attribute(ROLE, role_values),
            ],
        }),
    }
}

/// An `AuthnRequest` in canonical form, without a signature.
pub fn authn_request(id: &str, issuer: &str) -> String {
    format!(
        "<samlp:AuthnRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
         AssertionConsumerServiceURL=\"https://sp.example.com/acs\" \
         Destination=\"https://sts.example.com/adfs/ls/\" ID=\"{id}\" IssueInstant=\"{NOW}\" Version=\"2.0\">\
         <saml:Issuer xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\">{issuer}</saml:Issuer>\
         <samlp:NameIDPolicy Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:transient\"></samlp:NameIDPolicy>\
         </samlp:AuthnRequest>"
    )
}

/// A `LogoutRequest` in canonical form, without a signature.
pub fn logout_request(id: &str, issuer: &str) -> String {
    format!(
        "<samlp:LogoutRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
         Destination=\"https://sts.example.com/adfs/ls/\" ID=\"{id}\" IssueInstant=\"{NOW}\" Version=\"2.0\">\
         <saml:Issuer xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\">{issuer}</saml:Issuer>\
         <saml:NameID xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\">CORP\\alice</saml:NameID>\
         <samlp:SessionIndex>_s1</samlp:SessionIndex></samlp:LogoutRequest>"
    )
}

/// How a test signs; each part can be spoilt.
pub struct TestSignature {
    pub c14n: &'static str,
    pub method: &'static str,
    pub digest_method: &'static str,
    pub transforms: String,
    pub reference: Option<String>,
}

impl Default for TestSignature {
    fn default() -> Self {
        Self {
            c14n: "http://www.w3.org/2001/10/xml-exc-c14n#",
            method: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            digest_method: "http://www.w3.org/2001/04/xmlenc#sha256",
            transforms:
                "<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"></ds:Transform>\
                         <ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:Transform>"
                    .to_owned(),
            reference: None,
        }
    }
}

impl TestSignature {
    /// The signature of `xml`, which must be canonical, has this ID and is signed by RSA-SHA256 over SHA-256 whatever
    /// the signature says about itself.
    pub fn of(&self, xml: &str, id: &str, signer: &dyn Signer) -> String {
        let digest = BASE64.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, xml.as_bytes()));
        let reference = self.reference.clone().unwrap_or_else(|| {
            format!(
                "<ds:Reference URI=\"#{id}\"><ds:Transforms>{}</ds:Transforms>\
                 <ds:DigestMethod Algorithm=\"{}\"></ds:DigestMethod><ds:DigestValue>{digest}</ds:DigestValue></ds:Reference>",
                self.transforms, self.digest_method
            )
        });
        let info = format!(
            "<ds:CanonicalizationMethod Algorithm=\"{}\"></ds:CanonicalizationMethod>\
             <ds:SignatureMethod Algorithm=\"{}\"></ds:SignatureMethod>{reference}</ds:SignedInfo>",
            self.c14n, self.method
        );
        let ds = "xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"";
        let value = BASE64.encode(signer.sign(format!("<ds:SignedInfo {ds}>{info}").as_bytes()).unwrap());
        let certificate = BASE64.encode(signer.certificate_der());
        format!(
            "<ds:Signature {ds}><ds:SignedInfo>{info}<ds:SignatureValue>{value}</ds:SignatureValue><ds:KeyInfo>\
             <ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>"
        )
    }
}

/// The canonical message with a signature after its issuer, as a well-behaved service provider signs.
pub fn signed(xml: &str, id: &str, signer: &dyn Signer) -> String {
    let signature = TestSignature::default().of(xml, id, signer);
    xml.replacen("</saml:Issuer>", &format!("</saml:Issuer>{signature}"), 1)
}

fn self_signed(common_name: &str) -> SigningKey {
    SigningKey::self_signed(common_name, time("2026-01-01T00:00:00Z"), time("2036-01-01T00:00:00Z")).unwrap()
}
