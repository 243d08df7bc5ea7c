//! Service providers may sign with ECDSA; their signatures are two numbers of fixed length, as XML signatures have them.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use claimsmith::saml::binding::redirect::{self, MessageKind};
use claimsmith::saml::{AuthnRequest, Error, SignatureAlgorithm, Signer};

use crate::support::saml::{TestSignature, authn_request, certificates, key};

const ECDSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";

/// A service provider with a P-256 key.
struct EllipticKey {
    key: EcdsaKeyPair,
    certificate: Vec<u8>,
}

impl EllipticKey {
    fn new() -> Self {
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = rcgen::CertificateParams::default().self_signed(&key).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &key.serialize_der()).unwrap();
        Self { key, certificate: certificate.der().to_vec() }
    }
}

impl Signer for EllipticKey {
    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::RsaSha256 // Not looked at: the tests name the algorithm themselves.
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        Ok(self.key.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec())
    }

    fn certificate_der(&self) -> &[u8] {
        &self.certificate
    }
}

#[test]
fn an_enveloped_ecdsa_signature_holds() {
    let signer = EllipticKey::new();
    let request = authn_request("_1", "sp");
    let signature = TestSignature { method: ECDSA_SHA256, ..TestSignature::default() }.of(&request, "_1", &signer);
    let message = request.replacen("</saml:Issuer>", &format!("</saml:Issuer>{signature}"), 1);
    let trusted = [certificates(key()), vec![signer.certificate.clone()]].concat();
    AuthnRequest::parse_signed(&message, &trusted).unwrap();
    AuthnRequest::parse_signed(&message, &certificates(key())).unwrap_err();
    AuthnRequest::parse_signed(&message.replace(">sp<", ">sq<"), &trusted).unwrap_err();
    AuthnRequest::parse_signed(&message.replace("ecdsa-sha256", "rsa-sha256"), &trusted).unwrap_err();
}

#[test]
fn an_ecdsa_signature_of_a_query_holds() {
    let signer = EllipticKey::new();
    let url = redirect::url("https://x", MessageKind::Request, &authn_request("_1", "sp"), None, None).unwrap();
    let escape = |text: &str| text.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    let query = format!("{}&SigAlg={}", url.split_once('?').unwrap().1, escape(ECDSA_SHA256).replace('#', "%23"));
    let signature = escape(&BASE64.encode(signer.sign(query.as_bytes()).unwrap()));
    let message = redirect::parse(&format!("{query}&Signature={signature}")).unwrap();
    message.verify(&[certificates(key()), vec![signer.certificate.clone()]].concat()).unwrap();
    message.verify(&certificates(key())).unwrap_err();
}
