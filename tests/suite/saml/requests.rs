//! Requests: what is read from them, and what is refused before it is read.

use claimsmith::saml::authn_request::{Comparison, has_signature};
use claimsmith::saml::{AuthnRequest, Error, LogoutRequest, LogoutResponse, PeerFault};

use crate::support::saml::{NOW, authn_request, key, logout_request, signed, time};

const SAML: &str = "xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"";

/// A request with everything in it, one piece a line.
fn full() -> String {
    format!(
        "<?xml version=\"1.0\"?>\
         <p:AuthnRequest xmlns:p=\"urn:oasis:names:tc:SAML:2.0:protocol\" {SAML} \
         ID=\"id-1\" Version=\"2.0\" IssueInstant=\"{NOW}\" Destination=\"https://sts.example.com/adfs/ls/\" \
         AssertionConsumerServiceURL=\"https://sp.example.com/acs?a=1&amp;b=2\" \
         ProtocolBinding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" ForceAuthn=\"true\" IsPassive=\"1\">\n\
         <saml:Issuer>\n https://sp.example.com <![CDATA[/x]]></saml:Issuer>\n\
         <saml:Subject><saml:NameID Format=\"urn:f\">alice</saml:NameID></saml:Subject>\n\
         <p:NameIDPolicy Format=\"urn:format\" SPNameQualifier=\"urn:group\" AllowCreate=\"true\"/>\n\
         <p:RequestedAuthnContext Comparison=\"minimum\"><saml:AuthnContextClassRef>urn:a</saml:AuthnContextClassRef>\
         <saml:AuthnContextClassRef>urn:b</saml:AuthnContextClassRef></p:RequestedAuthnContext>\n\
         </p:AuthnRequest>"
    )
}

fn fault(xml: &str) -> PeerFault {
    AuthnRequest::parse(xml).expect_err(xml).peer_fault().unwrap_or_else(|| panic!("not the peer's fault: {xml}"))
}

#[test]
fn everything_is_read() {
    let request = AuthnRequest::parse(&full()).unwrap();
    assert_eq!(request.id, "id-1");
    assert_eq!(request.issuer, "https://sp.example.com /x");
    assert_eq!(request.issue_instant, time(NOW));
    assert_eq!(request.destination.as_deref(), Some("https://sts.example.com/adfs/ls/"));
    assert_eq!(request.acs_url.as_deref(), Some("https://sp.example.com/acs?a=1&b=2"));
    assert_eq!(request.protocol_binding.as_deref(), Some("urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"));
    assert!(request.force_authn && request.is_passive);
    assert_eq!(request.name_id_format.as_deref(), Some("urn:format"));
    assert_eq!(request.sp_name_qualifier.as_deref(), Some("urn:group"));
    assert_eq!(request.subject.unwrap().value, "alice");
    assert_eq!(request.requested_authn_context, ["urn:a", "urn:b"]);
    assert_eq!(request.authn_context_comparison, Comparison::Minimum);
}

#[test]
fn each_attribute_may_be_missing_without_harm() {
    let full = full();
    let start = full.find("ID=").unwrap();
    let tag = &full[start..full[start..].find('>').unwrap() + start];
    let attributes: Vec<String> =
        tag.split("\" ").map(|attribute| format!("{}\"", attribute.trim_end_matches('"'))).collect();
    assert_eq!(attributes.len(), 8);
    for attribute in attributes {
        assert!(full.contains(&attribute), "{attribute}");
        let name = attribute.split('=').next().unwrap();
        let required = ["ID", "Version", "IssueInstant"].contains(&name);
        assert_eq!(AuthnRequest::parse(&full.replacen(&attribute, "", 1)).is_err(), required, "without {name}");
        let emptied = full.replacen(&attribute, &format!("{name}=\"\""), 1);
        let may_be_empty = ["Destination", "AssertionConsumerServiceURL", "ProtocolBinding"].contains(&name);
        assert_eq!(AuthnRequest::parse(&emptied).is_ok(), may_be_empty, "with empty {name}");
        // The same name in another namespace is another attribute.
        let foreign = full.replacen(&attribute, &format!("xmlns:x=\"urn:x\" x:{attribute}"), 1);
        assert_eq!(AuthnRequest::parse(&foreign).is_err(), required, "with foreign {name}");
    }
}

#[test]
fn each_element_may_be_missing_without_harm() {
    let full = full();
    for line in full.lines().skip(1).filter(|line| line.starts_with('<') && !line.starts_with("</p:AuthnRequest")) {
        let reduced = full.replacen(line, "", 1);
        assert_eq!(AuthnRequest::parse(&reduced).is_err(), line.contains("Issuer"), "without {line}");
        let doubled = full.replacen(line, &line.repeat(2), 1);
        assert_eq!(fault(&doubled), PeerFault::Malformed, "twice {line}");
    }
}

#[test]
fn url_and_index_exclude_each_other() {
    let url = "AssertionConsumerServiceURL=\"https://sp.example.com/acs\"";
    let request = authn_request("_1", "sp");
    let indexed = request.replace(url, "AssertionConsumerServiceIndex=\"7\"");
    assert_eq!(AuthnRequest::parse(&indexed).unwrap().acs_index, Some(7));
    assert_eq!(
        fault(&request.replace(url, &format!("{url} AssertionConsumerServiceIndex=\"0\""))),
        PeerFault::Malformed
    );
    for index in ["-1", "65536", "x", ""] {
        fault(&request.replace(url, &format!("AssertionConsumerServiceIndex=\"{index}\"")));
    }
}

#[test]
fn document_types_and_entities_are_refused() {
    let request = authn_request("_1", "sp");
    for prefix in [
        "<!DOCTYPE a>",
        "<!DOCTYPE a SYSTEM \"file:///etc/passwd\">",
        "<!DOCTYPE a [<!ENTITY b \"c\">]>",
        "<!DOCTYPE a [<!ENTITY % b SYSTEM \"http://x.invalid/\"> %b;]>",
        "<?xml version=\"1.0\"?>\n<!DOCTYPE a [<!ENTITY a \"aa\"><!ENTITY b \"&a;&a;\">]>",
        "<!doctype a>",
    ] {
        assert_eq!(fault(&format!("{prefix}{request}")), PeerFault::Malformed, "{prefix}");
    }
    assert_eq!(fault(&request.replace(">sp<", ">&external;<")), PeerFault::Malformed);
    // Bytes of UTF-7 or UTF-16 stay what they are in UTF-8: no XML.
    fault("+ADwAIQ-DOCTYPE a>");
    fault(&request.replace('<', "<\0"));
}

#[test]
fn large_deep_and_wide_messages_are_refused_quickly() {
    let request = authn_request("_1", "sp");
    let inside = |content: &str| request.replace("</samlp:AuthnRequest>", &format!("{content}</samlp:AuthnRequest>"));
    let wide = (0..5_000).map(|n| format!(" a{n}='>'")).collect::<Vec<_>>().concat();
    let begun = std::time::Instant::now();
    for (xml, expected) in [
        (inside(&" ".repeat(64 * 1024)), PeerFault::TooLarge),
        (request.replace("_1", &"_".repeat(1024 * 1024)), PeerFault::TooLarge),
        (request.replace("_1", &"_".repeat(1024)), PeerFault::Malformed),
        (inside(&format!("{}{}", "<a>".repeat(900), "</a>".repeat(900))), PeerFault::Malformed),
        (inside(&format!("{}{}", "<a>".repeat(40), "</a>".repeat(40))), PeerFault::Malformed),
        (inside(&"<a/>".repeat(10_000)), PeerFault::TooLarge),
        (inside(&format!("<a{wide}/>")), PeerFault::TooLarge),
        ("<a>".repeat(20_000), PeerFault::TooLarge),
    ] {
        assert_eq!(fault(&xml), expected, "{}", &xml[..xml.len().min(600)]);
    }
    assert!(begun.elapsed() < std::time::Duration::from_secs(5));
}

#[test]
fn what_is_no_request_is_refused() {
    let request = authn_request("_1", "sp");
    for xml in [
        String::new(),
        "<".to_owned(),
        "x".to_owned(),
        "<a/>".to_owned(),
        request.replace("urn:oasis:names:tc:SAML:2.0:protocol", "urn:oasis:names:tc:SAML:1.0:protocol"),
        request.replace("urn:oasis:names:tc:SAML:2.0:assertion", "urn:x"),
        request.replace("AuthnRequest", "AuthnQuery"),
        format!("{request}{request}"),
        format!("{request}x"),
        request.replace("</samlp:AuthnRequest>", ""),
        request.replace("ID=", "ID=\"_2\" ID="),
        request.replace("\"_1\"", "\"1\""),
        request.replace("\"_1\"", "\"a b\""),
        request.replace("\"_1\"", "\"a:b\""),
        request.replace(NOW, "yesterday"),
        request.replace(NOW, "2026-11-21T10:00:00"),
        request.replace(">sp<", "><"),
        request.replace(">sp<", "> <"),
        request.replace(">sp<", "><b>sp</b><"),
        request.replace("Destination=", "ForceAuthn=\"yes\" Destination="),
    ] {
        assert_eq!(fault(&xml), PeerFault::Malformed, "{xml}");
    }
    let old = AuthnRequest::parse(&request.replace("\"2.0\"", "\"1.1\""));
    assert!(matches!(old, Err(Error::Unsupported(_))));
}

#[test]
fn comments_and_instructions_in_identifiers_are_refused() {
    for inside in ["s<!---->p", "sp<!-- x -->.evil.example", "s<?x?>p"] {
        assert_eq!(fault(&authn_request("_1", inside)), PeerFault::Malformed, "{inside}");
    }
    // Elsewhere a comment does no harm.
    let commented = authn_request("_1", "sp").replace("<samlp:NameIDPolicy", "<!-- x --><samlp:NameIDPolicy");
    assert_eq!(AuthnRequest::parse(&commented).unwrap().issuer, "sp");
}

#[test]
fn a_signature_is_seen_where_it_counts() {
    let request = authn_request("_1", "sp");
    assert!(!has_signature(&request).unwrap());
    assert!(has_signature(&signed(&request, "_1", key())).unwrap());
    let nested = request.replace(
        "</samlp:AuthnRequest>",
        &format!("<samlp:Extensions>{}</samlp:Extensions></samlp:AuthnRequest>", signed(&request, "_1", key())),
    );
    assert!(!has_signature(&nested).unwrap());
}

#[test]
fn logout_messages_are_read() {
    let request = LogoutRequest::parse(&logout_request("_1", "sp")).unwrap();
    assert_eq!((request.id.as_str(), request.issuer.as_str()), ("_1", "sp"));
    assert_eq!(request.name_id.value, "CORP\\alice");
    assert_eq!(request.session_indexes, ["_s1"]);
    assert_eq!(request.not_on_or_after, None);
    let commented = logout_request("_1", "sp").replace("CORP\\alice", "CORP\\alice<!-- -->x");
    assert!(LogoutRequest::parse(&commented).is_err());
    let nameless = logout_request("_1", "sp").replace("saml:NameID", "saml:EncryptedID");
    assert!(matches!(LogoutRequest::parse(&nameless), Err(Error::Unsupported(_))));
    assert!(LogoutRequest::parse(&authn_request("_1", "sp")).is_err());
}

#[test]
fn a_logout_response_comes_back() {
    use claimsmith::saml::model::{Status, StatusCode};
    let response = LogoutResponse {
        id: "_2".to_owned(),
        in_response_to: Some("_1".to_owned()),
        issue_instant: time(NOW),
        destination: Some("https://sp.example.com/slo?a=b&c".to_owned()),
        issuer: "http://sts.example.com/adfs/services/trust".to_owned(),
        status: Status {
            code: StatusCode::Responder,
            sub_code: Some("urn:oasis:names:tc:SAML:2.0:status:PartialLogout".to_owned()),
            message: Some("one < two".to_owned()),
        },
    };
    assert_eq!(LogoutResponse::parse(&response.to_xml(None).unwrap()).unwrap(), response);
    let xml = response.to_xml(Some(key())).unwrap();
    assert_eq!(LogoutResponse::parse_signed(&xml, &crate::support::saml::certificates(key())).unwrap(), response);
}
