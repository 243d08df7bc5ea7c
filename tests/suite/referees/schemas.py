"""Validates documents against the OASIS schemas that pysaml2 brings: a list of texts to a list of complaints or null."""

import json
import sys
from importlib.resources import files

from lxml import etree

FOLDER = files("saml2.data.schemas")
WRAPPER = """<schema xmlns="http://www.w3.org/2001/XMLSchema">
<import namespace="urn:oasis:names:tc:SAML:2.0:protocol" schemaLocation="saml-schema-protocol-2.0.xsd"/>
<import namespace="urn:oasis:names:tc:SAML:2.0:metadata" schemaLocation="saml-schema-metadata-2.0.xsd"/>
</schema>"""


class Local(etree.Resolver):
    """The schemas name each other by their addresses on the web; their files have the same names."""

    def resolve(self, url, public_id, context):
        name = url.rsplit("/", 1)[-1]
        path = FOLDER.joinpath(name)
        return self.resolve_string(path.read_bytes() if path.is_file() else b"", context, base_url=name)


parser = etree.XMLParser(no_network=True, load_dtd=False, resolve_entities=True)
parser.resolvers.add(Local())
schema = etree.XMLSchema(etree.fromstring(WRAPPER.encode(), parser, base_url=str(FOLDER.joinpath("wrapper.xsd"))))


def judge(xml):
    document = etree.fromstring(xml.encode())
    return None if schema.validate(document) else str(schema.error_log)


json.dump([judge(xml) for xml in json.load(sys.stdin)], sys.stdout)
