"""Verifies the enveloped signatures of documents: {"certificate": PEM, "documents": [{"xml", "id"}]} to a list of
what each signature covers, or null where signxml refuses."""

import json
import sys

from lxml import etree
from signxml import DigestAlgorithm, SignatureConfiguration, SignatureMethod, XMLVerifier
from signxml.exceptions import InvalidInput, InvalidSignature

asked = json.load(sys.stdin)
configuration = SignatureConfiguration(
    expect_references=1,
    signature_methods=frozenset([SignatureMethod.RSA_SHA256]),
    digest_algorithms=frozenset([DigestAlgorithm.SHA256]),
)


def judge(document):
    root = etree.fromstring(document["xml"].encode())
    element = root if root.get("ID") == document["id"] else root.find(f".//*[@ID='{document['id']}']")
    try:
        result = XMLVerifier().verify(
            etree.fromstring(etree.tostring(element)),
            x509_cert=asked["certificate"],
            id_attribute="ID",
            expect_config=configuration,
        )
    except (InvalidSignature, InvalidInput):
        return None
    return result.signed_xml.get("ID")


json.dump([judge(document) for document in asked["documents"]], sys.stdout)
