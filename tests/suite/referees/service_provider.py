"""python3-saml as a strict service provider: {"certificate", "idp", "sp", "acs", "responses": [{"field", "want",
"request"}]} to a list of {"errors", "name_id", "format", "attributes", "session_index", "assertion_id"}."""

import json
import sys

from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings

asked = json.load(sys.stdin)
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"


def settings(want):
    return OneLogin_Saml2_Settings({
        "strict": True,
        "sp": {
            "entityId": asked["sp"],
            "assertionConsumerService": {"url": asked["acs"], "binding": POST},
            "NameIDFormat": "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
        },
        "idp": {
            "entityId": asked["idp"],
            "singleSignOnService": {"url": "https://sts.example.com/adfs/ls/", "binding": REDIRECT},
            "x509cert": asked["certificate"],
        },
        "security": {
            "wantAssertionsSigned": want in ("Assertion", "Both"),
            "wantMessagesSigned": want in ("Response", "Both"),
            "rejectDeprecatedAlgorithm": True,
            "wantNameId": True,
            "wantAttributeStatement": True,
        },
    }, sp_validation_only=False)


def judge(response):
    parsed = OneLogin_Saml2_Response(settings(response["want"]), response["field"])
    url = asked["acs"].split("/", 3)
    request = {"https": "on", "http_host": url[2], "script_name": "/" + url[3]}
    if not parsed.is_valid(request, response.get("request")):
        return {"errors": parsed.get_error() or "refused without a reason"}
    return {
        "errors": None,
        "name_id": parsed.get_nameid(),
        "format": parsed.get_nameid_format(),
        "attributes": parsed.get_attributes(),
        "session_index": parsed.get_session_index(),
        "assertion_id": parsed.get_assertion_id(),
    }


json.dump([judge(response) for response in asked["responses"]], sys.stdout)
